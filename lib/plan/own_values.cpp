#include "plan/own_values.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "discovery/column_evidence.h"
#include "mautic/entry_tables.h"

namespace gdprd::plan {

using mautic::Column;
using mautic::Comparison;
using mautic::Table;
using mautic::TableEntry;

namespace {

// Which columns may hold a telephone number, beside those of the fields.
enum class Others { none, telephones, all };

// A telephone number of ten digits and its country need not fit: nine digits tell a subscriber.
bool is_long_number(const Column& column) {
    return column.data_type == "int" || column.data_type == "bigint" || column.data_type == "double" ||
           column.data_type == "decimal";
}

HeldColumn held_column(const Column& column, bool is_field) {
    using Type = HeldColumn::Type;
    const Type number = column.data_type == "double" ? Type::approximate : Type::number;
    return {column.name, is_long_number(column) ? number : Type::text, is_field};
}

bool may_hold(const Table& table, const Column& column, Others others) {
    if (others == Others::none || !(column.is_text() || is_long_number(column))) return false;
    const bool is_key = table.is_in_primary_key(column.name) || table.is_foreign_key(column.name);
    if (is_key && !column.is_text()) return false;
    return others == Others::all || discovery::names_a_telephone(column);
}

void add_holders(Step& step, const Table& table, Holders holders, const std::set<std::string>& fields,
                 Others others) {
    holders.real_table = table.real_name;
    for (const Column& column : table.columns) {
        if (column.name == holders.contact) continue;
        const bool is_field = fields.contains(column.name);
        if (is_field || may_hold(table, column, others))
            holders.columns.push_back(held_column(column, is_field));
    }
    if (!holders.columns.empty()) step.holders.push_back(std::move(holders));
}

// Whose a row of the entry is, where it says so itself or the row does that it hangs on.
std::optional<Holders> holders_of(const TableEntry& entry, const Table& table, const mautic::DataMap& map,
                                  const mautic::Schema& schema) {
    const mautic::Tie& tie = entry.tie;
    if (table.find(tie.column) == nullptr) return std::nullopt;
    Holders holders;
    if (tie.kind == mautic::Tie::Kind::column) {
        holders.contact = tie.column;
        return holders;
    }
    const TableEntry* parent = tie.kind == mautic::Tie::Kind::parent ? map.find(tie.parent) : nullptr;
    if (parent == nullptr || parent->tie.kind != mautic::Tie::Kind::column) return std::nullopt;
    const Table* parents = mautic::table_of(*parent, schema);
    if (parents == nullptr || parents->find(tie.parent_column) == nullptr ||
        parents->find(parent->tie.column) == nullptr)
        return std::nullopt;
    holders.holder = Holder{tie.column, parents->real_name, tie.parent_column, parent->tie.column};
    return holders;
}

bool is_known(const Step& step, const Table& table, const Holders& holders) {
    return std::any_of(step.holders.begin(), step.holders.end(), [&](const Holders& known) {
        if (known.real_table != table.real_name || known.contact != holders.contact) return false;
        if (!known.holder || !holders.holder) return known.holder.has_value() == holders.holder.has_value();
        return known.holder->column == holders.holder->column &&
               known.holder->real_table == holders.holder->real_table;
    });
}

// What was typed into forms, and tables with one value of one contact's field a row, hold anything.
Others others_of(const TableEntry& entry, const Table& table) {
    const bool holds_anything = entry.table_is_pattern || table.find("lead_field_id") != nullptr;
    return holds_anything ? Others::all : Others::telephones;
}

// The table's own rows that say whose they are, and for a telephone number all described tables in which one
// may stand beside a contact.
void add_described(Step& step, const Table& own, const mautic::DataMap& map, const mautic::Schema& schema) {
    const bool is_telephone = step.tie.comparison == Comparison::telephone;
    const std::set<std::string> fields(step.text_columns.begin(), step.text_columns.end());
    for (const TableEntry& entry : map.entries) {
        for (const Table* table : mautic::tables_of(entry, schema)) {
            const bool is_own = table->real_name == own.real_name;
            if (!is_own && !is_telephone) continue;
            if (table->is_on_another_server() || table->stores_nothing()) continue;
            auto holders = holders_of(entry, *table, map, schema);
            if (!holders || is_known(step, *table, *holders)) continue;
            holders->is_bounded = !step.is_indexed;
            add_holders(step, *table, std::move(*holders), fields,
                        is_telephone ? others_of(entry, *table) : Others::none);
        }
    }
}

}  // namespace

std::string resolve_own_values(Step& step, const Table& table, const mautic::DataMap& map,
                               const mautic::Schema& schema) {
    if (step.tie.fields.empty()) return {};
    const Table* contacts = schema.find("leads");
    if (contacts == nullptr) return "this database has no table leads";
    for (const std::string& field : step.tie.fields) {
        if (contacts->find(field) != nullptr) step.fields.push_back(field);
    }
    if (step.fields.empty()) {
        return "this database has no column leads." + join(step.tie.fields, " or leads.");
    }
    const bool is_telephone = step.tie.comparison == Comparison::telephone;
    step.is_indexed = !is_telephone && step.text_columns.size() == 1 &&
                      std::find(table.leading_index_columns.begin(), table.leading_index_columns.end(),
                                step.text_columns.front()) != table.leading_index_columns.end();
    add_described(step, table, map, schema);
    std::set<std::string> others(step.fields.begin(), step.fields.end());
    if (is_telephone) {
        others.insert({"phone", "mobile", "fax"});
        for (const mautic::ContactField& field : schema.contact_fields) {
            if (field.type == "tel") others.insert(field.alias);
        }
        if (const Table* companies = schema.find("companies"))
            add_holders(step, *companies, {}, {"companyphone", "companyfax"}, Others::all);
    }
    Holders of_contacts;
    of_contacts.contact = "id";
    add_holders(step, *contacts, std::move(of_contacts), others, is_telephone ? Others::all : Others::none);
    return {};
}

}  // namespace gdprd::plan
