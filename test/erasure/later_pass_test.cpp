// What the map leaves to the first later pass: the links of mails, by which Mautic's own pages find somebody
// who has just opted out.
#include <span>

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

constexpr const char* link_ids =
    "SELECT GROUP_CONCAT(tracking_hash ORDER BY id) FROM {prefix}email_stats WHERE lead_id = 7";

std::uint64_t cut_links(World& world, ContactId contact) {
    return world.mautic.row_count("email_stats",
                                  "tracking_hash LIKE 'erased-%' AND lead_id = " + std::to_string(contact));
}

void add_unsubscribed(World& world, ContactId contact) {
    world.mautic.add_contact(contact);
    world.mautic.unsubscribe(contact);
}

}  // namespace

TEST_CASE("the pages Mautic shows after an opt-out are found until the first later pass") {
    World world("mtc_");
    add_unsubscribed(world, 7);
    const std::string before = world.mautic.value(link_ids);
    CHECK(world.erase(7).status == Status::settling);
    CHECK(world.mautic.value(link_ids) == before);
    CHECK(world.mautic.places_of(invented_person(7).marker).empty());
    // A second request, by a repeated click, does not cut them either.
    const erasure::Request again{7, Origin::webhook, now() + std::chrono::seconds(5), 0, true, true};
    CHECK(world.erase(std::vector{again}).at(0).counts.total() == 0);
    CHECK(world.mautic.value(link_ids) == before);

    const auto later = world.erase(7, 1);
    CHECK(cut_links(world, 7) == 3);
    CHECK(later.counts.rows_changed == 3);
    CHECK(later.status == Status::complete);  // what was planned is no news
    CHECK(world.ledger(7)->rows_late == 0);
    CHECK(world.erase(7, 2).counts.total() == 0);
}

TEST_CASE("without later passes the links are cut at once") {
    World world;
    add_unsubscribed(world, 7);
    world.erase({erasure::Request{7, Origin::webhook, now(), 0, true, true, false}});
    CHECK(cut_links(world, 7) == 3);
}

TEST_CASE("a batch cuts the links of those whose later pass it is, and nobody else's") {
    World world;
    for (const ContactId contact : {7, 8, 9}) add_unsubscribed(world, contact);
    world.erase(8);
    world.erase({erasure::Request{7, Origin::webhook, now()}, erasure::Request{8, Origin::webhook, now(), 1},
                 erasure::Request{9, Origin::webhook, now()}});
    CHECK(cut_links(world, 7) == 0);
    CHECK(cut_links(world, 8) == 3);
    CHECK(cut_links(world, 9) == 0);
}

TEST_CASE("what is still written beside the planned links counts as late") {
    World world;
    add_unsubscribed(world, 7);
    world.erase(7);
    world.mautic.connection().change("UPDATE leads SET city = 'somewhere' WHERE id = 7");
    CHECK(world.erase(7, 1).status == Status::settling);
    CHECK(world.ledger(7)->rows_late == 1);
}

TEST_CASE("a later pass asks for many contacts' former addresses as often as for few") {
    World world;
    std::vector<erasure::Request> requests;
    for (ContactId id = 1; id <= 12; ++id) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
        requests.push_back({id, Origin::webhook, now()});
    }
    world.erase(requests);
    for (erasure::Request& request : requests) request.pass = 1;
    world.erase(requests);
    const auto statements_for = [&](std::span<const erasure::Request> some) {
        const auto sent = [&] {
            database::Rows rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Com_stmt_execute'");
            rows.next();
            return std::stoull(rows.text(1));
        };
        const auto before = sent();
        world.erase(std::vector<erasure::Request>(some.begin(), some.end()));
        return sent() - before;
    };
    const std::span<const erasure::Request> all(requests);
    const auto for_eight = statements_for(all.first(8));
    CHECK(for_eight > 0);
    CHECK(for_eight == statements_for(all.last(4)));
}
