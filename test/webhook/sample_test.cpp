// Webhooks written for this project: what Mautic may send by its source but was not recorded sending.
#include <fstream>
#include <iterator>

#include "receiver_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using webhook::Receipt;

namespace {

std::string sample(const std::string& name) {
    std::ifstream file(std::string(GDPRD_SOURCE_DIR) + "/test/webhook/samples/" + name + ".json",
                       std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(text.empty());
    return text;
}

struct SampleRow {
    const char* name;
    Receipt receipt;
    std::size_t events;
    std::vector<ContactId> contacts;
};

}  // namespace

TEST_CASE("the sample webhooks are understood") {
    for (const SampleRow& row : {
             // Snapshots of two moments: which one holds is for the database to say, so the contact is
             // queued.
             SampleRow{"queue_unsubscribe_and_resubscribe", Receipt::queued, 3, {71}},
             SampleRow{"string_ids", Receipt::queued, 2, {72}},
             SampleRow{"empty_fields", Receipt::queued, 1, {74}},
             SampleRow{"test_payload", Receipt::test, 1, {}},
             SampleRow{"deleted", Receipt::nothing_to_do, 1, {}},
             SampleRow{"truncated_item", Receipt::queued, 2, {76}},
             SampleRow{"unknown_types", Receipt::nothing_to_do, 3, {}},
             SampleRow{"sms_channel", Receipt::nothing_to_do, 1, {}},
             SampleRow{"manual", Receipt::nothing_to_do, 1, {}},
             SampleRow{"ids_elsewhere", Receipt::queued, 1, {80}},
         }) {
        CAPTURE(row.name);
        test::ReceiverFixture fixture;
        CHECK(fixture.answer_to(sample(row.name)).status == 204);
        CHECK(fixture.stored_contacts() == row.contacts);
        CHECK(fixture.observed.at(0).second == row.events);
        CHECK(std::string(name_of(fixture.observed.at(0).first)) == name_of(row.receipt));
    }
}

TEST_CASE("other channels and reasons are triggers when the operator says so") {
    policy::Triggers triggers;
    triggers.reasons = {policy::Reason::manual, policy::Reason::unsubscribed};
    triggers.channels = {"sms", "email"};
    test::ReceiverFixture fixture;
    fixture.receiver.replace_settings({{test::ReceiverFixture::secret}, triggers});
    fixture.answer_to(sample("manual"));
    fixture.answer_to(sample("sms_channel"));
    fixture.answer_to(sample("string_ids"));  // bounced: no longer a trigger
    CHECK(fixture.stored_contacts() == std::vector<ContactId>{79, 78});
}
