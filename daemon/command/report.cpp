#include "daemon/command/report.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "daemon/assembly.h"
#include "daemon/command/ledger.h"
#include "daemon/command/terminal/new_stream.h"
#include "mautic/sampling.h"
#include "report/output.h"
#include "report/period.h"
#include "words/language.h"

namespace gdprd::command {

namespace {

using report::Figures;

void refuse_terminal(const ReportOptions& options) {
    if (options.format == "pdf" && !options.output && ::isatty(STDOUT_FILENO) == 1) {
        throw ConfigurationError("report: a PDF is nothing for a terminal", "Name a file with --output");
    }
}

// The file first: what cannot be written is not counted.
std::unique_ptr<NewStream> open_output(const ReportOptions& options) {
    if (!options.output) return nullptr;
    const auto existing = options.force ? NewStream::Existing::replaced : NewStream::Existing::refused;
    return std::make_unique<NewStream>(*options.output, existing);
}

Figures read_figures(const daemon::Assembly& assembly, const report::Period& period) {
    const database::ThreadScope thread;
    database::ConnectionOptions options = assembly.config.database;
    options.read_timeout = std::max(options.read_timeout, report::sorting_timeout);
    database::Connection connection(options);
    require_ledger(connection, assembly.config);
    mautic::Schema schema = mautic::read_schema(connection, assembly.config.mautic.table_prefix);
    mautic::add_samples(connection, assembly.map, schema);
    // A policy that does not fit stops erasures, and no report.
    const auto rules = daemon::make_rules(schema, assembly, plan::Misfit::limited);
    return report::read_figures(connection, *rules, period, GDPRD_VERSION);
}

}  // namespace

ExitCode report(const ReportOptions& options) {
    const report::Period period = report::period_of(options.from, options.to, now());
    refuse_terminal(options);
    const daemon::Assembly assembly(options.config_file);
    const auto output = open_output(options);
    const Figures figures = read_figures(assembly, period);
    const std::string text =
        report::text_of(figures, report::output_format_names.value_of(options.format).value(),
                        words::language_names.value_of(options.language).value());
    if (output) {
        output->write(text);
        output->finish();
        std::cout << "Report written: " << counted(figures.total(), "erasure") << ".\n";
    } else {
        std::cout << text << std::flush;
    }
    return ExitCode::done;
}

}  // namespace gdprd::command
