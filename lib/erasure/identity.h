// The values that identified a contact, and the search for them in what is left. Lives in memory only, for
// the length of one transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mautic/data_map.h"

namespace gdprd::erasure {

class Identity {
  public:
    // Values shorter than 2 bytes identify nobody and are ignored. A value is strong when it cannot be a
    // coincidence: it holds an '@' or at least five digits.
    void add(std::string_view value);

    bool empty() const noexcept { return needles_.empty(); }

    // Does `cell` still hold one of the values? Letters are compared without case. Looked for as it is and in
    // the ways Mautic writes it elsewhere: URL-encoded, with + for blanks, JSON-escaped, with HTML entities.
    // A weak value (a first name) must be a whole word, and one shorter than four characters the whole cell:
    // "Mark" is not found in "Marketing", "Jo" not in "Johannes".
    bool found_in(std::string_view cell, mautic::Search search) const;

  private:
    struct Needle {
        std::string text;  // folded
        bool strong = false;
        bool whole_cell = false;
    };
    void add_needle(std::string text, bool strong, bool whole_cell);

    std::vector<Needle> needles_;
};

}  // namespace gdprd::erasure
