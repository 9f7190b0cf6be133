#include "plan/tie_resolution.h"

#include <algorithm>

#include "mautic/column_name.h"
#include "mautic/entry_tables.h"
#include "plan/own_values.h"
#include "plan/referring_keys.h"

namespace gdprd::plan {

using mautic::Table;
using mautic::Tie;

namespace {

std::string missing_column(const Table& table, const std::string& column) {
    return "this database has no column " + table.name + "." + column;
}

// "" when the table has all the columns that the tie's own conditions name.
std::string missing_in(const Table& table, const Tie& tie) {
    for (const auto* conditions : {&tie.conditions, &tie.exceptions}) {
        for (const auto& condition : *conditions) {
            if (table.find(condition.column) == nullptr) return missing_column(table, condition.column);
        }
    }
    for (const std::string* column : {&tie.column, &tie.visitors}) {
        if (!column->empty() && table.find(*column) == nullptr) return missing_column(table, *column);
    }
    return {};
}

bool starts_an_index(const Table& table, const std::string& column) {
    const auto& indexed = table.leading_index_columns;
    return std::find(indexed.begin(), indexed.end(), column) != indexed.end();
}

// Rows are found through the tie's column, or through a condition that some index begins with.
void warn_without_index(const Table& table, const Tie& tie, std::vector<std::string>& warnings) {
    if (starts_an_index(table, tie.column)) return;
    for (const auto& condition : tie.conditions) {
        if (starts_an_index(table, condition.column)) return;
    }
    warnings.push_back(table.real_name + " has no index on " + tie.column +
                       ": every erasure reads the whole table. Add one");
}

// A number and a text are compared as floating point: '7', '07', '7.0' and '7,8' are the same then, and three
// of them are somebody else's. The types decide, so two numbers, or two texts, whose bytes are compared.
std::string incomparable(const Table& table, const mautic::Column& column, const Table& other_table,
                         const mautic::Column& other) {
    const auto is_plain_text = [](const mautic::Column& one) {
        return one.is_text() && one.data_type != "json" && one.data_type != "enum" && one.data_type != "set";
    };
    if (column.is_integer() && other.is_integer()) return {};
    if (is_plain_text(column) && is_plain_text(other)) return {};
    if (column.is_binary() && other.is_binary()) return {};
    return table.name + "." + column.name + " is " + column.column_type + " and " + other_table.name + "." +
           other.name + " is " + other.column_type +
           ": a number and a text, or values that are not exact, cannot be compared for certain";
}

// `column` holds ids of contacts.
std::string incomparable_with_contacts(const Table& table, const std::string& column,
                                       const mautic::Schema& schema) {
    const Table* contacts = schema.find("leads");
    const mautic::Column* id = contacts == nullptr ? nullptr : contacts->find("id");
    const mautic::Column* own = table.find(column);
    return id == nullptr || own == nullptr ? std::string() : incomparable(table, *own, *contacts, *id);
}

void compare_as(const mautic::Column& column, Link& link) {
    const bool differ =
        !column.collation.empty() && !link.own_collation.empty() && column.collation != link.own_collation;
    if (differ) link.next_collation = column.collation;
}

// `column` of `table` is what the end of the chain is compared with.
void compare_with_end(const mautic::DataMap& map, const mautic::Schema& schema, std::vector<Link>& chain,
                      const Table& table, const std::string& column, std::string& why_not) {
    const Table& end = *mautic::table_of(*map.find(chain.back().entry), schema);
    const mautic::Column& own = *table.find(column);
    if (why_not.empty()) why_not = incomparable(table, own, end, *end.find(chain.back().next_column));
    compare_as(own, chain.back());
}

// The chain that ends in `next_column` of the entry's rows. Returns what is missing.
std::string build_chain(const mautic::DataMap& map, const mautic::Schema& schema,
                        const std::string& entry_key, const std::string& next_column,
                        std::vector<Link>& chain, std::string& why_not) {
    const mautic::TableEntry& entry = *map.find(entry_key);
    const Table* table = mautic::table_of(entry, schema);
    if (table == nullptr) return "this database has no table " + entry.table;
    if (std::string missing = missing_in(*table, entry.tie); !missing.empty()) return missing;
    if (table->find(next_column) == nullptr) return missing_column(*table, next_column);
    if (entry.tie.kind == Tie::Kind::parent) {
        std::string missing =
            build_chain(map, schema, entry.tie.parent, entry.tie.parent_column, chain, why_not);
        if (!missing.empty()) return missing;
        compare_with_end(map, schema, chain, *table, entry.tie.column, why_not);
    } else if (why_not.empty()) {
        why_not = incomparable_with_contacts(*table, entry.tie.column, schema);
    }
    Link link;
    link.own_collation = table->find(next_column)->collation;
    link.entry = entry_key;
    link.real_table = table->real_name;
    link.tie_column = entry.tie.column;
    link.next_column = next_column;
    link.next_is_text = table->find(next_column)->is_text();
    link.by_value =
        entry.tie.kind == Tie::Kind::contact && !mautic::is_same_column(next_column, entry.tie.column);
    link.conditions = entry.tie.conditions;
    link.exceptions = entry.tie.exceptions;
    chain.push_back(std::move(link));
    return {};
}

void add_reference(Step& step, const Reference& reference) {
    auto& known = step.references;
    if (std::find(known.begin(), known.end(), reference) == known.end()) known.push_back(reference);
}

// A table the map lists as holding nothing about contacts, like the companies of a project.
bool is_about_nobody(const mautic::DataMap& map, const std::string& table) {
    const mautic::TableEntry* entry = map.find(table);
    return entry != nullptr && entry->tie.kind == Tie::Kind::none;
}

// What is a part of the rows is no one else who needs them; where the rows go, only if it goes before them.
bool is_part_of(const mautic::DataMap& map, const Step& step, const std::string& table,
                const std::string& column) {
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const mautic::TableEntry& entry) {
        return entry.tie.kind == Tie::Kind::part && entry.tie.parent == step.key() && entry.is_about(table) &&
               mautic::is_same_column(entry.tie.column, column) && (entry.delete_rows || !step.delete_rows) &&
               entry.tie.conditions.empty() && entry.tie.exceptions.empty() && entry.switch_name.empty();
    });
}

// Whoever the map names, and whoever has a foreign key to the table: plugins too. A row that is not deleted
// leaves no reference dangling, so there only those count that speak of somebody else.
void resolve_shared(Step& step, const Table& table, const mautic::DataMap& map, const mautic::Schema& schema,
                    std::string& why_not) {
    for (const auto& source : step.tie.through) {
        if (const auto* entry = map.find(source.entry); entry->tie.kind == Tie::Kind::text) {
            const Table* of_text = mautic::table_of(*entry, schema);
            if (of_text == nullptr || of_text->find(source.column) == nullptr) continue;
            add_reference(step, {of_text->real_name, source.column});
            if (why_not.empty()) {
                why_not = incomparable(table, *table.find(step.tie.column), *of_text,
                                       *of_text->find(source.column));
            }
            step.text_sources.push_back(source);
            continue;
        }
        std::vector<Link> chain;
        if (!build_chain(map, schema, source.entry, source.column, chain, why_not).empty()) continue;
        add_reference(step, {chain.back().real_table, source.column});
        compare_with_end(map, schema, chain, table, step.tie.column, why_not);
        step.chains.push_back(std::move(chain));
    }
    for (const mautic::EntryColumn& other : step.tie.others) {
        const Table* of_others = schema.find(other.entry);
        if (of_others != nullptr && of_others->find(other.column) != nullptr) {
            add_reference(step, {of_others->real_name, other.column});
        }
    }
    for (const ReferringKey& key : keys_to(table, schema)) {
        const bool is_outside = !key.database.empty();
        if (!is_outside && is_part_of(map, step, key.table, key.column)) continue;
        if (!step.delete_rows && !is_outside && is_about_nobody(map, key.table)) continue;
        const bool by_tie = mautic::is_same_column(key.referenced_column, step.tie.column);
        add_reference(step, {key.real_table, key.column, by_tie ? "" : key.referenced_column, key.database});
    }
}

// A table that nobody described may refer to the rows without a key that says so: by a column that is called
// like the map's own ones.
void add_references_by_name(Step& step, const Table& table, const mautic::DataMap& map,
                            const mautic::Schema& schema, std::vector<std::string>& warnings) {
    if (!step.delete_rows) return;
    for (const auto& [name, other] : schema.tables) {
        if (map.knows_table(name, true)) continue;
        for (const mautic::EntryColumn& source : step.tie.through) {
            const mautic::Column* column = other.find(source.column);
            const mautic::Column* number = table.find(step.tie.column);
            if (column == nullptr || number == nullptr) continue;
            if (!incomparable(other, *column, table, *number).empty()) continue;
            add_reference(step, {other.real_name, column->name});
            Tie by_name;
            by_name.column = column->name;
            warn_without_index(other, by_name, warnings);
        }
    }
}

// Keys need one collation, but the map names columns without a key, and a table can be converted while nobody
// checks keys.
void compare_references(Step& step, const Table& table, const mautic::Schema& schema) {
    for (Reference& reference : step.references) {
        const mautic::Column* to =
            table.find(reference.to_column.empty() ? step.tie.column : reference.to_column);
        for (const auto* tables : {&schema.tables, &schema.other_tables}) {
            for (const auto& [name, other] : *tables) {
                if (other.real_name != reference.real_table || !reference.database.empty()) continue;
                const mautic::Column* column = other.find(reference.column);
                const bool differ = to != nullptr && column != nullptr && !to->collation.empty() &&
                                    !column->collation.empty() && column->collation != to->collation;
                if (differ) reference.collation = column->collation;
            }
        }
    }
}

// The parts of a row are found by its number: a text would need to be compared byte by byte. The chains are
// those of the shared rows, for who counts what cannot be carried out.
void resolve_part(Step& step, const Table& table, const mautic::DataMap& map, const mautic::Schema& schema,
                  ResolvedTie& resolved) {
    const mautic::TableEntry& whole = *map.find(step.tie.parent);
    const Table* of_whole = mautic::table_of(whole, schema);
    if (of_whole == nullptr) {
        resolved.missing = "this database has no table " + whole.table;
        return;
    }
    const mautic::Column* number = of_whole->find(whole.tie.column);
    if (number == nullptr) {
        resolved.missing = missing_column(*of_whole, whole.tie.column);
        return;
    }
    Step shared;
    shared.table = of_whole->name;
    shared.part = whole.part;
    shared.tie = whole.tie;
    resolve_shared(shared, *of_whole, map, schema, resolved.incomparable);
    if (shared.chains.empty()) resolved.missing = "nothing of a contact refers to " + whole.table;
    const mautic::Column& own = *table.find(step.tie.column);
    if (!own.is_integer() || !number->is_integer()) {
        resolved.incomparable = table.name + "." + own.name + " is " + own.column_type + " and " +
                                of_whole->name + "." + number->name + " is " + number->column_type +
                                ": parts of a shared row are found by a number";
    }
    for (auto& chain : shared.chains) {
        Link link;
        link.entry = step.tie.parent;
        link.real_table = of_whole->real_name;
        link.tie_column = whole.tie.column;
        link.next_column = whole.tie.column;
        link.conditions = whole.tie.conditions;
        link.exceptions = whole.tie.exceptions;
        chain.push_back(std::move(link));
        step.chains.push_back(std::move(chain));
    }
}

void resolve_text(Step& step, const Table& table) {
    for (const auto& column : table.columns) {
        const auto& wanted = step.tie.text_columns;
        const bool named = std::find(wanted.begin(), wanted.end(), column.name) != wanted.end();
        const bool all =
            wanted.front() == "*" && (column.is_text() || column.is_binary()) && !column.generated;
        if (named || all) step.text_columns.push_back(column.name);
    }
    // Left to itself the server may walk a huge table backwards to find a few rows without a contact.
    for (const auto& condition : step.tie.conditions) {
        const auto index = table.index_on.find(condition.column);
        if (index != table.index_on.end() && (condition.is_null || condition.values.size() == 1)) {
            step.index = index->second;
        }
    }
    if (!step.tie.visitors.empty()) step.index.clear();  // they are among everybody's newest rows
    const auto* key = table.find(step.primary_key);
    const bool has_conditions =
        !step.tie.conditions.empty() || !step.tie.exceptions.empty() || !step.tie.visitors.empty();
    step.newest_by_range = has_conditions && step.index.empty() && key != nullptr && key->is_integer();
}

// Without such a key or column of `leads` nobody can be shown to be nobody known. Returns what is missing.
std::string resolve_visitors(Step& step, const Table& table, const mautic::DataMap& map,
                             const mautic::Schema& schema, std::string& why_not) {
    if (step.tie.visitors.empty()) return {};
    const Table* contacts = schema.find("leads");
    if (contacts == nullptr) return "this database has no table leads";
    if (contacts->find("date_identified") == nullptr) return missing_column(*contacts, "date_identified");
    if (!step.newest_by_range) return "its primary key is not one number";
    why_not = incomparable_with_contacts(table, step.tie.visitors, schema);
    Visitors visitors{contacts->real_name, {}, {}};
    if (const Table* merges = schema.find("contact_merge_records")) visitors.merge_table = merges->real_name;
    for (const auto& [column, rule] : map.find("leads")->columns) {
        if (rule.identifies && contacts->find(column) != nullptr) visitors.identifying.push_back(column);
    }
    // What the site's own fields tell people by: a customer's number makes somebody known, too.
    for (const mautic::ContactField& field : schema.contact_fields) {
        const mautic::Column* column = field.unique_identifier ? contacts->find(field.alias) : nullptr;
        const bool is_new =
            column != nullptr && std::find(visitors.identifying.begin(), visitors.identifying.end(),
                                           column->name) == visitors.identifying.end();
        if (is_new) visitors.identifying.push_back(column->name);
    }
    step.visitors = std::move(visitors);
    return {};
}

// Is there a column of a type that can tell a row from another one?
bool resolve_row_constant(Step& step, const Table& table) {
    const auto usable = [&](const std::string& name) {
        const mautic::Column* column = name.empty() ? nullptr : table.find(name);
        return column == nullptr || column->generated ? nullptr : column;
    };
    const mautic::Column* date = usable(step.tie.row_date);
    const mautic::Column* text = usable(step.tie.row_constant);
    if (date != nullptr && date->data_type == "datetime") step.row_date = date->name;
    step.row_constant_is_date = step.tie.row_constant.empty();
    if (step.row_constant_is_date) {
        step.row_constant = step.row_date;
    } else if (text != nullptr && text->is_text()) {
        step.row_constant = text->name;
    }
    return !step.row_constant.empty();
}

// What is left of deleted contacts is looked for by NULL in the tie's column, in the order of a number that
// names the row.
void resolve_leftovers(Step& step, const Table& table, std::vector<std::string>& warnings) {
    if (step.tie.leftovers == mautic::Leftovers::none) return;
    const auto* key = table.find(step.primary_key);
    const auto index = table.index_on.find(step.tie.column);
    const auto* contact = table.find(step.tie.column);
    const bool has_keys =
        key != nullptr && key->is_integer() && index != table.index_on.end() && contact->is_integer();
    if (!has_keys || !resolve_row_constant(step, table)) {
        step.tie.leftovers = mautic::Leftovers::none;
        warnings.push_back(
            table.real_name + ": what deleted contacts leave behind is not looked for: it takes " +
            (has_keys ? "a DATETIME as 'row_date', or a text as 'row_constant'"
                      : "a primary key of one number and an index on the number in " + step.tie.column));
        return;
    }
    step.index = index->second;
}

constexpr const char* merge_records = "contact_merge_records";

IdHistory id_history_of(const Table& table, const Tie& tie, const mautic::Schema& schema) {
    const auto name_of = [&](const char* name) {
        const Table* found = schema.find(name);
        return found == nullptr ? std::string() : found->real_name;
    };
    const mautic::Column* date = tie.row_date.empty() ? nullptr : table.find(tie.row_date);
    const bool is_date = date != nullptr && date->data_type == "datetime";
    IdHistory history{name_of("leads"), name_of(merge_records), name_of("audit_log"),
                      is_date ? date->name : ""};
    history.is_log = table.real_name == history.log_table;
    return history;
}

// Without both dates every row under the number is the parent's.
void resolve_parent_date(Step& step, const Table& table, const mautic::DataMap& map,
                         const mautic::Schema& schema) {
    const Table* parent = mautic::table_of(*map.find(step.tie.parent), schema);
    const mautic::Column* made = parent == nullptr ? nullptr : parent->find(step.tie.parent_date);
    IdHistory history = id_history_of(table, step.tie, schema);
    if (made == nullptr || made->data_type != "datetime" || history.date_column.empty()) return;
    history.is_log = history.is_log && step.tie.column == "object_id" && table.find("object") != nullptr;
    step.id_history = std::move(history);
}

}  // namespace

ResolvedTie resolve_tie(Step& step, const Table& table, const mautic::DataMap& map,
                        const mautic::Schema& schema) {
    ResolvedTie resolved;
    resolved.missing = missing_in(table, step.tie);
    if (!resolved.missing.empty()) return resolved;
    switch (step.tie.kind) {
        case Tie::Kind::parent: {
            std::vector<Link> chain;
            resolved.missing = build_chain(map, schema, step.tie.parent, step.tie.parent_column, chain,
                                           resolved.incomparable);
            if (resolved.missing.empty()) {
                compare_with_end(map, schema, chain, table, step.tie.column, resolved.incomparable);
            }
            step.chains.push_back(std::move(chain));
            if (step.tie.gone_contacts && resolved.missing.empty()) {
                step.id_history = id_history_of(table, step.tie, schema);
                if (step.chains.front().front().entry != merge_records) step.id_history->merge_table.clear();
            } else if (!step.tie.parent_date.empty() && resolved.missing.empty()) {
                resolve_parent_date(step, table, map, schema);
            }
            break;
        }
        case Tie::Kind::shared:
            resolve_shared(step, table, map, schema, resolved.incomparable);
            add_references_by_name(step, table, map, schema, resolved.warnings);
            compare_references(step, table, schema);
            if (step.chains.empty() && step.text_sources.empty())
                resolved.missing = "nothing of a contact refers to it in this database";
            break;
        case Tie::Kind::part:
            resolve_part(step, table, map, schema, resolved);
            break;
        case Tie::Kind::text:
            resolve_text(step, table);
            if (step.text_columns.empty()) resolved.missing = "this database has none of its text columns";
            if (resolved.missing.empty()) {
                resolved.missing = resolve_visitors(step, table, map, schema, resolved.incomparable);
            }
            if (resolved.missing.empty()) resolved.missing = resolve_own_values(step, table, map, schema);
            return resolved;
        case Tie::Kind::column:
            resolved.incomparable = incomparable_with_contacts(table, step.tie.column, schema);
            if (step.tie.leftovers == mautic::Leftovers::none && !step.tie.row_date.empty()) {
                step.id_history = id_history_of(table, step.tie, schema);
            }
            resolve_leftovers(step, table, resolved.warnings);
            break;
        default:
            break;
    }
    if (resolved.missing.empty()) warn_without_index(table, step.tie, resolved.warnings);
    return resolved;
}

}  // namespace gdprd::plan
