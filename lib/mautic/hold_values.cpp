#include "mautic/hold_values.h"

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "content/html_entities.h"
#include "content/php_value.h"

namespace gdprd::mautic {

namespace {

using content::PhpMember;
using content::PhpValue;

bool matches(std::string_view value, const std::string& pattern) {
    return std::regex_match(value.begin(), value.end(), std::regex(pattern));
}

// How the server writes values of a type that is no text: by the types' names, the pattern and an example.
struct Written {
    std::vector<std::string_view> types;
    const char* pattern;
    const char* example;
};
const std::vector<Written>& written() {
    static const std::vector<Written> all{
        {{"date"}, "\\d{4}-\\d\\d-\\d\\d", "2026-03-01"},
        {{"datetime", "timestamp"},
         "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d+)?",
         "2026-03-01 00:00:00"},
        {{"time"}, "-?\\d{2,3}:\\d\\d:\\d\\d(\\.\\d+)?", "09:30:00"},
        {{"tinyint", "smallint", "mediumint", "int", "bigint", "bit", "year"}, "-?\\d+(\\.0*)?", "1"},
        {{"float", "double"}, "-?\\d+(\\.\\d+)?(e-?\\d+)?", "1.5"},
        {{"decimal"}, "-?\\d+(\\.\\d+)?", "1.50"},
    };
    return all;
}

// decimal(10,2) and double(10,2) have two places at most.
std::size_t decimal_places(const std::string& column_type) {
    const auto comma = column_type.find(',');
    if (comma == std::string::npos) return column_type.starts_with("decimal") ? 0 : std::string::npos;
    return static_cast<std::size_t>(std::atoi(column_type.c_str() + comma + 1));
}

// Zeros behind the last one do not count.
bool fits_places(std::string_view value, std::size_t places) {
    const auto point = value.find('.');
    return point == std::string_view::npos || value.find_last_not_of('0') - point <= places;
}

const PhpValue* member(const PhpValue& of, std::string_view key) {
    const auto found = std::find_if(of.members.begin(), of.members.end(),
                                    [&](const PhpMember& one) { return one.key.text == key; });
    return found == of.members.end() ? nullptr : &found->value;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t at = 0;;) {
        const auto end = std::min(text.find(separator, at), text.size());
        parts.emplace_back(text.substr(at, end - at));
        if (end == text.size()) return parts;
        at = end + 1;
    }
}

}  // namespace

// {"list": [{"label": …, "value": …}, …]}, in old versions {"list": ["a", "b"]} or {"list": "a|b"}.
std::optional<std::vector<std::string>> options_of_field(std::string_view properties) {
    const auto read = content::read_php(properties);
    const PhpValue* list = read ? member(*read, "list") : nullptr;
    if (list == nullptr) return std::nullopt;
    if (list->kind == PhpValue::Kind::string && !list->text.empty()) return split(list->text, '|');
    std::vector<std::string> options;
    for (const PhpMember& one : list->members) {
        const PhpValue* value =
            one.value.kind == PhpValue::Kind::array ? member(one.value, "value") : &one.value;
        if (value != nullptr) options.push_back(value->text);
    }
    return options.empty() ? std::nullopt : std::optional(std::move(options));
}

std::string why_never_held(std::string_view value, const Column& column, std::string_view field_type,
                           const std::optional<std::vector<std::string>>& options) {
    if (field_type == "boolean" && value != "0" && value != "1") {
        return "a yes/no field has \"1\" or \"0\"";
    }
    for (const Written& type : written()) {
        if (std::find(type.types.begin(), type.types.end(), column.data_type) == type.types.end()) continue;
        const bool fits = matches(value, type.pattern) &&
                          (!column.is_number() || fits_places(value, decimal_places(column.column_type)));
        if (!fits)
            return "a column of type " + column.column_type + " has values like \"" + type.example + '"';
        return {};
    }
    if (column.characters_max && value.size() > *column.characters_max * 4) {
        return "it is longer than " + column.column_type;
    }
    if (!options || (field_type != "select" && field_type != "multiselect")) return {};
    const auto is_offered = [&](const std::string& one) {
        return std::any_of(options->begin(), options->end(), [&](const std::string& option) {
            return content::html_unescaped(option) == content::html_unescaped(one);
        });
    };
    const auto chosen = field_type == "multiselect" ? split(value, '|') : std::vector{std::string(value)};
    return std::all_of(chosen.begin(), chosen.end(), is_offered) ? "" : "the field does not offer it";
}

}  // namespace gdprd::mautic
