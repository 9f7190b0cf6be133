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
#include "paper/html.h"
#include "paper/pdf.h"
#include "report/csv.h"
#include "report/document.h"
#include "report/json.h"
#include "report/period.h"
#include "report/reader.h"
#include "verify/snapshot.h"
#include "words/language.h"

namespace gdprd::command {

namespace {

using report::Figures;

// The server sorts the erasures of the period, which may be all there are.
constexpr Milliseconds sorting_timeout{3'600'000};

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
    options.read_timeout = std::max(options.read_timeout, sorting_timeout);
    database::Connection connection(options);
    require_ledger(connection, assembly.config);
    mautic::Schema schema = mautic::read_schema(connection, assembly.config.mautic.table_prefix);
    mautic::add_samples(connection, assembly.map, schema);
    // A policy that does not fit stops erasures, and no report.
    const auto rules = daemon::make_rules(schema, assembly, plan::Misfit::limited);
    const verify::Snapshot snapshot(connection);
    Figures figures = report::FigureReader(connection, *rules).read(period);
    figures.made_at = now();
    figures.program_version = GDPRD_VERSION;
    return figures;
}

std::string text_of(const Figures& figures, const ReportOptions& options) {
    if (options.format == "csv") return report::to_csv(figures);
    if (options.format == "json") return report::to_json(figures);
    const auto language = words::language_names.value_of(options.language).value();
    const paper::Document document = report::document_of(figures, language);
    return options.format == "html" ? paper::to_html(document) : paper::to_pdf(document, figures.made_at);
}

}  // namespace

ExitCode report(const ReportOptions& options) {
    const report::Period period = report::period_of(options.from, options.to, now());
    refuse_terminal(options);
    const daemon::Assembly assembly(options.config_file);
    const auto output = open_output(options);
    const Figures figures = read_figures(assembly, period);
    const std::string text = text_of(figures, options);
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
