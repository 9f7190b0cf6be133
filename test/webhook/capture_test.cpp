// Every request that was recorded from a real Mautic, answered and understood as the record's README says.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "receiver_fixture.h"
#include "support/catch.h"
#include "support/facts.h"
#include "webhook/event.h"

using namespace gdprd;
using webhook::Event;
using webhook::Receipt;

namespace {

const std::string recorded_secret = "test-secret-0123456789abcdef";

struct Capture {
    std::string body;
    std::string signature;
};

Capture read_capture(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    const auto end_of_header = all.find("\r\n\r\n");
    const std::string name = "\r\nWebhook-Signature: ";
    const auto start = all.find(name);
    REQUIRE(end_of_header != std::string::npos);
    REQUIRE(start < end_of_header);
    const auto value = start + name.size();
    return {all.substr(end_of_header + 4), all.substr(value, all.find("\r\n", value) - value)};
}

std::string in_words(const Event& event) {
    const std::string contact = event.contact ? std::to_string(*event.contact) : "nobody";
    switch (event.kind) {
        case Event::Kind::subscription_changed:
            return contact + ' ' + event.channel + ' ' + event.status;
        case Event::Kind::deleted:
            return "deleted " + contact;
        case Event::Kind::other:
            return "other " + contact;
    }
    return {};
}

std::vector<std::string> in_words(const std::vector<Event>& events) {
    std::vector<std::string> words;
    for (const Event& event : events) words.push_back(in_words(event));
    return words;
}

struct CaptureRow {
    const char* file;
    std::vector<std::string> events;
    Receipt receipt;                   // with the default triggers
    std::vector<ContactId> contacts;   // queued with the default triggers
    std::vector<ContactId> every_one;  // queued when every reason and channel is a trigger
};

const std::vector<CaptureRow> rows{
    {"batch-do-not-contact.http", {"10 email manual"}, Receipt::nothing_to_do, {}, {10}},
    {"bounce-imap.http", {"2 email bounced"}, Receipt::queued, {2}, {2}},
    {"dnc-manual-to-bounced.http", {"1 email bounced"}, Receipt::queued, {1}, {1}},
    {"dnc-manual.http", {"1 email manual"}, Receipt::nothing_to_do, {}, {1}},
    {"dnc-removed.http", {"1 email contactable"}, Receipt::nothing_to_do, {}, {}},
    {"dnc-sms.http", {"1 sms unsubscribed"}, Receipt::nothing_to_do, {}, {1}},
    {"import-do-not-email.http", {"2 email manual"}, Receipt::nothing_to_do, {}, {2}},
    {"lead-delete.http", {"deleted 5"}, Receipt::nothing_to_do, {}, {}},
    {"lead-save-new.http", {"other 2"}, Receipt::nothing_to_do, {}, {}},
    {"lead-save-update-after-unsubscribe.http", {"other 1"}, Receipt::nothing_to_do, {}, {}},
    {"lead-save-update.http", {"other 1"}, Receipt::nothing_to_do, {}, {}},
    {"merge-loser-by-form.http", {"deleted 3"}, Receipt::nothing_to_do, {}, {}},
    {"merge-loser-by-user.http", {"deleted 1"}, Receipt::nothing_to_do, {}, {}},
    {"preference-centre.http", {"7 email unsubscribed"}, Receipt::queued, {7}, {7}},
    {"queue-batch-ascending.http",
     {"6 email unsubscribed", "7 email bounced", "8 email manual", "other 6", "other 7", "other 8",
      "deleted 9"},
     Receipt::queued,
     {6, 7},
     {6, 7, 8}},
    {"queue-batch-descending.http",
     {"other 8", "other 7", "other 6", "8 email contactable", "7 email contactable", "6 email contactable"},
     Receipt::nothing_to_do,
     {},
     {}},
    {"queue-batch-limit-10.http",
     {"6 email unsubscribed", "7 email unsubscribed", "8 email unsubscribed", "6 sms unsubscribed",
      "7 sms unsubscribed", "other 6", "other 7", "other 8", "other 6", "other 7"},
     Receipt::queued,
     {6, 7, 8},
     {6, 7, 8}},
    {"test-payload-empty-secret.http", {"38186 email manual"}, Receipt::unauthentic, {}, {}},
    {"test-payload.http", {"38186 email manual", "deleted 52", "other 52"}, Receipt::test, {}, {}},
    {"unsubscribe-before-delete.http", {"5 email unsubscribed"}, Receipt::queued, {5}, {5}},
    {"unsubscribe-before-merge.http", {"16 email unsubscribed"}, Receipt::queued, {16}, {16}},
    {"unsubscribe-imap.http", {"3 email unsubscribed"}, Receipt::queued, {3}, {3}},
    {"unsubscribe-link.http", {"1 email unsubscribed"}, Receipt::queued, {1}, {1}},
    {"unsubscribe-one-click.http", {"1 email unsubscribed"}, Receipt::queued, {1}, {1}},
};

std::vector<ContactId> queued_by(const Capture& capture, const policy::Triggers& triggers, Receipt& receipt,
                                 http::Response& response) {
    test::ReceiverFixture fixture;
    fixture.receiver.replace_settings({{recorded_secret}, triggers});
    auto& exchange = fixture.request(capture.body);
    exchange.request.signature = capture.signature;
    fixture.receive();
    receipt = fixture.observed.at(0).first;
    response = exchange.response;
    return fixture.stored_contacts();
}

}  // namespace

TEST_CASE("every recorded request is answered and understood") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    policy::Triggers every_trigger;
    every_trigger.reasons.insert(policy::Reason::manual);
    every_trigger.channels.insert("sms");

    for (const CaptureRow& row : rows) {
        CAPTURE(row.file);
        const Capture capture = read_capture(*facts / "captures" / row.file);
        const auto parsed = webhook::parse_webhook(capture.body);
        REQUIRE(parsed.has_value());
        CHECK(in_words(parsed->events) == row.events);
        for (const Event& event : parsed->events) CHECK(event.timestamp.size() == 25);

        Receipt receipt{};
        http::Response response;
        CHECK(queued_by(capture, policy::Triggers{}, receipt, response) == row.contacts);
        CHECK(std::string(name_of(receipt)) == name_of(row.receipt));
        CHECK(response.status == (row.receipt == Receipt::unauthentic ? 401 : 204));
        CHECK_FALSE(response.drop);
        CHECK(response.body.empty());
        CHECK(queued_by(capture, every_trigger, receipt, response) == row.every_one);
    }
}

TEST_CASE("no recorded request is missing here") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    std::set<std::string> recorded;
    for (const auto& entry : std::filesystem::directory_iterator(*facts / "captures")) {
        if (entry.path().extension() == ".http") recorded.insert(entry.path().filename().string());
    }
    std::set<std::string> expected;
    for (const CaptureRow& row : rows) expected.insert(row.file);
    CHECK(recorded == expected);
}

TEST_CASE("the recorded signatures are those of the recorded secret, and of no other") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    for (const CaptureRow& row : rows) {
        CAPTURE(row.file);
        const Capture capture = read_capture(*facts / "captures" / row.file);
        const bool with_empty_secret = row.receipt == Receipt::unauthentic;
        CHECK(webhook::sign(capture.body, with_empty_secret ? "" : recorded_secret) == capture.signature);
        CHECK_FALSE(webhook::verify(capture.body, capture.signature, {"another", recorded_secret + "0"}));
    }
}
