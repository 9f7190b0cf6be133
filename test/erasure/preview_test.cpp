// What `plan --contact` says before an erasure is what the erasure does, and it changes nothing itself.
#include "erasure/preview.h"

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

struct Sum {
    std::uint64_t rows = 0;
    std::uint64_t pending = 0;
};

Sum preview(World& world) {
    Sum sum;
    for (const auto& step : erasure::preview(world.daemon, *world.rules(), 7)) {
        sum.rows += step.rows;
        sum.pending += step.pending;
    }
    return sum;
}

void check_preview(World& world) {
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.prepare();
    const std::string before = world.mautic.dump();
    const Sum first = preview(world);
    CHECK((world.mautic.dump() == before));
    // Whether the internet address is nobody else's is known only once the contact is erased.
    const std::uint64_t at_once = world.erase(7).counts.total();
    CHECK(at_once + world.erase(7, 1).counts.rows_planned == first.pending + 1);
    const Sum after = preview(world);
    CHECK(after.pending == 0);
    // The note, its audit entry's tie, the internet address and the link to it.
    CHECK(after.rows == first.rows - 4);
    world.mautic.connection().change("UPDATE " + world.mautic.real_name("leads") +
                                     " SET phone = 'filled again' WHERE id = 7");
    CHECK(preview(world).pending == 1);
    CHECK(world.erase(7, 2).counts.total() == 1);
}

}  // namespace

TEST_CASE("a preview counts what an erasure changes") {
    World world("mtc_");
    check_preview(world);
}

TEST_CASE("a preview counts what an erasure changes where Mautic insists on an internet address") {
    if (MauticDatabase::facts_versions().empty()) return;
    World world("", "5.2.10", true);
    check_preview(world);
}
