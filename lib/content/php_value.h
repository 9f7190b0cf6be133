// PHP's serialize() format, as far as Mautic writes it (Doctrine's type "array": null, bool, int, float,
// string, array; objects of PHP's own date classes, which the audit log has, and of other classes where the
// caller asks for them). Lengths are counted in bytes.
//
// Reading is bounded in depth, elements and bytes, and never trusts a length that the text states. Writing
// what was read gives the same bytes: numbers are kept as they were written. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::content {

struct PhpMember;

struct PhpValue {
    enum class Kind { null, boolean, integer, real, string, array, object, reference } kind = Kind::null;
    // boolean, integer, real: as written ("1", "-42", "0.1"); string: its bytes; object: its class;
    // reference: the number of an object before.
    std::string text;
    std::vector<PhpMember> members;  // array, object: in order, repeated keys too
};

struct PhpMember {
    PhpValue key;  // an integer or a string
    PhpValue value;
};

bool operator==(const PhpValue& a, const PhpValue& b);
bool operator==(const PhpMember& a, const PhpMember& b);

struct PhpLimits {
    std::size_t depth_max = 64;
    std::size_t elements_max = 200'000;
    std::size_t bytes_max = 16 * 1024 * 1024;
    bool any_class = false;  // objects of every class, and not of PHP's date classes only
};

// DateTime, DateTimeImmutable, DateTimeZone, DateInterval, DatePeriod.
bool is_date_class(std::string_view name);

// Nothing when `text` is not exactly one such value: objects that were not asked for, references that PHP's
// `&` makes, trailing bytes, limits exceeded.
std::optional<PhpValue> read_php(std::string_view text, const PhpLimits& limits = {});

std::string write_php(const PhpValue& value);

}  // namespace gdprd::content
