// The whole way: a backup, a thousand erasures, a restore, and everybody erased again.
#include <nlohmann/json.hpp>

#include "command/backup.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId erased_count = 1'000;
constexpr ContactId late = 500;          // opted out after the backup
constexpr ContactId back_in = 990;       // re-subscribed after the backup
constexpr ContactId reused = 7;          // somebody else's id after the restore
constexpr ContactId reused_and_out = 8;  // the same, and the new one is do-not-contact too
constexpr ContactId bystander = 1'001;
constexpr ContactId new_person = 5'007;
constexpr ContactId other_new_person = 5'008;

void give_to_somebody_else(Site& site, ContactId id, ContactId person) {
    site.mautic.connection().change("DELETE FROM leads WHERE id = ?", std::vector<database::Value>{id});
    site.mautic.add_contact(id, invented_person(person));
}

nlohmann::json reapply(Site& site, std::vector<std::string> arguments, int expected_exit_code) {
    arguments.insert(arguments.begin(), {"reapply", "--json"});
    const Answer answer = site.run(arguments);
    CAPTURE(answer.text);
    CHECK(answer.exit_code == expected_exit_code);
    for (const ContactId contact : {reused, late, new_person}) CHECK(!names_person(answer.text, contact));
    return nlohmann::json::parse(answer.text);
}

}  // namespace

TEST_CASE("After a restore reapply erases everyone again, and nobody else") {
    Site site("restore");
    site.make_queue();
    add_opted_out(site, 1, erased_count);
    site.mautic.lose_opt_out(late);
    site.mautic.add_contact(bystander);
    const Backup backup(site);

    site.mautic.unsubscribe(late);
    REQUIRE(site.run(for_contacts({"erase"}, 1, erased_count)).exit_code == 0);
    REQUIRE(contacts_named(site) == std::set<ContactId>{bystander});
    site.mautic.resubscribe(back_in);
    REQUIRE(site.run({"erase", "--contact", std::to_string(back_in)}).exit_code == 3);
    REQUIRE(site.here.ledger(back_in) == "superseded");

    backup.restore();
    give_to_somebody_else(site, reused, new_person);
    give_to_somebody_else(site, reused_and_out, other_new_person);
    site.mautic.unsubscribe(reused_and_out);
    REQUIRE(contacts_named(site).size() > erased_count);
    const auto of_new_person = values_naming(site, invented_person(new_person));
    const auto of_other_new_person = values_naming(site, invented_person(other_new_person));
    REQUIRE(of_new_person.size() > 20);

    const std::string before = site.mautic.dump();
    const auto looked = reapply(site, {"--dry-run"}, 3);
    CHECK(looked.at("to_erase") == 997);
    CHECK(looked.at("opt_outs_put_back") == 1);
    CHECK(looked.at("totals").is_null());
    CHECK(site.mautic.dump() == before);
    CHECK(site.here.ledger(1, "passes") == "1");

    const auto done = reapply(site, {"--yes", "--full-speed"}, 3);
    CHECK(done.at("recognised").at("same_person") == 997);
    CHECK(done.at("recognised").at("other_address") == 2);
    CHECK(done.at("other_address_contacts") == nlohmann::json::array({reused, reused_and_out}));
    const auto& totals = done.at("totals");
    CHECK(totals.at("erased").at("settling") == 997);
    CHECK(totals.at("failed") == 0);
    CHECK(totals.at("skipped").empty());

    // What is left of the first owners of two ids was theirs before the ids changed hands; Mautic's own
    // deletion left it.
    std::set<ContactId> expected{bystander, back_in, new_person, other_new_person};
    for (const ContactId contact : contacts_named(site)) {
        if (contact == reused || contact == reused_and_out) continue;
        CHECK(expected.erase(contact) == 1);
    }
    CHECK(expected.empty());
    CHECK(site.here.untouched(bystander));
    CHECK(site.here.untouched(back_in));
    CHECK(values_naming(site, invented_person(new_person)) == of_new_person);
    CHECK(values_naming(site, invented_person(other_new_person)) == of_other_new_person);

    // The opt-out that the backup did not have.
    const std::string of_late = " FROM {prefix}lead_donotcontact WHERE lead_id = " + std::to_string(late);
    CHECK(site.mautic.value("SELECT COUNT(*)" + of_late) == "1");
    CHECK(site.mautic.value("SELECT CONCAT(reason, ' ', channel)" + of_late) == "1 email");
    CHECK(site.mautic.value("SELECT DATE_FORMAT(date_added, '%Y-%m-%d %H:%i:%s')" + of_late) ==
          site.here.ledger(late, "DATE_FORMAT(opted_out_at, '%Y-%m-%d %H:%i:%s')"));
    // Two ids changed hands, and one of the new owners has opted out.
    CHECK(site.mautic.row_count("lead_donotcontact") == erased_count - 1);

    CHECK(site.here.ledger(1, "CONCAT(status, ' ', origin, ' ', passes)") == "settling command 1");
    CHECK(site.here.server.value("SELECT COUNT(*) FROM former_erasure", site.here.ledger_database) == "997");
    CHECK(site.here.ledger(reused, "passes") == "1");
    CHECK(site.here.ledger(back_in) == "superseded");
    const auto jobs = nlohmann::json::parse(site.run({"queue", "status", "--json"}).text).at("jobs");
    CHECK(jobs.at("settling") == erased_count);

    const std::string after = site.mautic.dump();
    const auto again = reapply(site, {"--yes"}, 3);
    CHECK(again.at("to_erase") == 0);
    CHECK(again.at("totals").is_null());
    CHECK(again.at("recognised").at("still_erased") == 997);
    CHECK(site.mautic.dump() == after);
}
