#include "paper/html.h"

#include <cstdio>

#include "paper/readable.h"

namespace gdprd::paper {

namespace {

constexpr std::string_view style = R"(
body { font: 16px/1.45 "DejaVu Sans", Verdana, Arial, sans-serif; color: #111; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-top: 1px solid #999; padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
.subtitle, footer { color: #444; font-size: .85rem; }
.verdict { font-size: 1.25rem; font-weight: bold; margin: 1.2rem 0 .3rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ccc;
  overflow-wrap: anywhere; hyphens: auto; }
thead th { border-bottom: 2px solid #555; vertical-align: bottom; }
th[scope=row] { font-weight: normal; }
.fields th { width: 35%; color: #444; }
.numbers th + th, .numbers td { text-align: right; padding: .3rem 0 .3rem .6rem; overflow-wrap: normal;
  font-variant-numeric: tabular-nums; }
.numbers th:first-child { overflow-wrap: normal; min-width: 8rem; }
.total th, .total td { font-weight: bold; border-top: 2px solid #555; }
figure { margin: 1rem 0; overflow-x: auto; }
figcaption { font-weight: bold; margin-bottom: .3rem; }
svg { display: block; width: 100%; min-width: 34rem; height: auto; }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  h2, h3, figcaption { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; }
}
)";

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

std::string colour_of(std::size_t series) {
    const Colour colour = series_colours.at(series);
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "#%02x%02x%02x", colour.red, colour.green, colour.blue);
    return text.data();
}

// "<p>text</p>"; the ends of its lines are ours.
std::string element(const std::string& name, std::string_view text, const std::string& attributes = "") {
    std::string inner;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        inner += (at == 0 ? "" : "<br>") + escaped_html(text.substr(at, end - at));
        at = end + 1;
    }
    return '<' + name + attributes + '>' + inner + "</" + name + '>';
}

std::string svg_text(double x, double y, const char* anchor, const std::string& text) {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
           escaped_html(text) + "</text>\n";
}

std::string fields_of(const Section& section) {
    if (section.fields.empty()) return "";
    std::string html = "<table class=\"fields\"><tbody>\n";
    for (const TableRow& field : section.fields) {
        html +=
            "<tr>" + element("th", field.at(0), " scope=\"row\"") + element("td", field.at(1)) + "</tr>\n";
    }
    return html + "</tbody></table>\n";
}

std::string table_of(const Section& section) {
    if (section.table.empty()) return "";
    const bool has_numbers = section.cells == Cells::numbers;
    std::string html = std::string("<div class=\"wide\"><table") + (has_numbers ? " class=\"numbers\"" : "") +
                       "><thead>\n<tr>";
    for (const std::string& head : section.table.front()) {
        html += head.empty() ? "<td></td>" : element("th", head, " scope=\"col\"");
    }
    html += "</tr>\n</thead><tbody>\n";
    for (std::size_t i = 1; i < section.table.size(); ++i) {
        const bool is_total = section.has_total && i + 1 == section.table.size();
        html += is_total ? "<tr class=\"total\">" : "<tr>";
        bool is_first = true;
        for (const std::string& cell : section.table[i]) {
            html += is_first ? element("th", cell, " scope=\"row\"") : element("td", cell);
            is_first = false;
        }
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

}  // namespace

std::string escaped_html(std::string_view text) {
    std::string html;
    for (const char c : readable(text)) {
        switch (c) {
            case '&':
                html += "&amp;";
                break;
            case '<':
                html += "&lt;";
                break;
            case '>':
                html += "&gt;";
                break;
            case '"':
                html += "&quot;";
                break;
            case '\'':
                html += "&#39;";
                break;
            default:
                html += c;
        }
    }
    return html;
}

std::string html_of(const Chart& chart) {
    constexpr double width = 800, height = 260, left = 70, top = 34, below = 24, label_width = 84;
    constexpr double inner_width = width - left - 10;
    const ChartShape shape = shape_of(chart, inner_width, height - top - below, label_width);
    std::string html = "<figure>" + element("figcaption", chart.title) +
                       "\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + ' ' +
                       number(height) + "\" role=\"img\" aria-label=\"" +
                       escaped_html(chart.title + ". " + chart.description) +
                       "\" font-size=\"12\" font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\">\n";
    double legend = left;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        html += "<rect x=\"" + number(legend) + "\" y=\"4\" width=\"12\" height=\"12\" fill=\"" +
                colour_of(i) + "\"/>\n" + svg_text(legend + 18, 14, "start", chart.series[i]);
        legend += (width - left) / static_cast<double>(chart.series.size());
    }
    for (const ChartLine& line : shape.lines) {
        const std::string y = number(top + line.y);
        html += "<line x1=\"" + number(left) + "\" x2=\"" + number(width - 10) + "\" y1=\"" + y + "\" y2=\"" +
                y + "\" stroke=\"#bbb\"/>\n" +
                svg_text(left - 8, top + line.y + 4, "end", chart.ticks.at(line.tick).text);
    }
    for (const ChartBox& box : shape.boxes) {
        html += "<rect x=\"" + number(left + box.x) + "\" y=\"" + number(top + box.y) + "\" width=\"" +
                number(box.width) + "\" height=\"" + number(box.height) + "\" fill=\"" +
                colour_of(box.series) + "\"/>\n";
    }
    for (const ChartLabel& label : shape.labels) {
        html += svg_text(left + label.x, height - 6, "middle", chart.bars.at(label.bar).label);
    }
    return html + "</svg></figure>\n";
}

std::string html_of(const Section& section) {
    std::string html = "<section>\n";
    if (!section.heading.empty()) html += element(section.is_part ? "h3" : "h2", section.heading) + '\n';
    for (const std::string& paragraph : section.paragraphs) html += element("p", paragraph) + '\n';
    html += fields_of(section);
    if (section.chart) html += html_of(*section.chart);
    html += table_of(section);
    for (const std::string& note : section.notes) html += element("p", note) + '\n';
    return html + "</section>\n";
}

std::string_view html_style() { return style; }

std::string to_html(const Document& document) {
    std::string html = "<!DOCTYPE html>\n<html lang=\"" + escaped_html(document.language) +
                       "\">\n<head>\n<meta charset=\"utf-8\">\n"
                       // Whatever a text could smuggle in: nothing is fetched, and no script runs.
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
                       element("title", document.title) + "\n<style>" + std::string(style) +
                       "</style>\n</head>\n<body>\n<header>\n" + element("h1", document.title) + '\n' +
                       element("p", document.subtitle, " class=\"subtitle\"") + "\n</header>\n<main>\n" +
                       element("p", document.verdict, " class=\"verdict\"") + '\n' +
                       element("p", document.verdict_text) + '\n';
    for (const Section& section : document.sections) html += html_of(section);
    return html + "</main>\n" + element("footer", document.footer) + "\n</body>\n</html>\n";
}

}  // namespace gdprd::paper
