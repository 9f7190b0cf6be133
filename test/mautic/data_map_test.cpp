// What the loader of the data map refuses, and how.
#include "mautic/data_map.h"
#include "mautic/map_text.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::mautic;
using gdprd::test::contact_table;
using gdprd::test::table;

namespace {

std::string column(const std::string& rule) {
    return table("notes", "kind = \"column\", column = \"lead_id\"", "[table.columns]\n" + rule + "\n");
}

const std::string devices = table("devices", "kind = \"column\", column = \"lead_id\"");

std::string error_of(const std::string& text) {
    try {
        parse_data_map(text, "map.toml");
    } catch (const ConfigurationError& error) {
        return error.what();
    }
    return "accepted";
}

struct BadMap {
    const char* name;
    std::string text;
    const char* expected;
};

void check_refused(const std::vector<BadMap>& maps) {
    for (const BadMap& bad : maps) {
        CAPTURE(bad.name);
        const std::string error = error_of(bad.text);
        CHECK_THAT(error, ContainsSubstring(bad.expected));
        CHECK_THAT(error, ContainsSubstring("map.toml"));
    }
}

}  // namespace

TEST_CASE("a map that is not one is refused") {
    check_refused({
        {"empty", "", "'format' must be 1"},
        {"no TOML", "format = = 1", "map.toml:1"},
        {"a bracket too many", "[[[table]]]", "map.toml:1"},
        {"an umlaut as a key", "\u00fc = 1", "map.toml:1"},
        {"an umlaut behind a number", "format = 1\u00fc", "map.toml:1"},
        {"format missing", "[[table]]\nname = \"leads\"\n", "'format' must be 1"},
        {"newer format", "format = 2\n", "'format' must be 1"},
        {"format as text", "format = \"1\"\n", "'format' must be a number"},
        {"no tables", "format = 1\n", "there is no [[table]]"},
        {"a table that is no list", "format = 1\n[table]\nname = \"leads\"\n", "there is no [[table]]"},
        {"unknown key on top", "format = 1\nversion = 3\n" + contact_table.substr(11),
         "unknown key 'version'"},
        {"no contact table", "format = 1\n" + devices, "exactly one table must have a tie of kind contact"},
        {"two contact tables", contact_table + table("people", "kind = \"contact\", column = \"id\""),
         "exactly one table must have a tie of kind contact"},
        {"the same table twice", contact_table + devices + devices, "is in the map twice"},
    });
}

TEST_CASE("a bad table is refused with its name and line") {
    check_refused({
        {"no name", contact_table + "[[table]]\nwhy = \"x\"\ntie = { kind = \"none\" }\n",
         "'name' is missing"},
        {"name is no name", contact_table + table("no`tes", "kind = \"none\""), "is not a table name"},
        {"a star in the middle", contact_table + table("a*b", "kind = \"none\""), "is not a table name"},
        {"only a star", contact_table + table("*", "kind = \"none\""), "is not a table name"},
        {"no reason", contact_table + "[[table]]\nname = \"notes\"\ntie = { kind = \"none\" }\n",
         "'why' is missing"},
        {"empty reason",
         contact_table + "[[table]]\nname = \"notes\"\nwhy = \"\"\ntie = { kind = \"none\" }\n",
         "'why' must not be empty"},
        {"no tie", contact_table + "[[table]]\nname = \"notes\"\nwhy = \"x\"\n", "'tie' is missing"},
        {"misspelt key", contact_table + table("notes", "kind = \"none\"", "row = \"delete\"\n"),
         "did you mean 'rows'"},
        {"rows kept", contact_table + table("notes", "kind = \"none\"", "rows = \"keep\"\n"),
         "'rows' can only be \"delete\""},
        {"line", contact_table + table("notes", "kind = \"none\"", "row = \"delete\"\n"), "map.toml:11"},
        {"switch", contact_table + table("notes", "kind = \"none\"", "switch = \"cookies\"\n"),
         "no such switch 'cookies'"},
        {"rules of an entry that is not there",
         contact_table + table("notes", "kind = \"none\"", "same_columns_as = \"hits\"\n"),
         "'same_columns_as': there is no entry 'hits' above"},
        {"contact deleted",
         "format = 1\n" + table("leads", "kind = \"contact\", column = \"id\"", "rows = \"delete\"\n"),
         "the contact's own row is never deleted"},
    });
}

TEST_CASE("a bad tie is refused") {
    check_refused({
        {"unknown kind", contact_table + table("notes", "kind = \"columns\""), "no such tie 'columns'"},
        {"no kind", contact_table + table("notes", "column = \"lead_id\""), "'kind' is missing"},
        {"no column", contact_table + table("notes", "kind = \"column\""), "needs 'column'"},
        {"column without use", contact_table + table("notes", "kind = \"none\", column = \"a\""),
         "has no 'column'"},
        {"no parent", contact_table + table("notes", "kind = \"parent\", column = \"a\""), "needs 'parent'"},
        {"parent without use",
         contact_table + devices +
             table("notes",
                   "kind = \"column\", column = \"a\", parent = \"devices\", parent_column = \"id\""),
         "has no 'parent'"},
        {"unknown parent",
         contact_table +
             table("notes",
                   "kind = \"parent\", column = \"a\", parent = \"devices\", parent_column = \"id\""),
         "its parent 'devices' is not in the map"},
        {"its own parent",
         contact_table +
             table("notes", "kind = \"parent\", column = \"a\", parent = \"notes\", parent_column = \"id\""),
         "is not tied to a contact by an index"},
        {"parents in a circle",
         contact_table +
             table("a", "kind = \"parent\", column = \"b_id\", parent = \"b\", parent_column = \"id\"") +
             table("b", "kind = \"parent\", column = \"a_id\", parent = \"a\", parent_column = \"id\""),
         "table 'a': its parents go in a circle"},
        {"parent found by text",
         contact_table + table("devices", "kind = \"text\", text_columns = [\"x\"]") +
             table("notes",
                   "kind = \"parent\", column = \"a\", parent = \"devices\", parent_column = \"id\""),
         "is not tied to a contact by an index"},
        {"shared by nobody", contact_table + table("ips", "kind = \"shared\", column = \"id\""),
         "needs 'through'"},
        {"shared through no column",
         contact_table + table("ips", "kind = \"shared\", column = \"id\", through = [\"leads\"]"),
         "must be an entry and a column"},
        {"shared through an entry that is not there",
         contact_table + table("ips", "kind = \"shared\", column = \"id\", through = [\"hits.ip_id\"]"),
         "its parent 'hits' is not in the map"},
        {"through without use",
         contact_table + table("ips", "kind = \"column\", column = \"a\", through = [\"leads.y\"]"),
         "has no 'through'"},
        {"leftovers of another kind of tie",
         contact_table + table("notes", "kind = \"none\", leftovers = \"lost_contact\""),
         "has no 'leftovers'"},
        {"the constant of rows that nobody leaves behind",
         contact_table + table("hits", "kind = \"column\", column = \"a\", row_constant = \"b\""),
         "is for a tie with 'leftovers'"},
        {"the date of rows whose ids do not come again",
         contact_table + table("notes", "kind = \"none\", row_date = \"b\""),
         "is for a tie of kind column, or with 'gone_contacts'"},
        {"the date of a parent of rows without one",
         contact_table + table("notes", "kind = \"column\", column = \"a\"") +
             table("log",
                   "kind = \"parent\", column = \"a\", parent = \"notes\", parent_column = \"id\","
                   " parent_date = \"b\""),
         "'parent_date' is for a tie of kind parent with 'row_date'"},
        {"the form of rows that hang on no submission",
         contact_table + table("logs*", "kind = \"column\", column = \"a\", form_column = \"form_id\""),
         "has no 'form_column'"},
        {"the form of one table",
         contact_table + table("notes", "kind = \"column\", column = \"a\"") +
             table("log",
                   "kind = \"parent\", column = \"a\", parent = \"notes\", parent_column = \"id\","
                   " form_column = \"form_id\""),
         "'form_column' belongs to a table name that ends in '*'"},
        {"leftovers that nobody knows",
         contact_table + table("hits", "kind = \"column\", column = \"a\", leftovers = \"never\""),
         "'leftovers' must be"},
        {"text without columns", contact_table + table("logs", "kind = \"text\""), "needs 'text_columns'"},
        {"text with a column",
         contact_table + table("logs", "kind = \"text\", text_columns = [\"x\"], column = \"a\""),
         "has no 'column'"},
        {"mention without the id",
         contact_table +
             table("logs", "kind = \"text\", text_columns = [\"x\"], mentions = [\"/contacts/view\"]"),
         "must end with {id}"},
        {"mentions without use",
         contact_table + table("logs", "kind = \"column\", column = \"a\", mentions = [\"{id}\"]"),
         "has no 'mentions'"},
        {"orphans without use",
         contact_table + table("logs*", "kind = \"column\", column = \"a\", orphans_of = \"forms\""),
         "has no 'orphans_of'"},
        {"orphans of one table",
         contact_table + table("logs", "kind = \"text\", text_columns = [\"x\"], orphans_of = \"forms\""),
         "belongs to a table name that ends in '*'"},
        {"messages that nobody knows",
         contact_table + table("logs", "kind = \"text\", text_columns = [\"x\"], messages = \"mine\""),
         "'messages' must be"},
        {"messages without use",
         contact_table + table("logs", "kind = \"column\", column = \"a\", messages = \"own_mails\""),
         "has no 'messages'"},
        {"visitors without use",
         contact_table + table("logs", "kind = \"column\", column = \"a\", visitors = \"lead_id\""),
         "has no 'visitors'"},
        {"rows of visitors deleted",
         contact_table + table("logs", "kind = \"text\", text_columns = [\"x\"], visitors = \"lead_id\"",
                               "rows = \"delete\"\n"),
         "the rows are never deleted"},
        {"fields without use",
         contact_table + table("logs", "kind = \"column\", column = \"a\", fields = [\"phone\"]"),
         "has no 'fields'"},
        {"a comparison of nothing",
         contact_table + table("logs", "kind = \"text\", text_columns = [\"a\"], compare = \"telephone\""),
         "'compare' is for a tie with 'fields'"},
        {"an unknown comparison",
         contact_table + table("logs",
                               "kind = \"text\", text_columns = [\"a\"], fields = [\"b\"], "
                               "compare = \"digits\""),
         "can only be \"telephone\""},
        {"a value in any column",
         contact_table + table("logs", "kind = \"text\", text_columns = [\"*\"], fields = [\"phone\"]"),
         "the columns are named"},
        {"clicks without use",
         contact_table + table("logs", "kind = \"column\", column = \"a\", clicks = true"),
         "has no 'clicks'"},
        {"a condition that is a number",
         contact_table + table("notes", "kind = \"column\", column = \"a\", where = { b = 1 }"),
         "'b' must be a list of texts"},
        {"a list of numbers",
         contact_table + table("notes", "kind = \"column\", column = \"a\", where = { b = [1] }"),
         "'b' must hold texts only"},
        {"an empty list",
         contact_table + table("notes", "kind = \"column\", column = \"a\", where = { b = [] }"),
         "'b' must not be empty"},
        {"misspelt key of a tie",
         contact_table + table("notes", "kind = \"column\", column = \"a\", wher = { b = \"x\" }"),
         "did you mean 'where'"},
    });
}

TEST_CASE("a bad column is refused with table and column") {
    check_refused({
        {"unknown action", contact_table + column("text = { action = \"wipe\", why = \"x\" }"),
         "column 'text': no such action 'wipe'"},
        {"no action", contact_table + column("text = { why = \"x\" }"), "'action' is missing"},
        {"no reason", contact_table + column("text = { action = \"delete\" }"), "'why' is missing"},
        {"empty reason", contact_table + column("text = { action = \"delete\", why = \"\" }"),
         "'why' must not be empty"},
        {"only the action", contact_table + column("text = \"delete\""), "must be { action"},
        {"name", contact_table + column("\"te.xt\" = { action = \"delete\", why = \"x\" }"),
         "is not a column name"},
        {"twice",
         contact_table + column("a = { action = \"keep\", why = \"x\" }\n"
                                "a = { action = \"delete\", why = \"x\" }"),
         "map.toml:"},
        {"field elsewhere", contact_table + column("text = { action = \"field\", why = \"x\" }"),
         "the action field needs contact_fields = true"},
        {"normalise",
         contact_table + column("text = { action = \"hash\", why = \"x\", normalise = \"phone\" }"),
         "'normalise' can only be"},
        {"search", contact_table + column("text = { action = \"keep\", why = \"x\", search = \"weak\" }"),
         "'search' must be"},
        {"members",
         contact_table + column("text = { action = \"keep\", why = \"x\", keep_members = [\"a\"] }"),
         "'keep_members' and 'format' belong to the action rewrite only"},
        {"a member with no name",
         contact_table +
             column("text = { action = \"rewrite\", why = \"x\", keep_members = [\"a\", \"b..c\"] }"),
         "'keep_members': 'b..c' names no member"},
        {"members of any name",
         contact_table +
             column("text = { action = \"rewrite\", why = \"x\", keep_members = [\"a.*:number\"] }"),
         "'keep_members': 'a.*:number' names no member"},
        {"format of what is not rewritten",
         contact_table + column("text = { action = \"delete\", why = \"x\", format = \"json\" }"),
         "'keep_members' and 'format' belong to the action rewrite only"},
        {"format", contact_table + column("text = { action = \"rewrite\", why = \"x\", format = \"xml\" }"),
         "'format' must be"},
        {"switch",
         contact_table + column("text = { action = \"delete\", why = \"x\", switch = \"cookies\" }"),
         "no such switch 'cookies'"},
        {"identifies", contact_table + column("text = { action = \"keep\", why = \"x\", identifies = 1 }"),
         "'identifies' must be true or false"},
        {"date of rows whose address is hashed",
         contact_table + column("text = { action = \"hash\", why = \"x\", address = { kind = \"former\","
                                " row_date = \"added\" } }"),
         "'row_date' is not for the action hash"},
        {"misspelt key", contact_table + column("text = { action = \"keep\", wy = \"x\", why = \"x\" }"),
         "unknown key 'wy'; did you mean 'why'?"},
    });
}

TEST_CASE("names of actions are read as they are written") {
    for (const auto action : {Action::keep, Action::field, Action::hash, Action::remove, Action::empty_array,
                              Action::strip_query, Action::new_random, Action::set_flag, Action::unschedule,
                              Action::anonymous_ip, Action::rewrite, Action::follows}) {
        CAPTURE(name_of(action));
        CHECK(action_from_name(name_of(action)) == action);
    }
    CHECK_FALSE(action_from_name("").has_value());
    CHECK_FALSE(action_from_name("Delete").has_value());
}

TEST_CASE("a map that cannot be read is refused with its path and what to do") {
    try {
        load_data_map("/nowhere/contact-data.toml");
        FAIL("accepted");
    } catch (const ConfigurationError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("/nowhere/contact-data.toml"));
        CHECK_THAT(error.advice(), ContainsSubstring("data_map"));
    }
}
