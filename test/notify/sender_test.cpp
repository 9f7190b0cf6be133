// What the sender does with receivers of all kinds.
#include "notify/sender.h"

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "erasure/world.h"
#include "health/exposition.h"
#include "http/answer_server.h"
#include "notify/signature.h"
#include "outbox/outbox.h"
#include "support/catch.h"
#include "support/free_ports.h"

using namespace gdprd;
using namespace gdprd::test;
using namespace std::chrono_literals;
using outbox::DeliveryState;

namespace {

using Clock = std::chrono::steady_clock;

const std::string key(32, 'k');

void wait_until(const std::function<bool()>& condition) {
    const auto end = Clock::now() + 30s;
    while (!condition()) {
        if (Clock::now() > end) throw std::runtime_error("waited too long");
        std::this_thread::sleep_for(5ms);
    }
}

// An outbox with a row for each of so many people, and senders for it.
class Outgoing : public World {
  public:
    explicit Outgoing(ContactId people) {
        std::vector<ledger::Record> records(people);
        for (ContactId id = 1; id <= people; ++id) {
            records[id - 1].contact = id;
            records[id - 1].algorithm = "sha256";
            records[id - 1].subject_hash = std::string(64, 'a');
            records[id - 1].erased_at = now();
        }
        prepare();
        outbox().add(records, std::vector<std::string>{"crm"});
        options.timeout = 1s;
        options.per_minute_max = 60'000;
        options.backoff_first = options.backoff_max = 20ms;
    }

    outbox::Outbox outbox() { return {daemon, ledger_name}; }
    std::uint64_t count(DeliveryState state) { return outbox().list(state, 1'000'000).size(); }
    std::unique_ptr<notify::Sender> start(std::uint16_t port, bool tls = false) {
        notify::Receiver crm{
            "crm", {tls, tls ? "localhost" : "127.0.0.1", port, "/erased", "?token=s3cret"}, {key}};
        return std::make_unique<notify::Sender>(crm, options, mautic.options(), ledger_name, metrics);
    }
    double metric(const std::string& name) {
        return parse_exposition(metrics.render()).value("mautic_gdprd_" + name + "{receiver=\"crm\"}");
    }

    notify::NotifyOptions options;
    health::Metrics metrics{"1.2.3"};
};

Reply says(int status, std::string_view fields = {}) {
    return {http_answer(status, "text/plain", "", fields)};
}

}  // namespace

TEST_CASE("everything is delivered once, signed, by POST") {
    Outgoing world(50);
    AnswerServer receiver([](const SeenRequest&) { return says(204); });
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 50; });
    sender.reset();
    const auto requests = receiver.requests();
    std::set<std::string> ids;
    for (const SeenRequest& request : requests) {
        ids.insert(request.field("webhook-id"));
        const Timestamp at{std::chrono::seconds{std::stoll(request.field("webhook-timestamp"))}};
        CHECK(notify::signed_fields(request.field("webhook-id"), at, request.body, {key})[2].second ==
              request.field("webhook-signature"));
    }
    CHECK(requests.size() == 50);
    CHECK(ids.size() == 50);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/erased?token=s3cret");
    CHECK(requests[0].field("content-type") == "application/json");
    CHECK(world.metric("notifications_delivered_total") == 50);
    CHECK(world.metric("notification_failures_total") == 0);
}

TEST_CASE("a receiver that fails now and then gets everything, and a repeat has the same id and body") {
    Outgoing world(30);
    std::atomic<int> calls{0};
    AnswerServer receiver([&](const SeenRequest&) {
        switch (++calls % 4) {
            case 0:
                return says(503);
            case 1:
                return Reply{""};  // closed without an answer
            case 2:
                return Reply{"rubbish\r\n\r\n"};
        }
        return says(200);
    });
    world.options.attempts_max = 1'000;
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 30; });
    sender.reset();
    std::map<std::string, std::set<std::string>> bodies;
    for (const SeenRequest& request : receiver.requests()) {
        bodies[request.field("webhook-id")].insert(request.body);
    }
    CHECK(bodies.size() == 30);
    for (const auto& [id, of_id] : bodies) CHECK(of_id.size() == 1);
    CHECK(world.metric("notification_failures_total") > 0);
}

TEST_CASE("a message that is refused each time is parked, and holds up none of the others") {
    Outgoing world(20);
    AnswerServer receiver([](const SeenRequest& request) {
        return says(request.body.find("\"contact_id\":7,") == std::string::npos ? 200 : 400);
    });
    world.options.attempts_max = 3;
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::parked) == 1; });
    wait_until([&] { return world.count(DeliveryState::delivered) == 19; });
    const auto parked = world.outbox().list(DeliveryState::parked, 9).front();
    CHECK(parked.contact == 7);
    CHECK(parked.attempts == 3);
    CHECK(parked.last_error == "status 400");
    CHECK(receiver.requests().size() == 22);
}

TEST_CASE("messages that are rejected for days hold up none of the others") {
    Outgoing world(60);
    // Every third, so that no batch is without one.
    AnswerServer receiver([](const SeenRequest& request) {
        const auto at = request.body.find("\"contact_id\":") + 13;
        return says(std::stoi(request.body.substr(at)) % 3 == 0 ? 422 : 200);
    });
    world.options.backoff_first = world.options.backoff_max = 24h;
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 40; });
    wait_until([&] { return receiver.requests().size() == 60; });
    CHECK(world.count(DeliveryState::waiting) == 20);
}

TEST_CASE("while a receiver refuses, a message that was not tried yet goes before those that were refused") {
    Outgoing world(3);
    AnswerServer receiver([](const SeenRequest& request) {
        return says(request.body.find("\"contact_id\":3,") == std::string::npos ? 500 : 200);
    });
    world.daemon.change("UPDATE test_ledger.notification SET attempts = 5 WHERE contact_id < 3");
    world.options.backoff_first = world.options.backoff_max = 24h;
    auto sender = world.start(receiver.port());
    wait_until([&] { return receiver.requests().size() == 2; });
    sender.reset();
    CHECK(world.count(DeliveryState::delivered) == 1);
}

TEST_CASE("whatever fails in sending is an attempt that failed, and given up on at the end") {
    Outgoing world(1);
    world.options.attempts_max = 4;
    std::atomic<int> calls{0};
    const auto post = [&](const Url&, const http::ClientRequest&,
                          const http::ClientOptions&) -> http::ClientAnswer {
        if (++calls % 2 == 0) throw std::bad_alloc();
        throw std::runtime_error("the text of a library, token=s3cret");
    };
    notify::Receiver crm{"crm", {false, "127.0.0.1", 1, "/erased", "?token=s3cret"}, {key}};
    auto sender = std::make_unique<notify::Sender>(crm, world.options, world.mautic.options(),
                                                   World::ledger_name, world.metrics, post);
    wait_until([&] { return world.count(DeliveryState::parked) == 1; });
    sender.reset();
    CHECK(calls == 4);
    CHECK(world.metric("notification_failures_total") == 4);
    const auto row = world.outbox().list({}, 9).front();
    CHECK(row.last_error == "failed here");
    CHECK(row.attempts == 4);
}

TEST_CASE("figures that cannot be had are unknown, not 0, and hold up no delivery") {
    Outgoing world(30);
    world.daemon.change("ALTER TABLE test_ledger.notification DROP KEY oldest");  // figures need it
    AnswerServer receiver([](const SeenRequest&) { return says(200); });
    const auto has = [&](const char* name) {
        return world.metrics.render().find(std::string("mautic_gdprd_") + name + "{receiver=\"crm\"}") !=
               std::string::npos;
    };
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 30; });
    CHECK(has("notifications_delivered_total"));
    CHECK_FALSE(has("notifications_waiting"));
    CHECK_FALSE(has("notifications_parked"));
    CHECK_FALSE(has("notifications_oldest_age_seconds"));
    sender.reset();
    world.daemon.change("ALTER TABLE test_ledger.notification ADD KEY oldest (state, receiver, erased_at)");
    sender = world.start(receiver.port());
    wait_until([&] { return has("notifications_waiting"); });
    CHECK(world.metric("notifications_waiting") == 0);
}

TEST_CASE("delivered messages of a receiver that is gone are removed when their time is over") {
    Outgoing world(2);
    world.daemon.change(
        "UPDATE test_ledger.notification SET receiver = 'gone', state = 'delivered',"
        " due_at = IF(contact_id = 1, '2001-01-01', NOW(3))");
    AnswerServer receiver([](const SeenRequest&) { return says(200); });
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 1; });
    CHECK(world.outbox().list({}, 9).front().contact == 2);
}

TEST_CASE("a redirect is not followed") {
    Outgoing world(1);
    AnswerServer stranger([](const SeenRequest&) { return says(200); });
    AnswerServer receiver([&](const SeenRequest&) {
        return says(307, "Location: http://127.0.0.1:" + std::to_string(stranger.port()) + "/\r\n");
    });
    world.options.attempts_max = 2;
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::parked) == 1; });
    CHECK(stranger.connections() == 0);
}

TEST_CASE("a receiver whose certificate nobody vouches for is told nothing") {
    Outgoing world(1);
    AnswerServer impostor([](const SeenRequest&) { return says(200); }, make_certificate());
    world.options.attempts_max = 2;
    auto sender = world.start(impostor.port(), true);
    wait_until([&] { return world.count(DeliveryState::parked) == 1; });
    CHECK(world.outbox().list({}, 9).front().last_error == "TLS refused");
    CHECK(impostor.connections() > 0);
    CHECK(impostor.requests().empty());
}

TEST_CASE("410 parks one message and leaves the receiver alone; 429 is asked again when it says") {
    Outgoing world(5);
    world.options.backoff_max = 1h;
    {
        AnswerServer receiver([](const SeenRequest&) { return says(410); });
        auto sender = world.start(receiver.port());
        wait_until([&] { return world.count(DeliveryState::parked) == 1; });
        sender.reset();
        CHECK(receiver.requests().size() == 1);
        CHECK(world.count(DeliveryState::waiting) == 4);
    }
    std::atomic<int> calls{0};
    std::atomic<Clock::time_point> first{};
    std::atomic<Clock::time_point> second{};
    AnswerServer receiver([&](const SeenRequest&) {
        if (++calls == 1) {
            first = Clock::now();
            return says(429, "Retry-After: 2\r\n");
        }
        if (calls == 2) second = Clock::now();
        return says(200);
    });
    world.options.attempts_max = 1;  // a 429 counts none
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 4; });
    CHECK(second.load() - first.load() >= 1'900ms);
}

TEST_CASE("not more than so many a minute") {
    Outgoing world(12);
    world.options.per_minute_max = 600;
    AnswerServer receiver([](const SeenRequest&) { return says(200); });
    const auto begun = Clock::now();
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 12; });
    CHECK(Clock::now() - begun >= 1'000ms);  // eleven pauses of a tenth of a second
}

TEST_CASE("an answer that never ends is one once its status is there") {
    Outgoing world(1);
    AnswerServer receiver([](const SeenRequest&) {
        return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + std::string(200'000, 'x')};
    });
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 1; });
    sender.reset();
    CHECK(receiver.requests().size() == 1);
}

TEST_CASE("a body that never comes costs no time once the status is there") {
    Outgoing world(5);
    world.options.timeout = 60s;
    AnswerServer receiver([](const SeenRequest&) {
        return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", true};
    });
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 5; });
}

TEST_CASE("a receiver that hangs does not hold up a stop, and what it was told is told again at once") {
    Outgoing world(3);
    std::atomic<bool> end{false};
    world.options.timeout = 60s;
    {
        AnswerServer receiver([&](const SeenRequest&) {
            while (!end) std::this_thread::sleep_for(5ms);
            return says(200);
        });
        auto sender = world.start(receiver.port());
        wait_until([&] { return receiver.requests().size() == 1; });
        const auto begun = Clock::now();
        sender.reset();
        CHECK(Clock::now() - begun < 2s);
        end = true;
    }
    CHECK(world.count(DeliveryState::waiting) == 3);
    AnswerServer receiver([](const SeenRequest&) { return says(200); });
    auto sender = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 3; });
}

TEST_CASE("a receiver that is away gets everything once it is there, from two senders none twice") {
    Outgoing world(40);
    const std::uint16_t nobody = free_ports(1).front();
    world.options.attempts_max = 10'000;
    auto first = world.start(nobody);
    auto second = world.start(nobody);
    wait_until([&] { return world.metric("notification_failures_total") > 5; });
    first.reset();
    second.reset();
    CHECK(world.count(DeliveryState::waiting) == 40);
    AnswerServer receiver([](const SeenRequest&) { return says(200); });
    first = world.start(receiver.port());
    second = world.start(receiver.port());
    wait_until([&] { return world.count(DeliveryState::delivered) == 40; });
    first.reset();
    second.reset();
    CHECK(receiver.requests().size() == 40);
}
