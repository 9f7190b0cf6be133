// What the audit log still says about a contact that was deleted.
#include "background/background_fixture.h"
#include "orphans/orphaned_rows.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

struct Logged : BackgroundFixture {
    OrphanedRows task(DeletedContacts mode = DeletedContacts::since_installation) {
        return {mode,      options,
                deletions, [](std::size_t) { return true; },
                metrics,   OrphanedRows::Pace{0ms, 0ms}};
    }
    void add(ContactId id) {
        world.mautic.insert("leads", {{"id", id}, {"email", "p@example.org"}});
        log(id, "create");
    }
    void log(ContactId id, const std::string& action, const std::string& object = "lead") {
        world.mautic.insert("audit_log", {{"bundle", "lead"},
                                          {"object", object},
                                          {"object_id", id},
                                          {"action", action},
                                          {"ip_address", "192.0.2.7"},
                                          {"details", "a:1:{s:4:\"name\";s:3:\"Ann\";}"}});
    }
    void remove(ContactId id) {
        world.mautic.connection().change("DELETE FROM leads WHERE id = " + std::to_string(id));
        log(id, "delete");
    }
    std::size_t plain_entries(ContactId id) {
        return world.mautic.row_count(
            "audit_log", "(details LIKE '%Ann%' OR ip_address <> '') AND object_id = " + std::to_string(id));
    }
    void look_often(DeletedContacts mode = DeletedContacts::since_installation) {
        auto task = this->task(mode);
        for (int turn = 0; turn < 3; ++turn) run(task);
    }

    Deletions deletions;
};

}  // namespace

TEST_CASE("The audit log of a deleted contact names nobody; of the others not a byte is changed") {
    Logged here;
    for (const ContactId id : {7, 8}) here.add(id);
    here.log(7, "create", "segment");  // another thing with the same number
    here.look_often();
    here.remove(7);
    const bool told = GENERATE(true, false);  // by the webhook, or by nobody but the log
    if (told) here.deletions.add(std::vector<ContactId>{7});
    here.look_often();
    CHECK(here.plain_entries(7) == 1);
    CHECK(here.world.mautic.row_count("audit_log", "object = 'segment' AND details LIKE '%Ann%'") == 1);
    CHECK(here.plain_entries(8) == 1);
    const std::string before = here.world.mautic.dump();
    here.look_often();
    CHECK(here.world.mautic.dump() == before);
}

TEST_CASE("Who was deleted before is left, unless all are wanted") {
    Logged here;
    here.add(7);
    here.remove(7);
    here.look_often();
    CHECK(here.plain_entries(7) == 2);
    here.look_often(DeletedContacts::off);
    CHECK(here.plain_entries(7) == 2);
    here.look_often(DeletedContacts::all);
    CHECK(here.plain_entries(7) == 0);
}

TEST_CASE("The log of an id that a living contact has is not touched") {
    Logged here;
    here.add(7);
    here.look_often();
    here.remove(7);
    here.add(7);  // a restored backup, or an import with ids
    here.deletions.add(std::vector<ContactId>{7});
    here.look_often();
    CHECK(here.plain_entries(7) == 3);
}

TEST_CASE("A contact that comes back while it is being erased is not touched") {
    Logged here;
    here.add(7);
    here.look_often();
    here.remove(7);
    orphans::OrphanEraser eraser(here.world.daemon, *here.world.rules());
    GoneContacts gone(here.world.daemon, *here.world.rules());
    const std::vector<ContactId> contacts{7};
    const auto counts = eraser.erase_named(contacts, [&] {
        here.world.mautic.insert("leads", {{"id", ContactId{7}}, {"email", "p@example.org"}});
        return gone.all_deleted(contacts);
    });
    CHECK(!counts);
    CHECK(here.plain_entries(7) == 2);
}

TEST_CASE("What a contact on hold left behind is not touched when somebody deletes it") {
    Logged here;
    here.world.mautic.add_contact(7);
    here.world.mautic.unsubscribe(7);
    REQUIRE(here.world.erase(7).verdict == erasure::Verdict::erased);
    server().execute("UPDATE erasure SET status = 'held' WHERE contact_id = 7", World::ledger_name);
    here.look_often();
    here.remove(7);
    const std::string before = here.world.mautic.dump();
    here.look_often();
    CHECK(here.world.mautic.dump() == before);
}
