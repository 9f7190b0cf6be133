// What an erasure does without some of its rights, and what it makes good when they are there.
#include "rights/rights.h"

#include <algorithm>

#include "erasure/world.h"
#include "rights/needed.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::shared_ptr<const erasure::Rules> without(const World& world,
                                              const std::vector<plan::MissingRight>& missing) {
    auto rules = std::make_shared<erasure::Rules>(*world.rules());
    rules->plan = std::make_shared<const plan::Plan>(rights::without_rights(world.plan(), missing));
    return rules;
}

std::vector<plan::MissingRight> rights_on(const std::string& real_table) {
    return {{real_table, "UPDATE", false, "GRANT UPDATE"}, {real_table, "DELETE", false, "GRANT DELETE"}};
}

// Messages to staff, about somebody or nobody.
void add_notifications(World& world, const std::string& message, int rows) {
    world.mautic.connection().change(
        "INSERT INTO notifications (header, message) SELECT '', ? FROM " + sequence(1, rows),
        std::vector<database::Value>{message});
}

erasure::Result erase(const World& world, const std::shared_ptr<const erasure::Rules>& rules,
                      ContactId contact, int pass) {
    database::Connection connection(world.mautic.options());
    return erasure::Eraser(connection, rules)
        .erase(std::vector<erasure::Request>{{contact, Origin::webhook, now(), pass, true, true, true}})
        .at(0);
}

bool has_finding(const ledger::Record& row, const std::string& table) {
    return std::any_of(row.findings.begin(), row.findings.end(),
                       [&](const ledger::Finding& finding) { return finding.table == table; });
}

// Tables without which somebody can be erased at all.
std::set<std::string> tables_of(const World& world) {
    std::set<std::string> tables;
    for (const plan::Step& step : world.plan().steps) {
        if (step.tie.kind != mautic::Tie::Kind::contact && step.table != "lead_donotcontact") {
            tables.insert(step.real_table);
        }
    }
    return tables;
}

const plan::Step* find(const std::vector<plan::Step>& steps, const std::string& key) {
    for (const plan::Step& step : steps) {
        if (step.key() == key) return &step;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("whatever table the rights on are missing, nothing is left once they are there") {
    World world;
    world.prepare();
    const auto tables = tables_of(world);
    REQUIRE(tables.size() > 15);
    ContactId contact = 100;
    std::size_t waited = 0;
    for (const std::string& table : tables) {
        CAPTURE(table, contact);
        world.mautic.add_contact(contact);
        world.mautic.unsubscribe(contact);
        const auto reduced = without(world, rights_on(table));
        CHECK(reduced->plan->missing_rights.size() == 2);
        for (const plan::Step& step : reduced->plan->steps) {
            CHECK((step.real_table != table || (step.columns.empty() && !step.delete_rows)));
        }
        erasure::Eraser eraser(world.daemon, reduced);
        const auto first = eraser.erase(
            std::vector<erasure::Request>{{contact, Origin::webhook, now(), 0, true, true, true}});
        REQUIRE(first.at(0).verdict == erasure::Verdict::erased);
        CHECK(first.at(0).status != ledger::Status::complete);
        CHECK(first.at(0).counts.rows_changed > 0);
        for (const ledger::Finding& finding : first.at(0).findings) {
            CHECK(reduced->plan->waiting_tables.contains(finding.table));
        }
        if (!first.at(0).findings.empty()) {
            ++waited;
            CHECK(first.at(0).status == ledger::Status::partial);
        }
        // Never complete as long as something waits.
        const auto second = eraser.erase(
            std::vector<erasure::Request>{{contact, Origin::webhook, now(), 1, true, true, true}});
        CHECK((second.at(0).status == ledger::Status::complete) == first.at(0).findings.empty());

        for (int pass = 2; pass <= 4; ++pass) world.erase(contact, pass);
        CHECK(world.ledger(contact)->status == ledger::Status::complete);
        CHECK(world.ledger(contact)->findings.empty());
        CHECK(world.mautic.places_of(invented_person(contact).marker).empty());
        ++contact;
    }
    CHECK(waited > 5);
}

TEST_CASE("what the rows of a waiting table are found by is not cut before") {
    World world;
    world.prepare();
    SECTION("a row that would be deleted") {
        const auto rules = without(world, rights_on("audit_log"));
        CHECK(find(world.plan().steps, "lead_notes") != nullptr);
        CHECK(find(rules->plan->steps, "lead_notes") == nullptr);
        REQUIRE(find(rules->plan->left, "lead_notes") != nullptr);
        CHECK(find(rules->plan->left, "lead_notes")->waits);
        CHECK(rules->plan->waiting_tables.contains("lead_notes"));
    }
    SECTION("a column that would get another value") {
        const auto rules = without(world, rights_on("page_hits"));
        const plan::Step* devices = find(rules->plan->steps, "lead_devices");
        REQUIRE(devices != nullptr);
        CHECK(devices->left_columns == std::vector<std::string>{"tracking_id"});
        for (const auto& column : devices->columns) CHECK(column.column != "tracking_id");
    }
    SECTION("what nobody can do without stays") {
        const auto rules = without(world, {{"leads", "UPDATE", true, "GRANT UPDATE"}});
        CHECK(rules->plan->contact_step() != nullptr);
        CHECK(rules->plan->left.size() == world.plan().left.size());
    }
}

TEST_CASE("rights are found out by trying, and roles and single columns count") {
    World world;
    world.prepare();
    PrivateServer& mariadb = server();
    const std::string& name = world.mautic.name();
    mariadb.execute("DROP USER IF EXISTS trier@localhost");
    mariadb.execute("DROP ROLE IF EXISTS eraser");
    mariadb.execute("CREATE USER trier@localhost");
    mariadb.execute("CREATE ROLE eraser");
    mariadb.execute("GRANT SELECT, UPDATE, DELETE, INSERT ON " + name + ".* TO eraser");
    mariadb.execute("GRANT eraser TO trier@localhost");
    mariadb.execute("GRANT ALL ON " + std::string(World::ledger_name) + ".* TO trier@localhost");
    mariadb.execute(set_default_role("eraser", "trier@localhost"));
    auto options = world.mautic.options();
    options.user = "trier";
    {
        database::Connection by_role(options);
        CHECK(rights::find_missing_rights(by_role, *world.rules())->empty());
    }
    mariadb.execute("REVOKE eraser FROM trier@localhost");
    mariadb.execute("GRANT SELECT, DELETE, INSERT ON " + name + ".* TO trier@localhost");
    for (const plan::Step& step : world.plan().steps) {
        if (step.table == "page_hits") continue;
        mariadb.execute("GRANT UPDATE ON " + name + "." + step.real_table + " TO trier@localhost");
    }
    mariadb.execute("GRANT UPDATE (url) ON " + name + ".page_hits TO trier@localhost");
    database::Connection by_column(options);
    const auto missing = rights::find_missing_rights(by_column, *world.rules());
    REQUIRE(missing->size() == 1);
    CHECK(missing->front().real_table == "page_hits");
    CHECK(missing->front().privilege == "UPDATE");
    CHECK_FALSE(missing->front().stops_all);
    CHECK(missing->front().grant == "GRANT UPDATE ON `" + name + "`.`page_hits` TO 'trier'@'localhost';");
    const auto rules = rights::within_rights(by_column, world.rules());
    CHECK(rules->plan->missing_rights == *missing);
    CHECK(rights::within_rights(world.daemon, world.rules()) == world.rules());
}

TEST_CASE("what is revoked of a grant on everything is missing, and the statements that are told mend it") {
    World world;
    world.prepare();
    server().execute("DROP USER IF EXISTS trier@localhost");
    server().execute("CREATE USER trier@localhost");
    server().execute("GRANT ALL ON " + std::string(World::ledger_name) + ".* TO trier@localhost");
    if (ServerUnderTest::get().is_mysql()) {
        server().execute("SET GLOBAL partial_revokes = ON");
        server().execute("GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO trier@localhost");
        server().execute("REVOKE UPDATE, DELETE ON mautic.* FROM trier@localhost");
    } else {  // cannot revoke a part
        server().execute("GRANT SELECT, INSERT ON mautic.* TO trier@localhost");
    }
    auto options = world.mautic.options();
    options.user = "trier";
    {
        database::Connection connection(options);
        const auto missing = rights::find_missing_rights(connection, *world.rules());
        std::set<std::string> privileges, tables;
        for (const auto& right : *missing) {
            privileges.insert(right.privilege);
            tables.insert(right.real_table);
            server().execute(right.grant);
        }
        CHECK(privileges == std::set<std::string>{"UPDATE", "DELETE"});
        for (const std::string& table : tables_of(world)) {
            CAPTURE(table);
            CHECK(tables.contains(table));
        }
    }
    database::Connection connection(options);
    CHECK(rights::find_missing_rights(connection, *world.rules())->empty());
    server().execute("DROP USER trier@localhost");
    if (ServerUnderTest::get().is_mysql()) server().execute("SET GLOBAL partial_revokes = OFF");
}

TEST_CASE("a right to insert into one column of several is not enough") {
    if (MauticDatabase::facts_versions().empty()) return;
    World world("", "5.2.10", true);  // insists on an internet address
    world.prepare();
    PrivateServer& mariadb = server();
    const std::string& name = world.mautic.name();
    mariadb.execute("DROP USER IF EXISTS trier@localhost");
    mariadb.execute("CREATE USER trier@localhost");
    mariadb.execute("GRANT SELECT, UPDATE, DELETE ON " + name + ".* TO trier@localhost");
    mariadb.execute("GRANT ALL ON " + std::string(World::ledger_name) + ".* TO trier@localhost");
    mariadb.execute("GRANT INSERT (reason) ON " + name +
                    ".campaign_lead_event_failed_log TO trier@localhost");
    mariadb.execute("GRANT INSERT (ip_address) ON " + name + ".ip_addresses TO trier@localhost");
    mariadb.execute("DELETE FROM " + name + ".ip_addresses WHERE ip_address = '*.*.*.*'");
    auto options = world.mautic.options();
    options.user = "trier";
    database::Connection by_column(options);
    const auto missing = rights::find_missing_rights(by_column, *world.rules());
    std::set<std::string> tables;
    for (const auto& right : *missing) {
        CHECK(right.privilege == "INSERT");
        tables.insert(right.real_table);
    }
    CHECK(tables == std::set<std::string>{"campaign_lead_event_failed_log", "ip_addresses"});
}

TEST_CASE("a row that waits for a right and is none of the newest any more is not forgotten") {
    World world;
    world.mautic.connection().change(
        "CREATE TABLE notifications (id INT AUTO_INCREMENT PRIMARY KEY, header VARCHAR(512), message "
        "LONGTEXT)"
        " CHARSET utf8mb4");
    world.policy.newest_text_rows = 10;
    world.prepare();
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    const std::string address = invented_person(7).email();
    const auto reduced = without(world, rights_on("notifications"));
    const auto left = [&] {
        return world.mautic.row_count("notifications", "message LIKE '%" + address + "%'");
    };
    const auto age = [&](int rows) { add_notifications(world, "done", rows); };
    add_notifications(world, "Import of " + address, 1);

    CHECK(erase(world, reduced, 7, 0).status == ledger::Status::partial);
    age(20);
    SECTION("while the right is missing") {
        const auto result = erase(world, reduced, 7, 1);
        CHECK(result.status == ledger::Status::partial);
        CHECK(has_finding(*world.ledger(7), "notifications"));
        CHECK(left() == 1);
    }
    SECTION("once it is there, it is looked for further back") {
        erase(world, world.rules(), 7, 1);
        CHECK(left() == 0);
        for (int pass = 2; pass <= 3; ++pass) erase(world, world.rules(), 7, pass);
        CHECK(world.ledger(7)->status == ledger::Status::complete);
        CHECK(world.ledger(7)->findings.empty());
    }
    SECTION("once it is there, but further back than anybody looks") {
        age(1100);
        for (int pass = 1; pass <= 3; ++pass) erase(world, world.rules(), 7, pass);
        CHECK(left() == 1);
        CHECK(world.ledger(7)->status == ledger::Status::partial);
        CHECK(has_finding(*world.ledger(7), "notifications"));
        world.policy.newest_text_rows = 1000;
        world.prepare();
        for (int pass = 4; pass <= 5; ++pass) erase(world, world.rules(), 7, pass);
        CHECK(left() == 0);
        CHECK(world.ledger(7)->status == ledger::Status::complete);
    }
    SECTION("another key, and nobody knows the address any more") {
        world.daemon.change("UPDATE " + std::string(World::ledger_name) +
                            ".erasure SET algorithm = 'hmac-md5', key_id = REPEAT('a', 16)");
        world.hash.key = "another key of sixteen bytes";
        world.prepare();
        for (int pass = 1; pass <= 3; ++pass) erase(world, world.rules(), 7, pass);
        CHECK(left() == 1);
        CHECK(world.ledger(7)->status == ledger::Status::partial);
        CHECK(has_finding(*world.ledger(7), "notifications"));
    }
}

TEST_CASE("a right that is taken back when nothing is left to do leaves the erasure complete") {
    // A structured value keeps its shape, so that it is filled after the erasure, too.
    const std::string table = GENERATE(as<std::string>{}, "lead_devices", "email_stats");
    CAPTURE(table);
    World world;
    world.prepare();
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    const std::string opened = "'a:1:{i:0;a:1:{s:9:\"useragent\";s:6:\"zq7f7x\";}}'";
    world.mautic.connection().change("UPDATE email_stats SET open_details = " + opened +
                                     " WHERE lead_id = 7");
    for (int pass = 0; pass <= 2; ++pass) erase(world, world.rules(), 7, pass);
    REQUIRE(world.ledger(7)->status == ledger::Status::complete);
    REQUIRE(world.mautic.row_count(table, "lead_id = 7") > 0);
    const auto reduced = without(world, rights_on(table));
    const auto result = erase(world, reduced, 7, 3);
    CHECK(result.status == ledger::Status::complete);
    CHECK(result.findings.empty());

    // What comes then waits, and is counted once a row.
    const std::string added = table == "email_stats" ? "open_details = " + opened : "device_model = 'Zq7f7x'";
    world.mautic.connection().change("UPDATE " + table + " SET " + added + " WHERE lead_id = 7 LIMIT 1");
    const auto later = erase(world, reduced, 7, 4);
    CHECK(later.status == ledger::Status::partial);
    REQUIRE(later.findings.size() == 1);
    CHECK(later.findings.front().table == table);
    CHECK(later.findings.front().cells == 1);
}

TEST_CASE("nobody is erased without the rights on rows that are known by the names in them") {
    World world;
    world.policy.own_company = policy::OwnCompany::same_name;
    world.prepare();
    PrivateServer& mariadb = server();
    const std::string& name = world.mautic.name();
    mariadb.execute("DROP USER IF EXISTS trier@localhost");
    mariadb.execute("CREATE USER trier@localhost");
    mariadb.execute("GRANT SELECT, INSERT ON " + name + ".* TO trier@localhost");
    mariadb.execute("GRANT ALL ON " + std::string(World::ledger_name) + ".* TO trier@localhost");
    // The company itself, and what is between it and the contact: as long as that is there the company is in
    // use.
    const std::string table = GENERATE(as<std::string>{}, "companies", "companies_leads");
    const char* const privilege = table == "companies" ? "UPDATE" : "DELETE";
    CAPTURE(table);
    for (const std::string& granted : {std::string("UPDATE"), std::string("DELETE")}) {
        std::set<std::string> tables{"leads", "lead_donotcontact", "ip_addresses"};
        for (const plan::Step& step : world.plan().steps) tables.insert(step.real_table);
        for (const std::string& one : tables) {
            if (one == table && granted == privilege) continue;
            mariadb.execute("GRANT " + granted + " ON " + name + "." + one + " TO trier@localhost");
        }
    }
    auto options = world.mautic.options();
    options.user = "trier";
    database::Connection connection(options);
    const auto missing = rights::find_missing_rights(connection, *world.rules());
    REQUIRE(missing->size() == 1);
    CHECK(missing->front().real_table == table);
    CHECK(missing->front().stops_all);
    const auto rules = without(world, *missing);
    CHECK(rules->plan->left.size() == world.plan().left.size());
    CHECK(rules->plan->steps.size() == world.plan().steps.size());
}

TEST_CASE(
    "an address that only rows without a contact refer to is not lost while the right on it is missing") {
    World world;
    world.prepare();
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    const auto address = world.mautic.insert("ip_addresses", {{"ip_address", "203.0.113.99"}});
    world.mautic.insert("page_hits", {{"ip_id", static_cast<std::int64_t>(address)},
                                      {"date_hit", "2026-02-28 12:00:00"},
                                      {"code", std::int64_t{200}},
                                      {"tracking_id", "nobody's"},
                                      {"url", "https://www.example.org/?e=" + invented_person(7).email()}});
    const auto left = [&] { return world.mautic.row_count("ip_addresses", "ip_address = '203.0.113.99'"); };
    const auto erase = [&](const std::shared_ptr<const erasure::Rules>& rules, int pass) {
        database::Connection connection(world.mautic.options());
        return erasure::Eraser(connection, rules)
            .erase(std::vector<erasure::Request>{{7, Origin::webhook, now(), pass, true, true, true}})
            .at(0);
    };
    auto reduced = std::make_shared<erasure::Rules>(*world.rules());
    bool is_missing = true;
    SECTION("the right to delete it is there all the time") { is_missing = false; }
    SECTION("it is granted after the first pass") {}
    if (is_missing) {
        reduced->plan = std::make_shared<const plan::Plan>(
            rights::without_rights(world.plan(), {{"ip_addresses", "DELETE", false, "GRANT DELETE"}}));
    }
    erase(reduced, 0);
    for (int pass = 1; pass <= 3; ++pass) erase(world.rules(), pass);
    CAPTURE(static_cast<int>(world.ledger(7)->status), world.ledger(7)->findings.size());
    CHECK((left() == 0 || world.ledger(7)->status != ledger::Status::complete));
    CHECK(left() == 0);
}

// An erasure that meets a hash of which nothing is filed has the history read again.
TEST_CASE("what an erasure changes of the marks it needs the right for, not the background alone") {
    for (const char* privilege : {"SELECT", "DELETE"}) {
        const auto needed = rights::needed_ledger_rights("some_ledger");
        CHECK(std::any_of(needed.begin(), needed.end(), [&](const rights::Right& right) {
            return right.real_table == "mark" && right.privilege == privilege && right.stops_all;
        }));
    }
}
