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
