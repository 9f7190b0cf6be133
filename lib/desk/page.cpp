#include "desk/page.h"

#include "base/random.h"

namespace gdprd::desk {

namespace {

constexpr std::size_t form_id_bytes = 12;

Markup class_of(Tone tone) {
    switch (tone) {
        case Tone::good:
            return "good";
        case Tone::attention:
            return "attention";
        case Tone::bad:
            break;
    }
    return "bad";
}

}  // namespace

Html form_begin(const Visit& visit, const Link& action) {
    Html html;
    html << "<form method=\"post\" action=\"" << Text{action.str()} << "\">\n";
    html << "<input type=\"hidden\" name=\"csrf\" value=\"" << Text{visit.person.csrf_token} << "\">";
    html << "<input type=\"hidden\" name=\"" << Text{field_of_account} << "\" value=\""
         << Text{visit.person.account} << "\">";
    const std::string kept = visit.form.value("form");
    const std::string id = kept.empty() || visit.form_was_taken ? random_hex(form_id_bytes) : kept;
    html << "<input type=\"hidden\" name=\"form\" value=\"" << Text{id} << "\">\n";
    return html;
}

Html input(const Field& field) {
    Html html;
    const Text name{field.name};
    html << "<div class=\"field\"><label for=\"" << name << "\">" << Text{field.label} << "</label>\n";
    if (!field.hint.empty()) {
        html << "<p class=\"hint\" id=\"" << name << "-hint\">" << Text{field.hint} << "</p>\n";
    }
    if (!field.error.empty()) {
        html << "<p class=\"error\" id=\"" << name << "-error\">" << Text{field.error} << "</p>\n";
    }
    html << "<input id=\"" << name << "\" name=\"" << name << "\" type=\"" << field.type << "\" value=\""
         << Typed{field.value} << "\"";
    if (!field.hint.empty() || !field.error.empty()) {
        html << " aria-describedby=\"";
        if (!field.hint.empty()) html << name << "-hint ";
        if (!field.error.empty()) html << name << "-error";
        html << "\"";
    }
    if (!field.error.empty()) html << " aria-invalid=\"true\"";
    if (field.is_required) html << " required";
    html << field.more << "></div>\n";
    return html;
}

Html select(const Choice& choice) {
    Html html;
    const Text name{choice.name};
    const Text id{choice.id.empty() ? choice.name : choice.id};
    html << "<div class=\"field\"><label for=\"" << id << "\">" << Text{choice.label}
         << "</label>\n<select id=\"" << id << "\" name=\"" << name << "\">";
    for (const auto& [value, label] : choice.values) {
        html << "<option value=\"" << Text{value} << "\"";
        if (value == choice.chosen) html << " selected";
        html << ">" << Text{label} << "</option>";
    }
    html << "</select></div>\n";
    return html;
}

Table::Table(std::string caption, std::vector<std::string> head)
    : caption_(std::move(caption)), head_(std::move(head)) {}

void Table::row(std::vector<Html> cells) {
    body_ << "<tr>";
    bool is_first = true;
    for (const Html& one : cells) {
        if (is_first) {
            body_ << "<th scope=\"row\">" << one << "</th>";
        } else {
            body_ << "<td>" << one << "</td>";
        }
        is_first = false;
    }
    body_ << "</tr>\n";
    ++rows_;
}

Html Table::html() const {
    Html html;
    html << "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"" << Text{caption_}
         << "\"><table><caption>" << Text{caption_} << "</caption>\n<thead><tr>";
    for (const std::string& one : head_) html << "<th scope=\"col\">" << Text{one} << "</th>";
    html << "</tr></thead>\n<tbody>\n" << body_ << "</tbody></table></div>\n";
    return html;
}

Html cell(std::string_view text) {
    Html html;
    html << Text{text};
    return html;
}

Html linked(const Link& link, std::string_view text) {
    Html html;
    html << "<a href=\"" << Text{link.str()} << "\">" << Text{text} << "</a>";
    return html;
}

void Facts::add(std::string_view name, const Html& value) {
    body_ << "<div><dt>" << Text{name} << "</dt><dd>" << value << "</dd></div>\n";
}

Html Facts::html() const {
    Html html;
    html << "<dl>\n" << body_ << "</dl>\n";
    return html;
}

Html notice(Tone tone, std::string_view heading, std::string_view text) {
    Html html;
    html << "<div class=\"notice " << class_of(tone) << "\""
         << (tone == Tone::bad ? Markup(" role=\"alert\"") : Markup("")) << "><p class=\"what\">"
         << Text{heading} << "</p>";
    if (!text.empty()) html << "<p>" << Text{text} << "</p>";
    html << "</div>\n";
    return html;
}

Html heading(std::string_view text) {
    Html html;
    html << "<h2>" << Text{text} << "</h2>\n";
    return html;
}

}  // namespace gdprd::desk
