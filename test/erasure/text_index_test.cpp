// The index of texts alone: it may forget, and must never say of a row what does not hold for its version.
#include "text_search/text_index.h"

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "support/catch.h"

using gdprd::text_search::TextIndex;
using Answer = TextIndex::Answer;
using Token = TextIndex::Token;

namespace {

Token any_of(unsigned tokens, std::mt19937& random) { return static_cast<Token>(random() % tokens); }

}  // namespace

TEST_CASE("the index tells of the version of a row that it was told of, and of no other") {
    TextIndex index;
    const std::vector<Token> ann{index.token_of("ann")}, bob{index.token_of("bob")};
    const auto ask = [&](const char* kind, const TextIndex::Row& row, const std::vector<Token>& wanted) {
        return index.ask(index.kind_of(kind), row, wanted);
    };
    CHECK(ask("webhooks", {"1", "a"}, ann) == Answer::unknown);
    index.remember(index.kind_of("webhooks"), {"1", "a"}, ann);
    CHECK(ask("webhooks", {"1", "a"}, ann) == Answer::may_have);
    CHECK(ask("webhooks", {"1", "a"}, bob) == Answer::has_none);
    CHECK(ask("webhooks", {"1", "b"}, bob) == Answer::unknown);
    CHECK(ask("webhooks", {"2", "a"}, bob) == Answer::unknown);
    CHECK(ask("answers", {"1", "a"}, bob) == Answer::unknown);
    CHECK(ask("webhooks1", {"", "a"}, bob) == Answer::unknown);
    index.remember(index.kind_of("webhooks"), {"1", "b"}, bob);
    CHECK(ask("webhooks", {"1", "b"}, ann) == Answer::has_none);
    CHECK(ask("webhooks", {"1", "a"}, ann) == Answer::unknown);
}

TEST_CASE("whatever there is no room for is unknown, and never without what it has") {
    std::mt19937 random(1);
    for (const std::size_t bytes : {0u, 1'000u, 20'000u, 1'000'000u}) {
        TextIndex index(bytes);
        struct Told {
            std::string version;
            std::set<Token> tokens;
        };
        std::map<std::string, Told> told;
        std::size_t known = 0;
        for (int step = 0; step < 30'000; ++step) {
            if (random() % 20 == 0) index.begin_transaction();
            const TextIndex::Row row{std::to_string(random() % 200), std::to_string(random() % 3)};
            if (random() % 3 == 0) {
                std::vector<Token> tokens;
                for (auto count = random() % 20; count > 0; --count) tokens.push_back(any_of(50, random));
                told[row.key] = {row.version, {tokens.begin(), tokens.end()}};
                index.remember(index.kind_of("rows"), row, std::move(tokens));
            } else {
                const Token wanted = any_of(50, random);
                const Answer answer = index.ask(index.kind_of("rows"), row, {&wanted, 1});
                if (answer == Answer::unknown) continue;
                ++known;
                REQUIRE(told[row.key].version == row.version);
                REQUIRE((answer == Answer::may_have) == told[row.key].tokens.contains(wanted));
            }
            REQUIRE(index.bytes_used() <= bytes);
        }
        CHECK((known > 0) == (bytes > 0));
    }
}

TEST_CASE("what is asked for stays known when there is no room for more, and what is not makes room") {
    TextIndex index(100 * 1024);
    const auto know = [&](int row) {
        return index.ask(index.kind_of("rows"), {std::to_string(row), ""}, {}) != Answer::unknown;
    };
    const auto search = [&](int first, int last) {
        index.begin_transaction();
        int known = 0;
        for (int row = first; row < last; ++row) {
            if (know(row)) {
                ++known;
            } else {
                index.remember(index.kind_of("rows"), {std::to_string(row), ""}, {1, 2, 3});
            }
        }
        return known;
    };
    CHECK(search(0, 2'000) == 0);
    const int kept = search(0, 2'000);
    CHECK(kept > 500);
    CHECK(kept < 1'000);
    for (int round = 0; round < 120; ++round) CHECK(search(0, 2'000) == kept);
    // Nobody asks for those any more.
    for (int round = 0; round < 120; ++round) search(10'000, 12'000);
    CHECK(search(10'000, 12'000) == kept);
    CHECK(search(0, 2'000) == 0);
}

TEST_CASE("a row with very many tokens is not remembered") {
    TextIndex index;
    std::vector<Token> tokens(TextIndex::tokens_max + 1);
    for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = static_cast<Token>(i);
    index.remember(index.kind_of("rows"), {"1", ""}, tokens);
    CHECK(index.ask(index.kind_of("rows"), {"1", ""}, {}) == Answer::unknown);
    tokens.pop_back();
    index.remember(index.kind_of("rows"), {"1", ""}, tokens);
    CHECK(index.ask(index.kind_of("rows"), {"1", ""}, {}) == Answer::has_none);
}

TEST_CASE("two indexes have nothing in common by which one could be read with the other") {
    CHECK(TextIndex().token_of("ann@exa") != TextIndex().token_of("ann@exa"));
}

TEST_CASE("threads share an index") {
    TextIndex index(20'000);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (unsigned seed = 0; seed < 4; ++seed) {
        threads.emplace_back([&, seed] {
            std::mt19937 random(seed);
            for (int step = 0; step < 5'000; ++step) {
                if (step % 10 == 0) index.begin_transaction();
                // The version says what the row has, whoever writes it.
                const Token token = any_of(5, random);
                const TextIndex::Row row{std::to_string(random() % 200), std::to_string(token)};
                const auto answer = index.ask(index.kind_of("rows"), row, {&token, 1});
                if (answer == Answer::has_none) ++wrong;
                if (answer == Answer::unknown) index.remember(index.kind_of("rows"), row, {token});
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
