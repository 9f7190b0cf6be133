// Seals on a page, and their verification in the background.
#include "casework/people_world.h"
#include "seal/outside.h"
#include "seal/sealed_ledger.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;
using desk::Answer;

namespace {

std::string verified(PeopleDesk& desk) {
    return desk.outcome(desk.seals, desk.post(desk.seals, {})).body.str();
}

void seal_two(SealedLedger& ledger) {
    ledger.erase(7);
    ledger.pass(7, ledger::Status::complete);
    ledger.time += std::chrono::hours{24};
    ledger.seal();
    ledger.erase(8);
    ledger.time += std::chrono::hours{24};
    ledger.seal();
}

}  // namespace

TEST_CASE("Seals are listed, the newest first, with the key that signs them") {
    PeopleDesk desk;
    CHECK(has(desk.get(desk.seals).body.str(), "There are no seals"));
    SealedLedger ledger(server().options());
    seal_two(ledger);
    const seal::Seal last = ledger.store().last().value();
    const std::string text = desk.get(desk.seals).body.str();
    CHECK(text.find("<th scope=\"row\">2</th>") < text.find("<th scope=\"row\">1</th>"));
    CHECK(has(text, last.root.substr(0, 16)));
    CHECK_FALSE(has(text, last.root));
    CHECK(has(text, ledger.key.public_key()));
    CHECK(has(text, "regular"));
    const std::string older = desk.get(desk.seals, "/seals?before=2").body.str();
    CHECK_FALSE(has(older, "<th scope=\"row\">2</th>"));
    CHECK(has(older, "href=\"/seals\""));  // back to the newest
}

TEST_CASE("A ledger that is as it was sealed agrees, and one that was changed is named") {
    PeopleDesk desk;
    SealedLedger ledger(server().options());
    seal_two(ledger);
    const std::string good = verified(desk);
    CHECK(has(good, "Everything agrees"));
    CHECK(has(good, "Whose key the seals are signed with was not asked"));
    CHECK(desk.actions() == std::vector<std::string>{"seals_verified officer 192.0.2.9 "});
    ledger.connection.change("UPDATE test_ledger.erasure SET rows_changed = 99 WHERE contact_id = 7");
    for (const auto& [language, name] : words::language_names) {
        desk.language = language;
        const std::string bad = verified(desk);
        CHECK(has(bad, "erasure 7"));
        CHECK(has(bad, "role=\"alert\""));
    }
    desk.language = words::Language::en;
    CHECK(has(verified(desk), "changed since seal 1 of"));
    desk.services.seal_key = desk.seal_key;  // another key than the one that signed
    CHECK(has(verified(desk), "is signed with another key"));
}

TEST_CASE("Seals that are gone are a finding where the ledger knows of them") {
    PeopleDesk desk;
    SealedLedger ledger(server().options());
    seal_two(ledger);
    ledger.connection.change("DROP DATABASE " + std::string(SealedLedger::seals_name));
    CHECK(has(desk.get(desk.seals).body.str(), "The seals are gone"));
    CHECK(has(desk.post(desk.seals, {}).body.str(), "The seals are gone"));
}

TEST_CASE("Seals are compared with a copy outside, and that they are gone is told by one") {
    PeopleDesk desk;
    const TemporaryDirectory directory;
    const std::filesystem::path copy = directory / "seals";
    desk.services.seal_copies = {copy, directory / "of-a-seal-to-come"};
    SealedLedger ledger(server().options());
    seal_two(ledger);
    seal::OutsideFile(copy).append(ledger.store().last().value());
    CHECK(has(verified(desk), "Everything agrees"));
    ledger.connection.change("DELETE FROM " + std::string(SealedLedger::seals_name) +
                             ".seal WHERE number = 2");
    ledger.connection.change("DELETE FROM " + std::string(SealedLedger::seals_name) + ".leaf WHERE seal = 2");
    CHECK(has(verified(desk), "seals were cut off at the end"));
    ledger.connection.change("DROP DATABASE " + std::string(SealedLedger::seals_name));
    server().execute("DELETE FROM test_ledger.mark");
    CHECK(has(desk.get(desk.seals).body.str(), "The seals are gone"));
}

TEST_CASE("No verification without a line in the log of actions") {
    PeopleDesk desk;
    SealedLedger ledger(server().options());
    seal_two(ledger);
    desk.is_log_broken = true;
    CHECK(desk.post(desk.seals, {}).status == 503);
    CHECK_FALSE(desk.work.running(casework::WorkKind::seals).has_value());
}
