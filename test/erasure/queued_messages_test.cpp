// Mails that wait in Mautic's queue when a contact opts out: those to this contact alone are withdrawn, and
// nobody else's are touched.
#include <cctype>
#include <optional>
#include <set>
#include <thread>

#include "erasure/lock_wait.h"
#include "erasure/tied_rows.h"
#include "fixture/queued_mail.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

class Queue {
  public:
    explicit Queue(World& world, const std::string& prefix = "")
        : connection_(world.mautic.connection()), table_(prefix + "messenger_messages") {
        connection_.change(
            "CREATE TABLE " + table_ +
            " (id BIGINT AUTO_INCREMENT PRIMARY KEY, body LONGTEXT NOT NULL, headers LONGTEXT NOT"
            " NULL, queue_name VARCHAR(190) NOT NULL, created_at DATETIME NOT NULL, available_at"
            " DATETIME NOT NULL, delivered_at DATETIME DEFAULT NULL, INDEX by_queue (queue_name),"
            " INDEX by_time (available_at), INDEX by_delivery (delivered_at)) ENGINE = InnoDB"
            " DEFAULT CHARACTER SET utf8mb4");
    }

    std::uint64_t add(const std::string& body, const std::string& queue = "email",
                      const std::string& headers = "[]") {
        connection_.change(
            "INSERT INTO " + table_ +
                " (body, headers, queue_name, created_at, available_at) VALUES (?, ?, ?, NOW(), NOW())",
            std::vector<database::Value>{body, headers, queue}, "add a message");
        return connection_.last_insert_id();
    }

    void deliver(std::uint64_t id) {
        connection_.change("UPDATE " + table_ + " SET delivered_at = NOW() WHERE id = " + std::to_string(id));
    }

    std::set<std::uint64_t> ids() {
        std::set<std::uint64_t> ids;
        auto rows = connection_.select("SELECT id FROM " + table_);
        while (rows.next()) ids.insert(rows.number(0));
        return ids;
    }

  private:
    database::Connection& connection_;
    const std::string table_;
};

const std::string& own_address() {
    static const std::string address = invented_person(erased).email();
    return address;
}

const std::string& others_address() {
    static const std::string address = invented_person(other).email();
    return address;
}

std::string in_upper_case(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

// "ann%40example.org@relay.example": a mailbox of the relay.
std::string by_relay(std::string address) {
    return address.replace(address.find('@'), 1, "%40") + "@relay.example";
}

using Ids = std::set<std::uint64_t>;

}  // namespace

TEST_CASE("of a queue under two names each table is searched, whichever has the mail") {
    const bool is_prefixed = GENERATE(true, false);
    CAPTURE(is_prefixed);
    World world("mtc_");
    add_people(world);
    Queue prefixed(world, "mtc_");
    Queue other(world);
    Queue& filled = is_prefixed ? prefixed : other;
    filled.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(filled.ids().empty());
}

TEST_CASE("a waiting mail to the contact alone is withdrawn, whoever else's stays to the byte") {
    World world;
    add_people(world);
    Queue queue(world);
    queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    queue.add(
        QueuedMail{{in_upper_case(own_address())}, {}, {}, {{own_address(), 7}}, {own_address()}}.body());
    const Ids left{
        // To the address, and nobody says whose it is: another contact's, or a member of staff's who has it
        // too.
        queue.add(QueuedMail{{own_address()}, {}, {}, {}, {}}.body()),
        queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 0}}, {own_address()}}.body()),
        // To others too: in each of the places that name a recipient.
        queue.add(QueuedMail{{own_address(), others_address()}, {}, {}, {}, {}}.body()),
        queue.add(QueuedMail{{own_address()}, {others_address()}, {}, {}, {}}.body()),
        queue.add(QueuedMail{{own_address()}, {}, {others_address()}, {}, {}}.body()),
        queue.add(
            QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}, {others_address(), 70}}, {}}.body()),
        queue.add(QueuedMail{{own_address()}, {}, {}, {}, {own_address(), others_address()}}.body()),
        // To somebody else, about the contact; to a longer address; to another contact with the same address.
        queue.add(QueuedMail{{others_address()}, {}, {}, {}, {}, "<p>" + own_address() + "</p>"}.body()),
        queue.add(QueuedMail{{"x." + own_address()}, {}, {}, {}, {}}.body()),
        queue.add(QueuedMail{{by_relay(own_address())}, {}, {}, {}, {}}.body()),
        queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 70}}, {}}.body()),
        // No mail, and mails that cannot be read.
        queue.add("O:8:\"stdClass\":1:{" + own_address() + "}"),
        queue.add(QueuedMail{{own_address()}, {}, {}, {}, {}}.body() + " "),
        queue.add("{\"to\":\"" + own_address() + "\"}", "email",
                  R"({"type":"Symfony\\Component\\Mailer\\Messenger\\SendEmailMessage"})"),
        // Nothing to do with the contact.
        queue.add(QueuedMail{{others_address()}, {}, {}, {{others_address(), 70}}, {}}.body())};
    const auto being_delivered =
        queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    queue.deliver(being_delivered);
    const std::string before = world.mautic.value(
        "SELECT GROUP_CONCAT(CRC32(CONCAT(id, body, headers, queue_name)) "
        "ORDER BY id) FROM messenger_messages WHERE id > 2");
    const auto result = world.erase(erased);
    Ids expected = left;
    expected.insert(being_delivered);
    CHECK(queue.ids() == expected);
    CHECK(world.mautic.value(
              "SELECT GROUP_CONCAT(CRC32(CONCAT(id, body, headers, queue_name)) ORDER BY id) FROM "
              "messenger_messages WHERE id > 2") == before);
    // On its way, and looked at again: no reason to wake anybody.
    CHECK(result.status == Status::settling);
    CHECK(world.ledger(erased)->findings.empty());
}

TEST_CASE("a withdrawn mail leaves nothing that has to be waited for") {
    World world;
    add_people(world);
    Queue queue(world);
    queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    CHECK(world.erase(erased).findings.empty());
    CHECK(queue.ids().empty());
    CHECK(world.erase(erased, 1, false).status == Status::complete);
}

TEST_CASE("a mail that comes after the erasure is withdrawn by the later pass") {
    World world;
    add_people(world);
    Queue queue(world);
    world.erase(erased);
    const auto to_other = queue.add(QueuedMail{{others_address()}, {}, {}, {}, {}}.body());
    queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    world.erase(erased, 1);
    CHECK(queue.ids() == Ids{to_other});
}

TEST_CASE("a mail that is taken for its delivery while the erasure waits for its row is left") {
    World world;
    add_people(world);
    Queue queue(world);
    const auto mail = queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    world.prepare();
    std::optional<erasure::Result> result;
    {
        // As Symfony's consumer takes a message: found, locked, marked, in one transaction.
        database::Transaction consumer(world.mautic.connection());
        world.mautic.connection().select("SELECT id FROM messenger_messages FOR UPDATE");
        queue.deliver(mail);
        std::thread worker([&] { result = world.erase(erased); });
        wait_for_lock_wait();
        consumer.commit();
        worker.join();
    }
    CHECK(queue.ids() == Ids{mail});
    CHECK(result->status == Status::settling);
    CHECK(world.mautic.field(erased, "email") == world.md5(own_address()));
}

TEST_CASE("of failed messages those to others are left, and the result says so") {
    World world;
    add_people(world);
    Queue queue(world);
    queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body(), "failed");
    queue.add("O:8:\"stdClass\":1:{" + own_address() + "}", "failed");  // no mail: a page view
    const Ids left{queue.add(QueuedMail{{own_address(), others_address()}, {}, {}, {}, {}}.body(), "failed"),
                   queue.add(QueuedMail{{own_address()}, {}, {}, {}, {}}.body() + " ", "failed"),
                   queue.add(QueuedMail{{others_address()}, {}, {}, {}, {}}.body(), "failed")};
    const auto result = world.erase(erased);
    CHECK(queue.ids() == left);
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].table == "messenger_messages");
    CHECK(result.findings[0].cells == 2);
}

TEST_CASE("two contacts of one batch have their own mails withdrawn, and a mail to both is left") {
    World world;
    add_people(world);
    world.mautic.unsubscribe(other);
    Queue queue(world);
    queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
    queue.add(QueuedMail{{others_address()}, {}, {}, {{others_address(), 70}}, {}}.body());
    const auto both = queue.add(QueuedMail{{own_address(), others_address()}, {}, {}, {}, {}}.body());
    world.erase(std::vector<erasure::Request>{{erased, Origin::webhook, now(), 0, true},
                                              {other, Origin::webhook, now(), 0, true}});
    CHECK(queue.ids() == Ids{both});
}

TEST_CASE("the queue is found with Mautic's table prefix and without") {
    for (const std::string& prefix : {std::string("mtc_"), std::string()}) {
        CAPTURE(prefix);
        World world("mtc_");
        add_people(world);
        Queue queue(world, prefix);
        queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body());
        const auto to_other = queue.add(QueuedMail{{others_address()}, {}, {}, {}, {}}.body());
        world.erase(erased);
        CHECK(queue.ids() == Ids{to_other});
    }
}

TEST_CASE("with the switch off no message is withdrawn") {
    World world;
    add_people(world);
    Queue queue(world);
    const Ids all{queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body()),
                  queue.add(QueuedMail{{own_address()}, {}, {}, {{own_address(), 7}}, {}}.body(), "failed")};
    world.policy.switched_off.insert("pending_messages");
    world.erase(erased);
    CHECK(queue.ids() == all);
}
