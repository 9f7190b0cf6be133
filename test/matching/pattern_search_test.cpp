// The automaton against the plain way of searching.
#include "matching/pattern_search.h"

#include <random>
#include <set>

#include "matching/folding.h"
#include "support/catch.h"

using namespace gdprd;
using matching::PatternSearch;
using Pattern = PatternSearch::Pattern;
using Places = std::set<std::pair<std::size_t, std::size_t>>;

namespace {

Places found_by_automaton(const std::vector<Pattern>& patterns, const std::string& text) {
    Places places;
    const PatternSearch search(patterns);
    search.search(text, matching::folded(text), [&](std::size_t pattern, std::size_t begin) {
        CHECK(places.emplace(pattern, begin).second);
        return false;
    });
    return places;
}

Places found_one_by_one(const std::vector<Pattern>& patterns, const std::string& text) {
    Places places;
    const std::string lower = matching::folded(text);
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const std::string& where = patterns[i].exact ? text : lower;
        const std::string what = patterns[i].exact ? patterns[i].text : matching::folded(patterns[i].text);
        for (auto at = where.find(what); at != std::string::npos; at = where.find(what, at + 1)) {
            places.emplace(i, at);
        }
    }
    return places;
}

std::string random_text(std::mt19937& random, std::size_t bytes_min, std::size_t bytes_max,
                        const std::string& alphabet = "aAbB+ %\xc3\xa4\x84") {
    std::uniform_int_distribution<std::size_t> length(bytes_min, bytes_max);
    std::uniform_int_distribution<std::size_t> letter(0, alphabet.size() - 1);
    std::string text(length(random), ' ');
    for (char& c : text) c = alphabet[letter(random)];
    return text;
}

}  // namespace

TEST_CASE("patterns within patterns are all found") {
    const std::vector<Pattern> patterns{{"he"},        {"she"},      {"his"}, {"hers"},
                                        {"sheherhis"}, {"He", true}, {"HE"}};
    const std::string text = "ushers She sheherhis";
    CHECK(found_by_automaton(patterns, text) == found_one_by_one(patterns, text));
    CHECK(found_by_automaton(patterns, text).size() > 10);
}

TEST_CASE("the automaton finds what searching one by one finds") {
    std::mt19937 random(20260301);
    std::size_t found = 0;
    for (int round = 0; round < 300; ++round) {
        std::vector<Pattern> patterns;
        for (int i = 0; i < 12; ++i) patterns.push_back({random_text(random, 1, 9), false});
        patterns.push_back({random_text(random, 1, 9, "aAbB+ "), true});
        const std::string text = random_text(random, 0, 300);
        const Places places = found_by_automaton(patterns, text);
        REQUIRE(places == found_one_by_one(patterns, text));
        found += places.size();
    }
    CHECK(found > 10'000);
}

TEST_CASE("the search ends when it is told to") {
    const PatternSearch search({{"a"}});
    int calls = 0;
    CHECK(search.search("aaaa", "aaaa", [&](std::size_t, std::size_t begin) {
        ++calls;
        return begin == 1;
    }));
    CHECK(calls == 2);
    CHECK_FALSE(PatternSearch({}).search("aaaa", "aaaa", [](std::size_t, std::size_t) { return true; }));
}
