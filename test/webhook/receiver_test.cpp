#include "webhook/receiver.h"

#include <thread>

#include "receiver_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using test::change_of;
using test::ReceiverFixture;
using webhook::Receipt;

namespace {

using Contacts = std::vector<ContactId>;

}  // namespace

TEST_CASE("a request that cannot be stored is dropped, one with nothing to store is answered") {
    ReceiverFixture fixture;
    fixture.refused_call = 1;
    auto& to_store = fixture.request(change_of(1));
    auto& nothing_to_do = fixture.request(change_of(2, "contactable"));
    auto& malformed = fixture.request("{");
    auto& unauthentic = fixture.request(change_of(3), "wrong");
    auto& also_to_store = fixture.request(change_of(4, "bounced"));
    for (ContactId contact = 100; contact < 110; ++contact) fixture.request(change_of(contact, "manual"));
    fixture.receive();

    CHECK(to_store.response.drop);
    CHECK(also_to_store.response.drop);
    CHECK_FALSE(nothing_to_do.response.drop);
    CHECK(nothing_to_do.response.status == 204);
    CHECK(malformed.response.status == 400);
    CHECK(unauthentic.response.status == 401);
    CHECK(fixture.observed.at(0).first == Receipt::not_stored);
    CHECK(fixture.observed.at(1).first == Receipt::nothing_to_do);
    CHECK(fixture.observed.at(2).first == Receipt::malformed);
    CHECK(fixture.observed.at(3).first == Receipt::unauthentic);
    CHECK(fixture.observed.at(4).first == Receipt::not_stored);
    CHECK(fixture.observed.size() == 15);
    CHECK(fixture.stored.empty());
}

TEST_CASE("whichever call of the queue fails, only that batch is dropped") {
    for (std::size_t refused = 1; refused <= 4; ++refused) {
        CAPTURE(refused);
        ReceiverFixture fixture;
        fixture.refused_call = refused;
        Contacts expected;
        for (ContactId contact = 1; contact <= 4; ++contact) {
            CAPTURE(contact);
            const auto response = fixture.answer_to(change_of(contact));
            CHECK(response.drop == (contact == refused));
            if (contact != refused) {
                CHECK(response.status == 204);
                expected.push_back(contact);
            }
        }
        CHECK(fixture.stored_contacts() == expected);
    }
}

TEST_CASE("a batch is one call of the queue, each contact once") {
    ReceiverFixture fixture;
    for (ContactId contact : {5U, 3U, 5U, 9U, 3U, 3U}) fixture.request(change_of(contact));
    fixture.request(change_of(77), "wrong");
    fixture.receive();
    REQUIRE(fixture.stored.size() == 1);
    CHECK(fixture.stored_contacts() == Contacts{5, 3, 9});
    for (const auto& arrival : fixture.stored[0]) {
        CHECK(arrival.origin == queue::Origin::webhook);
        CHECK(arrival.received_at == fixture.stored[0][0].received_at);
        CHECK(now() - arrival.received_at < std::chrono::hours{1});
    }
    for (std::size_t i = 0; i < 6; ++i) CHECK(fixture.observed.at(i).first == Receipt::queued);
}

TEST_CASE("the queue is left alone when there is nothing to store") {
    ReceiverFixture fixture;
    fixture.request(change_of(1, "contactable"));
    fixture.request(change_of(2), "wrong");
    fixture.request("[]");
    fixture.receive();
    fixture.receiver.receive({});
    CHECK(fixture.store_calls == 0);
}

TEST_CASE("answers are given only after the queue has stored") {
    std::vector<http::Exchange*> batch;
    http::Exchange exchange;
    exchange.request.body = change_of(1);
    exchange.request.signature = webhook::sign(exchange.request.body, "key");
    batch.push_back(&exchange);
    int status_at_store = 0;
    bool observed = false;
    bool observed_at_store = true;
    webhook::Receiver receiver(
        {{"key"}, {}},
        [&](auto) {
            status_at_store = exchange.response.status;
            observed_at_store = observed;
        },
        [&](Receipt, std::size_t) { observed = true; });
    receiver.receive(batch);
    CHECK(status_at_store == 500);
    CHECK_FALSE(observed_at_store);
    CHECK(observed);
    CHECK(exchange.response.status == 204);
}

TEST_CASE("what no trigger covers is not stored") {
    struct Row {
        const char* name;
        std::string body;
    };
    for (const Row& row : {
             Row{"re-subscribed", change_of(1, "contactable")},
             Row{"a reason that is not a trigger", change_of(1, "manual")},
             Row{"a reason of tomorrow", change_of(1, "complained")},
             Row{"no reason", change_of(1, "")},
             Row{"reason in capitals", change_of(1, "Bounced")},
             Row{"another channel", change_of(1, "bounced", "sms")},
             Row{"no channel", change_of(1, "bounced", "")},
             Row{"contact 0", change_of(0)},
             Row{"contact beyond 63 bits", change_of(ContactId{1} << 63)},
             Row{"largest contact", change_of(~ContactId{0})},
         }) {
        CAPTURE(row.name);
        ReceiverFixture fixture;
        CHECK(fixture.answer_to(row.body).status == 204);
        CHECK(fixture.store_calls == 0);
        CHECK(fixture.observed.at(0) == std::pair{Receipt::nothing_to_do, std::size_t{1}});
    }
    ReceiverFixture fixture;
    fixture.answer_to(change_of((ContactId{1} << 63) - 1));
    CHECK(fixture.stored_contacts() == Contacts{(ContactId{1} << 63) - 1});
}

TEST_CASE("contactable is no trigger even when the settings say so") {
    policy::Triggers triggers;
    triggers.reasons.insert(policy::Reason::contactable);
    ReceiverFixture fixture;
    fixture.receiver.replace_settings({{ReceiverFixture::secret}, triggers});
    CHECK(fixture.answer_to(change_of(1, "contactable")).status == 204);
    CHECK(fixture.store_calls == 0);
}

TEST_CASE("an empty body with a good signature is malformed, without one it is unauthentic") {
    ReceiverFixture fixture;
    CHECK(fixture.answer_to("").status == 400);
    auto& unsigned_request = fixture.request(change_of(1));
    unsigned_request.request.signature.clear();
    fixture.receive();
    CHECK(unsigned_request.response.status == 401);
}

TEST_CASE("no answer has a body") {
    ReceiverFixture fixture;
    fixture.refused_call = 1;
    fixture.request(change_of(1));
    fixture.request(change_of(1), "wrong");
    fixture.request("no webhook");
    fixture.request("{}");
    fixture.receive();
    for (const auto& exchange : fixture.exchanges) {
        CHECK(exchange->response.body.empty());
        CHECK(exchange->response.content_type.empty());
    }
}

TEST_CASE("new settings hold from the next batch on") {
    ReceiverFixture fixture;
    fixture.receiver.replace_settings({{"new", ReceiverFixture::secret}, {}});
    CHECK(fixture.answer_to(change_of(1), "new").status == 204);
    CHECK(fixture.answer_to(change_of(2)).status == 204);
    fixture.receiver.replace_settings({{"new"}, {}});
    CHECK(fixture.answer_to(change_of(3)).status == 401);
}

TEST_CASE("settings without a usable secret are refused and the old ones stay") {
    ReceiverFixture fixture;
    CHECK_THROWS_AS(fixture.receiver.replace_settings({{}, {}}), ConfigurationError);
    CHECK_THROWS_AS(fixture.receiver.replace_settings({{"good", ""}, {}}), ConfigurationError);
    CHECK(fixture.answer_to(change_of(1)).status == 204);
    CHECK_THROWS_AS(webhook::Receiver({{""}, {}}, {}, {}), ConfigurationError);
}

TEST_CASE("each request of a large batch gets its own answer") {
    ReceiverFixture fixture;
    for (int round = 0; round < 20; ++round) {
        Contacts expected;
        for (ContactId i = 0; i < 64; ++i) {
            if (i % 4 == 0) {
                fixture.request(change_of(1000 + i), "wrong");
            } else if (i % 4 == 1) {
                fixture.request("{" + std::to_string(i));
            } else {
                fixture.request(change_of(1000 + i));
                expected.push_back(1000 + i);
            }
        }
        fixture.stored.clear();
        fixture.observed.clear();
        fixture.receive();
        CHECK(fixture.stored_contacts() == expected);
        for (std::size_t i = 0; i < 64; ++i) {
            const Receipt receipts[] = {Receipt::unauthentic, Receipt::malformed, Receipt::queued,
                                        Receipt::queued};
            CHECK(fixture.observed.at(i).first == receipts[i % 4]);
        }
    }
}

TEST_CASE("settings may be replaced while batches are received") {
    ReceiverFixture fixture;
    std::jthread reloading([&](std::stop_token stop) {
        while (!stop.stop_requested()) {
            fixture.receiver.replace_settings({{ReceiverFixture::secret, "old"}, {}});
            fixture.receiver.replace_settings({{"older", ReceiverFixture::secret}, {}});
        }
    });
    for (ContactId batch = 0; batch < 50; ++batch) {
        for (ContactId i = 1; i <= 16; ++i) fixture.request(change_of(batch * 16 + i));
        fixture.receive();
    }
    reloading.request_stop();
    reloading.join();
    CHECK(fixture.stored_contacts().size() == 800);
}

TEST_CASE("while more secrets may come no signature is called wrong, and none is accepted") {
    ReceiverFixture fixture;
    fixture.receiver.replace_settings({{}, {}, false});
    auto& known_later = fixture.request(change_of(1));
    auto& unsigned_one = fixture.request(change_of(2));
    unsigned_one.request.signature.clear();
    auto& malformed = fixture.request("{");
    fixture.receive();
    CHECK(known_later.response.drop);
    CHECK(malformed.response.drop);
    CHECK(unsigned_one.response.status == 401);
    CHECK_FALSE(unsigned_one.response.drop);
    CHECK(fixture.stored.empty());
    CHECK(fixture.observed.at(0).first == Receipt::not_stored);

    SECTION("those that are known are accepted") {
        fixture.receiver.replace_settings({{ReceiverFixture::secret}, {}, false});
        CHECK(fixture.answer_to(change_of(3)).status == 204);
        CHECK(fixture.answer_to(change_of(4), "another").drop);
    }
    SECTION("when all are known the others are refused") {
        fixture.receiver.replace_settings({{ReceiverFixture::secret}, {}, true});
        CHECK(fixture.answer_to(change_of(3)).status == 204);
        CHECK(fixture.answer_to(change_of(4), "another").status == 401);
    }
    SECTION("an empty secret is refused") {
        CHECK_THROWS_AS(fixture.receiver.replace_settings({{""}, {}, false}), ConfigurationError);
        CHECK(fixture.answer_to(change_of(3), "").drop);
    }
}

TEST_CASE("deletions are told of, for a whole batch at once, and only when they are authentic") {
    ReceiverFixture fixture;
    std::vector<std::vector<ContactId>> told;
    fixture.receiver.when_deleted(
        [&](std::span<const ContactId> contacts) { told.emplace_back(contacts.begin(), contacts.end()); });
    const std::string deletion = R"({"mautic.lead_post_delete":[{"id":7,"contact":{"id":null}}]})";
    const std::string two = R"({"mautic.lead_post_delete":[{"id":8},{"id":"9"},{"id":0},{}]})";
    fixture.request(deletion);
    fixture.request(two);
    fixture.request(change_of(10));
    fixture.request(deletion, "another secret");
    fixture.receive();
    CHECK(told == std::vector<std::vector<ContactId>>{{7, 8, 9}});
    CHECK(fixture.stored_contacts() == std::vector<ContactId>{10});
    fixture.answer_to(change_of(11));
    CHECK(told.size() == 1);
}
