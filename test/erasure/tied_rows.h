// What the tests of ties have in common: a contact who is erased, another one, and answers of other systems.
#pragma once

#include "erasure/world.h"

namespace gdprd::test {

inline constexpr ContactId erased = 7;
inline constexpr ContactId other = 70;  // 7 is the beginning of its number

inline void add_people(World& world) {
    for (const ContactId id : {erased, other}) world.mautic.add_contact(id);
    world.mautic.unsubscribe(erased);
}

inline std::uint64_t add_answer(World& world, const std::string& note) {
    if (world.mautic.row_count("webhooks") == 0) {
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    }
    return world.mautic.insert("webhook_logs",
                               {{"webhook_id", world.mautic.value("SELECT MIN(id) FROM {prefix}webhooks")},
                                {"status_code", 200},
                                {"note", note}});
}

}  // namespace gdprd::test
