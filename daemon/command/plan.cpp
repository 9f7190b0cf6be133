#include "daemon/command/plan.h"

#include <iostream>
#include <vector>

#include "base/text.h"
#include "daemon/assembly.h"
#include "daemon/command/report/json_output.h"
#include "daemon/command/report/tie_text.h"
#include "daemon/command/terminal/text_table.h"
#include "erasure/preview.h"

namespace gdprd::command {

namespace {

using Previews = std::vector<erasure::StepPreview>;

std::string preview_text(const plan::Step& step, const erasure::StepPreview& preview) {
    if (preview.rows == 0) return "no row of this contact";
    if (step.delete_rows) return counted(preview.rows, "row") + " of this contact, all would be deleted";
    return counted(preview.rows, "row") + " of this contact, " + std::to_string(preview.pending) +
           " would change";
}

void print_step(const plan::Step& step, const erasure::StepPreview* preview) {
    std::cout << '\n' << step.key() << ": " << tie_text(step) << '\n';
    if (!step.why.empty()) std::cout << "  " << step.why << '\n';
    if (preview != nullptr) std::cout << "  " << preview_text(step, *preview) << '\n';
    if (step.delete_rows) {
        std::cout << "  delete_row  the whole row goes\n";
        return;
    }
    TextTable table;
    for (const auto& column : step.columns) {
        table.add({mautic::name_of(column.action), column.column, column.why});
    }
    for (const auto& column : step.kept) table.add({"keep", column.column, column.why});
    table.print(std::cout, 2);
}

void print_list(const char* title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    std::cout << '\n' << title << '\n';
    for (const std::string& line : lines) std::cout << "  " << line << '\n';
}

void print_plan(const plan::Plan& plan, const Previews& previews) {
    std::cout << counted(plan.steps.size(), "step") << ", in this order, in one transaction a contact.\n";
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        print_step(plan.steps[i], previews.empty() ? nullptr : &previews[i]);
    }
    std::vector<std::string> unknown;
    for (const discovery::Unknown& entry : plan.unknown) {
        if (!entry.emptied) unknown.push_back(entry.name() + " (" + entry.fate() + "): " + entry.reason);
    }
    print_list("Not known to the data map:", unknown);
    std::vector<std::string> limitations;
    for (const auto& limitation : plan.limitations) {
        limitations.push_back(limitation.name() + ": " + limitation.what + ". " + limitation.remedy);
    }
    print_list("What this database makes impossible:", limitations);
    print_list("In the data map, but not in this database:", plan.skipped);
    print_list("Warnings:", plan.warnings);
    TextTable digests;
    digests.add({"data map", plan.map_digest});
    digests.add({"policy", plan.policy_digest});
    digests.add({"schema", plan.schema_digest});
    std::cout << "\nDigests, as the ledger keeps them:\n";
    digests.print(std::cout, 2);
}

// The contact has a row in `leads`.
bool exists(const plan::Plan& plan, const Previews& previews) {
    for (std::size_t i = 0; i < previews.size(); ++i) {
        if (&plan.steps[i] == plan.contact_step()) return previews[i].rows > 0;
    }
    return false;
}

}  // namespace

ExitCode plan(const PlanOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file);
    database::Connection connection(assembly.config.database);
    const auto schema = mautic::read_schema(connection, assembly.config.mautic.table_prefix);
    const auto rules = daemon::make_rules(schema, assembly);
    Previews previews;
    if (options.contact) {
        const database::Transaction rolled_back(connection);
        previews = erasure::preview(connection, *rules, *options.contact);
    }
    if (options.common.json) {
        std::cout << to_json(*rules->plan, options.contact, previews) << '\n';
    } else {
        print_plan(*rules->plan, previews);
    }
    if (!options.contact || exists(*rules->plan, previews)) return ExitCode::done;
    std::cerr << "mautic-gdprd: there is no contact " << *options.contact << '\n';
    return ExitCode::not_everything;
}

}  // namespace gdprd::command
