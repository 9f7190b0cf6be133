// What the audit log still says about a contact that was deleted.
#include "background/background_fixture.h"
#include "orphans/orphaned_rows.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

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

// Mautic's own tables have keys that delete such rows; plugins often have none.
TEST_CASE("What hangs on rows without keys goes with them, and what nobody else refers to") {
    Logged here;
    const TemporaryDirectory mautic_directory;
    const std::string avatars = "media/images/lead_avatars/";
    std::filesystem::create_directories(mautic_directory.path() / avatars);
    for (const char* name : {"avatar7", "avatar8"}) mautic_directory.write(avatars + name, "x");
    auto& root = here.world.mautic.connection();
    root.change("CREATE TABLE threads (id INT PRIMARY KEY, lead_id INT, item_id INT, t TEXT, KEY (lead_id))");
    root.change("CREATE TABLE messages (id INT PRIMARY KEY, thread_id INT, t TEXT, KEY (thread_id))");
    root.change("CREATE TABLE items (id INT PRIMARY KEY, t TEXT)");
    root.change("INSERT INTO threads VALUES (1,7,1,'Ann'), (2,7,2,'Ann'), (3,8,2,'Bob')");
    root.change("INSERT INTO messages VALUES (1,1,'Ann'), (2,2,'Ann'), (3,3,'Bob')");
    root.change("INSERT INTO items VALUES (1,'Ann'), (2,'both'), (3,'Bob')");
    here.world.map = with_entry(R"(
[[table]]
name = "threads"
why = "x"
rows = "delete"
tie = { kind = "column", column = "lead_id" }
[[table]]
name = "messages"
why = "x"
rows = "delete"
tie = { kind = "parent", column = "thread_id", parent = "threads", parent_column = "id" }
[[table]]
name = "items"
why = "x"
rows = "delete"
tie = { kind = "shared", column = "id", through = ["threads.item_id"] }
)");
    here.world.files = std::make_shared<const files::ContactFiles>(mautic_directory.path());
    here.world.prepare();
    for (const ContactId id : {7, 8}) here.add(id);
    here.look_often();
    here.remove(7);
    here.look_often();
    const auto ids_of = [&](const std::string& table) {
        return here.world.mautic.value("SELECT GROUP_CONCAT(id ORDER BY id) FROM " + table);
    };
    CHECK(ids_of("threads") == "3");
    CHECK(ids_of("messages") == "3");
    CHECK(ids_of("items") == "2,3");
    CHECK(!std::filesystem::exists(mautic_directory.path() / (avatars + "avatar7")));
    CHECK(std::filesystem::exists(mautic_directory.path() / (avatars + "avatar8")));
}
