// The database server is killed and restarted while the daemon works.
#include <memory>

#include <nlohmann/json.hpp>

#include "fixture/grants.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "system/aftermath.h"
#include "system/load.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

nlohmann::json readiness(Installation& here) { return nlohmann::json::parse(here.page("/readyz")); }

bool ready(Installation& here, const char* component) {
    return readiness(here).at("components").at(component).at("ready").get<bool>();
}

void wait_for_acknowledgements(Installation& here, const Load& load, std::size_t more) {
    const std::size_t target = load.acknowledged() + more;
    here.wait_until("more is acknowledged", [&] { return load.acknowledged() >= target || load.finished(); });
}

}  // namespace

TEST_CASE("While the database is away webhooks are taken, and afterwards everybody is erased without help") {
    constexpr std::size_t people = 400;
    PrivateServer server;
    Installation here(server, "lost");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, people);
    here.start();
    CHECK(here.status_of("/readyz") == 200);
    Load load(here.config.port, here.config.webhook_secret, aftermath.contacts(), 4);
    for (int round = 0; round < 4; ++round) {
        wait_for_acknowledgements(here, load, 20);
        const bool in_good_order = round == 1;
        in_good_order ? server.stop() : server.kill();
        wait_for_acknowledgements(here, load, 50);
        here.wait_until("/readyz tells", [&] { return here.status_of("/readyz") == 503; });
        CHECK_FALSE(ready(here, "database"));
        CHECK(ready(here, "queue"));
        CHECK(here.status_of("/healthz") == 200);
        CHECK(here.metric("database_up") == 0);
        server.start();
        here.wait_until("/readyz is well again", [&] { return here.status_of("/readyz") == 200; });
    }
    const auto acknowledged = load.acknowledged_contacts();
    CHECK(acknowledged.size() == people);
    CHECK(load.other_answers() == std::set<int>{});
    aftermath.check(acknowledged);
    CHECK(here.metric("jobs_parked_total") == 0);
    CHECK(here.ledger_rows() == people);
    here.stop();
}

TEST_CASE("Started while the database is away, it takes webhooks and erases when the database comes") {
    PrivateServer server;
    Installation here(server, "late");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 3);
    server.kill();
    here.start();
    CHECK(here.status_of("/readyz") == 503);
    CHECK(here.announce(1) == 204);
    CHECK(here.announce(2) == 204);
    server.start();
    aftermath.check({1, 2});
    CHECK(here.ledger_rows() == 2);
    CHECK(here.status_of("/readyz") == 200);
    here.stop();
}

TEST_CASE("Started while Mautic's tables are missing, it takes webhooks and erases when they are back") {
    PrivateServer server;
    Installation here(server, "no_tables");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 2);
    server.execute("RENAME TABLE leads TO l, lead_donotcontact TO d, lead_fields TO f", here.mautic.name());
    here.launch();
    here.daemon->wait_until_listening(here.config.port);
    CHECK(here.status_of("/readyz") == 503);
    CHECK_THAT(here.page("/readyz"), ContainsSubstring("the database has no table leads"));
    CHECK(here.announce(1) == 204);
    server.execute("RENAME TABLE l TO leads, d TO lead_donotcontact, f TO lead_fields", here.mautic.name());
    here.wait_until("/readyz is well", [&] { return here.status_of("/readyz") == 200; });
    aftermath.check({1});
    here.stop();
}

namespace {

// Held until the holder goes.
std::unique_ptr<database::Connection> lock(Installation& here, const std::string& tables) {
    auto holder = std::make_unique<database::Connection>(here.server.options(here.mautic.name()));
    holder->change("LOCK TABLES " + tables);
    return holder;
}

std::string all_tables(Installation& here) {
    return here.server.value(
        "SELECT GROUP_CONCAT(CONCAT('`', TABLE_NAME, '` READ')) FROM information_schema.TABLES"
        " WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA = '" +
        here.mautic.name() + "'");
}

}  // namespace

TEST_CASE(
    "Started while tables are locked, it takes webhooks, can be stopped, and erases when they are free") {
    PrivateServer server({.arguments = {"--group-concat-max-len=1000000"}});
    Installation here(server, "locked");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 6);
    const std::vector<std::string> locks{"lead_fields WRITE, webhooks WRITE, leads WRITE",
                                         "email_stats WRITE", all_tables(here)};
    for (ContactId contact = 1; const std::string& tables : locks) {
        CAPTURE(tables);
        auto holder = lock(here, tables);
        here.launch();
        here.daemon->wait_until_listening(here.config.port);
        CHECK(here.announce(contact++) == 204);
        here.stop();
        here.launch();
        here.daemon->wait_until_listening(here.config.port);
        CHECK(here.announce(contact++) == 204);
        CHECK(here.status_of("/healthz") == 200);
        holder.reset();
        here.wait_until_idle();
        here.wait_until("/readyz is well", [&] { return here.status_of("/readyz") == 200; });
        CHECK(here.metric("missing_rights") == 0);
        here.stop();
    }
    here.start();
    aftermath.check({1, 2, 3, 4, 5, 6});
    CHECK(here.metric("jobs_parked_total") == 0);
    here.stop();
}

TEST_CASE(
    "Started with a server that takes connections and is silent, it takes webhooks and can be stopped") {
    PrivateServer server;
    Installation here(server, "silent");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 1);
    here.config.options["database.connect_timeout"] = "\"2m\"";
    server.hang();
    here.launch();
    here.daemon->wait_until_listening(here.config.port);
    CHECK(here.announce(1) == 204);
    server.wake_up();
    here.wait_until_idle();
    aftermath.check({1});
    here.stop();
}

TEST_CASE("Started with a policy that does not fit Mautic's tables, it ends and is not started again") {
    PrivateServer server;
    Installation here(server, "misfit");
    here.config.options["policy.fields.no_such_field"] = "\"keep\"";
    here.launch();
    CHECK(here.daemon->wait_for_exit(std::chrono::seconds(30)) == 2);
}

namespace {

// The daemon as an ordinary user: read-only servers let administrators write.
void use_ordinary_user(PrivateServer& server, Installation& here) {
    server.load_sql(grants_for(here.mautic, here.ledger_database), here.mautic.name());
    here.config.database_password = "a password";
    here.config.options["database.user"] = "\"mautic_gdprd\"";
}

std::size_t times_in(const std::string& text, std::string_view words) {
    std::size_t times = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++times;
    return times;
}

// Those of the settings that this server has.
std::vector<std::string> known_to(PrivateServer& server, const std::vector<std::string>& settings) {
    std::vector<std::string> known;
    for (const std::string& name : settings) {
        database::Rows rows = server.select("SHOW GLOBAL VARIABLES LIKE '" + name + "'");
        if (rows.next()) known.push_back(name);
    }
    return known;
}

}  // namespace

TEST_CASE(
    "A server that takes logins and refuses changes is asked seldom, is told, and works go on when it ends") {
    PrivateServer server;
    const auto settings = known_to(server, {"read_only", "super_read_only"});
    REQUIRE(settings.size() == (ServerUnderTest::get().is_mysql() ? 2 : 1));
    for (const std::string& setting : settings) {
        CAPTURE(setting);
        Installation here(server, "refuses_by_" + setting);
        use_ordinary_user(server, here);
        here.config.options["worker.threads"] = "2";
        for (const ContactId contact : {1, 2, 3}) here.add_opted_out(contact);
        here.start();
        CHECK(here.status_of("/readyz") == 200);
        server.execute("SET GLOBAL " + setting + " = 1");
        const auto begun = std::chrono::steady_clock::now();
        for (const ContactId contact : {1, 2, 3}) CHECK(here.announce(contact) == 204);
        here.wait_until("/readyz tells", [&] { return !ready(here, "database"); });
        CHECK_THAT(readiness(here).at("components").at("database").at("detail").get<std::string>(),
                   ContainsSubstring("read-only") || ContainsSubstring("read_only"));
        CHECK(here.metric("database_up") == 0);
        here.wait_until("it was tried six times",
                        [&] { return here.metric("retries_total{error=\"connection\"}") >= 6; });
        // The first two may come together, from both workers; then one after the other, each after half of
        // twice the pause of the one before at least.
        CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(1'400));
        CHECK_FALSE(ready(here, "database"));
        CHECK(times_in(here.daemon->log(), "error 1290") <= 8);
        CHECK(here.ledger_rows() == 0);
        server.execute("SET GLOBAL read_only = 0");  // and with it super_read_only
        here.wait_until_idle();
        for (const ContactId contact : {1, 2, 3}) CHECK(here.erased(contact));
        here.wait_until("/readyz is well again", [&] { return here.status_of("/readyz") == 200; });
        CHECK(here.metric("jobs_parked_total") == 0);
        here.stop();
    }
}

TEST_CASE("A server that goes offline under the daemon is told once, and work goes on when it is back") {
    PrivateServer server;
    const bool has_mode = !known_to(server, {"offline_mode"}).empty();
    REQUIRE(has_mode == ServerUnderTest::get().is_mysql());  // MariaDB has no such mode
    if (!has_mode) return;
    Installation here(server, "offline");
    use_ordinary_user(server, here);
    here.config.options["worker.threads"] = "2";
    for (const ContactId contact : {1, 2}) here.add_opted_out(contact);
    here.start();
    here.announce(1);
    here.wait_for_ledger(1, "complete");
    database::Connection root(server.options());
    root.change("SET GLOBAL offline_mode = 1");  // ends the sessions of everybody but administrators
    const auto begun = std::chrono::steady_clock::now();
    CHECK(here.announce(2) == 204);
    here.wait_until("/readyz tells", [&] { return !ready(here, "database"); });
    CHECK_THAT(readiness(here).at("components").at("database").at("detail").get<std::string>(),
               ContainsSubstring("offline"));
    CHECK(here.metric("database_up") == 0);
    // Logins that were refused: of the workers, one after the other, and of the scheduler.
    const auto refused = [&] {
        database::Rows rows = root.select("SHOW GLOBAL STATUS LIKE 'Connections'");
        rows.next();
        return rows.number(1);
    };
    const std::uint64_t before = refused();
    here.wait_until("it was tried ten times", [&] { return refused() >= before + 10; });
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(1'400));
    const std::string log = here.daemon->log();
    const std::size_t of_scheduler = times_in(log, "the background scheduler cannot connect to the database");
    CHECK(of_scheduler <= 1);
    CHECK(times_in(log, "cannot connect to the database; retrying") == of_scheduler + 1);
    root.change("SET GLOBAL offline_mode = 0");
    here.wait_until_idle();
    CHECK(here.erased(2));
    here.wait_until("/readyz is well again", [&] { return here.status_of("/readyz") == 200; });
    CHECK(here.metric("jobs_parked_total") == 0);
    here.stop();
}

TEST_CASE("A connection that the server closed while it was idle is made again, and nobody notices") {
    PrivateServer server({.arguments = {"--wait-timeout=5"}});
    Installation here(server, "idle");
    use_ordinary_user(server, here);
    here.config.options["worker.threads"] = "2";
    here.config.options["worker.attempts_max"] = "1";
    for (const ContactId contact : {1, 2, 3}) here.add_opted_out(contact);
    here.start();
    const std::string sessions =
        "SELECT COALESCE(GROUP_CONCAT(ID), '') FROM information_schema.PROCESSLIST"
        " WHERE USER = 'mautic_gdprd'";
    // Of two workers one has nothing to do, so that its connection is closed again and again.
    for (const ContactId contact : {1, 2, 3}) {
        CHECK(here.announce(contact) == 204);
        here.wait_for_ledger(contact, "complete");
        const std::string open = server.value(sessions);
        REQUIRE(open != "");
        here.wait_until("the server has closed them",
                        [&] { return server.value(sessions + " AND ID IN (" + open + ")") == ""; });
    }
    CHECK(here.metric("jobs_parked_total") == 0);
    CHECK(here.status_of("/readyz") == 200);
    CHECK_THAT(here.daemon->log(), !ContainsSubstring("no database connection"));
    CHECK_THAT(here.daemon->log(), !ContainsSubstring("erasing failed"));
    CHECK_THAT(here.daemon->log(), !ContainsSubstring("erasing waits"));
    here.stop();
}

TEST_CASE("Started on a read-only server, it makes its ledger and erases when the server takes changes") {
    PrivateServer server;
    Installation here(server, "read_only_start");
    use_ordinary_user(server, here);
    here.add_opted_out(1);
    server.execute("SET GLOBAL read_only = 1");
    here.launch();
    here.daemon->wait_until_listening(here.config.port);
    CHECK(here.announce(1) == 204);
    here.wait_until("/readyz tells", [&] { return !ready(here, "database"); });
    server.execute("SET GLOBAL read_only = 0");
    here.wait_until_idle();
    CHECK(here.erased(1));
    here.stop();
}
