// A document as a page of HTML that stands alone: no script, no request to anywhere, nothing in it that is
// not escaped; the chart is drawn in SVG. It can be printed, and is read aloud in the order it is seen, with
// heads of rows and columns told apart. The parts are there for pages that have a frame of their own. Pure.
#pragma once

#include <string>
#include <string_view>

#include "paper/document.h"

namespace gdprd::paper {

// As text and within quotation marks of both kinds; what is not readable is shown by its code
// (paper/readable.h).
std::string escaped_html(std::string_view text);

// From heading to notes; headings are <h2>, those of parts <h3>.
std::string html_of(const Section& section);
std::string html_of(const Chart& chart);

// What the parts look like, for a <style>.
std::string_view html_style();

std::string to_html(const Document& document);

}  // namespace gdprd::paper
