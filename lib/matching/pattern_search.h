// Searches a text for many patterns at once: one look at each byte, however many patterns there are (Aho and
// Corasick, 1975). The automaton knows the first bytes of each pattern only, which bounds its size; the rest
// is compared where those bytes were found. Immutable; safe from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::matching {

class PatternSearch {
  public:
    struct Pattern {
        std::string text;    // not empty
        bool exact = false;  // ASCII only; else letters match without case, as folding.h says
    };

    // Gets the number of the pattern and where it begins; true ends the search.
    using Found = std::function<bool(std::size_t pattern, std::size_t begin)>;

    explicit PatternSearch(std::vector<Pattern> patterns);

    // True when `found` said so. `text` is the text as it is and `comparable` the same folded, or again the
    // text itself when it has no foreign letters.
    bool search(std::string_view text, std::string_view comparable, const Found& found) const;

  private:
    // A state is the place of its row in next_, doubled; odd when a pattern's first bytes end in it.
    using State = std::uint32_t;
    static constexpr std::uint32_t none = 0xffffffff;

    void make_classes();
    std::uint32_t make_node();
    void make_nodes();
    void link_nodes();
    bool report(std::uint32_t node, std::string_view text, std::string_view comparable, std::size_t end,
                const Found& found) const;
    bool matches(const Pattern& pattern, std::string_view text, std::string_view comparable,
                 std::size_t begin) const;

    std::vector<Pattern> patterns_;
    std::vector<std::string> beginnings_;        // folded
    std::array<std::uint16_t, 256> class_of_{};  // bytes that no pattern begins with share class 0
    std::size_t classes_ = 1;
    std::vector<State> next_;                   // row by row, a class a column
    std::vector<std::uint32_t> first_pattern_;  // by node: the last pattern added that ends there
    std::vector<std::uint32_t> next_pattern_;   // by pattern: another one that ends at the same node
    std::vector<std::uint32_t> shorter_;        // by node: the longest proper end of it where a pattern ends
};

}  // namespace gdprd::matching
