#include "matching/pattern_search.h"

#include <algorithm>
#include <utility>

#include "matching/folding.h"

namespace gdprd::matching {

namespace {

// More bytes make the automaton larger, fewer make more comparisons.
constexpr std::size_t beginning_bytes_max = 6;

}  // namespace

PatternSearch::PatternSearch(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {
    make_classes();
    make_nodes();
    link_nodes();
}

void PatternSearch::make_classes() {
    beginnings_.reserve(patterns_.size());
    for (Pattern& pattern : patterns_) {
        if (!pattern.exact) pattern.text = folded(pattern.text);
        std::string& beginning = beginnings_.emplace_back(pattern.text, 0, beginning_bytes_max);
        for (char& byte : beginning) {
            byte = static_cast<char>(folded_byte(byte));
            auto& class_of = class_of_[static_cast<unsigned char>(byte)];
            if (class_of == 0) class_of = static_cast<std::uint16_t>(classes_++);
        }
    }
    for (std::size_t byte = 0; byte < class_of_.size(); ++byte) {
        class_of_[byte] = class_of_[folded_byte(static_cast<char>(byte))];
    }
}

std::uint32_t PatternSearch::make_node() {
    const auto node = static_cast<std::uint32_t>(first_pattern_.size());
    next_.resize(next_.size() + classes_, 0);
    first_pattern_.push_back(none);
    return node;
}

// A tree of all beginnings. Until link_nodes() next_ holds numbers of nodes, and 0 means "no such node".
void PatternSearch::make_nodes() {
    make_node();
    next_pattern_.assign(patterns_.size(), none);
    for (std::size_t i = 0; i < beginnings_.size(); ++i) {
        std::uint32_t node = 0;
        for (const char byte : beginnings_[i]) {
            const std::size_t place = node * classes_ + class_of_[static_cast<unsigned char>(byte)];
            if (next_[place] == 0) {
                const std::uint32_t child = make_node();
                next_[place] = child;
            }
            node = next_[place];
        }
        next_pattern_[i] = first_pattern_[node];
        first_pattern_[node] = static_cast<std::uint32_t>(i);
    }
}

// Level by level: where a node has no child, it goes on where its longest proper end would.
void PatternSearch::link_nodes() {
    const std::size_t nodes = first_pattern_.size();
    std::vector<std::uint32_t> end_of(nodes, 0);
    std::vector<std::uint32_t> order{0};
    order.reserve(nodes);
    shorter_.assign(nodes, none);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t node = order[i];
        State* row = &next_[node * classes_];
        const State* row_of_end = &next_[end_of[node] * classes_];
        for (std::size_t c = 0; c < classes_; ++c) {
            if (row[c] == 0) {
                row[c] = row_of_end[c];
                continue;
            }
            const std::uint32_t child = row[c];
            const std::uint32_t end = node == 0 ? 0 : row_of_end[c];
            end_of[child] = end;
            shorter_[child] = first_pattern_[end] != none ? end : shorter_[end];
            order.push_back(child);
        }
    }
    std::vector<State> states(nodes);
    for (std::size_t node = 0; node < nodes; ++node) {
        const bool reports = first_pattern_[node] != none || shorter_[node] != none;
        states[node] = static_cast<State>(node * classes_ * 2 + (reports ? 1 : 0));
    }
    for (State& next : next_) next = states[next];
}

bool PatternSearch::matches(const Pattern& pattern, std::string_view text, std::string_view comparable,
                            std::size_t begin) const {
    const std::string& wanted = pattern.text;
    if (begin + wanted.size() > text.size()) return false;
    if (pattern.exact) return text.compare(begin, wanted.size(), wanted) == 0;
    for (std::size_t i = std::min(wanted.size(), beginning_bytes_max); i < wanted.size(); ++i) {
        if (folded_byte(comparable[begin + i]) != static_cast<unsigned char>(wanted[i])) return false;
    }
    return true;
}

bool PatternSearch::report(std::uint32_t node, std::string_view text, std::string_view comparable,
                           std::size_t end, const Found& found) const {
    for (; node != none; node = shorter_[node]) {
        for (std::uint32_t i = first_pattern_[node]; i != none; i = next_pattern_[i]) {
            const std::size_t begin = end - beginnings_[i].size();
            if (matches(patterns_[i], text, comparable, begin) && found(i, begin)) return true;
        }
    }
    return false;
}

bool PatternSearch::search(std::string_view text, std::string_view comparable, const Found& found) const {
    State state = 0;
    for (std::size_t i = 0; i < comparable.size(); ++i) {
        state = next_[(state >> 1) + class_of_[static_cast<unsigned char>(comparable[i])]];
        if ((state & 1) == 0) continue;
        const auto node = static_cast<std::uint32_t>((state >> 1) / classes_);
        if (report(node, text, comparable, i + 1, found)) return true;
    }
    return false;
}

}  // namespace gdprd::matching
