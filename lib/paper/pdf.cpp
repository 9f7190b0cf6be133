#include "paper/pdf.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/text.h"
#include "paper/readable.h"

namespace gdprd::paper {

namespace {

// Points of 1/72 inch.
constexpr double page_width = 595.276;
constexpr double page_height = 841.89;
constexpr double margin = 56;
constexpr double text_width = page_width - 2 * margin;
constexpr double bottom = page_height - 62;
constexpr double footer_top = page_height - 46;
constexpr double label_width = 168;
constexpr double gap = 10;
constexpr double number_gap = 6;

constexpr const char* family = "DejaVu Sans";

struct Font {
    double size = 9;
    bool bold = false;
    bool grey = false;
};
constexpr Font title_font{17, true};
constexpr Font subtitle_font{8.5, false, true};
constexpr Font verdict_font{13, true};
constexpr Font heading_font{11, true};
constexpr Font part_font{9, true};
constexpr Font body_font{9};
constexpr Font head_font{8, true};
constexpr Font crowded_head_font{7, true};
constexpr Font cell_font{8};
constexpr Font code_font{7};
constexpr Font label_font{9, false, true};
constexpr Font footer_font{7.5, false, true};

template <typename T>
struct Unref {
    void operator()(T* object) const { g_object_unref(object); }
};
using LayoutPointer = std::unique_ptr<PangoLayout, Unref<PangoLayout>>;
using ContextPointer = std::unique_ptr<PangoContext, Unref<PangoContext>>;
using MapPointer = std::unique_ptr<PangoFontMap, Unref<PangoFontMap>>;
struct FreeFont {
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
using FontPointer = std::unique_ptr<PangoFontDescription, FreeFont>;

double points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

// Makes layouts. Glyphs are placed as they are in the font, and not on the dots of a screen.
class Typesetter {
  public:
    explicit Typesetter(const std::string& language)
        : map_(pango_cairo_font_map_new()), context_(pango_font_map_create_context(map_.get())) {
        pango_context_set_round_glyph_positions(context_.get(), FALSE);
        pango_context_set_language(context_.get(), pango_language_from_string(language.c_str()));
        if (lacks_glyphs(*layout("AZ az 09 őŐ űŰ äß", body_font, text_width))) {
            throw Error("PDF: this machine has no font with the letters of the languages",
                        "apt install fonts-dejavu-core");
        }
    }

    LayoutPointer layout(const std::string& text, const Font& font, double width) const {
        LayoutPointer result = plain(text, font, width);
        if (!lacks_glyphs(*result)) return result;
        return plain(with_codes(text, font), font, width);
    }

  private:
    static bool lacks_glyphs(PangoLayout& layout) {
        return pango_layout_get_unknown_glyphs_count(&layout) > 0;
    }

    LayoutPointer plain(const std::string& text, const Font& font, double width) const {
        LayoutPointer result(pango_layout_new(context_.get()));
        const FontPointer description(pango_font_description_new());
        pango_font_description_set_family(description.get(), family);
        pango_font_description_set_absolute_size(description.get(), font.size * PANGO_SCALE);
        pango_font_description_set_weight(description.get(),
                                          font.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_layout_set_font_description(result.get(), description.get());
        pango_layout_set_width(result.get(), static_cast<int>(width * PANGO_SCALE));
        pango_layout_set_wrap(result.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_spacing(result.get(), PANGO_SCALE);
        // A digest that is broken has no hyphen in it.
        PangoAttrList* attributes = pango_attr_list_new();
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
        pango_layout_set_attributes(result.get(), attributes);
        pango_attr_list_unref(attributes);
        // What is foreign in a text never decides how the rest is read.
        pango_layout_set_auto_dir(result.get(), FALSE);
        pango_layout_set_text(result.get(), text.data(), static_cast<int>(text.size()));
        return result;
    }

    std::string with_codes(const std::string& text, const Font& font) const {
        std::string result;
        for (const char* at = text.c_str(); *at != 0;) {
            const char* next = g_utf8_next_char(at);
            const std::string one(at, next);
            const bool is_there = one.size() == 1 || !lacks_glyphs(*plain(one, font, text_width));
            result += is_there ? one : code_text(g_utf8_get_char(at));
            at = next;
        }
        return result;
    }

    MapPointer map_;
    ContextPointer context_;
};

// What is foreign is readable already; the ends of lines are ours.
std::string readable_lines(const std::string& text) {
    std::string result;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        result += (at == 0 ? "" : "\n") + readable(std::string_view(text).substr(at, end - at));
        at = end + 1;
    }
    return result;
}

struct Cell {
    std::string text;
    Font font;
    double left = margin;
    double width = text_width;
    bool at_right = false;
};

struct Placed {
    std::size_t page = 0;
    double x = 0;
    double baseline = 0;
    bool grey = false;
    PangoLayoutLine* line = nullptr;
};

struct Rule {
    std::size_t page = 0;
    double left = 0;
    double y = 0;
    double width = 0;
    double thickness = 0;
};

struct Box {
    std::size_t page = 0;
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    Colour colour;
};

// Places texts line by line, so that a page may end anywhere between two of them.
class Pages {
  public:
    explicit Pages(const Typesetter& typesetter) : typesetter_(typesetter) {}

    // Cells side by side.
    void row(const std::vector<Cell>& cells, double space_below) {
        std::vector<PangoLayout*> layouts;
        int lines = 0;
        for (const Cell& cell : cells) {
            layouts_.push_back(typesetter_.layout(readable_lines(cell.text), cell.font, cell.width));
            layouts.push_back(layouts_.back().get());
            lines = std::max(lines, pango_layout_get_line_count(layouts_.back().get()));
        }
        for (int line = 0; line < lines; ++line) {
            double height = 0;
            double ascent = 0;
            for (PangoLayout* layout : layouts) {
                if (line >= pango_layout_get_line_count(layout)) continue;
                const PangoRectangle extent = extent_of(pango_layout_get_line_readonly(layout, line));
                height = std::max(height, points(extent.height));
                ascent = std::max(ascent, -points(extent.y));
            }
            need(height);
            for (std::size_t i = 0; i < layouts.size(); ++i) {
                if (line >= pango_layout_get_line_count(layouts[i])) continue;
                PangoLayoutLine* const placed = pango_layout_get_line_readonly(layouts[i], line);
                const double spare = cells[i].width - points(extent_of(placed).width);
                lines_.push_back({page_, cells[i].left + (cells[i].at_right ? spare : 0), y_ + ascent,
                                  cells[i].font.grey, placed});
            }
            y_ += height + 1;
        }
        y_ += space_below;
    }

    void text(const std::string& text, const Font& font, double space_below) {
        if (!text.empty()) row({{text, font}}, space_below);
    }

    bool has_room(double height) const { return y_ + height <= bottom; }
    // A new page where less is left.
    void need(double height) {
        if (has_room(height)) return;
        ++page_;
        y_ = margin;
    }

    void space(double height) { y_ += height; }
    void rule(double thickness, double space_below) {
        rules_.push_back({page_, margin, y_, text_width, thickness});
        y_ += space_below;
    }

    // At a place of its own on this page, below what is there already.
    void box(double x, double y, double width, double height, Colour colour) {
        boxes_.push_back({page_, x, y_ + y, width, height, colour});
    }
    void line(double left, double y, double width) { rules_.push_back({page_, left, y_ + y, width, 0.5}); }
    // One line; x is where it begins, has its middle or ends: 0, 0.5 or 1.
    void label(const std::string& text, const Font& font, double x, double y, double before) {
        layouts_.push_back(typesetter_.layout(readable(text), font, text_width));
        PangoLayoutLine* const line = pango_layout_get_line_readonly(layouts_.back().get(), 0);
        const PangoRectangle extent = extent_of(line);
        lines_.push_back(
            {page_, x - before * points(extent.width), y_ + y - points(extent.y), font.grey, line});
    }
    double width_of(const std::string& text, const Font& font) const {
        const LayoutPointer layout = typesetter_.layout(readable(text), font, text_width);
        return points(extent_of(pango_layout_get_line_readonly(layout.get(), 0)).width);
    }

    std::size_t count() const { return page_ + 1; }

    void draw(cairo_t* cairo, std::size_t page) const {
        for (const Rule& rule : rules_) {
            if (rule.page != page) continue;
            cairo_set_source_rgb(cairo, 0.7, 0.7, 0.7);
            cairo_set_line_width(cairo, rule.thickness);
            cairo_move_to(cairo, rule.left, rule.y);
            cairo_line_to(cairo, rule.left + rule.width, rule.y);
            cairo_stroke(cairo);
        }
        for (const Box& box : boxes_) {
            if (box.page != page) continue;
            const auto part = [](std::uint8_t colour) { return colour / 255.0; };
            cairo_set_source_rgb(cairo, part(box.colour.red), part(box.colour.green), part(box.colour.blue));
            cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
            cairo_fill(cairo);
        }
        for (const Placed& placed : lines_) {
            if (placed.page != page) continue;
            const double tone = placed.grey ? 0.35 : 0;
            cairo_set_source_rgb(cairo, tone, tone, tone);
            cairo_move_to(cairo, placed.x, placed.baseline);
            pango_cairo_show_layout_line(cairo, placed.line);
        }
    }

  private:
    static PangoRectangle extent_of(PangoLayoutLine* line) {
        PangoRectangle extent{};
        pango_layout_line_get_extents(line, nullptr, &extent);
        return extent;
    }

    const Typesetter& typesetter_;
    std::vector<LayoutPointer> layouts_;  // own the lines
    std::vector<Placed> lines_;
    std::vector<Rule> rules_;
    std::vector<Box> boxes_;
    std::size_t page_ = 0;
    double y_ = margin;
};

// The first columns have what is short, the last one what is long; numbers share what the first one leaves.
std::vector<double> widths_of(std::size_t columns, Cells cells) {
    constexpr double middle_width = 118;
    if (cells == Cells::texts && columns == 2) return {label_width, text_width - label_width - gap};
    if (cells == Cells::texts) {
        return {label_width, middle_width, text_width - label_width - middle_width - 2 * gap};
    }
    constexpr double widest_number = 80, narrowest_first = 92;
    const auto others = static_cast<double>(columns - 1);
    const double width = std::min(widest_number, (text_width - narrowest_first) / others - number_gap);
    std::vector<double> widths(columns, width);
    widths.front() = text_width - others * (width + number_gap);
    return widths;
}

class Table {
  public:
    Table(Pages& pages, const Section& section)
        : pages_(pages),
          section_(section),
          widths_(widths_of(section.table.front().size(), section.cells)),
          is_crowded_(section.cells == Cells::numbers && widths_.size() > crowded_columns) {}

    // The head again on each page.
    void place() {
        const std::size_t rows = section_.table.size();
        for (std::size_t row = 0; row < rows; ++row) {
            const bool is_before_total = section_.has_total && row + 2 == rows;
            const double room = is_before_total || row == 0 ? 2 * room_of_row : room_of_row;
            if (!pages_.has_room(room)) {
                pages_.need(room);
                if (row > 0) place_row(0, head_font_of_table(), 0.8);
            }
            const bool is_total = section_.has_total && row + 1 == rows;
            place_row(row,
                      row == 0   ? head_font_of_table()
                      : is_total ? head_font
                                 : cell_font,
                      row == 0 || is_before_total ? 0.8 : 0.3);
        }
        pages_.space(6);
    }

  private:
    static constexpr std::size_t crowded_columns = 5;
    static constexpr double room_of_row = 24;

    const Font& head_font_of_table() const { return is_crowded_ ? crowded_head_font : head_font; }

    void place_row(std::size_t row, const Font& font, double thickness) {
        const bool has_numbers = section_.cells == Cells::numbers;
        std::vector<Cell> cells;
        double left = margin;
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            cells.push_back({section_.table[row].at(i), font, left, widths_[i], has_numbers && i > 0});
            left += widths_[i] + (has_numbers ? number_gap : gap);
        }
        pages_.row(cells, 1.5);
        pages_.rule(thickness, 3);
    }

    Pages& pages_;
    const Section& section_;
    const std::vector<double> widths_;
    const bool is_crowded_;
};

void place_chart(Pages& pages, const Chart& chart) {
    constexpr double height = 120, label_height = 14, legend_height = 18, square = 7;
    pages.need(height + label_height + legend_height + 24);
    pages.text(chart.title, head_font, 4);
    double left = margin;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        pages.box(left, 1, square, square, series_colours.at(i));
        pages.label(chart.series[i], cell_font, left + square + 4, 0, 0);
        left += square + 4 + pages.width_of(chart.series[i], cell_font) + 18;
    }
    pages.space(legend_height);
    double tick_width = 0;
    for (const ChartTick& tick : chart.ticks) {
        tick_width = std::max(tick_width, pages.width_of(tick.text, code_font));
    }
    double label_width_max = 0;
    for (const ChartBar& bar : chart.bars) {
        label_width_max = std::max(label_width_max, pages.width_of(bar.label, code_font));
    }
    const double inner_left = margin + tick_width + 6;
    const double inner_width = text_width - tick_width - 6;
    const ChartShape shape = shape_of(chart, inner_width, height, label_width_max + 8);
    for (const ChartLine& line : shape.lines) {
        pages.line(inner_left, line.y, inner_width);
        pages.label(chart.ticks.at(line.tick).text, code_font, inner_left - 4, line.y - 4, 1);
    }
    for (const ChartBox& box : shape.boxes) {
        pages.box(inner_left + box.x, box.y, box.width, box.height, series_colours.at(box.series));
    }
    for (const ChartLabel& label : shape.labels) {
        const std::string& text = chart.bars.at(label.bar).label;
        const double half = pages.width_of(text, code_font) / 2;
        pages.label(text, code_font, std::max(inner_left + label.x, margin + half), height + 5, 0.5);
    }
    pages.space(height + label_height + 8);
}

// A digest or a key goes on one line.
const Font& font_of_value(const std::string& value) {
    constexpr std::size_t long_word = 48;
    return value.size() > long_word && value.find(' ') == std::string::npos ? code_font : body_font;
}

void place(Pages& pages, const Section& section) {
    pages.need(60);
    pages.space(section.is_part ? 2 : 8);
    pages.text(section.heading, section.is_part ? part_font : heading_font, 4);
    for (const std::string& paragraph : section.paragraphs) pages.text(paragraph, body_font, 4);
    for (const TableRow& field : section.fields) {
        const double left = margin + label_width + gap;
        pages.row({{field.at(0), label_font, margin, label_width},
                   {field.at(1), font_of_value(field.at(1)), left, text_width - label_width - gap}},
                  2);
    }
    if (!section.fields.empty()) pages.space(4);
    if (section.chart) place_chart(pages, *section.chart);
    if (!section.table.empty()) Table(pages, section).place();
    for (const std::string& note : section.notes) pages.text(note, body_font, 4);
}

void place(Pages& pages, const Document& document) {
    pages.text(document.title, title_font, 3);
    pages.text(document.subtitle, subtitle_font, 8);
    pages.rule(1.2, 10);
    pages.text(document.verdict, verdict_font, 4);
    pages.text(document.verdict_text, body_font, 8);
    pages.rule(1.2, 4);
    for (const Section& section : document.sections) place(pages, section);
}

std::string with_numbers(std::string text, std::size_t page, std::size_t count) {
    for (const auto& [place, number] : {std::pair("{1}", page), std::pair("{2}", count)}) {
        if (const auto at = text.find(place); at != std::string::npos)
            text.replace(at, 3, std::to_string(number));
    }
    return text;
}

void draw_line(cairo_t* cairo, const Typesetter& typesetter, const std::string& text, bool at_right) {
    const LayoutPointer layout = typesetter.layout(readable(text), footer_font, text_width);
    pango_layout_set_alignment(layout.get(), at_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    cairo_set_source_rgb(cairo, 0.35, 0.35, 0.35);
    cairo_move_to(cairo, margin, footer_top);
    pango_cairo_show_layout(cairo, layout.get());
}

cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
    return CAIRO_STATUS_SUCCESS;
}

void require(cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS) {
        throw Error(std::string("PDF: cannot be made: ") + cairo_status_to_string(status));
    }
}

struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct DestroyCairo {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

}  // namespace

std::string to_pdf(const Document& document, Timestamp made_at) {
    // Fontconfig, below Pango, belongs to the whole process.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    const Typesetter typesetter(document.language);
    Pages pages(typesetter);
    place(pages, document);
    std::string pdf;
    const std::unique_ptr<cairo_surface_t, DestroySurface> surface(
        cairo_pdf_surface_create_for_stream(append, &pdf, page_width, page_height));
    cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, document.title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "mautic-gdprd");
    std::string date = format_utc(made_at).substr(0, 19) + 'Z';
    date[10] = 'T';
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, date.c_str());
    {
        const std::unique_ptr<cairo_t, DestroyCairo> cairo(cairo_create(surface.get()));
        for (std::size_t page = 0; page < pages.count(); ++page) {
            pages.draw(cairo.get(), page);
            draw_line(cairo.get(), typesetter, document.footer, false);
            draw_line(cairo.get(), typesetter, with_numbers(document.page_of, page + 1, pages.count()), true);
            cairo_show_page(cairo.get());
        }
        require(cairo_status(cairo.get()));
    }
    cairo_surface_finish(surface.get());
    require(cairo_surface_status(surface.get()));
    return pdf;
}

}  // namespace gdprd::paper
