// UNIQUE indexes that somebody added: a hash that another row has already.
#include <thread>

#include "erasure/lock_wait.h"
#include "erasure/world.h"
#include "lookup/lookup.h"
#include "mautic/data_map.h"
#include "restore/reapply.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

const std::string taken_address = "ann.zq7f7x@example.org";

// A table of a plugin's that takes each address once.
const char* const plugin_map = R"(format = 1
[[table]]
name = "leads"
why = "x"
tie = { kind = "contact", column = "id" }
[[table]]
name = "members"
why = "Members of the club."
tie = { kind = "column", column = "lead_id" }
[table.columns]
address = { action = "hash", normalise = "email", identifies = true, why = "Their address." }
code = { action = "delete", why = "Their code." }
details = { action = "rewrite", format = "json", why = "What they said." }
)";

struct Once {
    World world;

    void change(const std::string& sql) { world.mautic.connection().change(sql); }
    void add(ContactId id, const std::string& email) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
        set(id, "email", email);
    }
    void set(ContactId id, const std::string& field, const std::string& value) {
        const database::Value parameters[] = {value, id};
        world.mautic.connection().change("UPDATE leads SET " + field + " = ? WHERE id = ?", parameters);
    }
    std::string rows_of(ContactId id) { return world.rows_of(id, world.notes_of(id)); }
    std::string other(const std::string& hash, const std::string& key) { return world.md5(hash + "-" + key); }
    // Of the contacts' own rows; a first later pass has other things to change.
    std::string hashes() {
        return world.mautic.value(
            "SELECT GROUP_CONCAT(CONCAT_WS(',', id, email, firstname, lastname, phone, mobile) ORDER BY id)"
            " FROM leads");
    }
    void add_members() {
        change(
            "CREATE TABLE members (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, address VARCHAR(64) UNIQUE,"
            " code VARCHAR(64) NOT NULL UNIQUE, details LONGTEXT, KEY (lead_id)) CHARSET utf8mb4");
        const auto own = mautic::parse_data_map(plugin_map, "own");
        world.map.entries.insert(world.map.entries.end(), own.entries.begin() + 1, own.entries.end());
    }
    std::string members() {
        return world.mautic.value("SELECT GROUP_CONCAT(address ORDER BY id) FROM members");
    }
};

}  // namespace

TEST_CASE("who comes back under an erased address is erased where the table takes each address once") {
    Once here;
    World& world = here.world;
    here.change("ALTER TABLE leads ADD UNIQUE INDEX one_each (email)");
    here.add(7, taken_address);
    const std::string hash = world.md5(taken_address);
    REQUIRE(world.erase(7).status == Status::settling);
    REQUIRE(world.mautic.field(7, "email") == hash);
    here.add(8, taken_address);
    const std::string first = here.rows_of(7);
    const auto result = world.erase(8);
    CHECK(result.status == Status::settling);
    CHECK(result.counts.other_hashes == 1);
    CHECK(world.mautic.field(8, "email") == here.other(hash, "8"));
    CHECK(world.mautic.field(8, "phone") == world.md5(invented_person(8).fields.at("phone")));
    CHECK((here.rows_of(7) == first));
    CHECK(world.mautic.places_of(taken_address).empty());
    CHECK(world.ledger(8)->subject_hash == hash);

    SECTION("a later pass changes no byte and says complete") {
        CHECK(world.erase(8, 1).status == Status::complete);
        CHECK(world.mautic.field(8, "email") == here.other(hash, "8"));
        const std::string before = world.mautic.dump();
        CHECK(world.erase(8, 2).counts.total() == 0);
        CHECK((world.mautic.dump() == before));
    }
    SECTION("another erasure records the address all the same") {
        const std::string before = world.mautic.dump();
        world.erase(8);
        CHECK((world.mautic.dump() == before));
        CHECK(world.former(8).size() == 1);
        CHECK(world.ledger(8)->subject_hash == hash);
    }
    SECTION("a lost ledger makes no hash of it") {
        const std::string before = world.mautic.dump();
        world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".erasure");
        world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".hash_fingerprint");
        CHECK(world.erase(8).counts.total() == 0);
        CHECK((world.mautic.dump() == before));
    }
    SECTION("look-up by the address finds both, and neither is back") {
        const lookup::LookupOptions options{world.mautic.prefix(), World::ledger_name, world.hash, {}, false};
        const auto answer = lookup::Lookup(world.daemon, options).find(taken_address);
        REQUIRE(answer.contacts.size() == 2);
        CHECK(answer.contacts[0].contact == 7);
        CHECK(answer.contacts[1].contact == 8);
        CHECK(answer.contacts[1].traces == std::set{lookup::Trace::ledger});
        restore::Reapply reapply(
            {world.mautic.prefix(), World::ledger_name, world.rules()->plan, world.triggers, {}, {}});
        while (reapply.next(world.daemon, restore::Reapply::Mode::look)) {
        }
        CHECK(reapply.findings().contacts.at(restore::Recognition::still_erased) == 2);
    }
    SECTION("the third one too, and the first address once more") {
        here.add(9, taken_address);
        world.erase(9);
        CHECK(world.mautic.field(9, "email") == here.other(hash, "9"));
        here.set(8, "email", taken_address);
        world.erase(8);
        CHECK(world.mautic.field(8, "email") == here.other(hash, "8"));
    }
}

TEST_CASE("two spellings of one address in a batch, where the table takes each once") {
    Once here;
    World& world = here.world;
    here.change("ALTER TABLE leads ADD UNIQUE INDEX one_each (email)");
    const std::vector<ContactId> contacts{5, 6, 7, 8, 9};
    for (const ContactId id : contacts) here.add(id, "someone" + std::to_string(id) + "@example.org");
    here.set(6, "email", taken_address);
    here.set(8, "email", " " + taken_address);
    world.mautic.add_contact(70);
    const std::string bystander = here.rows_of(70);
    std::vector<erasure::Request> requests;
    for (const ContactId id : contacts) requests.push_back({id, Origin::webhook, now()});
    std::uint64_t others = 0;
    for (const auto& result : world.erase(requests)) {
        CHECK(result.status == Status::settling);
        others += result.counts.other_hashes;
    }
    CHECK(others == 1);
    CHECK(world.mautic.field(6, "email") == world.md5(taken_address));
    CHECK(world.mautic.field(8, "email") == here.other(world.md5(taken_address), "8"));
    CHECK(world.mautic.field(9, "email") == world.md5("someone9@example.org"));
    CHECK((here.rows_of(70) == bystander));
    const std::string before = here.hashes();
    for (erasure::Request& request : requests) request.pass = 1;
    for (const auto& result : world.erase(requests)) CHECK(result.status == Status::complete);
    CHECK(here.hashes() == before);
}

TEST_CASE("whatever the index is about, as few values as will do get another hash") {
    Once here;
    World& world = here.world;
    struct Case {
        const char* name;
        const char* index;
    };
    const auto c = GENERATE(
        Case{"of two columns", "ADD UNIQUE INDEX one_each (lastname, firstname)"},
        Case{"of a generated column", "ADD COLUMN person VARCHAR(255) AS (LOWER(firstname)) STORED UNIQUE"},
        Case{"of two hashed columns apart", "ADD UNIQUE INDEX a (firstname), ADD UNIQUE INDEX b (lastname)"});
    CAPTURE(c.name);
    here.change(std::string("ALTER TABLE leads ") + c.index);
    const std::string name = invented_person(7).fields.at("firstname");
    const std::string last = invented_person(7).fields.at("lastname");
    here.add(7, "first@example.org");
    REQUIRE(world.erase(7).status == Status::settling);
    here.add(8, taken_address);
    here.set(8, "firstname", name);
    here.set(8, "lastname", last);
    CHECK(world.erase(8).status == Status::settling);
    const bool is_plain = world.mautic.field(8, "email") == world.md5(taken_address);
    CHECK(is_plain == (std::string_view(c.name) != "of two hashed columns apart"));
    CHECK(world.mautic.field(8, "firstname") == here.other(world.md5(name), "8"));
    const std::string before = here.hashes();
    CHECK(world.erase(8, 1).status == Status::complete);
    CHECK(here.hashes() == before);
}

TEST_CASE("a table of a plugin's that takes each address once") {
    // Rows with something to rewrite are changed one by one from the start.
    const std::string details = GENERATE(as<std::string>{}, "NULL", "'{\"said\":\"Zq7f7x\"}'");
    CAPTURE(details);
    Once here;
    World& world = here.world;
    here.add_members();
    here.add(7, taken_address);
    here.add(8, "other@example.org");
    const auto join_club = [&](int id, ContactId contact, const std::string& with) {
        here.change("INSERT INTO members VALUES (" + std::to_string(id) + ", " + std::to_string(contact) +
                    ", '" + with + "', 'code" + std::to_string(id) + "', " + details + ")");
    };
    join_club(1, 7, taken_address);
    join_club(2, 7, " " + taken_address);
    join_club(3, 7, "more@example.org");
    CHECK(world.erase(7).status == Status::settling);
    const std::string hash = world.md5(taken_address);
    const std::string of_first = hash + ',' + here.other(hash, "2") + ',' + world.md5("more@example.org");
    CHECK(here.members() == of_first);
    join_club(4, 8, taken_address);
    const auto result = world.erase(8);
    CHECK(result.counts.other_hashes == 1);
    CHECK(here.members() == of_first + ',' + here.other(hash, "4"));
    // What may be neither empty nor twice.
    CHECK(world.mautic.row_count("members", "code LIKE 'erased-%'") == 4);
    const std::string before = here.members() + here.hashes();
    CHECK(world.erase(7, 1).status == Status::complete);
    CHECK(world.erase(8, 1).status == Status::complete);
    CHECK(here.members() + here.hashes() == before);
}

TEST_CASE("a row that is moved to another contact while it is changed by its key stays as it is") {
    // Rows with something to rewrite are changed by their keys from the start, others where a hash is taken.
    const std::string details = GENERATE(as<std::string>{}, "NULL", "'{\"said\":\"Zq7f7x\"}'");
    CAPTURE(details);
    Once here;
    World& world = here.world;
    here.add_members();
    here.add(7, taken_address);
    world.mautic.add_contact(8);
    const auto join_club = [&](int id, const std::string& with) {
        here.change("INSERT INTO members VALUES (" + std::to_string(id) + ", 7, '" + with + "', 'code" +
                    std::to_string(id) + "', " + details + ")");
    };
    join_club(1, taken_address);
    join_club(2, " " + taken_address);
    join_club(3, "living@example.org");
    const auto moved = [&] {
        return world.mautic.value("SELECT CONCAT_WS(',', address, code, details) FROM members WHERE id = 3");
    };
    const std::string before = moved();
    world.prepare();
    {
        database::Transaction merge(world.mautic.connection());
        here.change("UPDATE members SET lead_id = 8 WHERE id = 3");
        std::thread worker([&] { world.erase(7); });
        wait_for_lock_wait();
        merge.commit();
        worker.join();
    }
    CHECK(moved() == before);
    CHECK(here.members().starts_with(world.md5(taken_address) + ','));
}

TEST_CASE("addresses of pages that are the same without their queries, where each may stand once") {
    World world;
    auto& root = world.mautic.connection();
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    root.change("DELETE FROM page_hits");
    root.change("ALTER TABLE page_hits ADD UNIQUE INDEX one_each (url(191))");
    for (const char* name : {"ann", "bob"}) {
        world.mautic.insert("page_hits", {{"lead_id", ContactId{7}},
                                          {"date_hit", "2025-02-01 08:00:00"},
                                          {"tracking_id", "t"},
                                          {"url", std::string("https://www.example.org/?name=") + name}});
    }
    CHECK(world.erase(7).verdict == erasure::Verdict::erased);
    CHECK(world.mautic.row_count("page_hits", "url IS NULL") == 2);
}

TEST_CASE("what the server refuses for another reason is still said") {
    Once here;
    World& world = here.world;
    here.change("ALTER TABLE leads MODIFY city VARCHAR(20) NOT NULL DEFAULT '', ADD UNIQUE INDEX c (city)");
    here.add(7, taken_address);
    here.add(8, "other@example.org");
    here.set(7, "city", "one");
    here.set(8, "city", "two");
    world.erase(7);
    const std::string before = world.mautic.dump();
    try {
        world.erase(8);
        FAIL("erased");
    } catch (const database::DatabaseError& error) {
        CHECK(error.code() == 1062);
    }
    CHECK((world.mautic.dump() == before));
}
