#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "mautic/data_map.h"
#include "mautic/map_reader.h"

namespace gdprd::mautic {

namespace {

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

ColumnRule read_column(const toml::table& table, const std::string& file, const std::string& where) {
    MapReader reader(table, file, where);
    ColumnRule rule;
    const std::string action = reader.text("action", true);
    const auto known = action_from_name(action);
    if (!known) {
        reader.fail("no such action '" + action +
                    "'; there are keep, field, hash, delete, empty_array, strip_query, new_random, "
                    "anonymous_ip, rewrite, follows");
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
    if (!rule.keep_members.empty() && rule.action != Action::rewrite) {
        reader.fail("'keep_members' belongs to the action rewrite only");
    }
    reader.finish();
    return rule;
}

Tie::Kind tie_kind(const MapReader& reader, const std::string& name) {
    for (const auto kind : {Tie::Kind::contact, Tie::Kind::column, Tie::Kind::parent, Tie::Kind::shared,
                            Tie::Kind::text, Tie::Kind::none}) {
        if (name == name_of(kind)) return kind;
    }
    reader.fail("no such tie '" + name + "'; there are contact, column, parent, shared, text, none");
}

// Each kind of tie needs its own keys and no other's.
void check_tie(const MapReader& reader, const Tie& tie) {
    const bool has_column = !tie.column.empty();
    const bool has_parent = !tie.parent.empty() && !tie.parent_column.empty();
    const bool wants_parent = tie.kind == Tie::Kind::parent || tie.kind == Tie::Kind::shared;
    const bool wants_column = wants_parent || tie.kind == Tie::Kind::contact || tie.kind == Tie::Kind::column;
    const std::string name = std::string("a tie of kind ") + name_of(tie.kind);
    if (wants_column != has_column) reader.fail(name + (wants_column ? " needs" : " has no") + " 'column'");
    if (wants_parent != has_parent) {
        reader.fail(name + (wants_parent ? " needs" : " has no") + " 'parent' and 'parent_column'");
    }
    if ((tie.kind == Tie::Kind::shared) == tie.referenced_by.empty()) {
        reader.fail("'referenced_by' belongs to a tie of kind shared, and only to that");
    }
    const bool is_text = tie.kind == Tie::Kind::text;
    if (is_text == tie.text_columns.empty() || is_text == (tie.newest_rows == 0)) {
        reader.fail("'text_columns' and 'newest_rows' belong to a tie of kind text, and only to that");
    }
    if (!tie.encoding.empty() && tie.encoding != "plain" && tie.encoding != "zlib") {
        reader.fail("'encoding' must be \"plain\" or \"zlib\"");
    }
}

Tie read_tie(const toml::table& table, const std::string& file, const std::string& where) {
    MapReader reader(table, file, where + ": tie");
    Tie tie;
    tie.kind = tie_kind(reader, reader.text("kind", true));
    tie.column = reader.text("column");
    tie.parent = reader.text("parent");
    tie.parent_column = reader.text("parent_column");
    tie.conditions = reader.conditions("where");
    tie.exceptions = reader.conditions("except");
    tie.referenced_by = reader.texts("referenced_by");
    tie.text_columns = reader.texts("text_columns");
    tie.encoding = reader.text("encoding");
    tie.newest_rows = static_cast<std::size_t>(reader.number("newest_rows", 1, 10'000'000));
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

TableEntry read_entry(const toml::table& table, const std::string& file) {
    TableEntry entry;
    const auto name = table["name"].value_or<std::string>("?");
    MapReader reader(table, file, "table '" + name + "'");
    entry.table = reader.text("name", true);
    entry.table_is_pattern = entry.table.ends_with('*');
    const std::string_view bare =
        std::string_view(entry.table).substr(0, entry.table.size() - (entry.table_is_pattern ? 1 : 0));
    if (!is_name(bare)) reader.fail("'" + entry.table + "' is not a table name");
    entry.part = reader.text("part");
    entry.why = reader.text("why", true);
    entry.contact_fields = reader.flag("contact_fields");
    const std::string rows = reader.text("rows");
    if (!rows.empty() && rows != "delete") reader.fail("'rows' can only be \"delete\"");
    entry.delete_rows = rows == "delete";
    const toml::table* tie = reader.table("tie");
    if (tie == nullptr) reader.fail("'tie' is missing");
    entry.tie = read_tie(*tie, file, "table '" + entry.key() + "'");
    if (const toml::table* columns = reader.table("columns")) read_columns(entry, *columns, file, reader);
    reader.finish();
    if (entry.delete_rows && entry.tie.kind == Tie::Kind::contact) {
        reader.fail("the contact's own row is never deleted");
    }
    return entry;
}

// Has this entry, once carried out, cut the column its children are found by?
bool changes_column(const TableEntry& entry, const std::string& column) {
    const ColumnRule* rule = entry.rule_for(column);
    return rule != nullptr && rule->action != Action::keep && rule->action != Action::follows;
}

// Parents are known, tied themselves, and still there when their children are looked for.
void check_parents(const DataMap& map, const std::string& file) {
    std::set<std::string> seen;
    std::set<std::string> deleted;
    for (const TableEntry& entry : map.entries) {
        const std::string where = file + ": table '" + entry.key() + "': ";
        if (!seen.insert(entry.key()).second) throw ConfigurationError(where + "is in the map twice");
        if (!entry.tie.parent.empty()) {
            const TableEntry* parent = map.find(entry.tie.parent);
            if (parent == nullptr) {
                throw ConfigurationError(where + "its parent '" + entry.tie.parent + "' is not in the map");
            }
            if (parent->tie.kind == Tie::Kind::text || parent->tie.kind == Tie::Kind::none ||
                parent->tie.kind == Tie::Kind::shared || parent == &entry) {
                throw ConfigurationError(where + "its parent '" + entry.tie.parent +
                                         "' is not tied to a contact by an index");
            }
            if (deleted.contains(entry.tie.parent)) {
                throw ConfigurationError(
                    where + "comes after the rows of its parent '" + entry.tie.parent + "' were deleted",
                    "Move it before its parent");
            }
            if (seen.contains(entry.tie.parent) && changes_column(*parent, entry.tie.parent_column)) {
                throw ConfigurationError(where + "comes after '" + entry.tie.parent_column +
                                             "' of its parent '" + entry.tie.parent + "' was changed",
                                         "Move it before its parent");
            }
        }
        if (entry.delete_rows) deleted.insert(entry.key());
    }
}

}  // namespace

DataMap parse_data_map(const std::string& text, const std::string& name) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        throw ConfigurationError(name + ":" + std::to_string(error.source().begin.line) + ": " +
                                 std::string(error.description()));
    }
    MapReader reader(root, name, "data map");
    if (reader.number("format", 1, 1'000) != DataMap::format) {
        reader.fail("'format' must be " + std::to_string(DataMap::format));
    }
    DataMap map;
    map.digest = sha256_hex(text);
    const toml::array* tables = root["table"].as_array();
    if (tables == nullptr || tables->empty()) reader.fail("there is no [[table]]");
    for (const auto& node : *tables) {
        if (!node.is_table()) reader.fail(&node, "'table' must be [[table]] entries");
        map.entries.push_back(read_entry(*node.as_table(), name));
    }
    for (const auto& [key, node] : root) {
        if (key.str() != "format" && key.str() != "table") {
            reader.fail(&node, "unknown key '" + std::string(key.str()) + "'");
        }
    }
    check_parents(map, name);
    const auto own_rows = std::count_if(map.entries.begin(), map.entries.end(), [](const TableEntry& entry) {
        return entry.tie.kind == Tie::Kind::contact;
    });
    if (own_rows != 1) reader.fail("exactly one table must have a tie of kind contact");
    return map;
}

DataMap load_data_map(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
        throw ConfigurationError("data map " + file.string() + ": cannot be read",
                                 "Set [mautic] data_map to the contact-data.toml that came with the program");
    }
    return parse_data_map(text.str(), file.string());
}

}  // namespace gdprd::mautic
