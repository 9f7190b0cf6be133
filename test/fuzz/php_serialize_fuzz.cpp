// Whatever the bytes: read_php() returns, keeps its limits, and what it took is written with the same bytes.
#include <algorithm>

#include "content/php_value.h"
#include "fuzz/target.h"

namespace gdprd::fuzz {

namespace {

using content::PhpLimits;
using content::PhpValue;

struct Extent {
    std::size_t depth = 0;
    std::size_t elements = 0;
};

Extent extent_of(const PhpValue& value) {
    if (value.kind != PhpValue::Kind::array && value.kind != PhpValue::Kind::object) {
        must_hold(value.members.empty(), "only an array or an object has members");
        return {};
    }
    Extent extent{1, value.members.size()};
    for (const auto& [key, member] : value.members) {
        must_hold(key.kind == PhpValue::Kind::integer || key.kind == PhpValue::Kind::string,
                  "a key is an integer or a string");
        const Extent inner = extent_of(member);
        extent.depth = std::max(extent.depth, inner.depth + 1);
        extent.elements += inner.elements;
    }
    return extent;
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    const auto value = content::read_php(input);
    const PhpLimits narrow{.depth_max = 3, .elements_max = 8, .bytes_max = 200};
    const auto narrowly = content::read_php(input, narrow);
    if (!value) {
        must_hold(!narrowly, "narrower limits take nothing more");
        return;
    }
    must_hold(content::write_php(*value) == input, "what was read is written with the same bytes");
    const Extent extent = extent_of(*value);
    must_hold(extent.depth <= PhpLimits{}.depth_max && extent.elements <= PhpLimits{}.elements_max,
              "the limits are kept");
    const bool fits = extent.depth <= narrow.depth_max && extent.elements <= narrow.elements_max &&
                      input.size() <= narrow.bytes_max;
    must_hold(narrowly.has_value() == fits, "narrow limits are kept to the one");
    must_hold(!narrowly || *narrowly == *value, "limits do not change what is read");
}

}  // namespace gdprd::fuzz
