#include "content/rewrite.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "content/member_rules.h"
#include "content/php_value.h"
#include "content/rewrite_json.h"
#include "content/zlib.h"

namespace gdprd::content {

namespace {

constexpr std::size_t json_bytes_max = 32 * 1024 * 1024;

// PHP refuses to make a date of an empty text, and Mautic's page of the contact would fail with it: a date
// object says the beginning of 1970 in UTC, and nothing is left of an interval. Other members than PHP's own
// go.
constexpr const char* no_date = "1970-01-01 00:00:00.000000";

void empty_date(PhpValue& object);

PhpValue without_date(const std::string& name, PhpValue value) {
    const auto number = [](const char* digits) { return PhpValue{PhpValue::Kind::integer, digits, {}}; };
    if (name == "date") return {PhpValue::Kind::string, no_date, {}};
    if (name == "timezone") return {PhpValue::Kind::string, "UTC", {}};
    if (name == "timezone_type") return number("3");  // a named time zone
    if (name == "recurrences") return number("1");
    if (name == "from_string") return {PhpValue::Kind::boolean, "0", {}};
    switch (value.kind) {
        case PhpValue::Kind::object:
            empty_date(value);
            return value;
        case PhpValue::Kind::integer:
            return number("0");
        case PhpValue::Kind::real:
            return {PhpValue::Kind::real, "0", {}};
        case PhpValue::Kind::boolean:
            return value;
        default:
            return {};
    }
}

void empty_date(PhpValue& object) {
    constexpr std::array<std::string_view, 20> names{"date",
                                                     "timezone_type",
                                                     "timezone",
                                                     "y",
                                                     "m",
                                                     "d",
                                                     "h",
                                                     "i",
                                                     "s",
                                                     "f",
                                                     "days",
                                                     "invert",
                                                     "start",
                                                     "current",
                                                     "end",
                                                     "interval",
                                                     "recurrences",
                                                     "include_start_date",
                                                     "include_end_date",
                                                     "from_string"};
    std::erase_if(object.members, [&](const PhpMember& member) {
        return std::find(names.begin(), names.end(), member.key.text) == names.end();
    });
    for (PhpMember& member : object.members) {
        member.value = without_date(member.key.text, std::move(member.value));
    }
}

void empty_scalar(PhpValue& value, Kept kept) {
    // The object it refers to is counted from the beginning, and members before it may have gone.
    if (value.kind == PhpValue::Kind::reference) value = {};
    if (kept == Kept::everything) return;
    if (value.kind == PhpValue::Kind::string) value.text.clear();
    if (kept == Kept::numbers) return;
    if (value.kind == PhpValue::Kind::integer || value.kind == PhpValue::Kind::real) value.text = "0";
}

// Recurses as deep as PhpLimits lets a value be nested.
void rewrite_members(PhpValue& array, const MemberRules& rules, MemberPath& path, Kept array_kept) {
    std::size_t stay = 0;
    for (PhpMember& member : array.members) {
        const auto judgement = rules.judge(member.key.text, path, stay, array_kept);
        if (!judgement.stays) continue;
        PhpValue& value = member.value;
        if (value.kind == PhpValue::Kind::array) {
            path.enter(member.key.text);
            rewrite_members(value, rules, path, judgement.kept);
            path.leave();
        } else if (value.kind == PhpValue::Kind::object) {
            if (judgement.kept != Kept::everything) empty_date(value);
        } else {
            empty_scalar(value, judgement.kept);
        }
        if (&array.members[stay] != &member) array.members[stay] = std::move(member);
        ++stay;
    }
    array.members.resize(stay);
}

std::optional<std::string> rewrite_php(std::string_view text, const MemberRules& rules) {
    std::optional<PhpValue> value = read_php(text);
    if (!value) return std::nullopt;
    if (value->kind == PhpValue::Kind::null) return std::string(text);
    if (value->kind != PhpValue::Kind::array) return empty_of(Format::php);
    MemberPath path;
    rewrite_members(*value, rules, path, Kept::nothing);
    return write_php(*value);
}

std::optional<std::string> rewrite_compressed(std::string_view bytes, const MemberRules& rules) {
    const std::optional<std::string> text = inflate(bytes, json_bytes_max);
    if (!text) return std::nullopt;
    const std::optional<std::string> rewritten = rewrite_json(*text, rules);
    if (!rewritten) return std::nullopt;
    return *rewritten == *text ? std::string(bytes) : deflate(*rewritten);
}

}  // namespace

namespace {

// What PHP serializes begins with a letter.
bool is_json_container(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

// Recurses as deep as PhpLimits lets a value be nested.
void add_texts(const PhpValue& value, std::vector<std::string>& texts) {
    if (value.kind == PhpValue::Kind::string) texts.push_back(value.text);
    if (value.kind != PhpValue::Kind::array) return;
    for (const PhpMember& member : value.members) add_texts(member.value, texts);
}

}  // namespace

std::vector<std::string> texts_below(std::string_view php, const std::vector<std::string>& members) {
    std::vector<std::string> texts;
    const std::optional<PhpValue> value = read_php(php);
    if (!value) return is_json_container(php) ? json_texts_below(php, members) : texts;
    std::vector<const PhpValue*> found{&*value};
    for (const std::string& name : members) {
        std::vector<const PhpValue*> inside;
        for (const PhpValue* one : found) {
            if (one->kind != PhpValue::Kind::array) continue;
            for (const PhpMember& member : one->members) {
                const bool is_name = member.key.kind == PhpValue::Kind::string && member.key.text == name;
                if (is_name) inside.push_back(&member.value);
            }
        }
        found = std::move(inside);
    }
    for (const PhpValue* one : found) add_texts(*one, texts);
    return texts;
}

std::string empty_of(Format format) {
    switch (format) {
        case Format::php:
            return "a:0:{}";
        case Format::json:
            return "[]";
        case Format::json_zlib:
            break;
    }
    return deflate("[]");
}

Rewritten rewrite(std::string_view value, Format format, const std::vector<std::string>& keep) {
    if (value.empty()) return {};
    const MemberRules rules(keep);
    std::optional<std::string> text;
    if (format == Format::php) text = rewrite_php(value, rules);
    const bool is_json =
        format == Format::json || (format == Format::php && !text && is_json_container(value));
    if (is_json && value.size() <= json_bytes_max) text = rewrite_json(value, rules);
    if (format == Format::json_zlib) text = rewrite_compressed(value, rules);
    if (!text) return {empty_of(format), false};
    return {std::move(*text), true};
}

}  // namespace gdprd::content
