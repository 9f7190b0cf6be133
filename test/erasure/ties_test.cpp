// Rows that no column with the contact's id leads to: shared ones, the contact's own company; odd tables; and
// what the operator's switches leave alone.
#include <thread>

#include "erasure/lock_wait.h"
#include "erasure/tied_rows.h"
#include "fixture/php_serialize.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

std::string ip_of(World& world, ContactId contact) {
    return world.mautic.value("SELECT ip_id FROM {prefix}lead_ips_xref WHERE lead_id = " +
                              std::to_string(contact));
}

std::uint64_t ips(World& world, const std::string& id) {
    return world.mautic.row_count("ip_addresses", "id = " + id);
}

std::uint64_t company_of(World& world, ContactId contact, const std::string& name) {
    const auto id = world.mautic.insert("companies", {{"companyname", name}, {"companycity", "Exampletown"}});
    world.mautic.insert("companies_leads", {{"company_id", id}, {"lead_id", contact}});
    return id;
}

std::string full_name(ContactId contact) {
    const auto fields = invented_person(contact).fields;
    return fields.at("firstname") + ' ' + fields.at("lastname");
}

std::string company(World& world, std::uint64_t id) {
    return world.mautic.value(
        "SELECT CONCAT_WS(',', companyname, companycity) FROM {prefix}companies WHERE id = " +
        std::to_string(id));
}

}  // namespace

TEST_CASE("an internet address goes when nobody else used it") {
    World world("mtc_");
    add_people(world);
    const std::string own = ip_of(world, erased);
    const std::string others = ip_of(world, other);
    world.mautic.insert("lead_ips_xref", {{"lead_id", erased}, {"ip_id", others}});
    world.erase(erased);
    CHECK(ips(world, own) == 0);
    CHECK(ips(world, others) == 1);
    CHECK(world.mautic.row_count("lead_ips_xref", "lead_id = 70") == 1);
}

TEST_CASE("an internet address stays while a plugin's table refers to it") {
    World world;
    add_people(world);
    const std::string own = ip_of(world, erased);
    world.mautic.connection().change(
        "CREATE TABLE plugin_visits (id INT PRIMARY KEY, address INT UNSIGNED, CONSTRAINT visit_ip FOREIGN "
        "KEY"
        " (address) REFERENCES ip_addresses (id) ON DELETE CASCADE)");
    world.mautic.connection().change("INSERT INTO plugin_visits VALUES (1, " + own + ")");
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(ips(world, own) == 1);
    CHECK(world.mautic.value("SELECT COUNT(*) FROM plugin_visits") == "1");
}

TEST_CASE("with ip_links switched off the addresses and their links stay") {
    World world;
    add_people(world);
    world.policy.switched_off = {"ip_links"};
    const std::string own = ip_of(world, erased);
    world.erase(erased);
    CHECK(ips(world, own) == 1);
    CHECK(world.mautic.row_count("lead_ips_xref", "lead_id = 7") == 1);
}

TEST_CASE("with the device cookie and the tracking hash switched off these stay, and only these") {
    World world;
    add_people(world);
    world.policy.switched_off = {"device_cookie", "tracking_hash"};
    world.erase(erased);
    CHECK(world.mautic.row_count("lead_devices", "lead_id = 7 AND tracking_id LIKE 'erased-%'") == 0);
    CHECK(world.mautic.row_count("email_stats", "lead_id = 7 AND tracking_hash LIKE 'erased-%'") == 0);
    CHECK(world.mautic.places_of(invented_person(erased).marker).empty());
}

TEST_CASE("a company stays unless the policy takes it for the contact's own") {
    struct Case {
        policy::OwnCompany rule;
        bool shared;
        bool named;
        bool emptied;
    };
    using policy::OwnCompany;
    for (const Case& c :
         {Case{OwnCompany::never, false, true, false}, Case{OwnCompany::only_contact, false, false, true},
          Case{OwnCompany::only_contact, true, true, false}, Case{OwnCompany::same_name, false, false, false},
          Case{OwnCompany::same_name, false, true, true}, Case{OwnCompany::same_name, true, true, false}}) {
        CAPTURE(policy::name_of(c.rule), c.shared, c.named);
        World world;
        add_people(world);
        world.policy.own_company = c.rule;
        const std::string name = c.named ? full_name(erased) + " Carpentry" : std::string("Example Ltd");
        const auto id = company_of(world, erased, name);
        if (c.shared) world.mautic.insert("companies_leads", {{"company_id", id}, {"lead_id", other}});
        world.erase(erased);
        CHECK(company(world, id) == (c.emptied ? "" : name + ",Exampletown"));
        CHECK(world.mautic.row_count("companies_leads", "lead_id = 7") == 0);
    }
}

TEST_CASE("a company that shares a word with its contact by coincidence stays") {
    struct Case {
        const char* column;
        std::string text;
        bool emptied;
    };
    const Person person = invented_person(erased);
    const std::string& first = person.fields.at("firstname");
    const std::string& last = person.fields.at("lastname");
    for (const Case& c :
         {Case{"companycity", first, false}, Case{"companyname", first + "-Benz AG", false},
          Case{"companyname", last + " Carpentry", false},
          Case{"companydescription", first + " and " + last + " deliver the best", false},
          Case{"companydescription", "Write to " + person.email(), false},
          Case{"companyname", last + ", " + first, true}, Case{"companyemail", person.email(), true}}) {
        CAPTURE(c.column, c.text);
        World world;
        add_people(world);
        world.policy.own_company = policy::OwnCompany::same_name;
        const auto id = company_of(world, erased, "Example Ltd");
        if (!world.mautic.has_column("companies", c.column)) continue;
        world.mautic.connection().change(
            std::string("UPDATE companies SET ") + c.column + " = ? WHERE id = ?",
            std::vector<database::Value>{c.text, id});
        world.erase(erased);
        CHECK(company(world, id).empty() == c.emptied);
    }
}

TEST_CASE("a company of two contacts of a batch is emptied by whom it is named after, whoever comes first") {
    for (const ContactId named_after : {erased, other}) {
        CAPTURE(named_after);
        World world;
        add_people(world);
        world.mautic.unsubscribe(other);
        world.policy.own_company = policy::OwnCompany::same_name;
        const std::string name = full_name(named_after) + " Carpentry";
        const auto id = company_of(world, erased, name);
        world.mautic.insert("companies_leads", {{"company_id", id}, {"lead_id", other}});
        world.erase(std::vector<erasure::Request>{{erased, Origin::webhook, now(), 0, true},
                                                  {other, Origin::webhook, now(), 0, true}});
        CHECK(company(world, id).empty());
    }
}

TEST_CASE("a structured value that cannot be read is emptied and counted") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "UPDATE email_stats SET open_details = 'a:1:{i:0;O:8:\"Surprise\":0:{}}'"
        " WHERE lead_id = 7 ORDER BY id LIMIT 1");
    CHECK(world.erase(erased).counts.values_emptied == 1);
    CHECK(world.mautic.row_count("email_stats", "lead_id = 7 AND open_details = 'a:0:{}'") >= 1);
    CHECK(world.erase(erased, 1).counts.unexpected() == 0);
}

TEST_CASE("an exception does not cover rows whose column is NULL") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE plugin_links (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, kind VARCHAR(20), text "
        "LONGTEXT,"
        " KEY of_lead (lead_id))");
    world.mautic.connection().change(
        "INSERT INTO plugin_links VALUES (1, 7, NULL, 'x'), (2, 7, 'Account', 'x')");
    mautic::TableEntry entry;
    entry.table = "plugin_links";
    entry.why = "Links.";
    entry.tie.kind = mautic::Tie::Kind::column;
    entry.tie.column = "lead_id";
    entry.tie.exceptions = {{"kind", {"Account"}, false}};
    entry.delete_rows = true;
    world.map.entries.push_back(entry);
    world.erase(erased);
    CHECK(world.mautic.value("SELECT GROUP_CONCAT(id) FROM plugin_links") == "2");
}

TEST_CASE("unknown = delete leaves valid JSON in a plugin's table") {
    World world;
    add_people(world);
    world.policy.unknown = policy::UnknownRule::remove;
    world.mautic.connection().change(
        "CREATE TABLE plugin_answers (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, answers JSON NOT NULL,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    world.mautic.connection().change("INSERT INTO plugin_answers VALUES (1, 7, '{\"name\":\"zq7f7x\"}')");
    world.erase(erased);
    CHECK(world.mautic.value("SELECT answers FROM plugin_answers") == "[]");
}

TEST_CASE("columns of different collations do not stop an erasure") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "ALTER TABLE lead_devices MODIFY tracking_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE "
        "utf8mb4_general_ci");
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(world.mautic.places_of(invented_person(erased).tracking_id).empty());
}

TEST_CASE("somebody's copy of a form's results stops nobody's erasure") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE form_results_1_newsletter_bak (submission_id INT, email TEXT)");
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(world.plan().unknown.size() == 1);
}

TEST_CASE("a contact with thousands of changes is rewritten in parts, each row once") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "INSERT INTO audit_log (user_id, user_name, bundle, object, object_id, action, details, date_added,"
        " ip_address) SELECT 1, 'Staff', 'lead', 'lead', 7, 'update',"
        " 'a:1:{s:6:\"fields\";a:1:{s:5:\"title\";a:2:{i:0;s:0:\"\";i:1;s:6:\"zq7f7x\";}}}', NOW(), ''"
        " FROM " +
        test::sequence(1, 2000));
    const auto before = world.mautic.row_count("audit_log", "object = 'lead' AND object_id = 7");
    REQUIRE(before > 2000);
    CHECK(world.erase(erased).counts.rows_by_action.at(mautic::Action::rewrite) >= 2000);
    CHECK(world.mautic.places_of("zq7f7x").empty());
    CHECK(world.mautic.row_count("audit_log", "object = 'lead' AND object_id = 7") == before);
    CHECK(world.erase(erased, 1).counts.unexpected() == 0);
}

TEST_CASE("a merge does not move away what the erasure is about to change by its key") {
    World world;
    add_people(world);
    const auto note = world.mautic.insert("lead_notes", {{"lead_id", erased}, {"text", "called"}});
    const auto entry =
        world.mautic.insert("audit_log", {{"user_name", "Staff"},
                                          {"bundle", "lead"},
                                          {"object", "note"},
                                          {"object_id", note},
                                          {"action", "create"},
                                          {"ip_address", "192.0.2.9"},
                                          {"date_added", "2025-02-01 08:00:00"},
                                          {"details", php::map({{"text", php::string("called")}})}});
    const auto details = [&] {
        return world.mautic.value("SELECT details FROM {prefix}audit_log WHERE id = " +
                                  std::to_string(entry));
    };
    const std::string before = details();
    world.prepare();
    bool is_moved = true;
    {
        // A table that is changed before the note's log, when what hangs on parents is found already.
        database::Transaction somebody_else(world.mautic.connection());
        world.mautic.connection().select("SELECT id FROM page_hits WHERE lead_id = 7 FOR UPDATE");
        std::thread worker([&] {
            const database::ThreadScope scope;
            world.erase(erased);
        });
        wait_for_lock_wait();
        auto options = world.mautic.options();
        options.lock_wait_timeout = Milliseconds(1000);
        database::Connection merge(options);
        try {
            merge.change("UPDATE lead_notes SET lead_id = 70 WHERE id = " + std::to_string(note));
        } catch (const database::DatabaseError& error) {
            is_moved = false;
            CHECK(error.error_class() == database::ErrorClass::conflict);
        }
        somebody_else.commit();
        worker.join();
    }
    CHECK_FALSE(is_moved);
    CHECK((details() == before) == is_moved);
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 0);
}
