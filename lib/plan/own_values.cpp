#include "plan/own_values.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace gdprd::plan {

using mautic::Table;

namespace {

void add_holders(Step& step, const Table* table, const std::string& contact,
                 const std::set<std::string>& columns, bool in_texts) {
    if (table == nullptr) return;
    Holders holders{table->real_name, contact, {}, {}};
    for (const mautic::Column& column : table->columns) {
        if (columns.contains(column.name)) {
            holders.columns.push_back(column.name);
        } else if (in_texts && column.is_text()) {
            holders.texts.push_back(column.name);
        }
    }
    if (!holders.columns.empty() || !holders.texts.empty()) step.holders.push_back(std::move(holders));
}

}  // namespace

std::string resolve_own_values(Step& step, const Table& table, const mautic::Schema& schema) {
    if (step.tie.fields.empty()) return {};
    const Table* contacts = schema.find("leads");
    if (contacts == nullptr) return "this database has no table leads";
    for (const std::string& field : step.tie.fields) {
        if (contacts->find(field) != nullptr) step.fields.push_back(field);
    }
    if (step.fields.empty()) {
        return "this database has no column leads." + join(step.tie.fields, " or leads.");
    }
    std::set<std::string> others(step.fields.begin(), step.fields.end());
    const bool is_telephone = step.tie.comparison == mautic::Comparison::telephone;
    if (is_telephone) {
        others.insert({"phone", "mobile", "fax"});
        for (const mautic::ContactField& field : schema.contact_fields) {
            if (field.type == "tel") others.insert(field.alias);
        }
        add_holders(step, schema.find("companies"), "", {"companyphone", "companyfax"}, true);
    }
    add_holders(step, contacts, "id", others, is_telephone);
    step.is_indexed = !is_telephone && step.text_columns.size() == 1 &&
                      std::find(table.leading_index_columns.begin(), table.leading_index_columns.end(),
                                step.text_columns.front()) != table.leading_index_columns.end();
    return {};
}

}  // namespace gdprd::plan
