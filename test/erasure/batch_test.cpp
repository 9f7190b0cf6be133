// Many contacts in one transaction come out as they would one by one.
#include "erasure/comparable.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;

namespace {

constexpr ContactId first_id = 101;
constexpr ContactId last_id = 120;
constexpr ContactId missing = 115;

// Every third contact may not be erased, one does not exist, some have been erased before.
void add_batch(World& world) {
    for (ContactId id = first_id; id <= last_id; ++id) {
        if (id == missing) continue;
        world.mautic.add_contact(id);
        if (id % 3 != 0) world.mautic.unsubscribe(id, id % 2 == 0 ? 1 : 2);
    }
    for (const ContactId id : {ContactId{103}, ContactId{104}}) world.erase(id);
    world.mautic.connection().change("UPDATE leads SET city = 'filled again' WHERE id = 104");
}

std::vector<erasure::Request> requests() {
    std::vector<erasure::Request> all;
    for (ContactId id = last_id; id >= first_id; --id) {  // not in the order of their ids
        all.push_back({id, Origin::webhook, now(), id == 104 ? 1 : 0, true});
    }
    return all;
}

}  // namespace

TEST_CASE("a batch does to each contact what a single run does") {
    std::map<ContactId, erasure::Result> single;
    std::string single_dump;
    {
        World world;
        add_batch(world);
        for (const auto& request : requests()) single[request.contact] = world.erase({request}).at(0);
        single_dump = comparable(world);
    }
    World world;
    add_batch(world);
    const auto batch = world.erase(requests());
    REQUIRE(batch.size() == single.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto& result = batch[i];
        CAPTURE(result.contact);
        CHECK(result.contact == last_id - i);
        const auto& expected = single.at(result.contact);
        CHECK(result.verdict == expected.verdict);
        CHECK(result.status == expected.status);
        CHECK(result.counts.rows_changed == expected.counts.rows_changed);
        CHECK(result.counts.rows_deleted == expected.counts.rows_deleted);
        CHECK((result.counts.rows_by_action == expected.counts.rows_by_action));
    }
    CHECK(single.at(missing).verdict == Verdict::no_such_contact);
    CHECK(single.at(102).verdict == Verdict::not_do_not_contact);
    CHECK(single.at(101).verdict == Verdict::erased);
    CHECK(single.at(103).counts.total() == 0);
    CHECK(single.at(104).counts.unexpected() == 1);
    CHECK((comparable(world) == single_dump));
    CHECK(world.mautic.places_of(invented_person(101).marker).empty());
    CHECK_FALSE(world.mautic.places_of(invented_person(102).marker).empty());
}

TEST_CASE("a contact that is asked for twice in one call is erased once") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    const erasure::Request request{7, Origin::command, now(), 0, true};
    const auto results = world.erase({request, request});
    REQUIRE(results.size() == 2);
    CHECK(results[0].counts.total() > 0);
    CHECK(results[1].verdict == Verdict::erased);
    CHECK(world.ledger(7)->rows_changed == results[0].counts.rows_changed);
    CHECK(world.ledger(7)->rows_deleted == results[0].counts.rows_deleted);
    CHECK(world.ledger(7)->passes == 1);

    world.mautic.add_contact(8);
    world.mautic.unsubscribe(8);
    world.mautic.connection().change("UPDATE email_stats SET source = email_address WHERE lead_id = 8");
    const erasure::Request other{8, Origin::command, now(), 0, true};
    for (const auto& result : world.erase({other, other})) CHECK(result.status == ledger::Status::partial);
    CHECK(world.ledger(8)->status == ledger::Status::partial);
    CHECK(world.ledger(8)->findings.size() == 1);
}

TEST_CASE("one contact with very many rows") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.mautic.connection().change(
        "INSERT INTO lead_notes (lead_id, is_published, text) SELECT 7, 1, 'about zq7f7x' FROM " +
        test::sequence(1, 1000));
    world.mautic.connection().change(
        "INSERT INTO audit_log (user_id, user_name, bundle, object, object_id, action, details, date_added,"
        " ip_address) SELECT 1, 'Staff', 'lead', 'note', id, 'create', 'zq7f7x', NOW(), '' FROM lead_notes"
        " WHERE text = 'about zq7f7x'");
    CHECK(world.erase(7).counts.rows_deleted == 1003);
    CHECK(world.mautic.places_of("zq7f7x").empty());
    CHECK(world.erase(7, 1).status == ledger::Status::complete);
}
