// The typed half of Section: one function a type.
#include <algorithm>

#include "base/text.h"
#include "config/reader.h"
#include "config/size.h"

namespace gdprd::config {

namespace {

std::string shown_texts(const std::vector<std::string>& texts) {
    std::vector<std::string> parts;
    for (const auto& text : texts) parts.push_back(in_quotes(text));
    return '[' + join(parts, ", ") + ']';
}

std::string shown_duration(Milliseconds duration) { return in_quotes(format_duration(duration)); }

std::string shown_durations(const std::vector<Milliseconds>& durations) {
    std::vector<std::string> texts;
    for (const auto duration : durations) texts.push_back(format_duration(duration));
    return shown_texts(texts);
}

std::string range_of(Milliseconds least, Milliseconds most) {
    return format_duration(least) + " to " + format_duration(most);
}

std::string one_of(const std::vector<std::string>& names) {
    std::vector<std::string> parts;
    for (const auto& name : names) parts.push_back(in_quotes(name));
    return "one of " + join(parts, ", ");
}

}  // namespace

void Section::remember_file(const std::string& option, const std::string& file) {
    (is_withheld(option) ? reader_.withheld_files_ : reader_.files_).insert(file);
}

std::string Section::text(const std::string& option, const std::string& fallback, const TextRule& rule) {
    std::string result = fallback;
    if (const Value* value = find(option)) {
        const auto* given = std::get_if<std::string>(&value->data);
        // The default may be an empty text that the rule does not allow: "not set", written out.
        if (given == nullptr || *given != fallback) {
            if (allowed_text(option, *value, rule)) result = *given;
        }
    }
    if (&rule == &file_name && !result.empty()) remember_file(option, result);
    remember(option, std::string(rule.description), in_quotes(fallback), in_quotes(result));
    return result;
}

std::vector<std::string> Section::texts(const std::string& option, const std::vector<std::string>& fallback,
                                        const TextRule& rule) {
    std::vector<std::string> result;
    if (const Value* value = find(option)) {
        const auto* list = std::get_if<List>(&value->data);
        if (list == nullptr) {
            wrong_kind(option, *value, "a list of texts");
        } else if (list->empty()) {
            problem(option, "the list is empty");
        } else {
            result = allowed_texts(option, *list, rule);
        }
    }
    if (result.empty()) result = fallback;
    remember(option, "a list, each " + std::string(rule.description), shown_texts(fallback),
             shown_texts(result));
    return result;
}

std::vector<std::string> Section::texts_or_none(const std::string& option, const TextRule& rule) {
    std::vector<std::string> result;
    if (const Value* value = find(option)) {
        if (const auto* list = std::get_if<List>(&value->data)) {
            result = allowed_texts(option, *list, rule);
        } else {
            wrong_kind(option, *value, "a list of texts");
        }
    }
    remember(option, "a list, each " + std::string(rule.description), "[]", shown_texts(result));
    return result;
}

std::vector<std::string> Section::free_texts(const std::string& option, const TextRule& rule) {
    const Value* value = find(option);
    if (value == nullptr) return {};
    if (const auto* list = std::get_if<List>(&value->data)) {
        if (list->empty()) problem(option, "the list is empty");
        return allowed_texts(option, *list, rule);
    }
    if (!std::holds_alternative<std::string>(value->data)) {
        wrong_kind(option, *value, "a text or a list of texts");
        return {};
    }
    return allowed_texts(option, {*value}, rule);
}

bool Section::boolean(const std::string& option, bool fallback) {
    bool result = fallback;
    if (const Value* value = find(option)) {
        if (const auto* given = std::get_if<bool>(&value->data)) {
            result = *given;
        } else {
            wrong_kind(option, *value, "true or false");
        }
    }
    remember(option, "true or false", fallback ? "true" : "false", result ? "true" : "false");
    return result;
}

Milliseconds Section::duration(const std::string& option, Milliseconds fallback, Milliseconds least,
                               Milliseconds most) {
    Milliseconds result = fallback;
    if (const Value* value = find(option)) {
        if (!allowed_duration(option, *value, least, most, result)) result = fallback;
    }
    remember(option, range_of(least, most), shown_duration(fallback), shown_duration(result));
    return result;
}

std::vector<Milliseconds> Section::durations(const std::string& option,
                                             const std::vector<Milliseconds>& fallback, Milliseconds least,
                                             Milliseconds most) {
    std::vector<Milliseconds> result;
    if (const Value* value = find(option)) {
        const auto* list = std::get_if<List>(&value->data);
        if (list == nullptr) {
            wrong_kind(option, *value, "a list of durations");
        } else if (list->empty()) {
            problem(option, "the list is empty");
        } else {
            for (const auto& element : *list) {
                Milliseconds duration{};
                if (!allowed_duration(option, element, least, most, duration)) continue;
                if (!result.empty() && duration <= result.back()) {
                    problem(option,
                            "must rise: " + shown(element) + " after " + shown_duration(result.back()));
                }
                result.push_back(duration);
            }
        }
    }
    if (result.empty()) result = fallback;
    remember(option, "a rising list, each " + range_of(least, most), shown_durations(fallback),
             shown_durations(result));
    return result;
}

std::size_t Section::size(const std::string& option, std::size_t fallback, std::size_t least,
                          std::size_t most) {
    const std::string range = format_size(least) + " to " + format_size(most);
    std::size_t result = fallback;
    if (const Value* value = find(option)) {
        const auto* given = std::get_if<std::string>(&value->data);
        const auto bytes = given == nullptr ? std::nullopt : parse_size(*given);
        if (!bytes) {
            problem(option, "not a size: " + shown(*value),
                    "A size is a text of a number and a unit (B, KiB, MiB, GiB), e.g. \"4MiB\"");
        } else if (*bytes < least || *bytes > most) {
            problem(option, "out of range " + range + ": " + shown(*value));
        } else {
            result = *bytes;
        }
    }
    remember(option, range, in_quotes(format_size(fallback)), in_quotes(format_size(result)));
    return result;
}

std::int64_t Section::whole_number(const std::string& option, std::int64_t fallback, std::int64_t least,
                                   std::int64_t most) {
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    std::int64_t result = fallback;
    if (const Value* value = find(option)) {
        const auto* given = std::get_if<std::int64_t>(&value->data);
        if (given == nullptr) {
            wrong_kind(option, *value, "a whole number");
        } else if (*given < least || *given > most) {
            problem(option, "out of range " + range + ": " + shown(*value));
        } else {
            result = *given;
        }
    }
    remember(option, range, std::to_string(fallback), std::to_string(result));
    return result;
}

std::size_t Section::choice_index(const std::string& option, std::size_t fallback,
                                  const std::vector<std::string>& names) {
    const std::size_t result = checked_choice(option, fallback, names);
    remember(option, one_of(names), in_quotes(names[fallback]), in_quotes(names[result]));
    return result;
}

std::size_t Section::checked_choice(const std::string& option, std::size_t fallback,
                                    const std::vector<std::string>& names) {
    const Value* value = find(option);
    if (value == nullptr) return fallback;
    const auto* given = std::get_if<std::string>(&value->data);
    if (given == nullptr) {
        wrong_kind(option, *value, "a text, " + one_of(names));
        return fallback;
    }
    const auto found = std::find(names.begin(), names.end(), *given);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    if (is_inline_secret(option)) {
        problem(
            option, "must be " + one_of(names) + ", and no secret itself",
            "Secrets do not belong in the configuration file: put it into a file with mode 0600, and name "
            "that in secret_files");
        return fallback;
    }
    const std::string nearest = nearest_name(*given, names);
    problem(option, "must be " + one_of(names) + ", not " + shown(*value) +
                        (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
    return fallback;
}

// Those that the rule allows, each once; the others are told.
std::vector<std::string> Section::allowed_texts(const std::string& option, const List& list,
                                                const TextRule& rule) {
    std::vector<std::string> result;
    for (const auto& element : list) {
        if (!allowed_text(option, element, rule)) continue;
        const auto& given = std::get<std::string>(element.data);
        if (std::find(result.begin(), result.end(), given) != result.end()) {
            problem(option, "named twice: " + in_quotes(given));
        }
        if (&rule == &file_name) remember_file(option, given);
        result.push_back(given);
    }
    return result;
}

bool Section::allowed_text(const std::string& option, const Value& value, const TextRule& rule) {
    const auto* given = std::get_if<std::string>(&value.data);
    if (given == nullptr) {
        wrong_kind(option, value, "a text");
        return false;
    }
    if (rule.allows(*given)) return true;
    problem(option, "must be " + std::string(rule.description) + ", not " + shown(value));
    return false;
}

bool Section::allowed_duration(const std::string& option, const Value& value, Milliseconds least,
                               Milliseconds most, Milliseconds& result) {
    const auto* given = std::get_if<std::string>(&value.data);
    const auto duration = given == nullptr ? std::nullopt : parse_duration(*given);
    if (!duration) {
        problem(option, "not a duration: " + shown(value),
                "A duration is a text of a number and a unit (ms, s, m, h, d), e.g. \"10s\"");
        return false;
    }
    if (*duration < least || *duration > most) {
        problem(option, "out of range " + range_of(least, most) + ": " + shown(value));
        return false;
    }
    result = *duration;
    return true;
}

}  // namespace gdprd::config
