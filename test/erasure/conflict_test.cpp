// What goes wrong in the middle of an erasure: all or nothing, and an error that says what to do about it.
#include <atomic>
#include <thread>

#include "erasure/lock_wait.h"
#include "erasure/world.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using database::ErrorClass;

namespace {

// The class of the error that erasing throws, or nothing.
std::optional<ErrorClass> error_of_erasing(erasure::Eraser& eraser, ContactId contact) {
    const erasure::Request request{contact, Origin::webhook, now(), 0, true};
    try {
        eraser.erase(std::vector<erasure::Request>{request});
    } catch (const database::DatabaseError& error) {
        return error.error_class();
    }
    return std::nullopt;
}

std::string id_of(database::Connection& connection) {
    database::Rows rows = connection.select("SELECT CONNECTION_ID()");
    rows.next();
    return rows.text(0);
}

database::ConnectionOptions impatient(const World& world) {
    auto options = world.mautic.options();
    options.lock_wait_timeout = Milliseconds(1000);
    return options;
}

void prepare_unsubscribed(World& world) {
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.prepare();
}

}  // namespace

TEST_CASE("a connection that is killed in the middle leaves the contact whole") {
    World world;
    prepare_unsubscribed(world);
    const std::string before = world.mautic.dump();
    std::optional<ErrorClass> error;
    {
        database::Transaction somebody_else(world.mautic.connection());
        // The last table of the plan: everything before it has been changed by then.
        world.mautic.connection().select("SELECT id FROM lead_notes WHERE lead_id = 7 FOR UPDATE");
        database::Connection connection(world.mautic.options());
        const std::string session = id_of(connection);
        std::thread worker([&] {
            const database::ThreadScope scope;
            erasure::Eraser eraser(connection, world.rules());
            error = error_of_erasing(eraser, 7);
        });
        wait_for_lock_wait();
        server().execute("KILL " + session);
        worker.join();
    }
    CHECK(error == ErrorClass::connection);
    CHECK((world.mautic.dump() == before));
    CHECK_FALSE(world.ledger(7).has_value());
    CHECK(world.erase(7).status == ledger::Status::settling);
    CHECK(world.mautic.places_of(invented_person(7).marker).empty());
}

TEST_CASE("a lock that is not released is a conflict, and nothing is changed") {
    World world;
    prepare_unsubscribed(world);
    const char* held[] = {"SELECT id FROM leads WHERE id = 7 FOR UPDATE",
                          "SELECT id FROM lead_donotcontact WHERE lead_id = 7 FOR UPDATE",
                          "SELECT id FROM lead_notes WHERE lead_id = 7 FOR UPDATE"};
    const std::string before = world.mautic.dump();
    database::Connection connection(impatient(world));
    erasure::Eraser eraser(connection, world.rules());
    for (const char* statement : held) {
        CAPTURE(statement);
        database::Transaction somebody_else(world.mautic.connection());
        world.mautic.connection().select(statement);
        CHECK(error_of_erasing(eraser, 7) == ErrorClass::conflict);
    }
    CHECK((world.mautic.dump() == before));
    CHECK(error_of_erasing(eraser, 7) == std::nullopt);  // the same eraser goes on
    CHECK(world.mautic.places_of(invented_person(7).marker).empty());
}

TEST_CASE("a deadlock is a conflict, and the other side goes on") {
    World world;
    prepare_unsubscribed(world);
    const std::string before = world.mautic.dump();
    std::optional<ErrorClass> error;
    auto& mautic = world.mautic.connection();
    {
        database::Transaction transaction(mautic);
        // More changes than the eraser's, so that the server takes the eraser for the victim.
        mautic.change(
            "INSERT INTO audit_log (user_id, user_name, bundle, object, object_id, action, date_added,"
            " ip_address) SELECT 1, '', 'lead', 'lead', 99, 'x', NOW(), '' FROM " +
            test::sequence(1, 2000));
        mautic.change("UPDATE lead_notes SET type = 'x' WHERE lead_id = 7");
        std::thread worker([&] {
            const database::ThreadScope scope;
            database::Connection connection(world.mautic.options());
            erasure::Eraser eraser(connection, world.rules());
            error = error_of_erasing(eraser, 7);
        });
        wait_for_lock_wait();
        mautic.change("UPDATE leads SET points = 18 WHERE id = 7");
        worker.join();
    }
    CHECK(error == ErrorClass::conflict);
    CHECK((world.mautic.dump() == before));
    CHECK_FALSE(world.ledger(7).has_value());
}

TEST_CASE("a contact that two workers take is erased once") {
    World world;
    prepare_unsubscribed(world);
    std::atomic<std::uint64_t> changed{0};
    std::vector<std::thread> workers;
    for (int i = 0; i < 2; ++i) {
        workers.emplace_back([&] {
            const database::ThreadScope scope;
            database::Connection connection(world.mautic.options());
            erasure::Eraser eraser(connection, world.rules());
            const erasure::Request request{7, Origin::webhook, now(), 0, true};
            changed += eraser.erase(std::vector<erasure::Request>{request}).at(0).counts.total();
        });
    }
    for (auto& worker : workers) worker.join();
    const auto row = world.ledger(7);
    const auto former = world.former(7);
    REQUIRE(former.size() == 1);
    CHECK(row->passes == 1);
    CHECK(former[0].rows_changed + former[0].rows_deleted == changed);
    CHECK(row->rows_changed + row->rows_deleted == 0);
    CHECK(world.mautic.field(7, "email") == world.md5(invented_person(7).email()));
}

TEST_CASE("a hash that another worker has written and not committed is waited for, and taken or not") {
    World world;
    prepare_unsubscribed(world);
    world.mautic.connection().change("ALTER TABLE leads ADD UNIQUE INDEX one_each (email)");
    world.mautic.add_contact(70);
    const std::string hash = world.md5(invented_person(7).email());
    const bool is_committed = GENERATE(true, false);
    CAPTURE(is_committed);
    std::optional<ErrorClass> error;
    {
        std::optional<database::Transaction> other_worker(std::in_place, world.mautic.connection());
        world.mautic.connection().change("UPDATE leads SET email = ? WHERE id = 70",
                                         std::vector<database::Value>{hash});
        std::thread worker([&] {
            const database::ThreadScope scope;
            database::Connection connection(world.mautic.options());
            erasure::Eraser eraser(connection, world.rules());
            error = error_of_erasing(eraser, 7);
        });
        wait_for_lock_wait();
        if (is_committed) other_worker->commit();
        other_worker.reset();
        worker.join();
    }
    CHECK(error == std::nullopt);
    CHECK(world.mautic.field(7, "email") == (is_committed ? world.md5(hash + "-7") : hash));
    CHECK(world.mautic.field(70, "email") == (is_committed ? hash : invented_person(70).email()));
    CHECK(world.ledger(7)->subject_hash == hash);
}

TEST_CASE("a table that is gone, or a column, is the schema's error and changes nothing") {
    for (const char* statement : {"DROP TABLE lead_notes", "ALTER TABLE page_hits DROP COLUMN isp"}) {
        CAPTURE(statement);
        World world;
        prepare_unsubscribed(world);
        world.mautic.connection().change(statement);
        erasure::Eraser eraser(world.daemon, world.rules());
        CHECK(error_of_erasing(eraser, 7) == ErrorClass::schema);
        CHECK(world.mautic.field(7, "email") == invented_person(7).email());
        CHECK_FALSE(world.ledger(7).has_value());
    }
}

TEST_CASE("a column that was added between plan and erasure stops it") {
    World world;
    prepare_unsubscribed(world);
    world.erase(7, 1);  // statements of the connection are prepared
    world.mautic.connection().change("UPDATE leads SET firstname = 'zq7f7x' WHERE id = 7");
    world.mautic.connection().change("ALTER TABLE leads ADD COLUMN extra VARCHAR(64) DEFAULT 'zq7f7x'");
    CHECK_THROWS_AS(world.erase(7, 1), erasure::StaleSchema);
    CHECK(world.mautic.field(7, "firstname") == "zq7f7x");
    CHECK(world.ledger(7)->passes == 1);
}
