// Certificates from the desk: signed, logged, for whoever they are about.
#include "casework/people_world.h"
#include "certificate/authenticity.h"
#include "lookup/log.h"
#include "reconciliation/address_filing.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using desk::Answer;

namespace {

void add_erased(PeopleDesk& desk) {
    add_unsubscribed(desk.world);
    desk.world.erase(7);
    desk.world.erase(7, 1, false);
    desk.services.seal_key = desk.seal_key;
}

// What the page that a POST leads to offers.
Answer::Download downloaded(PeopleDesk& desk, const Answer& answer) {
    REQUIRE(answer.redirect.has_value());
    CHECK(has(desk.get(desk.certificate, *answer.redirect).body.str(), "?download=1"));
    return desk.get(desk.certificate, *answer.redirect + "?download=1").download.value();
}

}  // namespace

TEST_CASE("A certificate by number is signed by the desk's key, and logged as a look-up") {
    PeopleDesk desk;
    add_erased(desk);
    const auto pdf = downloaded(
        desk, desk.post(desk.certificate, {{"contact", "7"}, {"case", "2026/17"}, {"format", "pdf"}}));
    CHECK(pdf.content_type == "application/pdf");
    CHECK(certificate::verify_certificate(pdf.bytes, desk.key.public_key()).authenticity ==
          certificate::Authenticity::authentic);
    const auto json = downloaded(
        desk, desk.post(desk.certificate, {{"contact", "7"}, {"format", "json"}, {"language", "de"}}));
    const auto verified = certificate::verify_certificate(json.bytes, desk.key.public_key());
    CHECK(verified.authenticity == certificate::Authenticity::authentic);
    CHECK(verified.conclusion == "erased");
    CHECK(json.file_name == "certificate-" + verified.number + ".json");
    database::Connection connection(desk.world.mautic.options());
    const auto entries = lookup::LookupLog(connection, World::ledger_name).newest(9, std::nullopt);
    REQUIRE(entries.size() == 2);
    CHECK(entries.at(1).contacts == std::vector<ContactId>{7});
    CHECK(entries.at(1).officer == "officer");
    CHECK(desk.actions().at(1) == "certificate officer 192.0.2.9 contact 7, certificate " + verified.number);
}

TEST_CASE("A certificate comes from a look-up, and names officer and case") {
    PeopleDesk desk;
    add_erased(desk);
    const Answer found = desk.post(desk.look_up, {{"address", address_of(7)}, {"case", "2026/17"}});
    const std::string page = desk.get(desk.look_up, *found.redirect).body.str();
    CHECK(has(page, "name=\"contact\" value=\"7\""));
    const auto json =
        downloaded(desk, desk.post(desk.look_up, {{"contact", "7"}, {"case", "2026/17"}, {"format", "json"}},
                                   *found.redirect));
    CHECK(certificate::verify_certificate(json.bytes, desk.key.public_key()).conclusion == "erased");
    CHECK(has(json.bytes, "2026/17"));
    CHECK(has(json.bytes, "officer"));
    CHECK_FALSE(has(json.bytes, address_of(7)));
    const Answer other = desk.post(desk.look_up, {{"contact", "8"}, {"format", "json"}}, *found.redirect);
    CHECK_FALSE(other.redirect.has_value());
    CHECK(has(other.body.str(), "does not lead to this contact"));
}

TEST_CASE("A statement is issued on an address that leads nowhere") {
    PeopleDesk desk;
    add_erased(desk);
    const Answer found = desk.post(desk.look_up, {{"address", "nobody@example.org"}});
    const auto json = downloaded(desk, desk.post(desk.look_up, {{"format", "json"}}, *found.redirect));
    CHECK(certificate::verify_certificate(json.bytes, desk.key.public_key()).conclusion == "nothing_known");
}

TEST_CASE("Where the addresses of former erasures are not filed, all mails are searched first") {
    PeopleDesk desk;
    add_erased(desk);
    reconciliation::AddressFiling::begin_anew(desk.world.daemon, World::ledger_name);
    CHECK(has(desk.get(desk.look_up).body.str(), "name=\"history\" value=\"1\" checked"));
    const FormFields fields{{"contact", "7"}, {"format", "json"}};
    const Answer fast = desk.post(desk.look_up, {{"address", address_of(7)}});
    CHECK(has(desk.get(desk.look_up, *fast.redirect).body.str(), "ledger addresses"));
    const Answer refused = desk.post(desk.look_up, fields, *fast.redirect);
    CHECK_FALSE(refused.redirect.has_value());
    CHECK(has(refused.body.str(), "search all mails, too"));
    const Answer whole = desk.post(desk.look_up, {{"address", address_of(7)}, {"history", "1"}});
    desk.outcome(desk.look_up, whole);
    const auto json = downloaded(desk, desk.post(desk.look_up, fields, *whole.redirect));
    CHECK(certificate::verify_certificate(json.bytes, desk.key.public_key()).conclusion == "erased");
}

TEST_CASE("A record that has changed since the look-up is not certified") {
    PeopleDesk desk;
    add_erased(desk);
    const Answer found = desk.post(desk.look_up, {{"address", address_of(7)}});
    desk.world.erase(7, 2, false);
    const Answer answer = desk.post(desk.look_up, {{"contact", "7"}}, *found.redirect);
    CHECK_FALSE(answer.redirect.has_value());
    CHECK(has(answer.body.str(), "has changed since the look-up"));
}

TEST_CASE("Without a key it is said that nothing can be signed, and what to ask for") {
    PeopleDesk desk;
    add_erased(desk);
    desk.services.seal_key.clear();
    const Answer found = desk.post(desk.look_up, {{"address", address_of(7)}});
    for (const Answer& answer : {desk.get(desk.certificate), desk.post(desk.certificate, {{"contact", "7"}}),
                                 desk.get(desk.look_up, *found.redirect),
                                 desk.post(desk.look_up, {{"contact", "7"}}, *found.redirect)}) {
        CHECK(has(answer.body.str(), "ledger seal-key"));
        CHECK_FALSE(answer.redirect.has_value());
    }
}

TEST_CASE("No certificate without a line in the logs") {
    PeopleDesk desk;
    add_erased(desk);
    desk.is_log_broken = true;
    const Answer answer = desk.post(desk.certificate, {{"contact", "7"}});
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.redirect.has_value());
}

TEST_CASE("What is no number of a contact is refused, and not shown again") {
    PeopleDesk desk;
    add_erased(desk);
    const Answer answer = desk.post(desk.certificate, {{"contact", "<script>"}});
    CHECK(answer.status == 422);
    CHECK(has(answer.body.str(), "in digits"));
    CHECK_FALSE(has(answer.body.str(), "script&gt;"));
    CHECK(has(desk.get(desk.certificate, "/certificate?contact=4711").body.str(), "value=\"4711\""));
}
