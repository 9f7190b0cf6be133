// A document for people, apart from what it is printed as: a title, a verdict, sections of paragraphs, tables
// and charts. Texts are UTF-8; how they are laid out is the printer's business (paper/pdf.h, paper/html.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paper/chart.h"

namespace gdprd::paper {

using TableRow = std::vector<std::string>;

// What the cells of a table are after the first of each row.
enum class Cells {
    texts,    // two or three cells a row
    numbers,  // set at the right, one below the other; any number of cells
};

// A heading, then paragraphs, a table of labels and values, a chart, a table with its heads, and paragraphs
// below. Any of these may be missing.
struct Section {
    std::string heading;
    std::vector<std::string> paragraphs{};
    std::vector<TableRow> fields{};  // two cells each
    std::vector<TableRow> table{};   // the first row has the heads; all rows have as many cells
    std::vector<std::string> notes{};
    Cells cells = Cells::texts;
    bool has_total = false;  // the last row of the table sums up the others
    std::optional<Chart> chart{};
    bool is_part = false;  // of the section before it
};

struct Document {
    std::string title;
    std::string subtitle;
    std::string verdict;
    std::string verdict_text;
    std::vector<Section> sections;
    std::string footer;  // on each page
    // "Page {1} of {2}"
    std::string page_of;
    std::string language = "en";  // of all texts, as HTML names it
};

}  // namespace gdprd::paper
