// Random histories against an erasure that is written here once more, slowly and plainly: the same rows, the
// same words in the ledger, and everybody who is not to be erased untouched to the byte.
//
//     MODEL_SEEDS=1000 MODEL_FIRST_SEED=1 test/model/test_model
//
// A history that goes wrong is printed in its smallest form.
#include <cstdlib>
#include <iostream>

#include "base/log.h"
#include "base/text.h"
#include "model/runner.h"
#include "model/shrink.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using namespace gdprd::test::model;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<std::uint64_t> seeds(std::uint64_t otherwise) {
    const std::uint64_t first = number_from("MODEL_FIRST_SEED", 1);
    std::vector<std::uint64_t> all;
    for (std::uint64_t i = 0; i < number_from("MODEL_SEEDS", otherwise); ++i) all.push_back(first + i);
    return all;
}

// The daemon's log would be all warnings about the faults that were arranged.
Runner& runner() {
    static const bool quiet = (log::configure(log::Level::error, log::Format::text), true);
    static_cast<void>(quiet);
    static Runner instance;
    return instance;
}

// "page_hits", "the ledger's word on": what a history must still go wrong with while it becomes smaller.
std::string kind_of(const std::vector<std::string>& troubles) {
    if (troubles.empty()) return "";
    std::string kind = troubles.front();
    for (char& character : kind) {
        if (character >= '0' && character <= '9') character = '#';
    }
    return kind.substr(0, kind.find("is '"));
}

std::string in_words(const Word& word) {
    return "'" + word.status + "' " + std::to_string(word.rows_changed) + " changed, " +
           std::to_string(word.rows_deleted) + " deleted, " + std::to_string(word.rows_late) + " late";
}

void add(Word& sum, const Word& word) {
    sum.rows_changed += word.rows_changed;
    sum.rows_deleted += word.rows_deleted;
    sum.rows_late += word.rows_late;
}

using Troubles = std::function<std::vector<std::string>(const History&)>;

void expect_no_trouble(std::uint64_t seed, const Troubles& troubles_of) {
    const History history = invent(seed);
    const auto troubles = troubles_of(history);
    if (troubles.empty()) return;
    const std::string kind = kind_of(troubles);
    const History small = shrink(
        history, [&](const History& smaller) { return kind_of(troubles_of(smaller)) == kind; },
        static_cast<int>(number_from("MODEL_TRIES", 400)));
    std::cout << join(troubles, "\n") << "\n\nin its smallest form:\n"
              << describe(small) << join(troubles_of(small), "\n") << "\n"
              << std::endl;
    FAIL_CHECK("seed " << seed << ": " << troubles.front());
}

}  // namespace

TEST_CASE("a random history comes to what a plain erasure of each contact alone comes to") {
    for (const std::uint64_t seed : seeds(50)) {
        expect_no_trouble(seed, [](const History& history) { return runner().troubles_of(history); });
    }
}

namespace {

// Random values differ from run to run.
Rows without_random(Rows rows) {
    for (const char* table : {"email_stats", "sms_message_stats"}) {
        for (auto& [key, row] : rows[table]) {
            if (row["tracking_hash"] && row["tracking_hash"]->starts_with("erased-"))
                row["tracking_hash"] = "random";
        }
    }
    for (auto& [key, row] : rows["lead_devices"]) {
        if (row["tracking_id"] && row["tracking_id"]->starts_with("erased-")) row["tracking_id"] = "random";
    }
    return rows;
}

// The history with one's own sizes, and nothing goes wrong. Left out is what depends on who is erased first:
// rows that a cookie ties to one contact and an address to another, and firms of several that are named after
// one.
Story undisturbed(History history, std::size_t slice_rows, std::size_t batch) {
    for (Round& round : history.rounds) {
        round.faults.clear();
        round.meanwhile.clear();
    }
    std::erase_if(history.lines, [](const Line& line) {
        const auto contact = line.values.find("lead_id");
        return contact != line.values.end() && !contact->second;
    });
    policy::OwnCompany& own_company = history.settings.policy.own_company;
    if (own_company == policy::OwnCompany::same_name) own_company = policy::OwnCompany::only_contact;
    history.settings.slice_rows = slice_rows;
    history.settings.batch = batch;
    return runner().play(history);
}

std::vector<std::string> in_parts_and_at_once(const History& history) {
    const Story parts = undisturbed(history, 3, 1);
    const Story at_once = undisturbed(history, 10'000, 1);
    auto troubles = differences(without_random(at_once.rows), without_random(parts.rows));
    for (const auto& [contact, word] : at_once.words) {
        const auto found = parts.words.find(contact);
        const Word& is = found == parts.words.end() ? Word{} : found->second;
        if (is == word) continue;
        troubles.push_back("in parts the ledger says of " + std::to_string(contact) + ": " + in_words(is) +
                           ", at once: " + in_words(word));
    }
    return troubles;
}

std::vector<std::string> together_and_alone(const History& history) {
    const Story together = undisturbed(history, 10'000, 100);
    const Story alone = undisturbed(history, 10'000, 1);
    auto troubles = differences(without_random(alone.rows), without_random(together.rows));
    // Whose a shared row is depends on who goes last: the sums are the same.
    Word sum_together, sum_alone;
    for (const auto& [contact, word] : alone.words) add(sum_alone, word);
    for (const auto& [contact, word] : together.words) add(sum_together, word);
    if (sum_alone != sum_together) {
        troubles.push_back("together the ledger counts " + in_words(sum_together) + ", alone " +
                           in_words(sum_alone));
    }
    return troubles;
}

}  // namespace

TEST_CASE(
    "a long history worked off in parts comes to the same rows, words and counts as one worked off at once") {
    for (const std::uint64_t seed : seeds(10)) expect_no_trouble(seed, in_parts_and_at_once);
}

TEST_CASE("contacts erased together come to the same as contacts erased alone") {
    for (const std::uint64_t seed : seeds(10)) expect_no_trouble(seed, together_and_alone);
}
