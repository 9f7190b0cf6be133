// A report from its figures to the file that is handed out.
//
// Threads: that of the connection. Errors: DatabaseError, StaleSchema; Error when there is no font for a PDF.
#pragma once

#include <string>

#include "base/names.h"
#include "database/connection.h"
#include "erasure/rules.h"
#include "report/figures.h"
#include "words/language.h"

namespace gdprd::report {

enum class OutputFormat { pdf, html, csv, json };
inline constexpr auto output_format_names = make_names<OutputFormat>({{OutputFormat::pdf, "pdf"},
                                                                      {OutputFormat::html, "html"},
                                                                      {OutputFormat::csv, "csv"},
                                                                      {OutputFormat::json, "json"}});

// The server sorts the erasures of the period, which may be all there are: a read time-out that is enough.
constexpr Milliseconds sorting_timeout{3'600'000};

// All figures, of one moment.
Figures read_figures(database::Connection& connection, const erasure::Rules& rules, const Period& period,
                     const std::string& program_version);

// The language is that of PDF and HTML.
std::string text_of(const Figures& figures, OutputFormat format, words::Language language);

}  // namespace gdprd::report
