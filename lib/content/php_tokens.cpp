#include "content/php_tokens.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.h"
#include "content/php_source.h"

namespace gdprd::content {

namespace {

constexpr std::string_view decimal = "0123456789";
constexpr std::string_view octal = "01234567";
constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_among(char c, std::string_view letters) {
    return c != '\0' && letters.find(c) != std::string_view::npos;
}
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_in_name(char c) { return begins_name(c) || is_digit(c); }

}  // namespace

void PhpTokens::refuse(const std::string& what) const {
    const auto lines = std::count(
        source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, source_.size())), '\n');
    throw PhpSourceError("line " + std::to_string(lines + 1) + ": " + what);
}

void PhpTokens::open() {
    if (starts_with("\xEF\xBB\xBF")) at_ += 3;
    constexpr std::size_t tag = 5;
    if (to_lower(source_.substr(at_, tag)) != "<?php") refuse("no PHP: it does not begin with <?php");
    at_ += tag;
    if (!is_at_end() && !is_space(next())) refuse("no PHP: it does not begin with <?php");
}

bool PhpTokens::close_if_at_end() {
    skip_space();
    if (is_at_end()) return true;
    if (!starts_with("?>")) return false;
    const std::string_view rest = source_.substr(at_ + 2);
    if (!std::all_of(rest.begin(), rest.end(), is_space)) refuse("something behind ?>");
    return true;
}

void PhpTokens::skip_line_comment() {
    while (!is_at_end() && next() != '\n' && next() != '\r') {
        if (starts_with("?>")) refuse("?> in a comment, which ends the PHP");
        ++at_;
    }
}

void PhpTokens::skip_space() {
    while (!is_at_end()) {
        if (is_space(next())) {
            ++at_;
        } else if (starts_with("//") || (next() == '#' && next(1) != '[')) {
            skip_line_comment();
        } else if (starts_with("/*")) {
            const auto end = source_.find("*/", at_ + 2);
            if (end == std::string_view::npos) refuse("a comment that does not end");
            at_ = end + 2;
        } else {
            return;
        }
    }
}

bool PhpTokens::is_at(std::string_view token) {
    skip_space();
    return starts_with(token);
}

bool PhpTokens::take(std::string_view token) {
    if (!is_at(token)) return false;
    at_ += token.size();
    return true;
}

void PhpTokens::need(std::string_view token) {
    if (!take(token)) refuse("no " + std::string(token) + " where one must be");
}

bool PhpTokens::take_word(std::string_view word) {
    skip_space();
    const std::size_t begin = at_ + (next() == '\\' ? 1 : 0);
    if (to_lower(source_.substr(std::min(begin, source_.size()), word.size())) != word) return false;
    const std::size_t end = begin + word.size();
    if (end < source_.size() && (is_in_name(source_[end]) || source_[end] == '\\')) return false;
    at_ = end;
    return true;
}

bool PhpTokens::take_variable(std::string_view name) {
    skip_space();
    if (next() != '$' || source_.substr(at_ + 1, name.size()) != name) return false;
    if (is_in_name(next(1 + name.size()))) return false;
    at_ += 1 + name.size();
    return true;
}

bool PhpTokens::take_assignment() {
    if (!is_at("=") || next(1) == '=' || next(1) == '>') return false;
    ++at_;
    return true;
}

bool PhpTokens::take_dot() {
    if (!is_at(".") || next(1) == '.' || next(1) == '=') return false;
    ++at_;
    return true;
}

bool PhpTokens::is_at_end_of_value() {
    skip_space();
    return is_among(next(), ",;)]") || starts_with("=>");
}

bool PhpTokens::is_at_string() {
    skip_space();
    return next() == '\'' || next() == '"';
}

bool PhpTokens::is_at_number() {
    skip_space();
    const bool is_signed = next() == '-' || next() == '+';
    const std::size_t begin = at_;
    if (is_signed) ++at_;
    skip_space();
    const bool answer = is_digit(next()) || (next() == '.' && is_digit(next(1)));
    at_ = begin;
    return answer;
}

std::optional<std::string> PhpTokens::string() {
    return next() == '\'' ? std::optional(single_quoted()) : double_quoted();
}

std::string PhpTokens::single_quoted() {
    std::string text;
    for (++at_; !is_at_end(); ++at_) {
        if (next() == '\'') {
            ++at_;
            return text;
        }
        if (next() == '\\' && (next(1) == '\'' || next(1) == '\\')) ++at_;
        text += next();
    }
    refuse("a text that does not end");
}

std::optional<std::string> PhpTokens::double_quoted() {
    std::string text;
    bool has_variable = false;
    for (++at_; !is_at_end();) {
        const char c = next();
        if (c == '"') {
            ++at_;
            if (has_variable) return std::nullopt;
            return text;
        }
        // Code in there may have quotes of its own.
        if ((c == '{' && next(1) == '$') || (c == '$' && next(1) == '{')) refuse("code within a text");
        if (c == '$' && begins_name(next(1))) {
            has_variable = true;
            while (is_in_name(next(1))) ++at_;
            if (next(1) == '[') refuse("code within a text");
        }
        if (c == '\\') {
            escape(text);
        } else {
            text += c;
            ++at_;
        }
    }
    refuse("a text that does not end");
}

// At a backslash; one that begins no escape stands for itself.
void PhpTokens::escape(std::string& text) {
    constexpr std::string_view letters = "ntrvef\\$\"";
    constexpr std::string_view meanings = "\n\t\r\v\x1b\f\\$\"";
    const char c = next(1);
    if (const auto found = letters.find(c); c != '\0' && found != std::string_view::npos) {
        text += meanings[found];
        at_ += 2;
    } else if (is_among(c, octal)) {
        std::size_t end = at_ + 1;
        while (end < source_.size() && end < at_ + 4 && is_among(source_[end], octal)) ++end;
        text +=
            static_cast<char>(*whole_number<std::uint32_t>(source_.substr(at_ + 1, end - at_ - 1), 8) & 0xff);
        at_ = end;
    } else if (c == 'x' && is_among(next(2), hexadecimal)) {
        const std::size_t length = is_among(next(3), hexadecimal) ? 2 : 1;
        text += static_cast<char>(*whole_number<std::uint32_t>(source_.substr(at_ + 2, length), 16));
        at_ += 2 + length;
    } else if (c == 'u' && next(2) == '{') {
        const auto end = source_.find('}', at_);
        const auto code = end == std::string_view::npos
                              ? std::nullopt
                              : whole_number<std::uint32_t>(source_.substr(at_ + 3, end - at_ - 3), 16);
        constexpr std::uint32_t code_max = 0x10ffff;
        if (!code || *code > code_max) refuse("no letter behind \\u");
        append_utf8(text, *code);
        at_ = end + 1;
    } else {
        text += '\\';
        ++at_;
    }
}

// Groups of digits may have an underscore between two of them.
std::string PhpTokens::digits(std::string_view allowed) {
    std::string text;
    while (is_among(next(), allowed) ||
           (next() == '_' && !text.empty() && source_[at_ - 1] != '_' && is_among(next(1), allowed))) {
        if (next() != '_') text += next();
        ++at_;
    }
    return text;
}

std::optional<PhpTokens::Number> PhpTokens::number() {
    skip_space();
    Number number;
    if (next() == '-' || next() == '+') {
        number.negative = next() == '-';
        ++at_;
        skip_space();
    }
    const char kind = static_cast<char>(next(1) | 0x20);
    if (next() == '0' && (kind == 'x' || kind == 'b' || kind == 'o')) {
        at_ += 2;
        number.base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
        number.digits = digits(kind == 'x' ? hexadecimal : kind == 'b' ? "01" : octal);
        return number.digits.empty() ? std::nullopt : std::optional(number);
    }
    number.digits = digits(decimal);
    // A dot and nothing is a real number, too; a dot and another one are not.
    if (next() == '.' && next(1) != '.' && next(1) != '=') {
        number.base = 0;
        ++at_;
        number.digits += '.' + digits(decimal);
    }
    const std::size_t sign = next(1) == '-' || next(1) == '+' ? 2 : 1;
    if ((next() == 'e' || next() == 'E') && is_digit(next(sign))) {
        number.base = 0;
        number.digits += source_.substr(at_, sign);
        at_ += sign;
        number.digits += digits(decimal);
    }
    if (number.base == 10 && number.digits.size() > 1 && number.digits.front() == '0') {
        if (number.digits.find_first_not_of(octal) != std::string::npos) return std::nullopt;
        number.base = 8;
    }
    return number;
}

void PhpTokens::skip_expression() {
    std::vector<char> open;
    const auto is_end = [&] { return open.empty() && (is_among(next(), ",;)]") || starts_with("=>")); };
    for (skip_space(); !is_at_end() && !is_end(); skip_space()) {
        const char c = next();
        if (starts_with("?>") || starts_with("<<<") || c == '`' || starts_with("#[")) {
            refuse("code of a kind that is not read here");
        }
        if (starts_with("...")) refuse("members that come from elsewhere");
        if (c == '\'' || c == '"') {
            string();
            continue;
        }
        if (c == '(' || c == '[' || c == '{') {
            open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
        } else if (c == ')' || c == ']' || c == '}') {
            if (open.empty() || open.back() != c) refuse("brackets that do not match");
            open.pop_back();
        }
        ++at_;
    }
    if (!open.empty() || is_at_end()) refuse("an expression that does not end");
}

}  // namespace gdprd::content
