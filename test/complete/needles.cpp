#include "complete/needles.h"

#include "base/text.h"
#include "fixture/encodings.h"

namespace gdprd::test {

Needles::Needles(const KnownPerson& person) {
    add("marker", person.marker);
    for (const auto& [name, value] : person.values) add(name, value);
}

void Needles::add(const std::string& name, const std::string& value) {
    std::string without_at = value;
    const std::size_t at = value.find('@');
    if (at != std::string::npos) without_at.replace(at, 1, "%40");
    const std::string json = json_escaped(value);
    std::set<std::string> forms{value,
                                without_at,
                                url_encoded_text(value),
                                url_encoded_text(value, true),
                                url_encoded_text(url_encoded_text(value)),
                                json,
                                json_escaped_unicode(value),
                                with_slashes(value),
                                with_slashes(json),
                                html_escaped(value),
                                html_escaped(value, true),
                                html_escaped(html_escaped(value))};
    for (const std::string& form : forms) needles_.push_back({name, to_lower(form), false});
    // Four letters in base64 would be found by chance.
    if (value.size() < 6) return;
    for (const std::string& part : base64_inside(value)) needles_.push_back({name, part, true});
}

void Needles::search(std::string_view text, std::set<std::string>& names) const {
    const std::string folded = to_lower(text);
    for (const Needle& needle : needles_) {
        const std::string_view where = needle.exact ? text : std::string_view(folded);
        if (where.find(needle.text) != std::string_view::npos) names.insert(needle.name);
    }
}

std::set<std::string> Needles::found_in(std::string_view cell) const {
    std::set<std::string> names;
    search(cell, names);
    if (cell.size() > 2 && cell[0] == '\x78') {
        const std::string expanded = zlib_expanded(cell);
        if (!expanded.empty()) search(expanded, names);
    }
    return names;
}

}  // namespace gdprd::test
