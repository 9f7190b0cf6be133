#include "content/php_value.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace gdprd::content {

namespace {

// "i:0;N;" is the shortest member of an array.
constexpr std::size_t member_bytes_min = 6;

class Reader {
  public:
    Reader(std::string_view text, const PhpLimits& limits) : rest_(text), limits_(limits) {}

    bool read_value(PhpValue& value, std::size_t depth);
    bool at_end() const { return rest_.empty(); }

  private:
    bool take(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    // How many characters from `position` on are digits.
    std::size_t digits_at(std::size_t position) const {
        std::size_t end = position;
        while (end < rest_.size() && is_digit(rest_[end])) ++end;
        return end - position;
    }

    bool take_scalar(PhpValue& value, PhpValue::Kind kind, std::size_t length);
    std::size_t integer_length() const;
    std::size_t real_length() const;
    std::optional<std::size_t> take_length(std::string_view behind);
    bool read_string(PhpValue& value);
    bool read_key(PhpValue& key);
    bool read_members(PhpValue& value, std::size_t depth);
    bool read_array(PhpValue& value, std::size_t depth);
    bool read_object(PhpValue& value, std::size_t depth);

    std::string_view rest_;
    const PhpLimits& limits_;
    std::size_t elements_ = 0;
};

// A length of 0 stands for "not such a number".
bool Reader::take_scalar(PhpValue& value, PhpValue::Kind kind, std::size_t length) {
    value.kind = kind;
    value.text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return length > 0 && take(";");
}

std::size_t Reader::integer_length() const {
    const std::size_t sign = rest_.starts_with('-') ? 1 : 0;
    const std::size_t digits = digits_at(sign);
    return digits == 0 ? 0 : sign + digits;
}

// As PHP writes them: 1, -0.1, 1.0E+25, INF, -INF, NAN.
std::size_t Reader::real_length() const {
    for (const std::string_view name : {"INF", "-INF", "NAN"}) {
        if (rest_.starts_with(name)) return name.size();
    }
    std::size_t length = integer_length();
    if (length == 0) return 0;
    const auto at = [&](std::size_t position) { return position < rest_.size() ? rest_[position] : '\0'; };
    if (at(length) == '.') {
        const std::size_t digits = digits_at(length + 1);
        if (digits == 0) return 0;
        length += 1 + digits;
    }
    if (at(length) == 'E' && (at(length + 1) == '+' || at(length + 1) == '-')) {
        const std::size_t digits = digits_at(length + 2);
        if (digits == 0) return 0;
        length += 2 + digits;
    }
    return length;
}

// A length as PHP writes it, without leading zeros, and what stands behind it.
std::optional<std::size_t> Reader::take_length(std::string_view behind) {
    const std::size_t digits = digits_at(0);
    std::size_t length = 0;
    const char* end = rest_.data() + digits;
    const auto [stop, error] = std::from_chars(rest_.data(), end, length);
    if (digits == 0 || error != std::errc{} || stop != end) return std::nullopt;
    if (digits > 1 && rest_.front() == '0') return std::nullopt;
    rest_.remove_prefix(digits);
    if (!take(behind)) return std::nullopt;
    return length;
}

bool Reader::read_string(PhpValue& value) {
    const std::optional<std::size_t> length = take_length(":\"");
    if (!length || *length > rest_.size()) return false;
    value.kind = PhpValue::Kind::string;
    value.text = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return take("\";");
}

bool Reader::read_key(PhpValue& key) {
    if (take("i:")) return take_scalar(key, PhpValue::Kind::integer, integer_length());
    return take("s:") && read_string(key);
}

bool Reader::read_members(PhpValue& value, std::size_t depth) {
    if (depth == limits_.depth_max) return false;
    const std::optional<std::size_t> count = take_length(":{");
    if (!count || *count > rest_.size() / member_bytes_min) return false;
    if (*count > limits_.elements_max - elements_) return false;
    elements_ += *count;
    for (std::size_t i = 0; i < *count; ++i) {
        PhpMember& member = value.members.emplace_back();
        if (!read_key(member.key) || !read_value(member.value, depth + 1)) return false;
    }
    return take("}");
}

bool Reader::read_array(PhpValue& value, std::size_t depth) {
    value.kind = PhpValue::Kind::array;
    return read_members(value, depth);
}

// O:8:"DateTime":3:{…}
bool Reader::read_object(PhpValue& value, std::size_t depth) {
    const std::optional<std::size_t> length = take_length(":\"");
    if (!length || *length > rest_.size()) return false;
    value.kind = PhpValue::Kind::object;
    value.text = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return (limits_.any_class || is_date_class(value.text)) && take("\":") && read_members(value, depth);
}

bool Reader::read_value(PhpValue& value, std::size_t depth) {
    if (take("N;")) return true;
    if (take("b:")) {
        const bool zero_or_one = rest_.starts_with('0') || rest_.starts_with('1');
        return take_scalar(value, PhpValue::Kind::boolean, zero_or_one ? 1 : 0);
    }
    if (take("i:")) return take_scalar(value, PhpValue::Kind::integer, integer_length());
    if (take("d:")) return take_scalar(value, PhpValue::Kind::real, real_length());
    if (take("s:")) return read_string(value);
    if (take("O:")) return read_object(value, depth);
    if (take("r:")) return take_scalar(value, PhpValue::Kind::reference, digits_at(0));
    return take("a:") && read_array(value, depth);
}

void write(const PhpValue& value, std::string& text) {
    switch (value.kind) {
        case PhpValue::Kind::null:
            text += "N;";
            return;
        case PhpValue::Kind::boolean:
            text += "b:" + value.text + ';';
            return;
        case PhpValue::Kind::integer:
            text += "i:" + value.text + ';';
            return;
        case PhpValue::Kind::real:
            text += "d:" + value.text + ';';
            return;
        case PhpValue::Kind::string:
            text += "s:" + std::to_string(value.text.size()) + ":\"" + value.text + "\";";
            return;
        case PhpValue::Kind::reference:
            text += "r:" + value.text + ';';
            return;
        case PhpValue::Kind::object:
            text += "O:" + std::to_string(value.text.size()) + ":\"" + value.text + "\":";
            break;
        case PhpValue::Kind::array:
            text += "a:";
            break;
    }
    text += std::to_string(value.members.size()) + ":{";
    for (const PhpMember& member : value.members) {
        write(member.key, text);
        write(member.value, text);
    }
    text += '}';
}

}  // namespace

bool operator==(const PhpValue& a, const PhpValue& b) {
    return a.kind == b.kind && a.text == b.text && a.members == b.members;
}

bool operator==(const PhpMember& a, const PhpMember& b) { return a.key == b.key && a.value == b.value; }

bool is_date_class(std::string_view name) {
    constexpr std::array<std::string_view, 5> classes{"DateTime", "DateTimeImmutable", "DateTimeZone",
                                                      "DateInterval", "DatePeriod"};
    return std::find(classes.begin(), classes.end(), name) != classes.end();
}

std::optional<PhpValue> read_php(std::string_view text, const PhpLimits& limits) {
    if (text.size() > limits.bytes_max) return std::nullopt;
    Reader reader(text, limits);
    PhpValue value;
    if (!reader.read_value(value, 0) || !reader.at_end()) return std::nullopt;
    return value;
}

std::string write_php(const PhpValue& value) {
    std::string text;
    write(value, text);
    return text;
}

}  // namespace gdprd::content
