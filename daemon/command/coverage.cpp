#include "daemon/command/coverage.h"

#include <iostream>

#include "base/text.h"
#include "daemon/assembly.h"
#include "daemon/command/terminal/text_table.h"
#include "mautic/sampling.h"

namespace gdprd::command {

namespace {

using plan::CoveredColumn;
using plan::CoveredTable;
using plan::Handling;
using plan::Treatment;

std::string shown(Handling handling) {
    return handling == Handling::row_deleted ? "row deleted" : plan::name_of(handling);
}

// The entries are named where a column has more than one treatment.
std::string why_of(const CoveredColumn& column, const Treatment& treatment) {
    if (column.treatments.size() == 1 || treatment.entries.empty()) return treatment.why;
    return treatment.why + " (" + join(treatment.entries, ", ") + ")";
}

void print_table(const CoveredTable& table) {
    std::cout << '\n' << table.real_name << '\n';
    TextTable lines;
    for (const CoveredColumn& column : table.columns) {
        for (const Treatment& treatment : column.treatments) {
            lines.add({shown(treatment.handling), column.name, why_of(column, treatment)});
        }
    }
    lines.print(std::cout, 2);
}

void print_unknown(const plan::Coverage& coverage, policy::UnknownRule rule) {
    TextTable lines;
    for (const CoveredTable& table : coverage.tables) {
        for (const CoveredColumn& column : table.columns) {
            if (column.handling() != Handling::unknown) continue;
            const auto& treatments = column.treatments;
            const bool in_part = treatments.size() > 1 && treatments[1].handling < Handling::follows;
            lines.add({table.real_name + '.' + column.name, column.type,
                       treatments.front().why + (in_part ? "; emptied in rows that are one contact's" : "")});
        }
    }
    std::cout << "\nUnknown:\n";
    lines.print(std::cout, 2);
    std::cout
        << "Describe the tables in a file of your own ([mautic] own_data_maps), and decide about columns "
           "of Mautic's\n"
           "own tables in [policy.columns].";
    if (rule != policy::UnknownRule::remove) {
        std::cout << " [policy] unknown = \"delete\" empties what can be shown to be one\ncontact's.";
    }
    std::cout << '\n';
}

void print_untied(const plan::Coverage& coverage) {
    std::cout << "\nNobody has decided about these, and nothing leads from them to contacts:\n";
    TextTable lines;
    for (const auto& table : coverage.untied) lines.add({table.real_name, table.why});
    lines.print(std::cout, 2);
    std::cout << "Name each in a file of your own ([mautic] own_data_maps): what its rows are, and tie = { "
                 "kind = \"none\" }\n"
                 "where they hold nothing of contacts.\n";
}

void print_plugins(const plan::Coverage& coverage) {
    if (!coverage.plugins_in_use.empty()) {
        std::cout << "Plugins whose maps came with the program and are used: "
                  << join(coverage.plugins_in_use, ", ") << ".\n";
    }
    for (const std::string& plugin : coverage.plugins_set_aside) {
        std::cout << "Not used is the map of " << plugin << ".\n";
    }
}

void print_coverage(const plan::Coverage& coverage, policy::UnknownRule rule) {
    std::size_t columns = 0;
    std::vector<std::string> parts;
    for (const auto& [handling, count] : coverage.counts()) {
        columns += count;
        parts.push_back(std::to_string(count) + ' ' + shown(handling));
    }
    std::cout << counted(coverage.tables.size(), "table") << " with " << counted(columns, "column")
              << " tied to contacts: " << join(parts, ", ") << ".\n";
    print_plugins(coverage);
    for (const CoveredTable& table : coverage.tables) print_table(table);
    if (coverage.has_unknown()) print_unknown(coverage, rule);
    if (!coverage.untied.empty()) print_untied(coverage);
}

}  // namespace

ExitCode coverage(const CommonOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.config_file);
    database::Connection connection(assembly.config.database);
    mautic::Schema schema = mautic::read_schema(connection, assembly.config.mautic.table_prefix);
    mautic::add_samples(connection, assembly.map, schema);
    const auto rules = daemon::make_rules(schema, assembly);
    const auto found = plan::coverage_of(assembly.map, assembly.config.policy, *rules->plan, schema);
    if (options.json) {
        std::cout << to_json(found) << '\n';
    } else {
        print_coverage(found, assembly.config.policy.unknown);
    }
    return found.is_all_decided() ? ExitCode::done : ExitCode::not_everything;
}

}  // namespace gdprd::command
