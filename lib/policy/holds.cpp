#include "policy/holds.h"

#include <algorithm>
#include <string_view>

#include "base/names.h"
#include "content/html_entities.h"
#include "policy/address.h"

namespace gdprd::policy {

constexpr auto hold_kind_names = make_names<Hold::Kind>({{Hold::Kind::tag, "tag"},
                                                         {Hold::Kind::segment, "segment"},
                                                         {Hold::Kind::field, "field"},
                                                         {Hold::Kind::merged, "merged"}});

const char* name_of(Hold::Kind kind) { return hold_kind_names.of(kind); }

bool reads_as(std::string_view stored, std::string_view rule) {
    return folded_name(content::html_unescaped(stored)) == folded_name(content::html_unescaped(rule));
}

std::optional<Hold> hold_by_memory(const Holds& holds, const HeldBy& named) {
    if (named.kind == Hold::Kind::field) return Hold{named.kind, named.rule, 1, named.id, true};
    const auto& rules = named.kind == Hold::Kind::tag ? holds.tags : holds.segments;
    const auto rule = std::find(rules.begin(), rules.end(), named.rule);
    if (rule == rules.end()) return std::nullopt;
    return Hold{named.kind, named.rule, static_cast<std::size_t>(rule - rules.begin()) + 1, named.id, true};
}

namespace {

// A number or a time without the zeros that a column's type adds: "0017" and "17", "1.50" and "1.5",
// "09:30:00.000" and "09:30:00". Everything else as it is.
std::string_view without_zeros(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789.:- ") != std::string_view::npos) return text;
    if (text.find('.') != std::string_view::npos) {
        text = text.substr(0, text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.remove_suffix(1);
    }
    if (text.find_first_of(":- ") != std::string_view::npos) return text;
    const auto first = std::min(text.find_first_not_of('0'), text.size());
    // The last zero before a fraction, or of nothing but zeros, stays.
    const bool is_needed = first == text.size() || text[first] == '.';
    return text.substr(is_needed && first > 0 ? first - 1 : first);
}

bool holds_value(const HoldField& field, std::string_view stored, const std::string& rule) {
    const std::string meant = content::html_unescaped(rule);
    if (content::html_unescaped(stored) == meant) return true;
    if (without_zeros(stored) == without_zeros(rule)) return true;
    if (!field.several) return false;
    for (std::size_t at = 0; at <= stored.size();) {
        const auto end = std::min(stored.find('|', at), stored.size());
        if (content::html_unescaped(stored.substr(at, end - at)) == meant) return true;
        at = end + 1;
    }
    return false;
}

}  // namespace

std::optional<Hold> hold_by_field(const Holds& holds, const ColumnValues& values) {
    for (const HoldField& field : holds.fields) {
        const auto value = values.find(field.alias);
        if (value == values.end()) continue;
        const auto held =
            std::find_if(field.values.begin(), field.values.end(),
                         [&](const std::string& rule) { return holds_value(field, value->second, rule); });
        if (held == field.values.end()) continue;
        return Hold{Hold::Kind::field, field.alias,
                    static_cast<std::size_t>(held - field.values.begin()) + 1};
    }
    return std::nullopt;
}

std::string describe(const Hold& hold) {
    if (hold.kind == Hold::Kind::merged) {
        return "contact " + std::to_string(hold.id) + ", which is on hold and was merged into it";
    }
    const std::string number = std::to_string(hold.number);
    if (hold.kind == Hold::Kind::field) {
        return "[hold.fields] " + hold.name + (hold.names_nothing ? "" : ", value number " + number);
    }
    return std::string(hold.kind == Hold::Kind::tag ? "[hold] tags" : "[hold] segments") + " number " +
           number + ", \"" + hold.name + '"';
}

}  // namespace gdprd::policy
