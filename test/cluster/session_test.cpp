// One connection and a cluster under it: what it sees, what happens to its transactions, and what a node says
// that has lost the others.
#include <future>

#include "cluster/cluster.h"
#include "fixture/mautic_database.h"
#include "mautic/do_not_contact.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;
using database::Transaction;

namespace {

constexpr const char* database_name = "session";

database::ConnectionOptions on_node(std::size_t number) {
    return cluster().node(number).options(database_name);
}

// A table on all nodes, with rows 1 to 3 of value 0.
void make_table(const std::string& name) {
    cluster().node(0).execute(std::string("CREATE DATABASE IF NOT EXISTS ") + database_name);
    cluster().node(0).execute("CREATE OR REPLACE TABLE " + name + " (id INT PRIMARY KEY, value INT NOT NULL)",
                              database_name);
    cluster().node(0).execute("INSERT INTO " + name + " VALUES (1, 0), (2, 0), (3, 0)", database_name);
}

// The class of the error that ends the transaction.
std::optional<ErrorClass> outcome_of_commit(Transaction& transaction) {
    try {
        transaction.commit();
        return std::nullopt;
    } catch (const DatabaseError& error) {
        CAPTURE(error.what());
        return error.error_class();
    }
}

// While it lives the node takes in nothing from the others.
class Standstill {
  public:
    explicit Standstill(std::size_t node) : connection_(on_node(node)) {
        connection_.change("SET SESSION wsrep_sync_wait = 0");
        connection_.change("FLUSH TABLES WITH READ LOCK");
    }
    ~Standstill() { end(); }

    bool is_running(const std::string& statement) {
        auto rows =
            connection_.select("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE ?",
                               std::vector<database::Value>{statement + '%'});
        return rows.next() && rows.number(0) > 0;
    }
    void end() { connection_.change("UNLOCK TABLES"); }

  private:
    Connection connection_;
};

}  // namespace

TEST_CASE("A node that is behind answers when it has caught up: an opt-out on another node is not missed") {
    make_table("seen");
    const bool in_transaction = GENERATE(false, true);
    CAPTURE(in_transaction);
    Connection reader(on_node(1));
    Standstill standstill(1);
    cluster().node(0).execute("UPDATE seen SET value = 7 WHERE id = 1", database_name);
    auto value = std::async(std::launch::async, [&] {
        const database::ThreadScope thread;
        std::optional<Transaction> transaction;
        if (in_transaction) transaction.emplace(reader);
        auto rows = reader.select("SELECT value FROM seen WHERE id = 1");
        rows.next();
        return rows.number(0);
    });
    const std::string waits = in_transaction ? "START TRANSACTION" : "SELECT value FROM seen";
    while (!standstill.is_running(waits) &&
           value.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready) {
    }
    standstill.end();
    CHECK(value.get() == 7);
}

TEST_CASE(
    "Of two nodes that change a row the first wins; the other's transaction is a conflict, and rolled back") {
    make_table("contested");
    Connection loser(on_node(0));
    Connection winner(on_node(1));
    for (int round = 1; round <= 20; ++round) {
        CAPTURE(round);
        {
            Transaction transaction(loser);
            loser.change("UPDATE contested SET value = value + 1000 WHERE id IN (1, 2)");
            winner.change("UPDATE contested SET value = value + 1 WHERE id = 1");
            CHECK(outcome_of_commit(transaction) == ErrorClass::conflict);
        }
        // The same connection serves for the next attempt.
        Transaction again(loser);
        loser.change("UPDATE contested SET value = value + 1 WHERE id = 2");
        again.commit();
        auto rows = loser.select("SELECT SUM(value), COUNT(*) FROM contested WHERE value > 0");
        REQUIRE(rows.next());
        CHECK(rows.number(0) == 2 * static_cast<std::uint64_t>(round));
    }
}

TEST_CASE(
    "A transaction that the node rolled back without a word commits nothing, not even what came after") {
    make_table("unsaid");
    Connection connection(on_node(0));
    {
        Transaction transaction(connection);
        connection.change("UPDATE unsaid SET value = 1 WHERE id = 1");
        connection.change("ROLLBACK");  // as the server does by itself
        connection.change("UPDATE unsaid SET value = 2 WHERE id = 2");
        CHECK(outcome_of_commit(transaction) == ErrorClass::conflict);
    }
    CHECK(cluster().node(0).value("SELECT SUM(value) FROM unsaid", database_name) == "0");

    SECTION("the connection works on, within a transaction") {
        Transaction transaction(connection);
        connection.change("UPDATE unsaid SET value = 3 WHERE id = 1");
        transaction.commit();
    }
    SECTION("and without one") { connection.change("UPDATE unsaid SET value = 3 WHERE id = 1"); }
    CHECK(cluster().node(0).value("SELECT SUM(value) FROM unsaid", database_name) == "3");
}

// Locks do not reach other nodes, and nothing says that an erasure changes the opt-out itself.
TEST_CASE("Who re-subscribes on another node during the erasure is not erased") {
    MauticDatabase mautic(cluster().node(0), "resubscribed");
    mautic.load_own_schema();
    const auto options = [](std::size_t node) { return cluster().node(node).options("resubscribed"); };
    Connection eraser(options(0));
    Connection other(options(1));
    for (ContactId contact = 1; contact <= 10; ++contact) {
        CAPTURE(contact);
        mautic.add_contact(contact);
        mautic.unsubscribe(contact);
        const std::string id = std::to_string(contact);
        Transaction transaction(eraser);
        eraser.select("SELECT id FROM leads WHERE id = " + id + " FOR UPDATE");
        const ContactId contacts[] = {contact};
        REQUIRE(gdprd::mautic::lock_do_not_contact(eraser, "", contacts).size() == 1);
        eraser.change("UPDATE leads SET firstname = 'erased' WHERE id = " + id);
        other.change("DELETE FROM lead_donotcontact WHERE lead_id = " + id);
        CHECK(outcome_of_commit(transaction) == ErrorClass::conflict);
    }
    for (ContactId contact = 1; contact <= 10; ++contact) {
        CHECK(mautic.field(contact, "firstname") == invented_person(contact).fields.at("firstname"));
    }
}

TEST_CASE("A node that has lost the others refuses work, and a new connection to it too") {
    make_table("lonely");
    Connection before(on_node(0));
    cluster().kill(1);
    cluster().kill(2);
    cluster().wait_for_status(0, "wsrep_cluster_status", "non-Primary");
    const auto class_of = [](const auto& action) -> std::optional<ErrorClass> {
        try {
            action();
            return std::nullopt;
        } catch (const DatabaseError& error) {
            return error.error_class();
        }
    };
    CHECK(class_of([&] { before.begin(); }) == ErrorClass::connection);
    CHECK(class_of([&] { before.change("UPDATE lonely SET value = 1"); }) == ErrorClass::connection);
    CHECK(class_of([] { const Connection late(on_node(0)); }) == ErrorClass::connection);
    // What an administrator does who knows that the others are dead.
    cluster().run_client(0, "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'");
    cluster().wait_for_status(0, "wsrep_ready", "ON");
    CHECK(class_of([] { Connection(on_node(0)).change("UPDATE lonely SET value = 1"); }) == std::nullopt);
    cluster().restart(1);
    cluster().restart(2);
}

TEST_CASE("Locking an opt-out on a cluster leaves it as it was") {
    MauticDatabase mautic(cluster().node(0), "claimed");
    mautic.load_own_schema();
    const int reasons[] = {0, 1, 3, -32'768, 32'767};
    for (const int reason : reasons) {
        const ContactId contact = mautic.row_count("leads") + 1;
        mautic.add_contact(contact);
        mautic.unsubscribe(contact, reason);
        const ContactId contacts[] = {contact};
        Connection eraser(cluster().node(0).options("claimed"));
        Transaction transaction(eraser);
        const auto locked = gdprd::mautic::lock_do_not_contact(eraser, "", contacts);
        transaction.commit();
        CHECK(locked.at(contact).front().reason == reason);
        CHECK(mautic.value("SELECT reason FROM {prefix}lead_donotcontact WHERE lead_id = " +
                           std::to_string(contact)) == std::to_string(reason));
    }
}
