// Ten thousand people unsubscribe, a third of the webhooks never arrive, and the daemon is killed all the
// while.
#include <cstdlib>
#include <memory>
#include <random>

#include "base/clock.h"
#include "database/quote.h"
#include "support/catch.h"
#include "system/aftermath.h"
#include "system/load.h"
#include "system/seed.h"
#include "system/traces.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Milliseconds = std::chrono::milliseconds;

// $GDPRD_TEST_PEOPLE: another number, for a short look or a long run.
std::size_t people_of_this_run() {
    const char* given = std::getenv("GDPRD_TEST_PEOPLE");
    return given != nullptr ? std::stoul(given) : 10'000;
}

bool is_delivered(ContactId contact) { return contact % 3 != 0; }

// Contacts with the fields that a policy is about and one mail each: less than add_contact() makes of them,
// and some thousand a second.
class ManyContacts {
  public:
    ManyContacts(database::Connection& connection, std::size_t count) : connection_(connection) {
        constexpr ContactId at_once = 500;
        for (ContactId first = 1; first <= count; first += at_once) {
            add(first, std::min<ContactId>(count, first + at_once - 1));
        }
        for (ContactId contact = 1; contact <= count; ++contact) ids_.push_back(contact);
    }

    const std::vector<ContactId>& ids() const { return ids_; }

  private:
    void add(ContactId first, ContactId last) {
        std::string contacts, mails;
        for (ContactId id = first; id <= last; ++id) {
            const Person person = invented_person(id);
            const char* comma = id == first ? "" : ",";
            contacts += comma + ("(" + std::to_string(id)) + ",1,17";
            for (const char* alias : {"email", "firstname", "lastname", "mobile", "phone"}) {
                contacts += "," + database::quote_text(person.fields.at(alias));
            }
            contacts += ")";
            mails += comma + ("(" + std::to_string(id)) + "," + database::quote_text(person.email()) +
                     ",'2025-01-01 07:00:00',1,0,0,0,1,'" + person.tracking_id.substr(0, 12) + "')";
        }
        connection_.change(
            "INSERT INTO leads (id, is_published, points, email, firstname, lastname, mobile, phone)"
            " VALUES " +
            contacts);
        connection_.change(
            "INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed,"
            " viewed_in_browser, retry_count, open_count, tracking_hash) VALUES " +
            mails);
    }

    database::Connection& connection_;
    std::vector<ContactId> ids_;
};

// Mautic's side of an opt-out, on a connection of its own.
class Mautic {
  public:
    explicit Mautic(const database::ConnectionOptions& options) : connection_(options) {}

    void unsubscribe(ContactId contact) {
        connection_.change(
            "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel, comments)"
            " VALUES (?, ?, 1, 'email', 'User unsubscribed.')",
            std::vector<database::Value>{contact, format_utc(now()).substr(0, 19)});
    }

  private:
    database::ThreadScope thread_;
    database::Connection connection_;
};

// Each sender is a Mautic: writes the opt-out, then tells of it, or does not.
Load::Options unsubscribing(Installation& here) {
    Load::Options options;
    options.senders = 4;
    options.resend = true;
    options.make_visit = [&here]() -> Load::Visit {
        return [mautic = std::make_shared<Mautic>(here.mautic.options())](ContactId contact) {
            mautic->unsubscribe(contact);
            return is_delivered(contact);
        };
    };
    return options;
}

// Dies within that time from now, and is started again.
void kill_and_restart(Installation& here, std::mt19937& random, Milliseconds limit) {
    const Milliseconds moment(std::uniform_int_distribution<std::int64_t>(0, limit.count())(random));
    REQUIRE_FALSE(here.daemon->wait_for_exit(moment).has_value());
    here.kill();
    here.start();
}

std::uint64_t counted(Installation& here, const std::string& condition) {
    return std::stoull(
        here.server.value("SELECT COUNT(*) FROM erasure WHERE " + condition, here.ledger_database));
}

void check_everybody(Installation& here, const std::vector<ContactId>& contacts) {
    CHECK(traces(here.mautic.options()).empty());
    database::Rows rows = here.server.select("SELECT id, email FROM leads ORDER BY id", here.mautic.name());
    std::size_t right = 0;
    while (rows.next()) {
        if (rows.text(1) == md5_of(invented_person(rows.number(0)).email())) ++right;
    }
    CHECK(right == contacts.size());
}

}  // namespace

TEST_CASE(
    "Of ten thousand who unsubscribe while the daemon is killed the sweep finds the third it was not told "
    "of") {
    Installation here("mass");
    prepare_for_aftermath(here);
    here.config.options["sweep.incremental"] = "\"200ms\"";
    here.config.options["sweep.webhook_delay"] = "\"1d\"";  // while webhooks are still under way
    const ManyContacts contacts(here.mautic.connection(), people_of_this_run());
    const std::size_t lost = contacts.ids().size() / 3;
    here.start();
    here.wait_until("it is ready", [&] { return here.status_of("/readyz") == 200; });

    std::mt19937 random{seed_of_this_run()};
    int kills = 0;
    Load load(here.config.port, here.config.webhook_secret, contacts.ids(), unsubscribing(here));
    for (; !load.finished() || kills < 5; ++kills) {
        kill_and_restart(here, random, Milliseconds(1'500));
        load.server_is_up();
    }
    CHECK(load.acknowledged_contacts().size() == contacts.ids().size() - lost);
    CHECK(load.other_answers() == std::set<int>{});
    CHECK(counted(here, "origin = 'sweep'") == 0);

    // From the next start on who was not told of is looked for; that is killed too.
    here.config.options["sweep.webhook_delay"] = "\"0s\"";
    for (int more = 0; more < 5; ++more, ++kills) kill_and_restart(here, random, Milliseconds(700));
    here.wait_until(
        "everybody is in the ledger", [&] { return here.ledger_rows() == contacts.ids().size(); },
        std::chrono::minutes(5));
    here.wait_until_idle();

    CAPTURE(kills);
    CHECK(counted(here, "origin = 'sweep'") == lost);
    CHECK(counted(here, "origin = 'sweep' AND contact_id % 3 = 0") == lost);
    CHECK(counted(here, "status = 'settling'") == contacts.ids().size());
    // A webhook that comes a second time after the erasure is a reason to look once more, and nothing else
    // is.
    CHECK(counted(here, "passes > 1") <= load.resent());
    CHECK(counted(here, "passes > 1 AND origin = 'sweep'") == 0);
    CHECK(here.metric("queue_jobs{state=\"parked\"}") == 0);
    check_everybody(here, contacts.ids());
    here.stop();
}
