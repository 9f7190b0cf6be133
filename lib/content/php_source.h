// PHP source that gives one variable an array of constants, as Mautic's config/local.php does. It is read,
// never executed, whatever stands in it.
//
// Known are the values that var_export() and Mautic's own writer make, and what people make of them: array()
// and [], strings in both kinds of quotes with all escapes, joined by dots; numbers in every notation; null,
// true, false; getenv('NAME'), $_ENV['NAME'] and $_SERVER['NAME']. Any other expression is skipped by its
// brackets and called computed. Whatever could change what was read (another statement, a key that is
// computed) is refused. A test has PHP itself judge all of it. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gdprd::content {

struct PhpConstantMember;

struct PhpConstant {
    enum class Kind { null, boolean, integer, real, string, array, environment, computed } kind = Kind::null;
    // boolean: "0" or "1"; integer: in decimal; real: as written, without underscores; string: its bytes;
    // environment: the variable's name.
    std::string text;
    std::vector<PhpConstantMember> members;  // array: each key once, in PHP's order

    const PhpConstant* find(std::string_view key) const;  // a member; nullptr when there is none
};

struct PhpConstantMember {
    bool key_is_integer = false;
    std::string key;
    PhpConstant value;
};

struct PhpSourceLimits {
    std::size_t bytes_max = 1024 * 1024;
    std::size_t depth_max = 64;
    std::size_t elements_max = 10'000;
};

// The source says something that is not known to be harmless. what() has the line and never a part of the
// source: there are passwords in it.
class PhpSourceError : public Error {
  public:
    using Error::Error;
};

// What `$name = …;`, and `$name['key'] = …;` after it, leave in $name: an array. Throws PhpSourceError.
PhpConstant read_php_assignments(std::string_view source, std::string_view name,
                                 const PhpSourceLimits& limits = {});

}  // namespace gdprd::content
