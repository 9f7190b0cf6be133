#include "report/output.h"

#include "paper/html.h"
#include "paper/pdf.h"
#include "report/csv.h"
#include "report/document.h"
#include "report/json.h"
#include "report/reader.h"
#include "verify/snapshot.h"

namespace gdprd::report {

Figures read_figures(database::Connection& connection, const erasure::Rules& rules, const Period& period,
                     const std::string& program_version) {
    const verify::Snapshot snapshot(connection);
    Figures figures = FigureReader(connection, rules).read(period);
    figures.made_at = now();
    figures.program_version = program_version;
    return figures;
}

std::string text_of(const Figures& figures, OutputFormat format, words::Language language) {
    if (format == OutputFormat::csv) return to_csv(figures);
    if (format == OutputFormat::json) return to_json(figures);
    const paper::Document document = document_of(figures, language);
    return format == OutputFormat::html ? paper::to_html(document) : paper::to_pdf(document, figures.made_at);
}

}  // namespace gdprd::report
