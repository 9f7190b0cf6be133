#include "matching/own_value.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd::matching {

namespace {

using mautic::Comparison;

constexpr std::size_t common_digits = 6;
constexpr std::size_t number_digits_max = 15;  // E.164
constexpr std::size_t proving_digits = 10;     // fewer may be another town's number
constexpr std::size_t subscriber_digits = 9;   // of two numbers that end in the same, one may be abbreviated
constexpr std::size_t proving_bytes = 5;       // "n/a", "none", "1"

// Without what only leads from a country, or from a town, to the subscriber.
std::string_view without_zeros(std::string_view digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Telephone {
    std::string digits;
    bool has_country = false;  // a plus sign or two zeros before it say so
};

Telephone telephone_of(std::string_view written) {
    const std::string ascii = with_ascii_digits(written);
    std::string_view text = trimmed(ascii);
    if (text.starts_with("(+")) text.remove_prefix(1);
    bool is_international = text.starts_with('+');
    if (is_international) text.remove_prefix(1);
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_international && text.substr(i).starts_with("(0)")) {
            i += 2;
        } else if (is_digit(text[i])) {
            digits += text[i];
            if (!is_international && digits == "00") {
                is_international = true;
                digits.clear();
            }
        } else if (std::string_view(" -./()").find(text[i]) == std::string_view::npos) {
            return {};
        }
    }
    if (is_international && digits.starts_with('0')) return {};  // no country's number begins so
    if (digits.size() > number_digits_max || without_zeros(digits).size() < common_digits) return {};
    return {std::move(digits), is_international};
}

// Digits alone may be a number of any country: its zero may have been lost in a spreadsheet, and WhatsApp
// leaves the plus sign out. With the zero, too, one country's number is written like another's.
bool is_same_number(const Telephone& one, const Telephone& other) {
    return one.has_country && other.has_country && one.digits == other.digits &&
           one.digits.size() >= proving_digits;
}

Sameness compare_telephones(std::string_view one, std::string_view other) {
    const Telephone first = telephone_of(one);
    const Telephone second = telephone_of(other);
    if (first.digits.empty() || second.digits.empty()) return Sameness::none;
    if (is_same_number(first, second)) return Sameness::same;
    const std::string_view x = without_zeros(first.digits);
    const std::string_view y = without_zeros(second.digits);
    const std::size_t digits = std::min({subscriber_digits, x.size(), y.size()});
    if (digits < common_digits) return Sameness::none;
    return x.substr(x.size() - digits) == y.substr(y.size() - digits) ? Sameness::maybe : Sameness::none;
}

}  // namespace

std::string telephone_digits(std::string_view text) { return telephone_of(text).digits; }

Sameness compare_values(std::string_view one, std::string_view other, Comparison comparison) {
    if (comparison == Comparison::telephone) return compare_telephones(one, other);
    one = trimmed(one);
    other = trimmed(other);
    if (one.empty() || other.empty()) return Sameness::none;
    if (one == other && one.size() >= proving_bytes) return Sameness::same;
    return to_lower(one) == to_lower(other) ? Sameness::maybe : Sameness::none;
}

bool may_hold(std::string_view field, std::string_view value, Comparison comparison) {
    if (compare_values(field, value, comparison) != Sameness::none) return true;
    return comparison == Comparison::telephone && has_telephone(field, value);
}

bool has_telephone(std::string_view text, std::string_view number) {
    const std::string all = telephone_digits(number);
    std::string_view subscriber = without_zeros(all);
    if (subscriber.empty()) return false;
    subscriber.remove_prefix(subscriber.size() - std::min(subscriber_digits, subscriber.size()));
    std::string digits;
    char before = ' ';
    for (const char c : with_ascii_digits(text)) {
        if ((is_digit(c) && is_letter(before)) || (is_letter(c) && is_digit(before))) digits += ' ';
        if (is_digit(c)) digits += c;
        before = c;
    }
    return digits.find(subscriber) != std::string::npos;
}

std::string common_part(std::string_view value, Comparison comparison) {
    if (comparison == Comparison::exact) return std::string(trimmed(value));
    const std::string digits = telephone_digits(value);
    return digits.empty() ? digits : digits.substr(digits.size() - common_digits);
}

}  // namespace gdprd::matching
