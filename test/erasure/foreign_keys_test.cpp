// Rows of others that refer to those of a contact by a foreign key: none of them goes, and none is changed.
#include "erasure/tied_rows.h"
#include "fixture/grants.h"
#include "ledger/ledger.h"
#include "plan/build_plan.h"
#include "rights/rights.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

// Another program's database on the same server.
class Shop {
  public:
    Shop() {
        server().execute("DROP DATABASE IF EXISTS shop");
        server().execute("CREATE DATABASE shop");
    }
    ~Shop() { server().execute("DROP DATABASE IF EXISTS shop"); }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;
};

// `table` refers to rows of `of`, and has one row that refers to `id`.
void refer(World& world, const std::string& table, const std::string& of, const std::string& id,
           const std::string& rule) {
    const std::string type = world.mautic.value(
        "SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "
        "'" +
        of + "' AND COLUMN_NAME = 'id'");
    world.mautic.connection().change("CREATE TABLE " + table + " (id INT PRIMARY KEY, ref " + type +
                                     ", FOREIGN KEY (ref) REFERENCES mautic." + of + " (id) " + rule + ")");
    world.mautic.connection().change("INSERT INTO " + table + " VALUES (1, " + id + ")");
}

std::string first_note(World& world, ContactId contact) {
    return world.mautic.value("SELECT MIN(id) FROM lead_notes WHERE lead_id = " + std::to_string(contact));
}

}  // namespace

TEST_CASE("a row that others refer to by a foreign key is emptied, and theirs stays as it is") {
    const Shop shop;
    World world;
    add_people(world);
    const std::string note = first_note(world, erased);
    std::string table;
    SECTION("in this database") { table = "note_task"; }
    SECTION("in another database") { table = "shop.note_task"; }
    std::string rule;
    SECTION("ON DELETE CASCADE") { rule = "ON DELETE CASCADE"; }
    SECTION("ON DELETE SET NULL") { rule = "ON DELETE SET NULL"; }
    SECTION("ON DELETE RESTRICT") { rule = "ON DELETE RESTRICT"; }
    if (table.empty()) table = "shop.note_task";
    CAPTURE(table, rule);
    refer(world, table, "lead_notes", note, rule);
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(world.mautic.value("SELECT ref FROM " + table) == note);
    CHECK(world.mautic.value("SELECT COALESCE(text, '') FROM lead_notes WHERE id = " + note).empty());
    CHECK(world.mautic.places_of(invented_person(erased).marker).empty());
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 70 AND text <> ''") > 0);
    CHECK(world.erase(erased, 1, false).status == Status::complete);
    world.mautic.connection().change("DROP TABLE " + table);
}

TEST_CASE("an internet address that another database refers to is somebody else's too") {
    const Shop shop;
    World world;
    add_people(world);
    const std::string ip = world.mautic.value("SELECT MIN(ip_id) FROM lead_ips_xref WHERE lead_id = 7");
    world.mautic.connection().change("DELETE FROM lead_ips_xref WHERE lead_id <> 7");
    const auto addresses = world.mautic.row_count("ip_addresses", "id = " + ip);
    REQUIRE(addresses == 1);
    SECTION("and goes with nobody's reference") {
        CHECK(world.erase(erased).status == Status::settling);
        CHECK(world.mautic.row_count("ip_addresses", "id = " + ip) == 0);
    }
    SECTION("and stays for a reference") {
        refer(world, "shop.orders", "ip_addresses", ip, "ON DELETE CASCADE");
        refer(world, "shop.visits", "ip_addresses", ip, "ON DELETE SET NULL");
        refer(world, "shop.bills", "ip_addresses", ip, "");
        CHECK(world.erase(erased).status == Status::settling);
        for (const char* table : {"orders", "visits", "bills"}) {
            CHECK(world.mautic.value(std::string("SELECT ref FROM shop.") + table) == ip);
        }
    }
    SECTION("and stays for a column of a plugin without a key") {
        world.mautic.connection().change("CREATE TABLE plug (id INT PRIMARY KEY, ip_id INT UNSIGNED)");
        world.mautic.connection().change("INSERT INTO plug VALUES (1, " + ip + ")");
        world.erase(erased);
        CHECK(world.mautic.row_count("ip_addresses", "id = " + ip) == 1);
    }
}

TEST_CASE("a row that a hidden foreign key holds is left and counted, and keeps nobody from being erased") {
    const Shop shop;
    World world;
    for (const ContactId contact : {7, 8}) {
        world.mautic.add_contact(contact);
        world.mautic.unsubscribe(contact);
    }
    refer(world, "shop.note_task", "lead_notes", first_note(world, 7), "ON DELETE RESTRICT");
    server().execute("DROP USER IF EXISTS mautic_gdprd@localhost");
    server().execute("DROP DATABASE IF EXISTS mautic_gdprd");
    server().load_sql(grants_for(world.mautic), "mautic");
    auto options = world.mautic.options();
    options.user = "mautic_gdprd";
    options.password = "a password";
    database::Connection daemon(options);
    ledger::Ledger(daemon, "mautic_gdprd").create();
    const policy::Hasher hasher{policy::HashOptions{}};
    const auto rules_now = [&] {
        auto rules = std::make_shared<erasure::Rules>(erasure::Rules{nullptr, hasher, {}, "mautic_gdprd"});
        rules->plan = std::make_shared<const plan::Plan>(
            plan::build_plan(shipped_map(), sample_policy(), hasher, mautic::read_schema(daemon, "")));
        return rights::within_rights(daemon, rules);
    };
    const std::vector<erasure::Request> both{{7, Origin::webhook, now(), 0, true},
                                             {8, Origin::webhook, now(), 0, true}};
    const auto results = erasure::Eraser(daemon, rules_now()).erase(both);
    CHECK(results.at(0).status == Status::partial);
    CHECK(results.at(1).status == Status::settling);
    REQUIRE(results.at(0).findings.size() == 1);
    CHECK(results.at(0).findings.front().table == "lead_notes");
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 1);
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 8") == 0);

    // What the account may see, it goes by; what it may not read, waits.
    refer(world, "shop.orders", "ip_addresses", "(SELECT MIN(id) FROM mautic.ip_addresses)", "");
    server().execute("GRANT INSERT ON shop.orders TO mautic_gdprd@localhost");
    const auto reduced = rules_now();
    const auto is_left = [](const plan::Step& step) { return step.table == "ip_addresses" && step.waits; };
    CHECK(std::any_of(reduced->plan->left.begin(), reduced->plan->left.end(), is_left));
    server().execute("GRANT SELECT ON shop.orders TO mautic_gdprd@localhost");
    const auto whole = rules_now();
    CHECK(whole->plan->missing_rights.empty());
    CHECK(std::none_of(whole->plan->left.begin(), whole->plan->left.end(), is_left));

    server().execute("DELETE FROM shop.note_task");
    Status last = Status::partial;
    for (const int pass : {1, 2}) {
        last = erasure::Eraser(daemon, whole)
                   .erase(std::vector<erasure::Request>{{7, Origin::webhook, now(), pass, pass < 2}})
                   .at(0)
                   .status;
    }
    CHECK(last == Status::complete);
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 0);
}
