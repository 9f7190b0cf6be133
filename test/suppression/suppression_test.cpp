// Erased people who come back as a new contact.
#include "suppression/suppression.h"
#include "support/server_under_test.h"

#include <thread>

#include "background/background_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::suppression;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

std::string seconds_of(Timestamp at) { return format_utc(at).substr(0, 19); }

struct Guarded : BackgroundFixture {
    Guarded() = default;
    explicit Guarded(const std::string& version) : BackgroundFixture("mtc_", version) {}

    // Dates of the database are whole seconds.
    Suppression task(SuppressionMode mode, bool form_is_consent = true, Milliseconds overlap = 2s) {
        return {{mode, form_is_consent}, options, metrics, overlap, consent_within};
    }
    // Erases contact 7, whose address that is.
    void erase_ann() {
        world.mautic.insert(
            "leads",
            {{"id", std::int64_t{7}}, {"email", " Ann@Example.org"}, {"date_added", "2025-01-01 10:00:00"}});
        world.mautic.unsubscribe(7);
        REQUIRE(world.erase(7).verdict == erasure::Verdict::erased);
    }
    void import(ContactId id, const std::string& email, Timestamp at = now()) {
        world.mautic.insert("leads", {{"id", id}, {"email", email}, {"date_added", seconds_of(at)}});
    }
    std::string outcome(ContactId id) {
        return ledger("SELECT outcome FROM sighting WHERE kind = 'reappeared' AND contact_id = " +
                      std::to_string(id));
    }
    std::uint64_t opt_outs(ContactId id) {
        return world.mautic.row_count("lead_donotcontact", "lead_id = " + std::to_string(id));
    }
    void send_form(ContactId id) {
        world.mautic.insert(
            "form_submissions",
            {{"lead_id", id}, {"form_id", std::int64_t{1}}, {"date_submitted", seconds_of(now() + 1s)}});
    }
    Milliseconds consent_within{0};
    double count(const std::string& what) {
        return metric("reappeared_contacts_total{outcome=\"" + what + "\"}");
    }
};

}  // namespace

TEST_CASE("A new contact with an erased address is reported once") {
    Guarded here;
    here.erase_ann();
    auto task = here.task(SuppressionMode::report);
    here.run(task);
    here.import(50, "ann@example.org");
    here.import(51, "bob@example.org");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.outcome(50) == "reported");
    CHECK(here.ledger("SELECT former_id FROM sighting") == "7");
    CHECK(here.outcome(51) == "no row");
    CHECK(here.count("reported") == 1);
    CHECK(here.opt_outs(50) == 0);
    // Another daemon, or the same one after a restart.
    auto again = here.task(SuppressionMode::report);
    here.run(again);
    CHECK(here.count("reported") == 1);
}

TEST_CASE("A person who comes back under another spelling of the erased address is recognised") {
    Guarded here;
    here.world.mautic.insert(
        "leads",
        {{"id", std::int64_t{7}}, {"email", "Jörg@Bücher.example"}, {"date_added", "2025-01-01 10:00:00"}});
    here.world.mautic.unsubscribe(7);
    REQUIRE(here.world.erase(7).verdict == erasure::Verdict::erased);
    auto task = here.task(SuppressionMode::report);
    here.run(task);
    here.import(50, "JÖRG@bücher.example");
    here.import(51, "\xef\xbb\xbfjörg@xn--bcher-kva.example");
    here.import(52, "jorg@bucher.example");
    here.run(task);
    CHECK(here.outcome(50) == "reported");
    CHECK(here.outcome(51) == "reported");
    CHECK(here.outcome(52) == "no row");
}

TEST_CASE("Who re-subscribed after the last of several erasures may be there under another id, too") {
    Guarded here;
    here.erase_ann();
    here.world.mautic.connection().change("UPDATE " + here.world.mautic.real_name("leads") +
                                          " SET email = 'ann@example.org' WHERE id = 7");
    REQUIRE(here.world.erase(7).verdict == erasure::Verdict::erased);
    REQUIRE(here.world.former(7).size() == 1);
    here.world.mautic.resubscribe(7);
    REQUIRE(here.world.erase(7).superseded);
    auto task = here.task(SuppressionMode::do_not_contact, false);
    here.run(task);
    here.import(50, "ann@example.org");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.outcome(50) == "no row");
    CHECK(here.opt_outs(50) == 0);
}

// Contacts 7 and 8 are one person.
TEST_CASE("Who was two contacts and re-subscribed as one of them, or is on hold as one, may come back") {
    Guarded here;
    here.erase_ann();
    const bool second_is_last = GENERATE(true, false);
    const auto erase_second = [&] {
        here.world.mautic.insert(
            "leads",
            {{"id", std::int64_t{8}}, {"email", "ann@example.org"}, {"date_added", "2025-01-01 10:00:00"}});
        here.world.mautic.unsubscribe(8);
        REQUIRE(here.world.erase(8).verdict == erasure::Verdict::erased);
    };
    erase_second();
    std::uint64_t expected_opt_outs = 0;
    SECTION("re-subscribed") {
        const std::string id = second_is_last ? "7" : "8";
        here.world.daemon.change(
            "UPDATE " + std::string(World::ledger_name) +
            ".erasure SET erased_at = erased_at - INTERVAL 1 MINUTE WHERE contact_id = " + id);
        here.world.mautic.resubscribe(8);
        REQUIRE(here.world.erase(8).superseded);
        // The later of two erasures is the last word.
        expected_opt_outs = second_is_last ? 0 : 1;
    }
    SECTION("on hold") {
        here.world.mautic.connection().change("UPDATE " + here.world.mautic.real_name("leads") +
                                              " SET email = 'ann@example.net' WHERE id = 8");
        here.world.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("claim")}});
        here.world.mautic.insert("lead_tags_xref",
                                 {{"lead_id", std::int64_t{8}}, {"tag_id", std::uint64_t{1}}});
        here.world.holds.tags = {"claim"};
        here.world.prepare();
        REQUIRE(here.world.erase(8).verdict == erasure::Verdict::held);
    }
    auto task = here.task(SuppressionMode::do_not_contact, false);
    here.run(task);
    here.import(50, "ann@example.org");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.opt_outs(50) == expected_opt_outs);
}

TEST_CASE("Off means that nothing is looked at") {
    Guarded here;
    here.erase_ann();
    auto task = here.task(SuppressionMode::off);
    here.run(task);
    here.import(50, "ann@example.org");
    here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting") == "0");
    CHECK(here.ledger("SELECT COUNT(*) FROM mark WHERE name = 'contacts_seen'") == "0");
}

TEST_CASE("do-not-contact: the new contact is put on the list, once, and is erased like any other") {
    Guarded here;
    SECTION("by hand, where the triggers cover that") {
        here.world.triggers.reasons.insert(policy::Reason::manual);
        here.world.prepare();
    }
    SECTION("else as unsubscribed") {}
    const bool manual = here.world.triggers.reasons.contains(policy::Reason::manual);
    here.erase_ann();
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    here.import(50, "ANN@example.org ");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.opt_outs(50) == 1);
    CHECK(here.world.mautic.value("SELECT reason FROM lead_donotcontact WHERE lead_id = 50") ==
          (manual ? "3" : "1"));
    CHECK(here.world.mautic.value("SELECT channel FROM lead_donotcontact WHERE lead_id = 50") == "email");
    CHECK(here.world.mautic.value("SELECT comments FROM lead_donotcontact WHERE lead_id = 50") ==
          "Erased before; suppressed by mautic-gdprd");
    CHECK(here.outcome(50) == "do_not_contact");
    CHECK(here.count("do_not_contact") == 1);
    CHECK(here.world.erase(50).verdict == erasure::Verdict::erased);
    CHECK(here.world.mautic.field(50, "email") == here.world.mautic.field(7, "email"));
}

TEST_CASE("Who is on the list already is not put on it again, and counts as dealt with") {
    Guarded here;
    here.erase_ann();
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    here.import(50, "ann@example.org");
    here.world.mautic.unsubscribe(50);
    here.run(task);
    CHECK(here.opt_outs(50) == 1);
    CHECK(here.outcome(50) == "no row");
}

TEST_CASE("A form that was sent after the erasure is consent; one of before is not") {
    Guarded here;
    here.erase_ann();
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    for (const ContactId id : {50, 51}) here.import(id, "ann@example.org", now() + 2s);
    here.world.mautic.insert("form_submissions", {{"lead_id", std::int64_t{50}},
                                                  {"form_id", std::int64_t{1}},
                                                  {"date_submitted", seconds_of(now() + 2s)}});
    here.world.mautic.insert("form_submissions", {{"lead_id", std::int64_t{51}},
                                                  {"form_id", std::int64_t{1}},
                                                  {"date_submitted", "2025-06-01 10:00:00"}});
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.outcome(50) == "consented");
    CHECK(here.opt_outs(50) == 0);
    CHECK(here.count("consented") == 1);
    CHECK(here.outcome(51) == "do_not_contact");
}

TEST_CASE("Who is just sending a form is not judged before the form is stored") {
    Guarded here;
    here.erase_ann();
    here.consent_within = 1h;
    const auto mode = GENERATE(SuppressionMode::do_not_contact, SuppressionMode::report);
    auto task = here.task(mode);
    here.run(task);
    // Mautic saves the contact first.
    here.import(50, "ann@example.org");
    here.import(51, "ann@example.org", now() + 24h * 365);  // by a clock that is wrong
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting") == "0");
    CHECK(here.opt_outs(50) == 0);
    here.send_form(50);
    here.run(task);
    CHECK(here.outcome(50) == "consented");
    CHECK(here.outcome(51) == "no row");
    CHECK(here.opt_outs(50) == 0);
}

TEST_CASE("Who has sent no form some time after it came is judged, also when it came in a crowd") {
    Guarded here;
    here.erase_ann();
    here.consent_within = 200ms;
    here.options.page_rows = 10;
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    here.world.mautic.connection().change(
        "INSERT INTO leads (id, email, date_added, points, is_published) SELECT 1000 + seq,"
        " CONCAT('p', seq, '@example.org'), UTC_TIMESTAMP(), 0, 1 FROM " +
        test::sequence(1, 500));
    here.import(50, "ann@example.org", now() + 10s);
    here.import(5'000, "ann@example.org", now() + 10s);
    const Timestamp deadline = now() + 20s;
    while (here.opt_outs(50) + here.opt_outs(5'000) < 2 && now() < deadline) here.run(task);
    CHECK(here.outcome(50) == "do_not_contact");
    CHECK(here.outcome(5'000) == "do_not_contact");
    CHECK(here.world.mautic.row_count("lead_donotcontact") == 3);
}

TEST_CASE("Where a form is no consent nobody waits for one") {
    Guarded here;
    here.erase_ann();
    here.consent_within = 1h;
    auto task = here.task(SuppressionMode::do_not_contact, false);
    here.run(task);
    here.import(50, "ann@example.org");
    here.run(task);
    CHECK(here.outcome(50) == "do_not_contact");
}

TEST_CASE("A second contact of before the erasure, the same id, and other people are left alone") {
    Guarded here;
    here.import(40, "ann@example.org", now() - 24h);
    here.erase_ann();
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    // The erased contact's own row is filled again: that is the sweep's to find.
    here.world.mautic.connection().change("UPDATE leads SET email = 'ann@example.org' WHERE id = 7");
    here.import(50, "ann@example.org.evil.example");
    here.import(51, here.world.md5("ann@example.org"));
    here.import(52, "");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting") == "0");
    CHECK(here.world.mautic.row_count("lead_donotcontact") == 1);
}

TEST_CASE("Nothing that was there before the first run is acted on") {
    Guarded here;
    here.erase_ann();
    here.import(50, "ann@example.org");
    server().execute("UPDATE mark SET at = NOW(3) + INTERVAL 10 SECOND WHERE name = 'installed'",
                     World::ledger_name);
    auto task = here.task(SuppressionMode::do_not_contact);
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.opt_outs(50) == 0);
    CHECK(here.outcome(50) == "no row");
}

TEST_CASE("A visitor who becomes known by an erased address after the erasure is found") {
    for (const std::string version : {"5.1.1", "6.0.8"}) {  // without and with an index on date_modified
        if (MauticDatabase::facts_versions().empty()) return;
        CAPTURE(version);
        Guarded here(version);
        here.import(40, "", now() - 24h);
        here.erase_ann();
        auto task = here.task(SuppressionMode::report);
        here.run(task);
        here.run(task);
        here.world.mautic.connection().change(
            "UPDATE mtc_leads SET email = 'ann@example.org', date_identified = UTC_TIMESTAMP(),"
            " date_modified = UTC_TIMESTAMP() WHERE id = 40");
        for (int turn = 0; turn < 3; ++turn) here.run(task);
        CHECK(here.outcome(40) == "reported");
        CHECK(here.count("reported") == 1);
    }
}

TEST_CASE("The round over all contacts comes to everybody, a page a run") {
    Guarded here;
    here.options.page_rows = 10;
    for (ContactId id = 100; id < 200; ++id) here.import(id, "", now() - 24h);
    here.erase_ann();
    auto task = here.task(SuppressionMode::report);
    here.run(task);
    here.world.mautic.connection().change(
        "UPDATE leads SET email = 'ann@example.org', date_identified = UTC_TIMESTAMP() WHERE id = 155");
    int looks = 0;
    for (; looks < 30 && here.outcome(155) == "no row"; ++looks) here.run_once(task);
    CHECK(here.outcome(155) == "reported");
    CHECK(looks > 2);
}

TEST_CASE("Many contacts at once are looked at in slices, none is passed over") {
    Guarded here;
    here.options.page_rows = 10;
    here.erase_ann();
    auto task = here.task(SuppressionMode::report);
    here.run(task);
    here.world.mautic.connection().change(
        "INSERT INTO leads (id, email, date_added, points, is_published) SELECT 1000 + seq,"
        " CONCAT('p', seq, '@example.org'), UTC_TIMESTAMP(), 0, 1 FROM " +
        test::sequence(1, 500));
    here.import(5'000, "ann@example.org");
    here.run_once(task);
    CHECK(task.period() == 0ms);
    CHECK(here.outcome(5'000) == "no row");
    here.run(task);
    CHECK(here.outcome(5'000) == "reported");
}

TEST_CASE("An erasure by another key is not recognised, and nothing else is either") {
    Guarded here;
    here.world.hash.key = "a former key";
    here.world.prepare();
    here.erase_ann();
    here.world.hash.key = "a new key";
    here.world.prepare();
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    here.import(50, "ann@example.org");
    here.run(task);
    here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting") == "0");
    here.world.hash.key = "a former key";
    here.world.prepare();
    auto with_old_key = here.task(SuppressionMode::report);
    here.run(with_old_key);
    CHECK(here.outcome(50) == "reported");
}

TEST_CASE("An erasure without a key is recognised with today's key, before its hash is wrapped and after") {
    Guarded here;
    here.erase_ann();
    here.world.hash.key = "a new key";
    here.world.prepare();
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    here.import(50, "ann@example.org");
    here.run(task);
    CHECK(here.outcome(50) == "do_not_contact");
    const policy::Hasher today(here.world.hash);
    const std::string unkeyed = here.ledger("SELECT subject_hash FROM erasure");
    here.world.daemon.change("UPDATE " + std::string(test::World::ledger_name) +
                             ".erasure SET algorithm = 'wrapped-md5', key_id = '" + today.key_id() +
                             "', subject_hash = '" + *today.wrapped(unkeyed) + "'");
    here.import(51, "ann@example.org");
    here.run(task);
    CHECK(here.outcome(51) == "do_not_contact");
}

TEST_CASE("Daemons that look at the same moment act once") {
    Guarded here;
    here.erase_ann();
    auto first = here.task(SuppressionMode::do_not_contact);
    here.run(first);
    for (ContactId id = 50; id < 70; ++id) here.import(id, "ann@example.org");
    auto one = here.task(SuppressionMode::do_not_contact);
    auto other = here.task(SuppressionMode::do_not_contact);
    const auto look_again_and_again = [&](Suppression& task) {
        const database::ThreadScope thread;
        database::Connection connection(here.world.mautic.options());
        for (int turn = 0; turn < 20; ++turn) {
            try {
                here.run_once(task, connection);
            } catch (const database::DatabaseError& error) {
                if (error.error_class() != database::ErrorClass::conflict) throw;
            }
        }
    };
    {
        const std::jthread beside([&] { look_again_and_again(one); });
        look_again_and_again(other);
    }
    CHECK(here.count("do_not_contact") == 20);
    CHECK(here.world.mautic.row_count("lead_donotcontact", "lead_id >= 50") == 20);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting") == "20");
}

TEST_CASE("Without the right to write on the list everybody waits until it is given") {
    Guarded here;
    here.erase_ann();
    server().execute("DROP USER IF EXISTS reader@localhost");
    server().execute("CREATE USER reader@localhost IDENTIFIED BY 'a password'");
    server().execute("GRANT SELECT, UPDATE ON mautic.* TO reader@localhost");
    server().execute(std::string("GRANT ALL ON ") + World::ledger_name + ".* TO reader@localhost");
    database::ConnectionOptions options = here.world.mautic.options();
    options.user = "reader";
    options.password = "a password";
    database::Connection reader(options);
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run_once(task, reader);
    here.import(50, "ann@example.org");
    for (int turn = 0; turn < 2; ++turn)
        CHECK_THROWS_AS(here.run_once(task, reader), database::DatabaseError);
    CHECK(here.outcome(50) == "no row");
    server().execute("GRANT INSERT ON mautic.lead_donotcontact TO reader@localhost");
    here.run_once(task, reader);
    CHECK(here.outcome(50) == "do_not_contact");
    CHECK(here.opt_outs(50) == 1);
}

TEST_CASE("A contact that a merge took an opt-out from is reported, also along a chain of merges") {
    Guarded here;
    here.erase_ann();
    here.import(60, "winner@example.org");
    here.import(61, "protected@example.org");
    here.import(62, "later@example.org");
    here.world.mautic.unsubscribe(61);
    auto task = here.task(SuppressionMode::do_not_contact);
    here.run(task);
    const auto merge = [&](std::int64_t winner, std::int64_t loser) {
        here.world.mautic.insert("contact_merge_records", {{"contact_id", winner}, {"merged_id", loser}});
    };
    merge(60, 7);
    merge(61, 7);
    merge(60, 999);  // never erased
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.metric("lost_opt_outs_total") == 1);
    CHECK(here.ledger("SELECT contact_id FROM sighting WHERE kind = 'lost_opt_out'") == "60");
    CHECK(here.opt_outs(60) == 0);
    // 60 goes into 62; Mautic moves the record of 7 along.
    here.world.mautic.connection().change(
        "UPDATE contact_merge_records SET contact_id = 62 WHERE contact_id = 60");
    merge(62, 60);
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.metric("lost_opt_outs_total") == 2);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting WHERE kind = 'lost_opt_out' AND contact_id = 62"
                      " AND former_id = 7") == "1");
}

TEST_CASE("Who re-subscribed before the merge had no opt-out to lose") {
    Guarded here;
    here.erase_ann();
    server().execute("UPDATE erasure SET status = 'superseded'", World::ledger_name);
    here.import(60, "winner@example.org");
    auto task = here.task(SuppressionMode::report);
    here.run(task);
    here.world.mautic.insert("contact_merge_records",
                             {{"contact_id", std::int64_t{60}}, {"merged_id", std::int64_t{7}}});
    here.run(task);
    here.import(50, "ann@example.org");
    here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM sighting") == "0");
}
