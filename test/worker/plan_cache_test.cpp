// The rules all workers erase by, when something is in the way of making new ones.
#include "worker/plan_cache.h"
#include "ledger/hold_memory.h"
#include "ledger/owner.h"

#include "daemon/assembly.h"
#include "fixture/mautic_database.h"
#include "support/catch.h"
#include "support/private_server.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"

using namespace gdprd;

TEST_CASE("A change of the schema is not forgotten when the connection ends before the rights are tried") {
    if (test::MauticDatabase::facts_versions().empty()) return;
    test::PrivateServer server;
    test::TemporaryDirectory directory;
    test::MauticDatabase mautic(server);
    mautic.load_facts_schema("5.2.10", true);  // insists on an internet address, which is looked for
    test::DaemonConfig config(directory, mautic.options());
    const daemon::Assembly assembly(config.write());
    std::optional<database::Connection> connection(assembly.config.database);
    bool ends = false;
    const auto build = [&](const mautic::Schema& schema) {
        auto rows = connection->select("SELECT CONNECTION_ID()");
        REQUIRE(rows.next());
        if (std::exchange(ends, false)) mautic.connection().change("KILL " + rows.text(0));
        return daemon::make_rules(schema, assembly);
    };
    worker::PlanCache rules("", build,
                            [](const std::shared_ptr<const erasure::Rules>&, const std::string&) {});
    const auto first = rules.refresh(*connection, nullptr);
    const auto columns = first->plan->contact_columns.size();
    const auto kept = rules.refresh(*connection, first);
    CHECK(kept == first);

    mautic.add_field("nickname", "text", "VARCHAR(64)");
    ends = true;
    CHECK_THROWS_AS(rules.refresh(*connection, first), database::DatabaseError);
    connection.emplace(assembly.config.database);
    const auto second = rules.refresh(*connection, rules.current());
    CHECK(second->plan->contact_columns.size() == columns + 1);
    CHECK(rules.current() == second);
}

TEST_CASE("Each look at the schema notes what the holds name, before anybody is held") {
    test::PrivateServer server;
    test::TemporaryDirectory directory;
    test::MauticDatabase mautic(server, "mautic");
    mautic.load_own_schema();
    mautic.add_field("unpaid", "boolean", "TINYINT(1)");
    test::DaemonConfig config(directory, mautic.options());
    config.options["hold.segments"] = "[\"court\"]";
    config.options["hold.fields.Unpaid"] = "\"1\"";
    const daemon::Assembly assembly(config.write());
    database::Connection connection(assembly.config.database);
    worker::PlanCache rules(
        "", [&](const mautic::Schema& schema) { return daemon::make_rules(schema, assembly); },
        [](const std::shared_ptr<const erasure::Rules>&, const std::string&) {}, true);
    const auto remembered = [&] {
        std::vector<std::string> all;
        for (const auto& one :
             ledger::HoldMemory(connection, assembly.config.ledger.database).find(assembly.config.holds)) {
            all.push_back(one.rule);
        }
        return all;
    };
    const auto first = rules.refresh(connection, nullptr);
    CHECK(remembered() == std::vector<std::string>{"Unpaid"});
    mautic.insert(
        "lead_lists",
        {{"id", std::uint64_t{1}}, {"name", std::string("In court")}, {"alias", std::string("court")}});
    rules.refresh(connection, first);
    mautic.connection().change("UPDATE lead_lists SET name = 'x', alias = 'x'");
    rules.refresh(connection, first);
    CHECK(remembered() == std::vector<std::string>{"court", "Unpaid"});
}

TEST_CASE("By the ledger of another Mautic nobody is erased, and a command says so") {
    test::PrivateServer server;
    test::TemporaryDirectory directory;
    test::MauticDatabase first(server, "first"), second(server, "second");
    first.load_own_schema();
    second.load_own_schema();
    const auto rules_of = [&](test::MauticDatabase& mautic, bool creates_ledger) {
        test::DaemonConfig config(directory, mautic.options());
        const daemon::Assembly assembly(config.write());
        database::Connection connection(assembly.config.database);
        worker::PlanCache rules(
            "", [&](const mautic::Schema& schema) { return daemon::make_rules(schema, assembly); },
            [](const std::shared_ptr<const erasure::Rules>&, const std::string&) {}, creates_ledger);
        try {
            return rules.refresh(connection, nullptr);
        } catch (const ConfigurationError&) {
            CHECK(rules.current() == nullptr);  // nor does any other thread get them
            throw;
        }
    };
    CHECK(rules_of(first, true) != nullptr);
    CHECK_THROWS_WITH(rules_of(second, true), ContainsSubstring("another Mautic"));
    CHECK_THROWS_WITH(rules_of(second, false), ContainsSubstring("another Mautic"));
}

TEST_CASE("A daemon whose ledger another Mautic took over erases nobody any more") {
    test::PrivateServer server;
    test::TemporaryDirectory directory;
    test::MauticDatabase first(server, "first"), second(server, "second");
    first.load_own_schema();
    second.load_own_schema();
    test::DaemonConfig config(directory, first.options());
    const daemon::Assembly assembly(config.write());
    database::Connection connection(assembly.config.database);
    worker::PlanCache rules(
        "", [&](const mautic::Schema& schema) { return daemon::make_rules(schema, assembly); },
        [](const std::shared_ptr<const erasure::Rules>&, const std::string&) {}, true);
    REQUIRE(rules.refresh(connection, nullptr) != nullptr);
    database::Connection other(second.options());
    REQUIRE(ledger::adopt(other, assembly.config.ledger.database, ""));
    // The next [database] schema_refresh.
    CHECK_THROWS_WITH(rules.refresh(connection, rules.current()), ContainsSubstring("another Mautic"));
    CHECK(rules.current() == nullptr);
}
