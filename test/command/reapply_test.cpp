#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "command/backup.h"
#include "fixture/grants.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr auto long_enough = std::chrono::minutes(2);

// A Mautic whose contacts 1 to `count` were erased, and then restored.
class Restored {
  public:
    Restored(const std::string& name, ContactId count) : site(name) { fill(count); }

    std::uint64_t address_count() { return site.mautic.row_count("leads", "email LIKE '%@%'"); }

    // Starts reapply and waits until some contacts are erased again.
    ChildProcess& start(std::vector<std::string> arguments) {
        const std::uint64_t before = address_count();
        arguments.insert(arguments.begin(), {daemon_program().string(), "reapply", "--yes"});
        arguments.insert(arguments.end(), {"--config", site.here.config.write().string()});
        process_.emplace(ChildProcessOptions{arguments, {}, "/dev/null", output()});
        const auto deadline = std::chrono::steady_clock::now() + long_enough;
        while (address_count() + 3 > before) {
            if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("nobody is erased");
        }
        return *process_;
    }
    std::filesystem::path output() const { return site.here.directory / "reapply-output"; }

    Site site;

  private:
    void fill(ContactId count) {
        site.make_queue();
        add_opted_out(site, 1, count);
        const Backup backup(site);
        const Answer answer = site.run(for_contacts({"erase"}, 1, count));
        if (answer.exit_code != 0) throw std::runtime_error(answer.text);
        backup.restore();
    }

    std::optional<ChildProcess> process_;
};

}  // namespace

TEST_CASE("reapply asks, and without a terminal wants --yes") {
    Restored restored("reapply_ask", 3);
    Site& site = restored.site;
    const Answer refused = site.run({"reapply"});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("Erase 3 contacts?"));
    CHECK_THAT(refused.text, ContainsSubstring("--yes"));
    CHECK(restored.address_count() == 3);

    const std::string command =
        daemon_program().string() + " reapply --no-progress --config " + site.here.config.write().string();
    const auto at_terminal = [&](const std::string& typed) {
        const TemporaryDirectory directory;
        ChildProcess process({{"script", "--quiet", "--return", "--command", command, "/dev/null"},
                              {},
                              directory.write("typed", typed + "\n"),
                              directory / "output"});
        const auto exit_code = process.wait_for_exit(long_enough);
        return Answer{exit_code.value_or(-1), read_file(directory / "output")};
    };
    const Answer no = at_terminal("");
    CHECK(no.exit_code == 3);
    CHECK_THAT(no.text, ContainsSubstring("Erase 3 contacts? This cannot be undone. [y/N]"));
    CHECK_THAT(no.text, ContainsSubstring("Nothing was changed."));
    CHECK(restored.address_count() == 3);
    const Answer yes = at_terminal("y");
    CAPTURE(yes.text);
    CHECK(yes.exit_code == 0);
    CHECK_THAT(yes.text, ContainsSubstring("3  erased, status settling"));
    CHECK(restored.address_count() == 0);
    const Answer again = site.run({"reapply"});
    CHECK(again.exit_code == 0);
    CHECK_THAT(again.text, ContainsSubstring("still erased; nothing to do"));
}

TEST_CASE("reapply ends in good order at SIGINT, and continues when it is run again") {
    Restored restored("reapply_interrupted", 60);
    ChildProcess& process = restored.start({"--batch", "1", "--rate", "20/s"});
    process.send_signal(SIGINT);
    CHECK(process.wait_for_exit(long_enough) == 3);
    const std::string text = read_file(restored.output());
    CHECK_THAT(text, ContainsSubstring("Interrupted"));
    CHECK_THAT(text, ContainsSubstring("mautic-gdprd reapply"));
    const auto left = restored.address_count();
    CHECK(left > 0);
    CHECK(left < 60);
    const Answer rest = restored.site.run({"reapply", "--yes", "--json"});
    CHECK(rest.exit_code == 0);
    CHECK(nlohmann::json::parse(rest.text).at("totals").at("erased").at("settling") == left);
    CHECK(contacts_named(restored.site).empty());
    CHECK(restored.site.mautic.row_count("lead_donotcontact") == 60);
}

TEST_CASE("reapply goes on over a new connection when the old one is lost") {
    Restored restored("reapply_lost", 60);
    ChildProcess& process = restored.start({"--batch", "2", "--rate", "40/s", "--json"});
    auto rows = restored.site.here.server.select(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = 'reapply_lost' AND ID <> CONNECTION_ID() "
        "AND ID <> " +
        restored.site.mautic.value("SELECT CONNECTION_ID()"));
    std::size_t killed = 0;
    while (rows.next()) {
        // One may have ended by itself.
        try {
            restored.site.here.server.execute("KILL " + rows.text(0));
            ++killed;
        } catch (const database::DatabaseError&) {
            continue;
        }
    }
    CHECK(killed > 0);
    const auto exit_code = process.wait_for_exit(long_enough);
    CAPTURE(read_file(restored.output()));
    CHECK(exit_code == 0);
    CHECK(contacts_named(restored.site).empty());
}

TEST_CASE("One contact that cannot be erased does not stop the others") {
    Restored restored("reapply_locked", 20);
    Site& site = restored.site;
    site.options["database.lock_wait_timeout"] = "\"1s\"";
    // An erasure changes these rows, and reapply itself does not look at them.
    database::Transaction holder(site.mautic.connection());
    site.mautic.connection().select("SELECT id FROM email_stats WHERE lead_id = 7 FOR UPDATE");
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 1);
    CHECK_THAT(answer.text, ContainsSubstring("19  erased, status settling"));
    CHECK_THAT(answer.text, ContainsSubstring("Paced: ") && !ContainsSubstring("could not be measured"));
    CHECK_THAT(answer.text, ContainsSubstring("1   failed"));
    CHECK_THAT(answer.text, ContainsSubstring("contact 7  conflict 1205"));
    CHECK(contacts_named(site) == std::set<ContactId>{7});
}

TEST_CASE("reapply says which right it lacks before it touches anybody") {
    PrivateServer server;
    Installation here(server, "mautic");
    server.load_sql(grants_for(here.mautic), "mautic");
    here.config.options.erase("ledger.database");
    here.config.database_password = "a password";
    here.config.options["database.user"] = "\"mautic_gdprd\"";
    const auto run_it = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--config", here.config.write().string()});
        return run(arguments);
    };
    here.add_opted_out(1);
    here.add_opted_out(2);
    server.execute("CREATE TABLE kept SELECT id, email FROM leads", "mautic");
    REQUIRE(run_it({"erase", "--contact", "1", "2"}).exit_code == 0);
    server.execute("UPDATE leads JOIN kept USING (id) SET leads.email = kept.email", "mautic");
    server.execute("DELETE FROM lead_donotcontact WHERE lead_id = 2", "mautic");

    const Answer refused = run_it({"reapply", "--yes"});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("INSERT on lead_donotcontact is not granted"));
    CHECK_THAT(refused.text, ContainsSubstring("mautic-gdprd grants --reapply"));
    CHECK(here.mautic.row_count("leads", "email LIKE '%@%'") == 2);
    CHECK(run_it({"check"}).text.find("INSERT") == std::string::npos);

    server.execute("GRANT INSERT ON mautic.lead_donotcontact TO mautic_gdprd@localhost");
    const Answer done = run_it({"reapply", "--yes"});
    CAPTURE(done.text);
    CHECK(done.exit_code == 0);
    CHECK(here.mautic.row_count("leads", "email LIKE '%@%'") == 0);
    CHECK(here.mautic.row_count("lead_donotcontact") == 2);
}

TEST_CASE("Only what was erased since the given time is looked at") {
    Restored restored("reapply_since", 2);
    Site& site = restored.site;
    site.here.server.execute("UPDATE erasure SET erased_at = '2026-01-31 23:59:59' WHERE contact_id = 1",
                             site.here.ledger_database);
    site.here.server.execute("UPDATE erasure SET erased_at = '2026-02-01 00:00:00' WHERE contact_id = 2",
                             site.here.ledger_database);
    for (const char* since : {"2026-02-01", "2026-02-01 00:00", "2026-02-01 00:00:00"}) {
        CAPTURE(since);
        const Answer answer = site.run({"reapply", "--dry-run", "--json", "--since", since});
        CHECK(nlohmann::json::parse(answer.text).at("to_erase") == 1);
    }
    const Answer all = site.run({"reapply", "--dry-run", "--json", "--since", "2026-01-31 23:59:59"});
    CHECK(nlohmann::json::parse(all.text).at("to_erase") == 2);
    for (const char* nonsense : {"yesterday", "2026-02-30", "2026-02-01 25:00", "2026-02"}) {
        CAPTURE(nonsense);
        const Answer answer = site.run({"reapply", "--dry-run", "--since", nonsense});
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("not a date"));
    }
}

TEST_CASE("Who came back after the erasure and has no opt-out is left alone") {
    Restored restored("reapply_returned", 4);
    Site& site = restored.site;
    const std::string in_ledger = "`" + site.here.ledger_database + "`.erasure";
    // 1 and 2: saved in Mautic after the erasure. 3: saved before it.
    site.mautic.connection().change("UPDATE leads l JOIN " + in_ledger +
                                    " e ON e.contact_id = l.id SET l.date_modified = e.erased_at +"
                                    " INTERVAL IF(l.id = 3, -1, 1) MINUTE");
    site.mautic.lose_opt_out(1);
    site.mautic.lose_opt_out(3);
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("changed in Mautic after the erasure: 1\n"));
    CHECK_THAT(answer.text, ContainsSubstring("3  erased, status settling"));
    CHECK(contacts_named(site) == std::set<ContactId>{1});
    CHECK(site.mautic.row_count("lead_donotcontact", "lead_id = 1") == 0);
    CHECK(site.mautic.row_count("lead_donotcontact", "lead_id = 3") == 1);
}

// The backup is older than the contact; Mautic's API and its import store no date of a change in a new one.
TEST_CASE("Who signed up anew under the id of old after the restore is left alone") {
    Restored restored("reapply_new", 3);
    Site& site = restored.site;
    site.mautic.connection().change("UPDATE leads l JOIN `" + site.here.ledger_database +
                                    "`.erasure e ON e.contact_id = l.id SET l.date_added = e.erased_at +"
                                    " INTERVAL 1 DAY, l.date_modified = NULL WHERE l.id < 3");
    site.mautic.lose_opt_out(1);
    site.mautic.lose_opt_out(2);
    site.here.server.execute("UPDATE erasure SET status = 'erasing', erased_at = NULL WHERE contact_id = 2",
                             site.here.ledger_database);
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK(contacts_named(site) == std::set<ContactId>{1, 2});
    CHECK(site.mautic.row_count("lead_donotcontact", "lead_id < 3") == 0);
}

TEST_CASE("While the policy erases nobody, opt-outs are put back all the same, and nothing else is changed") {
    Restored restored("reapply_stopped", 3);
    Site& site = restored.site;
    site.mautic.connection().change("DELETE FROM lead_donotcontact WHERE lead_id = 2");
    site.mautic.connection().change(
        "CREATE TABLE plugin_diary (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, text LONGTEXT,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    site.options["policy.unknown"] = "\"stop\"";
    const Answer asked = site.run({"reapply"});
    CHECK(asked.exit_code == 2);
    CHECK_THAT(asked.text, ContainsSubstring("erases nobody. Put 1 opt-out back?"));
    CHECK(site.mautic.row_count("lead_donotcontact", "lead_id = 2") == 0);
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("1 opt-out put back; nobody was erased"));
    CHECK_THAT(answer.text, ContainsSubstring("plugin_diary"));
    CHECK(site.mautic.row_count("lead_donotcontact") == 3);
    CHECK(restored.address_count() == 3);
}

TEST_CASE("Who is on hold after an erasure is left alone, whatever the backup knows of it") {
    Restored restored("reapply_held", 2);
    Site& site = restored.site;
    const std::string columns =
        "contact_id, subject_hash, algorithm, key_id, channel, reason, origin, opted_out_at, requested_at,"
        " erased_at, last_pass_at, completed_at, status, passes, rows_changed, rows_deleted, rows_late,"
        " hash_marks, policy_digest, schema_digest, map_digest, files_removed, values_emptied, not_covered";
    site.here.server.execute("INSERT INTO former_erasure (" + columns + ") SELECT " + columns +
                                 " FROM erasure WHERE contact_id = 1",
                             site.here.ledger_database);
    site.here.server.execute(
        "UPDATE erasure SET status = 'held', erased_at = NULL, passes = 0, rows_changed = 0, rows_deleted = 0"
        " WHERE contact_id = 1",
        site.here.ledger_database);
    site.mautic.lose_opt_out(
        1);  // the backup is from before the opt-out, and from before the mark of the hold
    const std::string address = site.mautic.field(1, "email");
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK_THAT(answer.text, ContainsSubstring("1  erased, status settling"));
    CHECK(site.mautic.field(1, "email") == address);
    CHECK(site.mautic.row_count("lead_donotcontact", "lead_id = 1") == 0);
    CHECK(site.here.ledger(1) == "held");
}

TEST_CASE("A contact without an address is known by its other values, or a person has to look") {
    Restored restored("reapply_no_address", 4);
    Site& site = restored.site;
    auto& mautic = site.mautic.connection();
    mautic.change("UPDATE leads SET email = NULL");
    mautic.change("UPDATE leads SET phone = '030 9999999' WHERE id = 2");
    mautic.change("UPDATE leads SET lastname = NULL, phone = NULL, mobile = NULL WHERE id = 3");
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("not known to be the erased person's: 2, 3\n"));
    CHECK_THAT(answer.text, ContainsSubstring("2  erased, status settling"));
    CHECK(site.mautic.field(2, "phone") == "030 9999999");
}

TEST_CASE("Who is back with an address of an earlier erasure, or amid one, is erased again") {
    Site site("reapply_former");
    site.make_queue();
    add_opted_out(site, 1, 4);
    const Backup backup(site);
    REQUIRE(site.run(for_contacts({"erase"}, 1, 4)).exit_code == 0);
    // 1 and 2 came back under another address and were erased again; 2 re-subscribed after that.
    site.mautic.connection().change(
        "UPDATE leads SET email = CONCAT('second', id, '@example.org') WHERE id IN (1, 2)");
    REQUIRE(site.run(for_contacts({"erase"}, 1, 2)).exit_code == 0);
    site.here.server.execute("UPDATE erasure SET status = 'superseded' WHERE contact_id = 2",
                             site.here.ledger_database);
    site.here.server.execute("UPDATE erasure SET status = 'erasing', erased_at = NULL WHERE contact_id = 3",
                             site.here.ledger_database);
    backup.restore();
    const Answer answer = site.run({"reapply", "--yes"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("3  erased, status settling"));
    CHECK_THAT(answer.text, ContainsSubstring("changed in Mautic after the erasure: 2\n"));
    CHECK(contacts_named(site) == std::set<ContactId>{2});
}

TEST_CASE("With another hash key contacts are recognised by the former one, and else only named") {
    Restored restored("reapply_key", 2);
    Site& site = restored.site;
    const auto new_key = site.here.directory.write("new-key", "ffffffffffffffffffffffffffffffff\n");
    const auto old_key = site.here.directory.write("old-key", read_file(site.here.directory / "hash-key"));
    for (const auto& key : {new_key, old_key}) {
        std::filesystem::permissions(key, std::filesystem::perms::owner_read);
    }
    site.options["hash.key_file"] = "\"" + new_key.string() + "\"";
    const Answer unknown = site.run({"reapply", "--yes"});
    CHECK(unknown.exit_code == 3);
    CHECK_THAT(unknown.text, ContainsSubstring("2 contacts were recorded with hmac-sha256, key " +
                                               site.here.ledger(1, "key_id")));
    CHECK_THAT(unknown.text, ContainsSubstring("--key-file"));
    CHECK(restored.address_count() == 2);
    const Answer known = site.run({"reapply", "--yes", "--key-file", old_key.string()});
    CHECK(known.exit_code == 0);
    CHECK(restored.address_count() == 0);
}

TEST_CASE("reapply without a ledger, and with triggers that cover nobody any more") {
    Site empty("reapply_no_ledger");
    const Answer none = empty.run({"reapply", "--yes"});
    CHECK(none.exit_code == 2);
    CHECK_THAT(none.text, ContainsSubstring("there is none"));
    CHECK_THAT(none.text, ContainsSubstring("ledger import"));

    Restored restored("reapply_triggers", 2);
    restored.site.options["trigger.reasons"] = "[\"bounced\"]";
    const Answer answer = restored.site.run({"reapply", "--yes"});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("no [trigger] covers their opt-out any more: 1, 2"));
    CHECK(restored.address_count() == 2);
    CHECK(restored.site.here.ledger(1) == "settling");
}
