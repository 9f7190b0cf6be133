// Whom an erasure leaves a notification of, and who gets it from the outbox.
#include "outbox/outbox.h"

#include <map>
#include <set>
#include <thread>

#include "base/random.h"
#include "erasure/world.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using namespace std::chrono_literals;
using outbox::DeliveryState;
using outbox::Notification;

namespace {

class Told : public World {
  public:
    explicit Told(std::vector<std::string> receivers = {"crm"}) { notified = std::move(receivers); }

    outbox::Outbox outbox() { return {daemon, ledger_name}; }
    std::vector<Notification> all() { return outbox().list({}, 1'000'000); }
    std::vector<Notification> claim(std::size_t max = 100, Timestamp at = now() + 1s) {
        return outbox().claim("crm", random_hex(8), at, at + 1min, max);
    }
    void come_back(ContactId contact, const std::string& address) {
        mautic.connection().change("UPDATE leads SET email = ? WHERE id = ?",
                                   std::vector<database::Value>{address, contact});
    }
};

void add_people(Told& world, ContactId count) {
    for (ContactId id = 1; id <= count; ++id) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
    }
}

}  // namespace

TEST_CASE("an erasure leaves a notification with what its record says, its later passes none") {
    Told world;
    add_unsubscribed(world);
    world.erase(7);
    const auto told = world.all();
    REQUIRE(told.size() == 1);
    const auto record = *world.ledger(7);
    CHECK(told[0].receiver == "crm");
    CHECK(told[0].contact == 7);
    CHECK(told[0].subject_hash == record.subject_hash);
    CHECK_FALSE(told[0].subject_hash.empty());
    CHECK(told[0].algorithm == record.algorithm);
    CHECK(told[0].key_id == record.key_id);
    CHECK(told[0].opted_out_at == record.opted_out_at);
    CHECK(told[0].erased_at == record.erased_at);
    CHECK(told[0].state == DeliveryState::waiting);
    CHECK(told[0].message.size() == 32);
    for (int pass = 1; pass <= 3; ++pass) world.erase(7, pass);
    CHECK(world.all().size() == 1);
}

TEST_CASE("former addresses are told by their hashes, those of this erasure and of nobody else") {
    Told world;
    Person one = invented_person(7);
    one.old_email = "former@example.org";
    Person neighbour = invented_person(8);
    neighbour.old_email = "neighbour@example.org";
    world.mautic.add_contact(7, one);
    world.mautic.add_contact(8, neighbour);
    world.mautic.unsubscribe(7);
    world.mautic.unsubscribe(8);
    world.erase(7);
    world.erase(8);
    const policy::Hasher hasher(world.hash);
    const auto hash = [&](const std::string& address) {
        return hasher.hash(address, policy::Normalisation::email);
    };
    const Timestamp at = now() + 1s;
    const auto told = world.claim(100, at);
    REQUIRE(told.size() == 2);
    CHECK(told[0].former_hashes == std::vector<std::string>{hash("former@example.org")});
    CHECK(told[1].former_hashes == std::vector<std::string>{hash("neighbour@example.org")});
    // A later pass and another erasure change nothing of that message; the other has its own.
    world.erase(7, 1);
    world.come_back(7, "again@example.org");
    world.mautic.unsubscribe(7);
    world.erase(7);
    const auto again = world.claim(100, at + 2min);
    REQUIRE(again.size() == 3);
    CHECK(again[0].former_hashes == told[0].former_hashes);
    for (const std::string& former : again[2].former_hashes) CHECK(former != again[2].subject_hash);
}

TEST_CASE("without a receiver nothing is written") {
    Told world(std::vector<std::string>{});
    add_unsubscribed(world);
    world.erase(7);
    CHECK(world.all().empty());
}

TEST_CASE("each receiver gets a row, with the same id") {
    Told world({"crm", "shop"});
    add_people(world, 3);
    std::vector<erasure::Request> requests;
    for (ContactId id = 1; id <= 3; ++id) requests.push_back({id, Origin::webhook, now()});
    world.erase(requests);
    std::map<ContactId, std::set<std::string>> messages;
    std::multiset<std::string> receivers;
    for (const Notification& one : world.all()) {
        messages[one.contact].insert(one.message);
        receivers.insert(one.receiver);
    }
    CHECK(messages.size() == 3);
    for (const auto& [contact, ids] : messages) CHECK(ids.size() == 1);
    CHECK(receivers.count("crm") == 3);
    CHECK(receivers.count("shop") == 3);
}

TEST_CASE("a whole batch is noted with one statement") {
    Told world({"crm", "shop"});
    add_people(world, 40);
    std::vector<ledger::Record> records(40);
    for (ContactId id = 1; id <= 40; ++id) {
        records[id - 1].contact = id;
        records[id - 1].algorithm = "sha256";
        records[id - 1].erased_at = now();
    }
    world.prepare();
    const auto questions = [&] {
        auto rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Questions'");
        rows.next();
        return std::stoull(rows.text(1));
    };
    const auto before = questions();
    world.outbox().add(records, world.notified);
    CHECK(questions() - before == 2);  // itself and the question
    CHECK(world.all().size() == 80);
    CHECK(world.all()[0].subject_hash.empty());
}

TEST_CASE("nobody is told of who is not erased") {
    Told world;
    add_people(world, 4);
    world.mautic.add_contact(5);  // no opt-out
    world.holds.tags = {"claim"};
    world.mautic.insert("lead_tags", {{"id", std::uint64_t{900}}, {"tag", std::string("claim")}});
    world.mautic.insert("lead_tags_xref", {{"lead_id", std::uint64_t{2}}, {"tag_id", std::uint64_t{900}}});
    CHECK(world.erase(2).verdict == erasure::Verdict::held);
    CHECK(world.erase(5).verdict == erasure::Verdict::not_do_not_contact);
    CHECK(world.erase(6).verdict == erasure::Verdict::no_such_contact);
    CHECK(world.all().empty());
    // Rolled back before the commit, as by the circuit breaker, and by a failure.
    erasure::Eraser paused(world.daemon, world.rules(), {}, [](std::size_t) { return false; });
    CHECK_THROWS(paused.erase(std::vector<erasure::Request>{{3, Origin::webhook, now()}}));
    {
        const database::Transaction rolled_back(world.daemon);
        std::vector<ledger::Record> records(1);
        records[0].contact = 4;
        records[0].algorithm = "sha256";
        records[0].erased_at = now();
        world.outbox().add(records, world.notified);
    }
    CHECK(world.all().empty());
    world.erase(1);
    REQUIRE(world.all().size() == 1);
    CHECK(world.all()[0].contact == 1);
}

TEST_CASE("who comes back and is erased again is a new notification, with the new address") {
    Told world;
    add_unsubscribed(world);
    world.erase(7);
    world.come_back(7, "another@zq7f7x.example.org");
    world.erase(7);
    auto told = world.all();
    REQUIRE(told.size() == 2);
    CHECK(told[0].message != told[1].message);
    CHECK(told[0].subject_hash != told[1].subject_hash);
    CHECK(told[1].subject_hash == world.ledger(7)->subject_hash);
    CHECK(told[0].erased_at < told[1].erased_at);
    // Found by a later pass, it is an erasure of its own, too.
    world.come_back(7, "third@zq7f7x.example.org");
    world.erase(7, 1);
    told = world.all();
    REQUIRE(told.size() == 3);
    CHECK(told[2].subject_hash == world.ledger(7)->subject_hash);
}

TEST_CASE("of a long history nobody is told before its end, and then once") {
    Told world;
    world.slice_rows = 10;
    add_unsubscribed(world);
    world.mautic.connection().change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url, query, referer) SELECT 7, NOW(), "
        "200,"
        " 't', 'https://www.example.org/?n=1', 'a:0:{}', 'r' FROM " +
        sequence(1, 45));
    world.prepare();
    int chunks = 0;
    erasure::Eraser stopped(world.daemon, world.rules(), [&] { return ++chunks < 2; });
    const std::vector<erasure::Request> request{{7, Origin::webhook, now()}};
    CHECK_THROWS_AS(stopped.erase(request), erasure::Interrupted);
    CHECK(world.ledger(7)->status == ledger::Status::erasing);
    CHECK(world.all().empty());
    world.erase(7);
    CHECK(world.ledger(7)->status == ledger::Status::settling);
    REQUIRE(world.all().size() == 1);
    CHECK(world.all()[0].subject_hash == world.ledger(7)->subject_hash);
}

TEST_CASE("a claim is one sender's until it ends, and what was claimed goes on after that") {
    Told world;
    add_people(world, 3);
    for (ContactId id = 1; id <= 3; ++id) world.erase(id);
    const Timestamp at = now() + 1s;
    const auto first = world.claim(2, at);
    CHECK(first.size() == 2);
    const auto second = world.claim(100, at);
    REQUIRE(second.size() == 1);
    CHECK(second[0].row != first[0].row);
    CHECK(second[0].row != first[1].row);
    CHECK(world.claim(100, at + 59s).empty());
    CHECK(world.claim(100, at + 61s).size() == 3);
    CHECK(world.outbox().claim("shop", random_hex(8), at + 1h, at + 2h, 9).empty());
}

TEST_CASE("two senders at once never have the same one") {
    Told world;
    constexpr ContactId people = 200;
    std::vector<ledger::Record> records(people);
    for (ContactId id = 1; id <= people; ++id) {
        records[id - 1].contact = id;
        records[id - 1].algorithm = "sha256";
        records[id - 1].erased_at = now();
    }
    world.prepare();
    world.outbox().add(records, world.notified);
    std::vector<std::vector<Notification>> of(4);
    std::vector<std::thread> senders;
    for (auto& mine : of) {
        senders.emplace_back([&world, &mine] {
            const database::ThreadScope thread;
            database::Connection connection(world.mautic.options());
            outbox::Outbox outbox(connection, World::ledger_name);
            const Timestamp at = now() + 1s;
            for (int empty = 0; empty < 20;) {
                const auto claimed = outbox.claim("crm", random_hex(8), at, at + 1h, 7);
                empty = claimed.empty() ? empty + 1 : 0;
                mine.insert(mine.end(), claimed.begin(), claimed.end());
            }
        });
    }
    for (auto& sender : senders) sender.join();
    std::set<ContactId> seen;
    std::size_t count = 0;
    for (const auto& mine : of) {
        count += mine.size();
        for (const Notification& one : mine) seen.insert(one.contact);
    }
    CHECK(count == people);
    CHECK(seen.size() == people);
}

TEST_CASE("a sender that holds a claim does not make an erasure wait") {
    Told world;
    add_people(world, 2);
    world.erase(1);
    database::Connection other(world.mautic.options());
    const database::Transaction open(other);
    const Timestamp at = now() + 1s;
    outbox::Outbox outbox(other, World::ledger_name);
    REQUIRE(outbox.claim("crm", random_hex(8), at, at + 1h, 100).size() == 1);
    world.daemon.change("SET SESSION innodb_lock_wait_timeout = 1");
    CHECK(world.erase(2).verdict == erasure::Verdict::erased);
    CHECK(world.all().size() == 2);
}

TEST_CASE("a delivery takes the hash out of the row, and is known by the sender that lost its claim too") {
    Told world;
    add_unsubscribed(world);
    world.erase(7);
    const auto claimed = world.claim();
    REQUIRE(claimed.size() == 1);
    const auto again = world.claim(100, now() + 2min);
    REQUIRE(again.size() == 1);
    world.outbox().delivered(claimed[0], now());
    auto all = world.all();
    CHECK(all[0].state == DeliveryState::delivered);
    CHECK(all[0].subject_hash.empty());
    Notification late = again[0];
    late.state = DeliveryState::parked;
    world.outbox().failed(late, "0123456789abcdef");
    CHECK(world.all()[0].state == DeliveryState::delivered);
    CHECK(world.outbox().figures().empty());
    CHECK(world.outbox().prune("crm", now() - 1h) == 0);
    CHECK(world.outbox().prune("shop", now() + 1h) == 0);
    CHECK(world.outbox().prune("crm", now() + 1h) == 1);
    CHECK(world.all().empty());
}

TEST_CASE("what is parked waits for somebody, and what waits is never pruned") {
    Told world;
    add_people(world, 3);
    for (ContactId id = 1; id <= 3; ++id) world.erase(id);
    const std::string claim = random_hex(8);
    const Timestamp at = now() + 1s;
    for (Notification one : world.outbox().claim("crm", claim, at, at + 1min, 2)) {
        one.state = DeliveryState::parked;
        one.attempts = 3;
        one.due_at = at;
        one.last_error = "status 410";
        world.outbox().failed(one, claim);
    }
    auto figures = world.outbox().figures();
    REQUIRE(figures.size() == 1);
    CHECK(figures[0].receiver == "crm");
    CHECK(figures[0].waiting == 1);
    CHECK(figures[0].parked == 2);
    CHECK(figures[0].oldest == world.ledger(3)->erased_at);
    CHECK(world.claim(100, at + 50min).size() == 1);
    CHECK(world.outbox().prune("crm", now() + 24h) == 0);
    const std::vector<ContactId> two{2, 3};
    CHECK(world.outbox().retry(two, now()) == 1);
    CHECK(world.outbox().retry_all(now()) == 1);
    for (const Notification& one : world.all()) {
        CHECK(one.state == DeliveryState::waiting);
        CHECK(one.attempts == 0);
    }
    CHECK(world.claim(100, at + 1s).size() == 2);
    CHECK(world.outbox().discard("shop") == 0);
    CHECK(world.outbox().discard("crm") == 3);
}

TEST_CASE("a message that a clock ahead put off for years is freed by retry, one in a sender's hand is not") {
    Told world;
    add_people(world, 3);
    for (ContactId id = 1; id <= 3; ++id) world.erase(id);
    const Timestamp at = now() + 1s;
    REQUIRE(world.claim(1, at).size() == 1);
    CHECK(world.outbox().retry_all(at) == 0);
    world.daemon.change(
        "UPDATE test_ledger.notification SET due_at = '2099-01-01', attempts = 7"
        " WHERE contact_id = 2");
    CHECK(world.claim(100, at).size() == 1);
    const std::vector<ContactId> two{2};
    CHECK(world.outbox().retry(two, at) == 1);
    const auto freed = world.claim(100, at);
    REQUIRE(freed.size() == 1);
    CHECK(freed[0].contact == 2);
    CHECK(freed[0].attempts == 0);
    world.daemon.change("UPDATE test_ledger.notification SET due_at = '2099-01-01' WHERE contact_id = 3");
    CHECK(world.outbox().retry_all(at) == 1);  // claimed while the clock was ahead
}

TEST_CASE("what figures cost does not grow with the outbox, nor with that of another receiver") {
    Told world;
    world.prepare();
    const auto add = [&](const std::string& receiver, const std::string& state, std::size_t rows) {
        world.daemon.change(
            "INSERT INTO test_ledger.notification (receiver, message, contact_id, algorithm, erased_at, "
            "state,"
            " attempts, due_at, last_error) SELECT '" +
            receiver + "', REPEAT('a', 32), seq, 'md5', NOW(3) - INTERVAL seq SECOND, '" + state +
            "', 0, NOW(3), '' FROM " + sequence(1, rows));
    };
    add("shop", "waiting", 102'000);
    add("shop", "delivered", 500);
    add("crm", "waiting", 3);
    add("crm", "parked", 2);
    const auto rows_read = [&] {
        auto rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        std::uint64_t sum = 0;
        while (rows.next()) sum += std::stoull(rows.text(1));
        return sum;
    };
    auto before = rows_read();
    const auto crm = world.outbox().figures("crm");
    CHECK(rows_read() - before < 100);
    CHECK(crm.waiting == 3);
    CHECK(crm.parked == 2);
    CHECK(now() - *crm.oldest < 1min);
    before = rows_read();
    const auto shop = world.outbox().figures("shop");
    CHECK(rows_read() - before < 2 * outbox::OutboxFigures::count_max + 100);
    CHECK(shop.waiting == outbox::OutboxFigures::count_max);
    CHECK(now() - *shop.oldest > 102'000s);
    before = rows_read();
    CHECK(world.outbox().receivers() == std::vector<std::string>{"crm", "shop"});
    CHECK(rows_read() - before < 200);
    CHECK(world.outbox().figures("nobody").waiting == 0);
}

TEST_CASE("what was claimed and not tried is free again at once") {
    Told world;
    add_people(world, 2);
    world.erase(1);
    world.erase(2);
    const std::string claim = random_hex(8);
    const Timestamp at = now() + 1s;
    const auto claimed = world.outbox().claim("crm", claim, at, at + 1h, 9);
    world.outbox().release(std::span(claimed).subspan(1), claim, at);
    world.outbox().release(claimed, "0123456789abcdef", at);  // somebody else's claim
    const auto again = world.claim(100, at);
    REQUIRE(again.size() == 1);
    CHECK(again[0].row == claimed[1].row);
}

TEST_CASE("an outbox that is gone is told with its remedy, which works") {
    World world;
    world.notified = {"crm"};
    add_unsubscribed(world);
    world.prepare();
    world.mautic.connection().change("DROP TABLE test_ledger.notification");
    const auto names_remedy = ContainsSubstring("DELETE FROM ledger_format WHERE version > 8");
    outbox::Outbox outbox(world.daemon, World::ledger_name);
    CHECK_THROWS_WITH(outbox.figures("crm"), names_remedy);
    CHECK_THROWS_WITH(outbox.list({}, 9), names_remedy);
    CHECK_THROWS_WITH(outbox.retry_all(now()), names_remedy);
    CHECK_THROWS_WITH(world.erase(7), names_remedy);
    world.mautic.connection().change("DELETE FROM test_ledger.ledger_format WHERE version > 8");
    ledger::Ledger(world.mautic.connection(), World::ledger_name).create();
    world.erase(7);
    CHECK(outbox.figures("crm").waiting == 1);
}

TEST_CASE("no text of a person fits into the outbox") {
    Told world;
    add_unsubscribed(world);
    world.erase(7);
    for (const char* set :
         {"receiver = 'ada@example.org'", "message = 'ada@example.org'", "key_id = 'Ada'",
          "subject_hash = 'ada@example.org'", "last_error = 'ada@example.org'", "claim = 'Lovelace'"}) {
        INFO(set);
        CHECK_THROWS(world.daemon.change("UPDATE test_ledger.notification SET " + std::string(set)));
    }
}
