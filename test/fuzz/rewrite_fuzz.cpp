// Whatever the bytes: rewrite() returns, leaves no text and no number, changes nothing the second time, and
// what it did not understand is empty. The first byte of an input says what the others are:
//     p PHP, j JSON, d JSON that is compressed first, z bytes that may be a zlib stream
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "content/php_value.h"
#include "content/rewrite.h"
#include "content/zlib.h"
#include "fuzz/target.h"

namespace gdprd::fuzz {

namespace {

using content::Format;
using content::PhpValue;
using content::Rewritten;

constexpr std::size_t inflated_max = 32 * 1024 * 1024;
constexpr std::size_t escaped_max = 6;  // a byte as \u0000

const std::vector<std::string> nothing_kept;
const std::vector<std::string> some_kept{"datetime", "id", "a b", "0"};

bool is_index_or_name(const std::string& name) {
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    const bool opens = !name.empty() && (std::isalpha(static_cast<unsigned char>(name[0])) || name[0] == '_');
    return number || (opens && name.size() <= 64 && name.find_first_of("@ +%\"") == std::string::npos);
}

// A date of PHP says 1970 in UTC, because PHP can make none of an empty text.
void must_be_no_date(const PhpValue& object) {
    for (const auto& [key, member] : object.members) {
        must_hold(is_index_or_name(key.text), "a member's name is no value");
        const bool known = member.text.empty() || member.text == "1970-01-01 00:00:00.000000" ||
                           member.text == "UTC" || member.text == "0" || member.text == "1" ||
                           member.text == "3";
        must_hold(known || member.kind == PhpValue::Kind::object, "nothing is left of a date");
        if (member.kind == PhpValue::Kind::object) must_be_no_date(member);
    }
}

void must_be_empty(const PhpValue& value) {
    if (value.kind == PhpValue::Kind::object) return must_be_no_date(value);
    must_hold(value.kind != PhpValue::Kind::string || value.text.empty(), "no text is left");
    const bool number = value.kind == PhpValue::Kind::integer || value.kind == PhpValue::Kind::real;
    must_hold(!number || value.text == "0", "no number is left");
    for (const auto& [key, member] : value.members) {
        must_hold(is_index_or_name(key.text), "a key is no value");
        must_be_empty(member);
    }
}

// Sees every member, also those whose name is repeated.
bool json_must_be_empty(int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    if (event == nlohmann::json::parse_event_t::key) {
        must_hold(is_index_or_name(value.get<std::string>()), "a name is no value");
    } else if (event == nlohmann::json::parse_event_t::value) {
        must_hold(!value.is_string() || value.get<std::string>().empty(), "no text is left");
        must_hold(!value.is_number() || value == 0, "no number is left");
    }
    return true;
}

void must_be_emptied(const std::string& text, Format format) {
    if (text.empty()) return;
    // Of both, in a column that does not say which it holds.
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string::npos && (text[first] == '{' || text[first] == '[');
    const bool is_php = format == Format::php && !is_json;
    if (is_php) {
        const auto value = content::read_php(text);
        must_hold(value.has_value(), "what is left can be read");
        return must_be_empty(*value);
    }
    must_hold(nlohmann::json::accept(text), "what is left is JSON");
    (void)nlohmann::json::parse(text, json_must_be_empty);
}

Rewritten rewrite_twice(std::string_view value, Format format, const std::vector<std::string>& keep) {
    Rewritten once = content::rewrite(value, format, keep);
    const Rewritten twice = content::rewrite(once.text, format, keep);
    must_hold(twice.understood, "what was rewritten is understood");
    must_hold(twice.text == once.text, "twice changes nothing");
    must_hold(once.understood || once.text == content::empty_of(format), "not understood is empty");
    return once;
}

void check_plain(std::string_view value, Format format) {
    const Rewritten emptied = rewrite_twice(value, format, nothing_kept);
    must_be_emptied(emptied.text, format);
    const std::size_t empty_size = content::empty_of(format).size();
    const bool has_date = value.find("O:") != std::string_view::npos;
    must_hold(has_date || emptied.text.size() <= std::max(value.size(), empty_size), "never longer");
    const Rewritten partly = rewrite_twice(value, format, some_kept);
    must_hold(partly.understood == emptied.understood, "what is kept decides nothing else");
    must_hold(partly.text.size() <= escaped_max * std::max(value.size(), empty_size), "hardly longer");
    // Emptying what was partly kept ends where emptying at once does, but for the spaces between.
    if (format == Format::php) {
        must_be_emptied(content::rewrite(partly.text, format, nothing_kept).text, format);
    }
}

void check_compressed(std::string_view bytes) {
    const Rewritten rewritten = rewrite_twice(bytes, Format::json_zlib, some_kept);
    const auto before = content::inflate(bytes, inflated_max);
    must_hold(!rewritten.understood || bytes.empty() || before, "what was understood was inflated");
    if (!rewritten.understood || bytes.empty()) return;
    const auto after = content::inflate(rewritten.text, inflated_max);
    must_hold(after == content::rewrite(*before, Format::json, some_kept).text, "as without compression");
    must_hold(*after != *before || rewritten.text == bytes, "nothing to take out changes no byte");
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    if (input.empty()) return;
    const std::string_view value = input.substr(1);
    switch (input.front()) {
        case 'p':
            return check_plain(value, Format::php);
        case 'd':
            return check_compressed(content::deflate(value));
        case 'z':
            return check_compressed(value);
        default:
            return check_plain(value, Format::json);
    }
}

}  // namespace gdprd::fuzz
