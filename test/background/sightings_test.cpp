// Who came back, page by page.
#include "background/sightings.h"

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using background::Outcome;
using background::Sighting;
using background::SightingRow;
using background::Sightings;

namespace {

auto place_of(const SightingRow& row) { return std::tuple(row.seen_at, row.contact, row.former, row.kind); }

}  // namespace

TEST_CASE("every sighting is on one page, the newest first, whatever the size of a page") {
    World world;
    Sightings sightings(world.daemon, World::ledger_name);
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::set<std::tuple<Sighting, ContactId, ContactId>> added;
    for (int i = 0; i < 80; ++i) {
        const auto kind = static_cast<Sighting>(random() % 2);
        const ContactId contact = 1 + random() % 4;
        const ContactId former = 1 + random() % 20;
        sightings.add(kind, contact, former, static_cast<Outcome>(random() % 3));
        added.emplace(kind, contact, former);
    }
    // Many of the same moment.
    world.daemon.change(std::string("UPDATE ") + World::ledger_name +
                        ".sighting SET seen_at = TIMESTAMPADD(SECOND, former_id DIV 7, '2026-03-01')");
    for (const std::size_t page_size : {1U, 3U, 200U}) {
        std::vector<SightingRow> all;
        std::optional<SightingRow> after;
        while (true) {
            const auto page = sightings.page(after, page_size);
            all.insert(all.end(), page.begin(), page.end());
            if (page.size() < page_size) break;
            after = page.back();
        }
        CHECK(all.size() == added.size());
        CHECK(std::is_sorted(all.begin(), all.end(), [](const SightingRow& one, const SightingRow& other) {
            return place_of(one) > place_of(other);
        }));
        for (const SightingRow& row : all) CHECK(added.contains({row.kind, row.contact, row.former}));
    }
}

TEST_CASE("without a sighting a page is empty") {
    World world;
    CHECK(Sightings(world.daemon, World::ledger_name).page(std::nullopt, 50).empty());
}
