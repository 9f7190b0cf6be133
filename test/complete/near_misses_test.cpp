// What looks like the contact's and is somebody else's, and the other way round.
#include "complete/erased_history.h"
#include "fixture/encodings.h"
#include "fixture/php_serialize.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* version = "5.2.10";

// A contact who opted out; `fields` are what matters.
void add_contact(World& world, ContactId id, const RowMaker::Row& fields) {
    RowMaker::Row row{{"id", id}, {"date_identified", "2024-12-24 10:00:00"}};
    row.insert(row.end(), fields.begin(), fields.end());
    world.mautic.insert("leads", row);
    world.mautic.unsubscribe(id);
}

std::uint64_t add_user(World& world) {
    return world.mautic.insert("users", {{"role_id", world.mautic.insert("roles", {})}});
}

struct Webhook {
    std::uint64_t hook = 0;
    std::uint64_t event = 0;
};

Webhook add_webhook(World& world) {
    Webhook made;
    made.hook = world.mautic.insert("webhooks", {{"name", "daemon"}, {"webhook_url", "https://x.example/"}});
    made.event = world.mautic.insert("webhook_events", {{"webhook_id", made.hook}, {"event_type", "x"}});
    return made;
}

std::uint64_t queue(World& world, const Webhook& webhook, ContactId contact, const std::string& email) {
    const std::string payload = "{\"contact\":{\"id\":" + std::to_string(contact) +
                                ",\"fields\":{\"core\":{\"email\":{\"alias\":\"email\",\"value\":\"" + email +
                                "\"}}}}}";
    return world.mautic.insert("webhook_queue", {{"webhook_id", webhook.hook},
                                                 {"event_id", webhook.event},
                                                 {"payload_compressed", zlib_compressed(payload)}});
}

std::string payload_of(World& world, std::uint64_t id) {
    database::Rows rows = world.mautic.connection().select(
        "SELECT payload_compressed FROM webhook_queue WHERE id = " + std::to_string(id));
    return rows.next() ? zlib_expanded(rows.text(0)) : "gone";
}

}  // namespace

TEST_CASE("an address within another one ties no row") {
    struct Case {
        const char* name;
        const char* others;
    };
    const Case cases[] = {
        {"a longer name", "joann@example.org"},        {"a name with a dot", "jo.ann@example.org"},
        {"a name with a plus", "jo+ann@example.org"},  {"a longer domain", "ann@example.org.example.net"},
        {"a longer top level", "ann@example.organic"}, {"a name with a hyphen", "jo-ann@example.org"},
    };
    for (const Case& c : cases) {
        DYNAMIC_SECTION(c.name) {
            World world("", version, false);
            add_contact(world, 7, {{"email", "ann@example.org"}});
            add_contact(world, 71, {{"email", c.others}});
            const Webhook webhook = add_webhook(world);
            const std::uint64_t own = queue(world, webhook, 7, "ann@example.org");
            const std::uint64_t others = queue(world, webhook, 71, c.others);
            world.mautic.insert("notifications", {{"user_id", add_user(world)},
                                                  {"message", std::string("Mail to ") + c.others}});
            world.mautic.insert("webhook_logs",
                                {{"webhook_id", webhook.hook}, {"note", std::string("not ") + c.others}});
            world.mautic.insert("email_stats", {{"email_address", c.others}, {"tracking_hash", "abc"}});
            const std::string before = payload_of(world, others);
            CHECK(world.erase(7).findings.empty());
            CHECK(payload_of(world, own).find("ann@") == std::string::npos);
            CHECK(payload_of(world, others) == before);
            CHECK(world.mautic.row_count("notifications") == 1);
            CHECK(world.mautic.value("SELECT note FROM webhook_logs") == std::string("not ") + c.others);
            CHECK(world.mautic.value("SELECT email_address FROM email_stats") == c.others);
        }
    }
}

TEST_CASE("a number within another one ties no row") {
    World world("", version, false);
    add_contact(world, 7, {{"email", "ann@example.org"}, {"phone", "12345"}, {"mobile", "0171 55501"}});
    const std::uint64_t user = add_user(world);
    for (const char* message : {"Order 9123456 is late", "Invoice 12345678 is paid", "Call 0171 555019"}) {
        world.mautic.insert("notifications", {{"user_id", user}, {"message", message}});
    }
    world.erase(7);
    CHECK(world.mautic.row_count("notifications") == 3);
}

TEST_CASE("a link to a contact ties its own row and no other") {
    struct Case {
        const char* message;
        bool own;
    };
    const Case cases[] = {
        {"<a href=\"/s/contacts/view/7\">Ann</a>", true},
        {"https://x.example/s/contacts/view/7", true},
        {"https://x.example/index.php/s/contacts/view/7?tab=notes", true},
        {"<a href='/s/contacts/view/71'>Somebody</a> <a href='/s/contacts/view/7'>Ann</a>", true},
        {"<a href=\"/s/contacts/view/71\">Somebody</a>", false},
        {"<a href=\"/s/contacts/view/77/notes\">Somebody</a>", false},
        {"/s/contacts/view/07", false},
        {"/s/contacts/view/17", false},
        {"/s/companies/view/7", false},
        {"/s/contacts/view/ 7", false},
    };
    for (const Case& c : cases) {
        DYNAMIC_SECTION(c.message) {
            World world("", version, false);
            add_contact(world, 7, {{"email", "ann@example.org"}});
            world.mautic.insert("notifications", {{"user_id", add_user(world)}, {"message", c.message}});
            world.erase(7);
            CHECK(world.mautic.row_count("notifications") == (c.own ? 0U : 1U));
        }
    }
}

TEST_CASE("an empty cookie ties nobody's page views") {
    World world("", version, false);
    add_contact(world, 7, {{"email", "ann@example.org"}});
    world.mautic.insert("lead_devices", {{"lead_id", std::uint64_t{7}}, {"tracking_id", ""}});
    world.mautic.insert("page_hits", {{"tracking_id", ""}, {"url", "https://x.example/?a=b"}});
    world.erase(7);
    CHECK(world.mautic.value("SELECT url FROM page_hits") == "https://x.example/?a=b");
}

TEST_CASE("a merged id that belongs to a living contact again ties none of their rows") {
    World world("", version, false);
    add_contact(world, 7, {{"email", "ann@example.org"}});
    add_contact(world, 9, {{"email", "bob@example.org"}});
    world.mautic.insert("contact_merge_records",
                        {{"contact_id", std::uint64_t{7}}, {"merged_id", std::uint64_t{9}}, {"name", "Bob"}});
    const std::string details = php::map({{"fields", php::map({{"email", php::string("bob@example.org")}})}});
    world.mautic.insert("audit_log",
                        {{"object", "lead"}, {"object_id", std::uint64_t{9}}, {"details", details}});
    world.mautic.insert("integration_entity",
                        {{"internal_entity", "lead"}, {"internal_entity_id", std::uint64_t{9}}});
    world.erase(7);
    CHECK(world.mautic.row_count("audit_log", "details LIKE '%bob@example.org%'") == 1);
    CHECK(world.mautic.row_count("integration_entity") == 1);
}

TEST_CASE("a mapping without the other system's kind of record is the contact's") {
    World world("", version, false);
    add_contact(world, 7, {{"email", "ann@example.org"}});
    for (const char* entity : {"lead", "contact"}) {
        world.mautic.insert("integration_entity",
                            {{"internal_entity", entity}, {"internal_entity_id", std::uint64_t{7}}});
    }
    world.erase(7);
    CHECK(world.mautic.row_count("integration_entity") == 0);
}

TEST_CASE("a page's path that names the person goes, whichever identifying field it names") {
    const KnownPerson person = known_person(7, "qx7v", "7142");
    for (const char* name :
         {"firstname", "lastname", "loyalty_nick", "skype", "phone", "email", "older email"}) {
        DYNAMIC_SECTION(name) {
            World world("", version, false);
            world.mautic.add_field("loyalty_nick", "text", "VARCHAR(64)");
            RowMaker::Row fields;
            for (const auto& [alias, value] : person.fields) {
                if (alias != "diary") fields.emplace_back(alias, value);
            }
            add_contact(world, 7, fields);
            world.mautic.insert("email_stats", {{"lead_id", std::uint64_t{7}},
                                                {"email_address", person.value("older email")}});
            world.mautic.insert("lead_devices",
                                {{"lead_id", std::uint64_t{7}}, {"tracking_id", person.value("cookie")}});
            world.mautic.insert("page_hits", {{"lead_id", std::uint64_t{7}},
                                              {"url", "https://x.example/of/" +
                                                          url_encoded_text(person.value(name)) + "/page"}});
            world.erase(7);
            CHECK(Needles(person).found_in(world.mautic.value("SELECT url FROM page_hits")) ==
                  std::set<std::string>{});
        }
    }
}

TEST_CASE("rows older than the newest ones are left out, and the result says so") {
    World world("", version, false);
    world.policy.newest_text_rows = 20;
    add_contact(world, 7, {{"email", "ann@example.org"}});
    const std::uint64_t user = add_user(world);
    const auto notify = [&](const std::string& message) {
        world.mautic.insert("notifications", {{"user_id", user}, {"message", message}});
    };
    notify("ann@example.org");
    for (int i = 0; i < 19; ++i) notify("about nobody");
    SECTION("the last of the newest is found") {
        world.erase(7);
        CHECK(world.mautic.row_count("notifications") == 19);
        CHECK_FALSE(world.ledger(7)->not_covered.older_rows);
    }
    SECTION("one more is not") {
        notify("about nobody");
        world.erase(7);
        CHECK(world.mautic.row_count("notifications") == 21);
        CHECK(world.ledger(7)->not_covered.older_rows);
    }
}
