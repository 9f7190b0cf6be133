// The ledger as the register an authority asks: a record an erasure, whatever came after it.
#include <random>

#include "erasure/world.h"
#include "restore/import.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;
using ledger::Ledger;
using ledger::Record;
using ledger::Status;

namespace {

std::string hash_of(const std::string& address) {
    return policy::Hasher({}).hash(address, policy::Normalisation::email);
}

void set_address(World& world, ContactId contact, const std::string& address) {
    world.mautic.connection().change("UPDATE leads SET email = ? WHERE id = ?",
                                     std::vector<database::Value>{address, contact});
}

std::vector<Record> found(Ledger ledger, const std::string& hash) {
    return ledger.find_by_subject(std::vector<std::string>{hash});
}

// Everything in one ledger is offered to another one.
void import_all(database::Connection& connection, const std::string& from, const std::string& to) {
    Ledger source(connection, from);
    for (const Record& current : source.page(0, 1'000)) {
        std::vector<Record> rows{current};
        const std::vector<ContactId> contact{current.contact};
        for (Record& row : source.former(contact)) rows.push_back(std::move(row));
        restore::import_page(connection, to, rows, false);
    }
}

}  // namespace

TEST_CASE("an earlier erasure under another address stays in the register") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.erase(7);
    world.erase(7, 1);
    const auto first = *world.ledger(7);
    REQUIRE(first.status == Status::complete);
    world.mautic.resubscribe(7);
    set_address(world, 7, "second.zq7f7x@example.org");
    SECTION("the re-subscription was seen") { CHECK(world.erase(7, 2).superseded); }
    SECTION("it was not") {}
    const Status closed = world.ledger(7)->status;
    world.mautic.unsubscribe(7);
    world.erase(7);

    Ledger ledger(world.daemon, World::ledger_name);
    const auto by_first = found(ledger, hash_of(invented_person(7).email()));
    REQUIRE(by_first.size() == 1);
    CHECK(by_first[0].former);
    CHECK(by_first[0].contact == 7);
    CHECK(by_first[0].status == closed);
    CHECK(by_first[0].erased_at == first.erased_at);
    CHECK(by_first[0].completed_at == first.completed_at);
    CHECK(by_first[0].passes == 2);
    CHECK(by_first[0].rows_changed == first.rows_changed);
    const auto by_second = found(ledger, hash_of("second.zq7f7x@example.org"));
    REQUIRE(by_second.size() == 1);
    CHECK_FALSE(by_second[0].former);
    CHECK(by_second[0].passes == 1);
    CHECK(by_second[0].erased_at > first.erased_at);
    CHECK_FALSE(by_second[0].completed_at.has_value());
    CHECK(ledger.count() == 2);
}

TEST_CASE("an id given to somebody new after a restore does not claim its predecessor's passes") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.erase(7);
    world.erase(7, 1);
    const auto predecessor = *world.ledger(7);
    world.mautic.connection().change("DELETE FROM leads WHERE id = 7");
    world.mautic.add_contact(7, invented_person(8));
    world.mautic.unsubscribe(7);
    const auto result = world.erase(7);
    const auto row = *world.ledger(7);
    CHECK(row.subject_hash == hash_of(invented_person(8).email()));
    CHECK(row.passes == 1);
    CHECK(row.rows_changed == result.counts.rows_changed);
    CHECK(row.rows_deleted == result.counts.rows_deleted);
    CHECK(row.rows_late == 0);
    const auto former = world.former(7);
    REQUIRE(former.size() == 1);
    CHECK(former[0].subject_hash == predecessor.subject_hash);
    CHECK(former[0].rows_changed == predecessor.rows_changed);
    CHECK(former[0].passes == 2);
}

TEST_CASE("an address that a later pass meets makes a record of its own") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.erase(7);
    const auto first = *world.ledger(7);
    SECTION("another one") {
        set_address(world, 7, "imported.zq7f7x@example.org");
        world.erase(7, 1);
        CHECK(world.ledger(7)->subject_hash == hash_of("imported.zq7f7x@example.org"));
        CHECK(world.ledger(7)->passes == 1);
        REQUIRE(world.former(7).size() == 1);
        CHECK(world.former(7)[0].subject_hash == first.subject_hash);
        CHECK(world.former(7)[0].erased_at == first.erased_at);
    }
    SECTION("the same one is the same erasure") {
        set_address(world, 7, invented_person(7).email());
        world.erase(7, 1);
        CHECK(world.ledger(7)->passes == 2);
        CHECK(world.ledger(7)->erased_at == first.erased_at);
        CHECK(world.former(7).empty());
    }
}

TEST_CASE("what is left of an erasure stays said when the same person is erased again") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.mautic.connection().change("UPDATE email_stats SET source = ? WHERE lead_id = 7",
                                     std::vector<database::Value>{invented_person(7).email()});
    REQUIRE(world.erase(7).status == Status::partial);
    CHECK(world.erase(7).status == Status::partial);
    CHECK(world.ledger(7)->findings.size() == 1);
    REQUIRE(world.former(7).size() == 1);
    CHECK(world.former(7)[0].findings.size() == 1);
}

// The judge is a list in memory.
TEST_CASE("whoever was ever erased is found with the date, whatever happened since") {
    struct Erased {
        ContactId contact;
        std::string hash;
        std::optional<Timestamp> at;
    };
    constexpr ContactId contacts = 4;
    constexpr const char* other = "other_ledger";
    World world;
    world.mautic.add_field("unpaid", "boolean", "TINYINT(1)");
    world.holds.fields = {{"unpaid", {"1"}}};
    server().execute(std::string("DROP DATABASE IF EXISTS ") + other);
    Ledger(world.mautic.connection(), other).create();
    std::map<ContactId, std::string> address;
    for (ContactId contact = 1; contact <= contacts; ++contact) {
        world.mautic.add_contact(contact);
        world.mautic.unsubscribe(contact);
        address[contact] = invented_person(contact).email();
    }
    world.prepare();
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<Erased> list;
    auto& mautic = world.mautic.connection();
    for (int step = 0; step < 120; ++step) {
        const ContactId contact = 1 + random() % contacts;
        const std::string where = " WHERE id = " + std::to_string(contact);
        switch (random() % 7) {
            case 0:
                address[contact] = "n" + std::to_string(step) + "@example.org";
                set_address(world, contact, address[contact]);
                break;
            case 1:
                mautic.change("UPDATE leads SET unpaid = 1 - COALESCE(unpaid, 0)" + where);
                break;
            case 2:
                world.mautic.resubscribe(contact);
                if (random() % 2 == 0) world.mautic.unsubscribe(contact);
                break;
            case 3:
                world.mautic.unsubscribe(contact);
                break;
            case 4:
                import_all(mautic, World::ledger_name, other);
                if (random() % 2 == 0) import_all(mautic, other, World::ledger_name);
                break;
            default: {
                const auto result = world.erase(contact, static_cast<int>(random() % 3));
                if (result.verdict != Verdict::erased) break;
                const bool is_known = std::any_of(list.begin(), list.end(), [&](const Erased& one) {
                    return one.contact == contact && one.at == result.erased_at;
                });
                if (!is_known) list.push_back({contact, hash_of(address[contact]), result.erased_at});
            }
        }
    }
    import_all(mautic, World::ledger_name, other);
    const auto before = Ledger(mautic, other).count();
    import_all(mautic, World::ledger_name, other);
    CHECK(Ledger(mautic, other).count() == before);
    CHECK(list.size() > 3);
    for (const char* database : {World::ledger_name, other}) {
        for (const Erased& one : list) {
            CAPTURE(database, one.contact, one.hash);
            const auto rows = found(Ledger(mautic, database), one.hash);
            CHECK(std::any_of(rows.begin(), rows.end(), [&](const Record& row) {
                return row.contact == one.contact && row.erased_at == one.at;
            }));
        }
    }
}

TEST_CASE("an erasure that a re-subscription ended half-way keeps its record, and the next one has its own") {
    World world;
    world.slice_rows = 5;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    for (int i = 0; i < 12; ++i) {
        world.mautic.insert("page_hits", {{"lead_id", std::uint64_t{7}},
                                          {"date_hit", "2025-03-01 10:00:00"},
                                          {"code", std::uint64_t{200}},
                                          {"url", "https://www.example.org/?e=zq7f7x"},
                                          {"tracking_id", "t" + std::to_string(i)}});
    }
    world.prepare();
    erasure::Eraser stopped(world.daemon, world.rules(), [] { return false; });
    CHECK_THROWS_AS(stopped.erase(std::vector<erasure::Request>{{7, Origin::webhook, now()}}),
                    erasure::Interrupted);
    REQUIRE(world.ledger(7)->status == Status::erasing);
    world.mautic.resubscribe(7);
    REQUIRE(world.erase(7).superseded);
    set_address(world, 7, "second.zq7f7x@example.org");
    world.mautic.unsubscribe(7);
    REQUIRE(world.erase(7).verdict == Verdict::erased);
    Ledger ledger(world.daemon, World::ledger_name);
    const auto first = found(ledger, hash_of(invented_person(7).email()));
    const auto second = found(ledger, hash_of("second.zq7f7x@example.org"));
    REQUIRE(first.size() == 1);
    REQUIRE(second.size() == 1);
    CHECK_FALSE(first[0].erased_at.has_value());
    CHECK(first[0].status == Status::superseded);
    CHECK(second[0].erased_at.has_value());
    CHECK(second[0].passes == 1);
}
