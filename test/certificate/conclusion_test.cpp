// An erasure is certified only where it is complete and nothing is there again; everything else has its own
// word.
#include "certificate/some_facts.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using certificate::Conclusion;
using certificate::Facts;
using ledger::Status;

namespace {

std::string conclusion_of(const Facts& facts) {
    return certificate::conclusion_names.of(certificate::conclude(facts));
}

}  // namespace

TEST_CASE("A complete erasure is certified") { CHECK(conclusion_of(complete_facts()) == "erased"); }

TEST_CASE("A record that is not complete is none of an erasure") {
    for (const auto& [status, expected] :
         {std::pair(Status::settling, "settling"), std::pair(Status::partial, "partial"),
          std::pair(Status::superseded, "withdrawn"), std::pair(Status::erasing, "unfinished"),
          std::pair(Status::held, "held")}) {
        Facts facts = complete_facts();
        facts.record->status = status;
        facts.now.is_due = false;
        CHECK(conclusion_of(facts) == expected);
    }
}

TEST_CASE("An opt-out that was withdrawn after the erasure was verified did not end it early") {
    Facts facts = complete_facts();
    facts.record->status = Status::superseded;
    // Opted out again: the next pass will close the record.
    CHECK(conclusion_of(facts) == "due");
    facts.now.is_due = false;
    CHECK(conclusion_of(facts) == "withdrawn");
    SECTION("not verified") { facts.record->completed_at.reset(); }
    SECTION("never erased") { facts.record->erased_at.reset(); }
    SECTION("something is left") { facts.record->findings = {{"leads", "city", 1}}; }
    if (facts.record->completed_at && facts.record->erased_at && facts.record->findings.empty()) return;
    CHECK(conclusion_of(facts) == "superseded");
}

TEST_CASE("Nobody is certified to be erased whose address stands in clear elsewhere in Mautic") {
    Facts facts = complete_facts();
    facts.by_address = true;
    SECTION("with another contact") { facts.elsewhere.contacts = 1; }
    SECTION("in mails without a contact") { facts.elsewhere.mails = 1; }
    CHECK(conclusion_of(facts) == "elsewhere");
    facts.record.reset();
    facts.now = {};
    CHECK(conclusion_of(facts) == "elsewhere");
    facts.leftovers_to = facts.issue.at;
    CHECK(conclusion_of(facts) == "elsewhere");
}

TEST_CASE("Where erasures are forgotten nothing is said to be unknown, and nobody not to be erased") {
    Facts facts = complete_facts();
    facts.by_address = true;
    facts.record.reset();
    facts.now = {};
    CHECK(conclusion_of(facts) == "nothing_known");
    facts.forgotten.count = 1;
    CHECK(conclusion_of(facts) == "untold");
    facts.now.in_mautic = true;
    facts.now.has_clear_address = true;
    // Of others: this contact's data are there.
    CHECK(conclusion_of(facts) == "not_erased");
    facts.untold_records = 1;
    CHECK(conclusion_of(facts) == "untold");
    facts.now.has_hash = true;
    CHECK(conclusion_of(facts) == "untold");
    // What is to be done is no secret because of that.
    facts.now.has_hash = false;
    facts.now.is_due = true;
    CHECK(conclusion_of(facts) == "due");
}

TEST_CASE("Whatever is found at the time of issue takes the certificate away") {
    Facts facts = complete_facts();
    SECTION("an address where the erasure left none") { facts.now.is_back = true; }
    SECTION("rows to change") { facts.now.rows_pending = 1; }
    SECTION("somebody else has the number") { facts.now.is_others = true; }
    CHECK(conclusion_of(facts) == "found_again");
}

TEST_CASE("A record that contradicts itself certifies nothing") {
    Facts facts = complete_facts();
    SECTION("no first pass") { facts.record->erased_at.reset(); }
    SECTION("no completion") { facts.record->completed_at.reset(); }
    SECTION("no passes") { facts.record->passes = 0; }
    SECTION("something is left") { facts.record->findings = {{"leads", "city", 1}}; }
    CHECK(conclusion_of(facts) != "erased");
}

TEST_CASE("What a later pass has still to do is not taken for data that came back") {
    Facts facts = complete_facts();
    facts.record->status = Status::settling;
    facts.now.rows_pending = 3;
    CHECK(conclusion_of(facts) == "settling");
}

TEST_CASE("Without a record Mautic's own state decides the word") {
    Facts facts = complete_facts();
    facts.record.reset();
    CHECK(conclusion_of(facts) == "unrecorded");
    facts.now.has_hash = false;
    CHECK(conclusion_of(facts) == "due");
    facts.now.is_due = false;
    CHECK(conclusion_of(facts) == "not_erased");
    facts.now.is_others = true;
    CHECK(conclusion_of(facts) == "nothing_known");
    facts.now.in_mautic = false;
    CHECK(conclusion_of(facts) == "nothing_known");
    facts.leftovers_to = facts.issue.at;
    CHECK(conclusion_of(facts) == "leftovers");
}

TEST_CASE("Of all states a record and a contact can be in only one certifies an erasure") {
    constexpr int states = 6 * 64;
    for (int state = 0; state < states; ++state) {
        Facts facts = complete_facts();
        facts.record->status = static_cast<Status>(state % 6);
        const int bits = state / 6;
        facts.now.is_back = (bits & 1) != 0;
        facts.now.is_others = (bits & 2) != 0;
        facts.now.rows_pending = (bits & 4) != 0 ? 5 : 0;
        if ((bits & 8) != 0) facts.record->findings = {{"leads", "city", 1}};
        if ((bits & 16) != 0) facts.record->erased_at.reset();
        if ((bits & 32) != 0) facts.record->completed_at.reset();
        CAPTURE(state);
        CHECK((certificate::conclude(facts) == Conclusion::erased) ==
              (facts.record->status == Status::complete && bits == 0));
    }
}
