// A document for people, apart from what it is printed as: a title, a verdict, sections of paragraphs and
// tables. Texts are UTF-8; how they are laid out is the printer's business (paper/pdf.h).
#pragma once

#include <string>
#include <vector>

namespace gdprd::paper {

using TableRow = std::vector<std::string>;

// A heading, then paragraphs, a table of labels and values, a table with its heads, and paragraphs below. Any
// of these may be missing.
struct Section {
    std::string heading;
    std::vector<std::string> paragraphs{};
    std::vector<TableRow> fields{};  // two cells each
    std::vector<TableRow> table{};   // the first row has the heads; two or three cells each
    std::vector<std::string> notes{};
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
};

}  // namespace gdprd::paper
