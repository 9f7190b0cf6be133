// Rows that no column with the contact's id leads to: shared ones, rows found by their text, the contact's
// own company; and what the operator's switches leave alone.
#include "content/zlib.h"
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Status;

namespace {

constexpr ContactId erased = 7;
constexpr ContactId other = 70;  // 7 is the beginning of its number

void add_people(World& world) {
    for (const ContactId id : {erased, other}) world.mautic.add_contact(id);
    world.mautic.unsubscribe(erased);
}

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

std::string company(World& world, std::uint64_t id) {
    return world.mautic.value(
        "SELECT CONCAT_WS(',', companyname, companycity) FROM {prefix}companies WHERE id = " +
        std::to_string(id));
}

std::uint64_t add_answer(World& world, const std::string& note) {
    if (world.mautic.row_count("webhooks") == 0) {
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    }
    return world.mautic.insert("webhook_logs",
                               {{"webhook_id", world.mautic.value("SELECT MIN(id) FROM {prefix}webhooks")},
                                {"status_code", 200},
                                {"note", note}});
}

std::string event_of(ContactId contact) {
    return R"({"contact":{"id":)" + std::to_string(contact) + R"(,"fields":{"core":{"email":{"value":")" +
           invented_person(contact).email() + R"("}}}},"channel":"email","new_status":"unsubscribed"})";
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
        const std::string name = c.named ? invented_person(erased).fields.at("lastname") + " Carpentry"
                                         : std::string("Example Ltd");
        const auto id = company_of(world, erased, name);
        if (c.shared) world.mautic.insert("companies_leads", {{"company_id", id}, {"lead_id", other}});
        world.erase(erased);
        CHECK(company(world, id) == (c.emptied ? "" : name + ",Exampletown"));
        CHECK(world.mautic.row_count("companies_leads", "lead_id = 7") == 0);
    }
}

TEST_CASE("a pending webhook still says who opted out of what, and nothing else") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const auto add = [&](ContactId contact, bool compressed) {
        const std::string text = event_of(contact);
        return world.mautic.insert(
            "webhook_queue", {{"webhook_id", webhook},
                              {"event_id", event},
                              {"payload", compressed ? database::Value(nullptr) : database::Value(text)},
                              {"payload_compressed", compressed ? database::Value(content::deflate(text))
                                                                : database::Value(nullptr)}});
    };
    const auto plain = add(erased, false);
    const auto compressed = add(erased, true);
    const auto of_other = add(other, true);
    const auto read = [&](std::uint64_t id, const char* column) {
        return world.mautic.value("SELECT " + std::string(column) +
                                  " FROM {prefix}webhook_queue WHERE id = " + std::to_string(id));
    };
    world.erase(erased);
    const std::string expected =
        R"({"contact":{"id":7,"fields":{"core":{"email":{"value":""}}}},"channel":"email","new_status":"unsubscribed"})";
    CHECK(read(plain, "payload") == expected);
    CHECK(content::inflate(read(compressed, "payload_compressed"), 100'000) == expected);
    CHECK(content::inflate(read(of_other, "payload_compressed"), 100'000) == event_of(other));
}

TEST_CASE("what the bound of the text search leaves out, the result says") {
    World world;
    add_people(world);
    world.policy.newest_text_rows = 10;
    const std::string quoted = "unknown: " + invented_person(erased).email();
    const auto old = add_answer(world, quoted);
    for (int i = 0; i < 9; ++i) add_answer(world, "fine");
    const auto fresh = add_answer(world, quoted);
    const auto note = [&](std::uint64_t id) {
        return world.mautic.value("SELECT note FROM {prefix}webhook_logs WHERE id = " + std::to_string(id));
    };
    world.erase(erased);
    CHECK(note(fresh) == "NULL");
    CHECK(note(old) == quoted);
    REQUIRE(world.ledger(erased).has_value());
    CHECK(world.ledger(erased)->not_covered.older_rows);
}

TEST_CASE("a text search that reached every row leaves nothing out") {
    World world;
    add_people(world);
    add_answer(world, "fine");
    world.erase(erased);
    CHECK_FALSE(world.ledger(erased)->not_covered.older_rows);
}

TEST_CASE("a structured value that cannot be read is emptied and counted") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "UPDATE email_stats SET open_details = 'a:1:{i:0;O:8:\"Surprise\":0:{}}'"
        " WHERE lead_id = 7 ORDER BY id LIMIT 1");
    CHECK(world.erase(erased).counts.values_emptied == 1);
    CHECK(world.mautic.row_count("email_stats", "lead_id = 7 AND open_details = 'a:0:{}'") >= 1);
    CHECK(world.erase(erased, 1).counts.total() == 0);
}

TEST_CASE("a later pass finds the address again by its hash, wherever it was written since") {
    World world;
    add_people(world);
    world.erase(erased);
    const std::string address = invented_person(erased).email();
    const auto late = add_answer(world, "no such user <" + address + ">");
    const auto second = world.erase(erased, 1);
    CHECK(second.counts.rows_changed == 1);
    CHECK(world.mautic.value("SELECT note FROM {prefix}webhook_logs WHERE id = " + std::to_string(late)) ==
          "NULL");
    // A column that the map keeps: the proof of the later pass knows the address by its hash too.
    world.mautic.connection().change("UPDATE email_stats SET source = '" + address +
                                     "' WHERE lead_id = 7 LIMIT 1");
    const auto third = world.erase(erased, 2);
    REQUIRE(third.findings.size() == 1);
    CHECK(third.findings[0].column == "source");
    CHECK(third.status == Status::partial);
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
        " KEY of_lead (lead_id))");
    world.mautic.connection().change("INSERT INTO plugin_answers VALUES (1, 7, '{\"name\":\"zq7f7x\"}')");
    world.erase(erased);
    CHECK(world.mautic.value("SELECT answers FROM plugin_answers") == "[]");
}

TEST_CASE("a page view of an unknown browser is about the contact when its address is in it") {
    World world;
    add_people(world);
    const auto view = [&](const std::string& address) {
        return world.mautic.insert("page_hits", {{"date_hit", "2025-02-01 08:00:00"},
                                                 {"tracking_id", "unknown browser"},
                                                 {"url", "https://www.example.org/?email=" + address}});
    };
    const auto own = view(invented_person(erased).email());
    const auto other_view = view(invented_person(other).email());
    world.erase(erased);
    const auto url = [&](std::uint64_t id) {
        return world.mautic.value("SELECT url FROM {prefix}page_hits WHERE id = " + std::to_string(id));
    };
    CHECK(url(own) == "https://www.example.org/");
    CHECK(url(other_view) == "https://www.example.org/?email=" + invented_person(other).email());
}

TEST_CASE("a telephone number or a street that others have too ties no row") {
    World world;
    add_people(world);
    const Person person = invented_person(erased);
    const auto by_phone = add_answer(world, "call " + person.fields.at("phone"));
    const auto by_street = add_answer(world, "moved from " + person.fields.at("address1"));
    const auto by_address = add_answer(world, "unknown " + person.email());
    world.erase(erased);
    const auto note = [&](std::uint64_t id) {
        return world.mautic.value("SELECT note FROM {prefix}webhook_logs WHERE id = " + std::to_string(id));
    };
    CHECK(note(by_phone) != "NULL");
    CHECK(note(by_street) != "NULL");
    CHECK(note(by_address) == "NULL");
}

TEST_CASE("a pending webhook about a contact still says why the contact must not be written to") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const std::string address = invented_person(erased).email();
    world.mautic.insert("webhook_queue",
                        {{"webhook_id", webhook},
                         {"event_id", event},
                         {"payload", R"({"contact":{"id":7,"doNotContact":[{"reason":1,"comments":")" +
                                         address + R"("}],"bounce":{"reason":")" + address + R"("}}})"}});
    world.erase(erased);
    CHECK(world.mautic.value("SELECT payload FROM {prefix}webhook_queue") ==
          R"({"contact":{"id":7,"doNotContact":[{"reason":1,"comments":""}],"bounce":{"reason":""}}})");
}

TEST_CASE("a text too long to be held in memory is passed over, and the result says so") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const auto add = [&](std::size_t bytes) {
        const std::string filler(bytes, 'x');
        return world.mautic.insert("webhook_queue",
                                   {{"webhook_id", webhook},
                                    {"event_id", event},
                                    {"payload", R"({"email":")" + invented_person(erased).email() +
                                                    R"(","filler":")" + filler + "\"}"}});
    };
    const auto large = add(3'000'000);
    add(3'000'000);
    add(3'000'000);
    world.erase(erased);
    CHECK(world.mautic.row_count("webhook_queue", R"(payload = '{"email":"","filler":""}')") == 3);
    CHECK_FALSE(world.ledger(erased)->not_covered.older_rows);
    world.mautic.connection().change("UPDATE webhook_queue SET payload = REPEAT('x', 9000000) WHERE id = " +
                                     std::to_string(large));
    world.erase(erased, 1);
    CHECK(world.ledger(erased)->not_covered.older_rows);
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
        " FROM seq_1_to_2000");
    const auto before = world.mautic.row_count("audit_log", "object = 'lead' AND object_id = 7");
    REQUIRE(before > 2000);
    CHECK(world.erase(erased).counts.rows_by_action.at(mautic::Action::rewrite) >= 2000);
    CHECK(world.mautic.places_of("zq7f7x").empty());
    CHECK(world.mautic.row_count("audit_log", "object = 'lead' AND object_id = 7") == before);
    CHECK(world.erase(erased, 1).counts.total() == 0);
}
