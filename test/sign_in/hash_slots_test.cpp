// How many passwords are hashed at once.
#include "sign_in/hash_slots.h"

#include <optional>
#include <thread>

#include "support/catch.h"

using namespace gdprd;
using gdprd::sign_in::HashSlots;

TEST_CASE("two are hashed at once, and who waits gets the next free place") {
    HashSlots slots;
    const Milliseconds at_once{0};
    const Milliseconds long_enough{60'000};
    std::optional<HashSlots::Slot> first(std::in_place, slots, at_once);
    const HashSlots::Slot second(slots, at_once);
    CHECK(first->is_taken());
    CHECK(second.is_taken());
    {
        const HashSlots::Slot third(slots, Milliseconds{1});
        CHECK_FALSE(third.is_taken());
    }
    CHECK_FALSE(HashSlots::Slot(slots, at_once).is_taken());
    bool waited = false;
    std::thread waiting([&] { waited = HashSlots::Slot(slots, long_enough).is_taken(); });
    first.reset();
    waiting.join();
    CHECK(waited);
    CHECK(HashSlots::Slot(slots, at_once).is_taken());
}
