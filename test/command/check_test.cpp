#include <fstream>
#include <nlohmann/json.hpp>

#include "base/signing_key.h"
#include "command/program.h"
#include "fixture/grants.h"
#include "http/certificate.h"
#include "queue/queue.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// config/grants.sql for this site, without the lines that hold `left_out`.
void grant(Site& site, std::string_view left_out = "") {
    const std::string grants = grants_for(site.mautic, site.here.ledger_database);
    std::string kept;
    std::size_t begin = 0;
    while (begin < grants.size()) {
        const std::size_t end = grants.find('\n', begin) + 1;
        const std::string line = grants.substr(begin, end - begin);
        if (left_out.empty() || line.find(left_out) == std::string::npos) kept += line;
        begin = end;
    }
    PrivateServer& server = site.here.server;
    server.execute("DROP USER IF EXISTS 'mautic_gdprd'@'localhost'");
    server.load_sql(kept, site.mautic.name());
    site.options["database.user"] = "\"mautic_gdprd\"";
    site.here.config.database_password = "a password";
}

bool has_problem(const Answer& answer, const std::string& topic) {
    return answer.text.find("problem  " + topic) != std::string::npos;
}

}  // namespace

TEST_CASE("check is content with the rights of config/grants.sql") {
    Site site("check");
    grant(site);
    site.make_ledger();
    site.make_queue();
    site.mautic.add_contact(1);
    const std::string before = site.mautic.dump();
    const Answer answer = site.run({"check"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    for (const char* topic : {"configuration", "secrets", "hash", "data map", "queue", "database", "schema",
                              "policy", "grants", "reading", "ledger", "binary log"}) {
        CHECK_THAT(answer.text, ContainsSubstring(std::string("ok       ") + topic));
    }
    CHECK_THAT(answer.text, ContainsSubstring(ServerUnderTest::get().is_mysql() ? "MySQL 9." : "MariaDB 1"));
    CHECK(site.mautic.dump() == before);
    const queue::Queue daemon({site.here.config.queue_directory()});
    CHECK(site.run({"check"}).exit_code == 0);
}

TEST_CASE("check names every missing grant and the statement that mends it") {
    struct Case {
        const char* left_out;
        const char* table;
        const char* privilege;
    };
    const Case cases[] = {
        {"GRANT UPDATE ON `mautic`.`page_hits`", "page_hits", "UPDATE"},
        {"GRANT UPDATE ON `mautic`.`leads`", "leads", "UPDATE"},
        {"GRANT UPDATE ON `mautic`.`lead_donotcontact`", "lead_donotcontact", "UPDATE"},
        {"GRANT DELETE ON `mautic`.`lead_notes`", "lead_notes", "DELETE"},
        {"GRANT DELETE ON `mautic`.`lead_ips_xref`", "lead_ips_xref", "DELETE"},
    };
    Site site("check_grants");
    for (const Case& one : cases) {
        CAPTURE(one.left_out);
        std::string line = one.left_out;
        replace_all(line, "`mautic`.", "`check_grants`.");
        grant(site, line);
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 3);
        CHECK_THAT(answer.text, ContainsSubstring(std::string("table ") + one.table + ": " + one.privilege +
                                                  " is not granted"));
        const std::string mend = std::string("GRANT ") + one.privilege + " ON `check_grants`.`" + one.table +
                                 "` TO 'mautic_gdprd'@'localhost';";
        CHECK_THAT(answer.text, ContainsSubstring("mautic-gdprd grants --missing --apply --admin root"));
        CHECK_THAT(site.run({"grants", "--missing"}).text, ContainsSubstring(mend));
        site.here.server.execute(mend);
        CHECK(!has_problem(site.run({"check"}), "grants"));
    }
}

TEST_CASE("check tries the rights on all of the ledger's tables, and on all columns that are written") {
    Site site("check_ledger_grants");
    grant(site);
    site.make_ledger();
    PrivateServer& server = site.here.server;
    const std::string& ledger = site.here.ledger_database;
    const std::string user = "'mautic_gdprd'@'localhost'";
    auto tables = site.mautic.connection().select(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" + ledger + "'");
    server.execute("REVOKE ALL ON `gdprd\\_check\\_ledger\\_grants`.* FROM " + user);
    std::set<std::string> names;
    while (tables.next()) names.insert(tables.text(0));
    for (const std::string& table : names) {
        server.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + ledger + ".`" + table + "` TO " + user);
    }
    CHECK(!has_problem(site.run({"check"}), "grants"));
    for (const std::string& table : names) {
        CAPTURE(table);
        const std::string on = " ON " + ledger + ".`" + table + "`";
        if (table == "ledger_format") continue;  // without it there is no ledger to look at
        if (table == "notification") continue;   // written where [notify.urls] names somebody
        server.execute("REVOKE INSERT" + on + " FROM " + user);
        const std::string mend = "GRANT INSERT ON `" + ledger + "`.`" + table + "` TO " + user + ";";
        CHECK_THAT(site.run({"check"}).text,
                   ContainsSubstring("table " + ledger + "." + table + ": INSERT is not"));
        server.execute(mend);
    }
    server.execute("REVOKE INSERT ON " + ledger + ".finding FROM " + user);
    server.execute("GRANT INSERT (cells) ON " + ledger + ".finding TO " + user);
    CHECK_THAT(site.run({"check"}).text,
               ContainsSubstring("finding: INSERT is not granted: nobody is erased"));
}

TEST_CASE("check wants the right to opt people out only where suppression does so") {
    Site site("check_suppression");
    grant(site);
    CHECK(!has_problem(site.run({"check"}), "grants"));
    site.options["suppression.mode"] = "\"do-not-contact\"";
    const Answer answer = site.run({"check"});
    CHECK(answer.exit_code == 3);
    const std::string mend =
        "GRANT INSERT ON `check_suppression`.`lead_donotcontact` TO 'mautic_gdprd'@'localhost';";
    CHECK_THAT(answer.text, ContainsSubstring("lead_donotcontact: INSERT is not granted"));
    site.here.server.execute(mend);
    CHECK(site.run({"check"}).exit_code == 0);
}

TEST_CASE("check of the ledger") {
    Site site("check_ledger");
    SECTION("not there, but it may be made") {
        grant(site);
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 0);
        CHECK_THAT(answer.text, ContainsSubstring("init --ledger-only"));
    }
    SECTION("not there, and it may not be made") {
        grant(site);
        site.here.server.execute("REVOKE ALL ON `gdprd\\_check\\_ledger`.* FROM 'mautic_gdprd'@'localhost'");
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 3);
        CHECK(has_problem(answer, "ledger"));
        CHECK_THAT(answer.text, ContainsSubstring("mautic-gdprd grants --missing --apply --admin root"));
    }
    SECTION("of a newer program") {
        site.make_ledger();
        site.here.server.execute("INSERT INTO ledger_format VALUES (99)", site.here.ledger_database);
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 3);
        CHECK_THAT(answer.text, ContainsSubstring("has format 99"));
    }
}

TEST_CASE("check finds what is wrong and says how to mend it") {
    Site site("check_wrong");
    struct Case {
        const char* what;
        const char* option;
        const char* value;
        const char* topic;
        const char* says;
    };
    const Case cases[] = {
        {"a broken option", "worker.threads", "\"two\"", "configuration", "[worker] threads"},
        {"no data map", "mautic.data_map", "\"/nonexistent/map.toml\"", "data map", "/nonexistent/map.toml"},
        {"no server", "database.unix_socket", "\"/nonexistent/socket\"", "database", "2002"},
        {"a wrong prefix", "mautic.table_prefix", "\"mtc_\"", "schema", "holds Mautic under the prefix"},
        {"a misspelt field", "policy.fields.emial", "\"hash\"", "policy", "email"},
        {"a hash on a number", "policy.fields.points", "\"hash\"", "policy", "points"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.what);
        const auto before = site.options;
        site.options[one.option] = one.value;
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 3);
        CHECK(has_problem(answer, one.topic));
        CHECK_THAT(answer.text, ContainsSubstring(one.says));
        site.options = before;
    }
}

TEST_CASE("check looks at the listener, and leaves ports to the daemon") {
    Site site("check_listener");
    const Certificate good = make_certificate();
    const auto certificate =
        toml_text(site.here.directory.write("certificate", good.certificate_pem).string());
    const auto key = toml_text(site.here.directory.write("key", good.key_pem).string());
    const auto other_key = toml_text(site.here.directory.write("key2", make_certificate().key_pem).string());
    const auto no_pem = toml_text(site.here.directory.write("no-pem", "no PEM\n").string());
    const auto usual = site.options;
    const auto check = [&](const std::map<std::string, std::string>& options) {
        site.options = usual;
        for (const auto& [name, value] : options) site.options["listen." + name] = value;
        if (options.contains("unix_socket")) site.options.erase("listen.port");
        const Answer only = site.run({"check", "--config-only"});
        const Answer answer = site.run({"check"});
        CHECK((only.exit_code == 0) == !has_problem(answer, "listener"));
        CHECK((only.exit_code == 0 || only.exit_code == 2));
        return answer.text;
    };
    CHECK_THAT(check({{"certificate_file", certificate}, {"key_file", key}}),
               !ContainsSubstring("problem  listener"));
    CHECK_THAT(check({{"certificate_file", no_pem}, {"key_file", key}}), ContainsSubstring("no-pem"));
    CHECK_THAT(check({{"certificate_file", certificate}, {"key_file", other_key}}),
               ContainsSubstring("key2"));
    const auto socket = [&](const std::string& path) {
        return toml_text((site.here.directory / path).string());
    };
    CHECK_THAT(check({{"unix_socket", socket("s")}}), !ContainsSubstring("problem  listener"));
    CHECK_THAT(check({{"unix_socket", socket(std::string(120, 's'))}}), ContainsSubstring("too long"));
    CHECK_THAT(check({{"unix_socket", socket("nowhere/s")}}), ContainsSubstring("there is no directory"));
    CHECK_THAT(check({{"unix_socket", socket("s")}, {"unix_socket_group", "\"nogrp\""}}),
               ContainsSubstring("there is no group nogrp"));
}

TEST_CASE("check says of a locked table that it is locked, and is not kept waiting by many") {
    Site site("check_locked");
    grant(site);
    database::Connection holder(site.here.server.options(site.mautic.name()));
    holder.change("LOCK TABLES email_stats WRITE");
    const Answer one = site.run({"check"});
    CAPTURE(one.text);
    CHECK(one.exit_code == 0);
    CHECK_THAT(one.text, ContainsSubstring("email_stats: read: lock wait timeout (error 1205"));
    CHECK_THAT(one.text, ContainsSubstring("somebody has locked the table"));
    CHECK_THAT(one.text, !ContainsSubstring("please report it"));
    CHECK_THAT(one.text, !ContainsSubstring("is not granted"));
    holder.change("UNLOCK TABLES");
    holder.change("LOCK TABLES lead_fields WRITE");
    const Answer none = site.run({"check"});
    CHECK(none.exit_code == 3);
    CHECK_THAT(none.text, ContainsSubstring("somebody has locked the table"));
}

TEST_CASE("check of Mautic's directory that is not there, and of a file of seals that cannot be added to") {
    Site site("check_places");
    site.make_ledger();
    site.options["mautic.directory"] = "\"/nonexistent/mautic\"";
    const Answer no_directory = site.run({"check"});
    CHECK(no_directory.exit_code == 3);
    CHECK(has_problem(no_directory, "files"));
    site.options.erase("mautic.directory");
    site.options["seal.key_file"] =
        toml_text(site.here.directory.write("seal-key", make_signing_key()).string());
    site.options["seal.file"] = "\"/nonexistent/seals\"";
    CHECK(has_problem(site.run({"check"}), "seals"));
    site.options["seal.file"] = toml_text(site.here.directory.write("seals", "no seal\n").string());
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("its last line is no seal"));
    site.options["seal.file"] = toml_text((site.here.directory / "not-yet").string());
    CHECK(!has_problem(site.run({"check"}), "seals"));
}

TEST_CASE("check of a column that is too short for the hash") {
    Site site("check_short");
    site.mautic.connection().change("ALTER TABLE leads MODIFY firstname VARCHAR(40) DEFAULT NULL");
    const Answer answer = site.run({"check"});
    // One short field stops nobody's erasure: its value is deleted, and that is said.
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("firstname"));
    CHECK_THAT(answer.text, ContainsSubstring("deleted and not hashed"));
    CHECK_THAT(answer.text, ContainsSubstring("40"));
}

TEST_CASE("check of something unknown is a warning, or a problem when the policy says stop") {
    Site site("check_unknown");
    site.mautic.connection().change(
        "CREATE TABLE plugin_diary (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, text LONGTEXT,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    const Answer warned = site.run({"check"});
    CHECK(warned.exit_code == 0);
    CHECK_THAT(warned.text, ContainsSubstring("warning  unknown        plugin_diary"));
    CHECK_THAT(warned.text, ContainsSubstring("foreign key lead_id to leads; it is left"));
    CHECK_THAT(warned.text, ContainsSubstring("data map of your own"));
    site.options["policy.unknown"] = "\"delete\"";
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("it is emptied"));
    site.mautic.connection().change("ALTER TABLE plugin_diary ADD COLUMN recipient_contact_id INT");
    const Answer partly = site.run({"check"});
    CHECK_THAT(partly.text, ContainsSubstring("it is partly emptied"));
    CHECK(partly.text.find("[policy.columns]") == std::string::npos);
    site.options["policy.unknown"] = "\"stop\"";
    const Answer stopped = site.run({"check"});
    CHECK(stopped.exit_code == 3);
    CHECK_THAT(stopped.text, ContainsSubstring("problem  unknown        plugin_diary"));
}

TEST_CASE("check warns about a hash without a key and a secret for everybody") {
    Site site("check_warned");
    site.options["hash.key_file"] = "\"\"";
    const auto secret = site.here.directory.write("open-secret", "a secret that everybody can read\n");
    std::filesystem::permissions(secret, std::filesystem::perms{0644});
    site.options["webhook.secret_files"] = "[" + toml_text(secret.string()) + "]";
    const Answer answer = site.run({"check"});
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("reversed with a list of addresses"));
    CHECK_THAT(answer.text, ContainsSubstring("warning  secrets"));
    CHECK(answer.text.find("a secret that") == std::string::npos);
}

TEST_CASE("check of the queue") {
    Site site("check_queue");
    SECTION("a file of another program") {
        site.here.config.write();
        std::ofstream(site.here.config.queue_directory() / "queue.db") << "this is no queue";
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 3);
        CHECK(has_problem(answer, "queue"));
    }
    SECTION("a file in the directory's place") {
        site.options["queue.directory"] = toml_text(site.here.directory.write("state.txt", "").string());
        CHECK(has_problem(site.run({"check"}), "queue"));
    }
    SECTION("no directory yet") {
        site.options["queue.directory"] = "\"/nonexistent/state\"";
        const Answer answer = site.run({"check"});
        CHECK(answer.exit_code == 0);
        CHECK_THAT(answer.text, ContainsSubstring("not there yet; `serve` makes it"));
    }
}

TEST_CASE("check for programs") {
    Site site("check_json");
    site.mautic.add_contact(1);
    const Answer answer = site.run({"check", "--json"});
    CHECK(answer.exit_code == 0);
    const auto json = nlohmann::json::parse(answer.text);
    CHECK(json.at("problems") == 0);
    CHECK(json.at("findings").size() > 8);
    CHECK(json.at("findings").at(0).at("kind") == "ok");
    CHECK(json.at("findings").at(0).at("topic") == "configuration");
    CHECK(!names_person(answer.text, 1));
}
