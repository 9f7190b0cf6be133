#include "retention/erased.h"

#include "support/catch.h"

namespace gdprd::test {

void drop_seals() { server().execute(std::string("DROP DATABASE IF EXISTS seals_of_") + World::ledger_name); }

void erase_wholly(World& world, ContactId contact) {
    world.mautic.unsubscribe(contact);
    world.erase(contact);
    world.erase(contact, 1, false);
    REQUIRE(world.ledger(contact)->status == ledger::Status::complete);
}

std::set<std::string> hashed_values(const Person& one) {
    std::set<std::string> values{one.old_email};
    for (const char* field : {"email", "firstname", "lastname", "mobile", "phone"}) {
        values.insert(one.fields.at(field));
    }
    return values;
}

}  // namespace gdprd::test
