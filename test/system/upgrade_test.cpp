// Mautic is upgraded while the daemon runs and people opt out.
#include <algorithm>
#include <set>
#include <vector>

#include "fixture/schema_upgrade.h"
#include "support/catch.h"
#include "support/facts.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId neighbour = 1;

// One more person opts out after every few statements, and nobody waits for the daemon.
class Upgrade {
  public:
    explicit Upgrade(Installation& here) : here_(here) {
        here_.mautic.connection().change("SET foreign_key_checks = 0, SESSION sql_mode = ''");
    }

    void to(const std::string& version) {
        MauticDatabase newer(here_.server, "version_upgraded_to");
        newer.load_facts_schema(version);
        auto& connection = here_.mautic.connection();
        const auto statements = upgrade_statements(connection, here_.mautic.name(), newer.name());
        REQUIRE(statements.size() > 10);
        constexpr std::size_t statements_a_person = 4;
        for (std::size_t i = 0; i < statements.size(); ++i) {
            CAPTURE(version, statements[i]);
            alter(statements[i]);
            if (i % statements_a_person == 0) add_person();
        }
        here_.mautic.read_columns();
        const std::string field = "colour_of_" + std::to_string(contacts_.size());
        here_.mautic.add_field(field, "text", "VARCHAR(191)");
        connection.change("UPDATE leads SET " + field + " = CONCAT('blue ', email)");
        add_person();
        CHECK(upgrade_statements(connection, here_.mautic.name(), newer.name()).size() < statements.size());
    }

    const std::vector<ContactId>& contacts() const { return contacts_; }

  private:
    // MariaDB locks the tables that refer to the altered one, so that an erasure which has changed one of
    // them and needs another is a deadlock. Which of the two is refused the server chooses.
    void alter(const std::string& statement) {
        for (bool done = false; !done;) {
            try {
                here_.mautic.connection().change(statement);
                done = true;
            } catch (const database::DatabaseError& error) {
                if (error.error_class() != database::ErrorClass::conflict) throw;
            }
        }
    }

    void add_person() {
        here_.mautic.read_columns();
        const ContactId contact = neighbour + 1 + contacts_.size();
        here_.add_opted_out(contact);
        contacts_.push_back(contact);
        CHECK(here_.announce(contact) == 204);
    }

    Installation& here_;
    std::vector<ContactId> contacts_;
};

}  // namespace

TEST_CASE("While Mautic is upgraded from 4.4 to 7.0 nobody is erased by a plan of before") {
    needed_facts();
    Installation here("upgraded", "4.4.13");
    here.config.options["worker.settle"] = "[\"1h\"]";  // what the first pass leaves is seen
    here.config.options["worker.schema_refresh"] = "\"200ms\"";
    here.config.options["worker.attempts_max"] = "1000";
    here.mautic.add_contact(neighbour);
    const auto places = here.mautic.places_of(invented_person(neighbour).marker);
    REQUIRE(places.size() > 5);
    here.start();
    Upgrade upgrade(here);
    for (const char* version : {"5.2.10", "6.0.8", "7.0.2"}) upgrade.to(version);
    for (const ContactId contact : upgrade.contacts()) {
        CAPTURE(contact);
        here.wait_for_ledger(contact, "settling");
        CHECK(here.mautic.places_of(invented_person(contact).marker) == std::set<std::string>{});
    }
    for (const auto& [alias, value] : invented_person(neighbour).fields) {
        if (here.mautic.has_column("leads", alias)) CHECK(here.mautic.field(neighbour, alias) == value);
    }
    const auto places_now = here.mautic.places_of(invented_person(neighbour).marker);
    CHECK(std::includes(places_now.begin(), places_now.end(), places.begin(), places.end()));
    CHECK(here.ledger_rows() == upgrade.contacts().size());
    CHECK(here.metric("queue_jobs{state=\"parked\"}") == 0);
    CHECK(here.ledger(upgrade.contacts().front(), "schema_digest") !=
          here.ledger(upgrade.contacts().back(), "schema_digest"));
    here.stop();
}
