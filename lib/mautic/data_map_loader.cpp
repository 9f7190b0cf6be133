#include <algorithm>
#include <initializer_list>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "mautic/data_map.h"
#include "mautic/map_entries.h"
#include "mautic/map_reader.h"
#include "policy/switches.h"

namespace gdprd::mautic {

namespace {

constexpr std::size_t name_bytes_max = 192;  // 64 characters of UTF-8, as servers have it

// Whatever a server takes, but for what has a meaning in names of this program: "table.column", "table#part"
// and "form_results_*".
bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= name_bytes_max &&
           std::all_of(name.begin(), name.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte >= 0x20 && byte != 0x7f &&
                      std::string_view(".#*`").find(c) == std::string_view::npos;
           });
}

std::string read_switch(MapReader& reader) {
    std::string name = reader.text("switch");
    if (!name.empty() && !policy::is_switch(name)) {
        reader.fail("no such switch '" + name + "'; there are " + join(policy::switch_names(), ", "));
    }
    return name;
}

std::vector<std::string> member_names(const MapReader& reader, const std::string& path) {
    std::vector<std::string> members;
    for (std::size_t begin = 0; begin <= path.size() && !path.empty();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        members.push_back(path.substr(begin, end - begin));
        if (members.back().empty()) reader.fail("'member': '" + path + "' has a name missing");
        begin = end + 1;
    }
    return members;
}

// The address in the contact's own row is known without a rule.
std::optional<AddressRule> read_address(MapReader& of_column, const std::string& file,
                                        const std::string& where, Action action) {
    const toml::table* table = of_column.table("address");
    if (table == nullptr) return std::nullopt;
    MapReader reader(*table, file, where + ": address");
    AddressRule rule;
    const std::string name = reader.text("kind", true);
    const auto kind = address_kind_names.value_of(name);
    if (!kind || *kind == AddressKind::current) {
        reader.fail("no such kind '" + name + "'; there are former, merged, seen");
    }
    rule.kind = *kind;
    rule.members = member_names(reader, reader.text("member"));
    rule.row_date = reader.text("row_date");
    rule.mapped_field = reader.text("mapped_field");
    rule.conditions = reader.conditions("where");
    reader.finish();
    if ((action == Action::rewrite) != !rule.members.empty()) {
        reader.fail("'member' belongs to the action rewrite, which needs it");
    }
    if (!rule.conditions.empty() && (action == Action::rewrite || action == Action::hash)) {
        reader.fail("'where' is not for the actions rewrite and hash");
    }
    if (!rule.row_date.empty() && action == Action::hash) {
        reader.fail("'row_date' is not for the action hash");
    }
    return rule;
}

// "id", "contact.id", "fields.*.*.id", ".id", "id:number": see content/rewrite.h.
bool is_member_name(std::string_view text) {
    if (text.starts_with('.')) text.remove_prefix(1);
    if (text.ends_with(":number")) text.remove_suffix(sizeof(":number") - 1);
    return !text.empty() && !text.starts_with('.') && !text.ends_with('.') && !text.ends_with('*') &&
           text.find("..") == std::string_view::npos;
}

ColumnRule read_column(const toml::table& table, const std::string& file, const std::string& where) {
    MapReader reader(table, file, where);
    ColumnRule rule;
    const std::string action = reader.text("action", true);
    const auto known = action_from_name(action);
    if (!known) {
        reader.fail("no such action '" + action +
                    "'; there are keep, field, hash, delete, empty_array, strip_query, new_random, "
                    "set_flag, unschedule, anonymous_ip, rewrite, follows");
    }
    rule.action = *known;
    rule.why = reader.text("why", true);
    rule.identifies = reader.flag("identifies");
    const std::string normalise = reader.text("normalise");
    if (!normalise.empty() && normalise != "email") reader.fail("'normalise' can only be \"email\"");
    if (normalise == "email") rule.normalisation = policy::Normalisation::email;
    const std::string search = reader.text("search");
    if (!search.empty() && search != "all" && search != "strong") {
        reader.fail("'search' must be \"all\" or \"strong\"");
    }
    rule.search = search == "strong" ? Search::strong : Search::all;
    rule.keep_members = reader.texts("keep_members");
    for (const std::string& member : rule.keep_members) {
        if (!is_member_name(member)) reader.fail("'keep_members': '" + member + "' names no member");
    }
    rule.format = reader.text("format");
    if (!rule.format.empty() && rule.format != "php" && rule.format != "json" && rule.format != "json_zlib") {
        reader.fail("'format' must be \"php\", \"json\" or \"json_zlib\"");
    }
    if (rule.action != Action::rewrite && (!rule.keep_members.empty() || !rule.format.empty())) {
        reader.fail("'keep_members' and 'format' belong to the action rewrite only");
    }
    rule.switch_name = read_switch(reader);
    rule.address = read_address(reader, file, where, rule.action);
    reader.finish();
    return rule;
}

Tie::Kind tie_kind(const MapReader& reader, const std::string& name) {
    if (const auto kind = tie_kind_names.value_of(name)) return *kind;
    reader.fail("no such tie '" + name +
                "'; there are contact, column, parent, shared, part, text, none, undecided");
}

// Each kind of tie needs its own keys and no other's.
void check_tie(const MapReader& reader, const Tie& tie) {
    const std::string name = std::string("a tie of kind ") + name_of(tie.kind);
    const auto check = [&](bool wanted, bool there, const char* keys) {
        if (wanted != there) reader.fail(name + (wanted ? " needs " : " has no ") + keys);
    };
    const bool is_text = tie.kind == Tie::Kind::text;
    const bool finds_none = tie.kind == Tie::Kind::none || tie.kind == Tie::Kind::undecided;
    check(!is_text && !finds_none, !tie.column.empty(), "'column'");
    const bool is_part = tie.kind == Tie::Kind::part;
    check(tie.kind == Tie::Kind::parent || is_part, !tie.parent.empty(), "'parent'");
    check(tie.kind == Tie::Kind::parent, !tie.parent_column.empty(), "'parent_column'");
    check(tie.kind == Tie::Kind::shared, !tie.through.empty(), "'through'");
    check(is_text, !tie.text_columns.empty(), "'text_columns'");
    if (tie.kind != Tie::Kind::shared && !tie.others.empty()) reader.fail(name + " has no 'others'");
    if (tie.kind != Tie::Kind::parent && tie.gone_contacts) reader.fail(name + " has no 'gone_contacts'");
    if (tie.kind != Tie::Kind::parent && !tie.form_column.empty())
        reader.fail(name + " has no 'form_column'");
    if (tie.kind != Tie::Kind::column && tie.leftovers != Leftovers::none) {
        reader.fail(name + " has no 'leftovers'");
    }
    if (tie.leftovers == Leftovers::none && !tie.row_constant.empty()) {
        reader.fail("'row_constant' is for a tie with 'leftovers'");
    }
    if (tie.kind != Tie::Kind::column && !tie.gone_contacts && tie.parent_date.empty() &&
        !tie.row_date.empty()) {
        reader.fail("'row_date' is for a tie of kind column, or with 'gone_contacts' or 'parent_date'");
    }
    if (!tie.parent_date.empty() &&
        (tie.kind != Tie::Kind::parent || tie.gone_contacts || tie.row_date.empty())) {
        reader.fail("'parent_date' is for a tie of kind parent with 'row_date', without 'gone_contacts'");
    }
    if (!is_text && !tie.mentions.empty()) reader.fail(name + " has no 'mentions'");
    if (!is_text && !tie.orphans_of.empty()) reader.fail(name + " has no 'orphans_of'");
    if (!is_text && tie.messages != Messages::all) reader.fail(name + " has no 'messages'");
    if (!is_text && !tie.visitors.empty()) reader.fail(name + " has no 'visitors'");
    if (!is_text && tie.clicks) reader.fail(name + " has no 'clicks'");
    if (!is_text && !tie.fields.empty()) reader.fail(name + " has no 'fields'");
    if (tie.fields.empty() && tie.comparison != Comparison::exact) {
        reader.fail("'compare' is for a tie with 'fields'");
    }
    const bool needs_text =
        !tie.mentions.empty() || tie.clicks || !tie.visitors.empty() || tie.messages != Messages::all;
    if (!tie.fields.empty() && (needs_text || tie.text_columns == std::vector<std::string>{"*"})) {
        reader.fail(
            "with 'fields' the columns are named, and there is no 'mentions', 'clicks', 'visitors' or "
            "'messages'");
    }
    for (const std::string& mention : tie.mentions) {
        if (!mention.ends_with("{id}")) reader.fail("'mentions': '" + mention + "' must end with {id}");
    }
}

}  // namespace

std::vector<EntryColumn> entry_columns(MapReader& reader, std::string_view key) {
    std::vector<EntryColumn> columns;
    for (const std::string& text : reader.texts(key)) {
        const auto dot = text.rfind('.');
        if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
            reader.fail("'" + std::string(key) + "': '" + text +
                        "' must be an entry and a column, \"page_hits.ip_id\"");
        }
        columns.push_back({text.substr(0, dot), text.substr(dot + 1)});
    }
    return columns;
}

namespace {

Leftovers read_leftovers(MapReader& reader) {
    const std::string leftovers = reader.text("leftovers");
    if (leftovers.empty()) return Leftovers::none;
    if (leftovers == "lost_contact") return Leftovers::lost_contact;
    if (leftovers == "after_a_day") return Leftovers::after_a_day;
    if (leftovers == "also_merged") return Leftovers::also_merged;
    reader.fail("'leftovers' must be \"lost_contact\", \"after_a_day\" or \"also_merged\"");
}

Messages read_messages(MapReader& reader) {
    const std::string messages = reader.text("messages");
    if (messages.empty()) return Messages::all;
    if (messages == "own_mails") return Messages::own_mails;
    if (messages == "no_mails_to_others") return Messages::no_mails_to_others;
    if (messages == "own_webhooks") return Messages::own_webhooks;
    reader.fail("'messages' must be \"own_mails\", \"no_mails_to_others\" or \"own_webhooks\"");
}

Comparison read_comparison(MapReader& reader) {
    const std::string comparison = reader.text("compare");
    if (comparison.empty()) return Comparison::exact;
    if (comparison == "telephone") return Comparison::telephone;
    reader.fail("'compare' can only be \"telephone\"");
}

Tie read_tie(const toml::table& table, const std::string& file, const std::string& where) {
    MapReader reader(table, file, where + ": tie");
    Tie tie;
    tie.kind = tie_kind(reader, reader.text("kind", true));
    tie.column = reader.text("column");
    tie.parent = reader.text("parent");
    tie.parent_column = reader.text("parent_column");
    tie.gone_contacts = reader.flag("gone_contacts");
    tie.parent_date = reader.text("parent_date");
    tie.form_column = reader.text("form_column");
    tie.leftovers = read_leftovers(reader);
    tie.row_date = reader.text("row_date");
    tie.row_constant = reader.text("row_constant");
    tie.conditions = reader.conditions("where");
    tie.exceptions = reader.conditions("except");
    tie.through = entry_columns(reader, "through");
    tie.others = entry_columns(reader, "others");
    tie.text_columns = reader.texts("text_columns");
    tie.mentions = reader.texts("mentions");
    tie.orphans_of = reader.text("orphans_of");
    tie.messages = read_messages(reader);
    tie.visitors = reader.text("visitors");
    tie.clicks = reader.flag("clicks");
    tie.fields = reader.texts("fields");
    tie.comparison = read_comparison(reader);
    reader.finish();
    check_tie(reader, tie);
    return tie;
}

void read_columns(TableEntry& entry, const toml::table& columns, const std::string& file,
                  const MapReader& reader) {
    for (const auto& [name, node] : columns) {
        const std::string column(name.str());
        if (column != "*" && !is_name(column)) reader.fail(&node, "'" + column + "' is not a column name");
        if (!node.is_table()) reader.fail(&node, "column '" + column + "' must be { action = …, why = … }");
        const std::string where = "table '" + entry.key() + "', column '" + column + "'";
        ColumnRule rule = read_column(*node.as_table(), file, where);
        if (rule.action == Action::field && !entry.contact_fields) {
            reader.fail(&node, "column '" + column + "': the action field needs contact_fields = true");
        }
        entry.columns.emplace(column, std::move(rule));
    }
}

// "same_columns_as": the rules of an entry above, for another way in which rows of its table are tied.
void copy_columns(TableEntry& entry, const DataMap& map, const std::string& source, const MapReader& reader) {
    if (source.empty()) return;
    const TableEntry* other = map.find(source);
    if (other == nullptr) reader.fail("'same_columns_as': there is no entry '" + source + "' above");
    for (const auto& [column, rule] : other->columns) {
        if (rule.action != Action::field) entry.columns.emplace(column, rule);
    }
}

TableEntry read_entry(const toml::table& table, const std::string& file, const DataMap& map) {
    TableEntry entry;
    const auto name = table["name"].value_or<std::string>("?");
    MapReader reader(table, file, "table '" + name + "'");
    entry.table = reader.text("name", true);
    entry.table_is_pattern = entry.table.ends_with('*');
    const std::string_view bare =
        std::string_view(entry.table).substr(0, entry.table.size() - (entry.table_is_pattern ? 1 : 0));
    if (!is_name(bare)) reader.fail("'" + entry.table + "' is not a table name");
    entry.has_prefix = !reader.flag("without_prefix");
    entry.may_have_prefix_twice = reader.flag("prefix_twice");
    entry.part = reader.text("part");
    entry.switch_name = read_switch(reader);
    entry.why = reader.text("why", true);
    entry.contact_fields = reader.flag("contact_fields");
    const std::string rows = reader.text("rows");
    if (!rows.empty() && rows != "delete") reader.fail("'rows' can only be \"delete\"");
    entry.delete_rows = rows == "delete";
    const std::string when = reader.text("when");
    if (!when.empty() && when != "later") reader.fail("'when' can only be \"later\"");
    entry.later = when == "later";
    const toml::table* tie = reader.table("tie");
    if (tie == nullptr) reader.fail("'tie' is missing");
    entry.tie = read_tie(*tie, file, "table '" + entry.key() + "'");
    if (const toml::table* columns = reader.table("columns")) read_columns(entry, *columns, file, reader);
    copy_columns(entry, map, reader.text("same_columns_as"), reader);
    reader.finish();
    if (entry.later && entry.tie.kind != Tie::Kind::column) {
        reader.fail("'when' belongs to a tie of kind column");
    }
    if (!entry.tie.orphans_of.empty() && !entry.table_is_pattern) {
        reader.fail("'orphans_of' belongs to a table name that ends in '*'");
    }
    if (!entry.tie.form_column.empty() && !entry.table_is_pattern) {
        reader.fail("'form_column' belongs to a table name that ends in '*'");
    }
    if (entry.delete_rows && !entry.tie.visitors.empty()) {
        reader.fail("of rows of visitors texts are changed, the rows are never deleted");
    }
    if (entry.may_have_prefix_twice && !entry.has_prefix) {
        reader.fail("'prefix_twice' and 'without_prefix' are the contrary of each other");
    }
    if (entry.tie.kind == Tie::Kind::undecided && (entry.delete_rows || !entry.columns.empty())) {
        reader.fail("of rows that are undecided nothing is changed");
    }
    if (entry.delete_rows && entry.tie.kind == Tie::Kind::contact) {
        reader.fail("the contact's own row is never deleted");
    }
    return entry;
}

// An entry that rows of another one hang on is known and tied by an index itself.
void check_parent(const DataMap& map, const TableEntry& entry, const std::string& parent_key,
                  const std::string& where) {
    const TableEntry* parent = map.find(parent_key);
    if (parent == nullptr) {
        throw ConfigurationError(where + "its parent '" + parent_key + "' is not in the map");
    }
    if (parent == &entry || (parent->tie.kind != Tie::Kind::column && parent->tie.kind != Tie::Kind::parent &&
                             parent->tie.kind != Tie::Kind::contact)) {
        throw ConfigurationError(where + "its parent '" + parent_key +
                                 "' is not tied to a contact by an index");
    }
}

// The shared rows are known before their parts are looked for. The column by which others refer to them names
// them for the parts, too.
void check_part(const DataMap& map, TableEntry& entry, const std::string& where) {
    const TableEntry* whole = map.find(entry.tie.parent);
    if (whole == nullptr) {
        throw ConfigurationError(where + "its parent '" + entry.tie.parent + "' is not in the map");
    }
    if (whole->tie.kind != Tie::Kind::shared) {
        throw ConfigurationError(where + "its parent '" + entry.tie.parent + "' has no tie of kind shared");
    }
    entry.tie.parent_column = whole->tie.column;
}

// A chain of parents ends at an entry that has none; every parent is known to be in the map.
void check_chain(const DataMap& map, const TableEntry& entry, const std::string& where) {
    const TableEntry* link = &entry;
    for (std::size_t steps = 0; !link->tie.parent.empty(); ++steps) {
        if (steps == map.entries.size()) throw ConfigurationError(where + "its parents go in a circle");
        link = map.find(link->tie.parent);
    }
}

void check_parents(DataMap& map, const std::string& file) {
    std::set<std::string> seen;
    for (TableEntry& entry : map.entries) {
        const std::string where = file + ": table '" + entry.key() + "': ";
        if (!seen.insert(entry.key()).second) throw ConfigurationError(where + "is in the map twice");
        if (entry.tie.kind == Tie::Kind::part) {
            check_part(map, entry, where);
        } else if (!entry.tie.parent.empty()) {
            check_parent(map, entry, entry.tie.parent, where);
        }
        for (const EntryColumn& source : entry.tie.through) {
            const TableEntry* of_text = map.find(source.entry);
            const bool is_of_text = of_text != nullptr && of_text->tie.kind == Tie::Kind::text;
            if (!is_of_text) check_parent(map, entry, source.entry, where);
        }
    }
    for (const TableEntry& entry : map.entries) {
        check_chain(map, entry, file + ": table '" + entry.key() + "': ");
    }
}

}  // namespace

void add_entries(DataMap& map, const toml::table& root, const std::string& name, TableEntry::Origin origin) {
    MapReader reader(root, name, "data map");
    if (reader.number("format", 1, 1'000) != DataMap::format) {
        reader.fail("'format' must be " + std::to_string(DataMap::format));
    }
    const toml::array* tables = root["table"].as_array();
    if (tables == nullptr || tables->empty()) reader.fail("there is no [[table]]");
    for (const auto& node : *tables) {
        if (!node.is_table()) reader.fail(&node, "'table' must be [[table]] entries");
        map.entries.push_back(read_entry(*node.as_table(), name, map));
        map.entries.back().origin = origin;
    }
    for (const auto& [key, node] : root) {
        const bool is_head = key.str() == "plugin" && origin == TableEntry::Origin::plugin;
        if (key.str() != "format" && key.str() != "table" && !is_head) {
            reader.fail(&node, "unknown key '" + std::string(key.str()) + "'");
        }
    }
    check_parents(map, name);
    const auto own_rows = std::count_if(map.entries.begin(), map.entries.end(), [](const TableEntry& entry) {
        return entry.tie.kind == Tie::Kind::contact;
    });
    if (own_rows != 1) reader.fail("exactly one table must have a tie of kind contact");
}

}  // namespace gdprd::mautic
