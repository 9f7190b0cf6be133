// The tables of a plan with thousands of rows each, so that the server's choice of an index says something.
#pragma once

#include <set>
#include <string>

#include "erasure/world.h"
#include "fixture/live_tables.h"
#include "support/server_under_test.h"

namespace gdprd::test {

constexpr std::uint64_t rows_per_table = 3000;

// Every table that a statement of the plan names, without the prefix.
inline std::set<std::string> tables_of_plan(const plan::Plan& plan) {
    std::set<std::string> names{plan.contact_table};
    for (const plan::Step& step : plan.steps) {
        names.insert(step.real_table);
        for (const auto& chain : step.chains) {
            for (const auto& link : chain) names.insert(link.real_table);
        }
        for (const auto& reference : step.references) names.insert(reference.real_table);
    }
    return names;
}

// The SQL of one column's value in row `seq`: as many contacts as rows, each with one row in every table.
inline std::string filled_value(const LiveTable& table, const LiveColumn& column) {
    const std::string& name = column.name;
    const auto reference = table.foreign_keys.find(name);
    const bool ties = reference != table.foreign_keys.end() && reference->second == "leads";
    // Mails and views that nobody was found for are many; contacts are deleted now and then.
    if (ties && column.nullable) return "IF(seq % 2 = 0, NULL, 1000 + seq)";
    if (name == "ip_id") return "1000 + seq % 50";
    if (name == "object") return "IF(seq % 4 = 0, 'note', 'lead')";
    if (name == "object_type") return "'Mautic\\\\LeadBundle\\\\Entity\\\\Lead'";
    if (name == "internal_entity" || name == "internal_object_name") return "'lead'";
    if (name == "queue_name") return "IF(seq % 100 = 0, 'failed', 'email')";
    if (name == "email_id") return "IF(seq % 10 = 0, NULL, 1000 + seq % 20)";
    if (name == "copy_id") return "CONCAT('copy', 1000 + seq)";
    if (name == "email_address") return "CONCAT('m', seq, '@example.org')";
    if (name == "ip_address") return "CONCAT('198.18.', seq % 250, '.', seq DIV 250)";
    if (column.json) return "'[]'";
    if (column.php_array) return "'a:0:{}'";
    if (table.name == "email_copies" && name == "id") return "CONCAT('copy', 1000 + seq)";
    if (column.holds_text()) {
        return column.characters_max < 24 ? "CONCAT('t', seq % 10)" : "CONCAT('text', seq)";
    }
    if (column.is_temporal()) return "'2025-02-01 08:00:00'";
    if (column.automatic || name == "id" || name.ends_with("_id") || ties) return "1000 + seq";
    return "seq % 2";
}

inline void fill_table(database::Connection& connection, const LiveTable& table) {
    std::string columns, values;
    for (const LiveColumn& column : table.columns) {
        if (column.generated) continue;
        columns += (columns.empty() ? "" : ", ") + database::quote_identifier(column.name);
        values += (values.empty() ? "" : ", ") + filled_value(table, column);
    }
    const std::string name = database::quote_identifier(table.real_name);
    connection.change("INSERT INTO " + name + " (" + columns + ") SELECT " + values + " FROM " +
                      test::sequence(1, rows_per_table));
    connection.select("ANALYZE TABLE " + name);
}

// Needs a world whose plan was made.
inline void fill_tables_of_plan(World& world) {
    auto& connection = world.mautic.connection();
    connection.change("SET foreign_key_checks = 0");
    connection.change("SET sql_mode = ''");
    const std::set<std::string> wanted = tables_of_plan(world.plan());
    for (const auto& [name, table] : read_live_tables(connection, world.mautic.prefix())) {
        if (wanted.contains(table.real_name)) fill_table(connection, table);
    }
}

}  // namespace gdprd::test
