// What nobody has decided about: every table that the map does not name, with all that leads to contacts.
#include <random>
#include <tuple>

#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Keys = std::vector<mautic::ForeignKey>;

// `leads`, `notes` of contacts, `pictures` that several may share, and `staff`, which is nobody's.
PlanInput small_site() {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("picture_id", "int"));
    input.schema.tables["pictures"] = table("pictures", {{"id", "int not null"}, {"file", "varchar(64)"}});
    input.schema.tables["staff"] = table("staff", {{"id", "int not null"}, {"name", "varchar(64)"}});
    input.map_text += entry(rule("file", "delete"), "pictures",
                            "kind = \"shared\", column = \"id\", through = [\"notes.picture_id\"]") +
                      "[[table]]\nname = \"staff\"\nwhy = \"x\"\ntie = { kind = \"none\" }\n";
    return input;
}

void add(PlanInput& input, const std::string& name, const Keys& keys,
         const std::vector<std::pair<std::string, std::string>>& columns = {}, bool under_prefix = true) {
    mautic::Table made = table(name, {{"id", "int not null"}});
    for (const auto& [column_name, definition] : columns) {
        made.columns.push_back(column(column_name, definition));
    }
    for (const auto& key : keys) {
        if (made.find(key.column) == nullptr) made.columns.push_back(column(key.column, "int"));
    }
    made.foreign_keys = keys;
    if (!under_prefix) made.real_name = name;
    (under_prefix ? input.schema.tables : input.schema.other_tables)[name] = std::move(made);
}

const discovery::Unknown& unknown_of(const plan::Plan& plan, const std::string& name) {
    const auto found = std::find_if(plan.unknown.begin(), plan.unknown.end(),
                                    [&](const auto& unknown) { return unknown.name() == name; });
    CAPTURE(name);
    REQUIRE(found != plan.unknown.end());
    return *found;
}

std::string reason_of(const PlanInput& input, const std::string& name) {
    const discovery::Unknown unknown = unknown_of(input.build(), name);
    return (unknown.leads_to_contacts ? "" : "- ") + unknown.reason;
}

}  // namespace

TEST_CASE("a table that nothing ties to contacts is named until somebody decides about it") {
    PlanInput input = small_site();
    CHECK(input.build().unknown.empty());
    add(input, "badges", {{"of", "staff", "id"}}, {{"title", "varchar(64)"}});
    CHECK(reason_of(input, "badges") == "- nothing in it points to contacts");
    CHECK(input.build().tied_unknown().empty());
    input.map_text += "[[table]]\nname = \"badges\"\nwhy = \"x\"\ntie = { kind = \"none\" }\n";
    CHECK(input.build().unknown.empty());
}

TEST_CASE("keys are followed in both directions and over any number of tables") {
    PlanInput input = small_site();
    // The contact's row points away to the item, as the items of Custom Objects are found.
    add(input, "item_links", {{"contact", "leads", "id"}, {"item", "items", "id"}});
    add(input, "items", {{"kind", "kinds", "id"}});
    add(input, "item_values", {{"item", "items", "id"}}, {{"value", "longtext"}});
    add(input, "item_pairs", {{"lower", "items", "id"}, {"higher", "items", "id"}});
    add(input, "kinds", {{"maker", "staff", "id"}});
    CHECK(reason_of(input, "item_links") == "foreign key contact to leads");
    CHECK(reason_of(input, "items") == "item_links.item refers to it");
    CHECK(reason_of(input, "item_values") == "foreign key item to items");
    CHECK(reason_of(input, "item_pairs") == "foreign key lower to items; foreign key higher to items");
    CHECK(reason_of(input, "kinds") == "items.kind refers to it");
    input.schema.tables["leads"].foreign_keys = {{"badge", "badges", "id"}};
    add(input, "badges", {});
    add(input, "badge_texts", {{"badge", "badges", "id"}});
    CHECK(reason_of(input, "badges") == "leads.badge refers to it");
    CHECK(reason_of(input, "badge_texts") == "foreign key badge to badges");
    // What hangs on staff does not lead through staff to contacts.
    input.schema.tables["leads"].foreign_keys.push_back({"owner", "staff", "id"});
    add(input, "rota", {{"who", "staff", "id"}});
    CHECK(reason_of(input, "rota") == "- nothing in it points to contacts");
}

TEST_CASE("all keys of a table are named, those first that lead to contacts directly") {
    PlanInput input = small_site();
    add(input, "deals", {{"contact", "leads", "id"}});
    add(input, "tasks",
        {{"deal", "deals", "id"},
         {"picture", "pictures", "id"},
         {"boss", "staff", "id"},
         {"one", "leads", "id"},
         {"two", "leads", "id"}});
    CHECK(reason_of(input, "tasks") ==
          "foreign key picture to pictures, whose rows several contacts may share; foreign key one to leads; "
          "foreign key two to leads; foreign key deal to deals");
}

TEST_CASE("what hangs on a table that its columns tie to contacts is tied too") {
    PlanInput input = small_site();
    add(input, "queue", {{"file", "files", "id"}}, {{"contact_id", "int"}});
    add(input, "files", {}, {{"place", "varchar(191)"}});
    add(input, "readers", {}, {{"email", "varchar(191)"}});
    add(input, "reads", {{"reader", "readers", "id"}});
    CHECK(reason_of(input, "queue") == "a column named contact_id");
    CHECK(reason_of(input, "files") == "queue.file refers to it");
    CHECK(reason_of(input, "readers") == "named like something of a person: email");
    CHECK(reason_of(input, "reads") == "foreign key reader to readers");
}

TEST_CASE("columns are known by their names and types, however they are written") {
    struct Case {
        const char* column;
        const char* type;
        const char* reason;
    };
    const Case cases[] = {
        {"contactId", "int", "a column named contactId"},
        {"LeadID", "varchar(20)", "a column named LeadID of type varchar(20)"},
        {"lead_hash_id", "varchar(191)", "a column named lead_hash_id of type varchar(191)"},
        {"recipient", "varchar(320)", "named like something of a person: recipient"},
        {"first_name", "varchar(191)", "named like something of a person: first_name"},
        {"userAgent", "varchar(191)", "named like something of a person: userAgent"},
        {"ip_address", "varchar(45)", "named like something of a person: ip_address"},
        {"phone", "bigint", "named like something of a person: phone"},
        {"birthday", "date", "named like something of a person: birthday"},
        {"payload", "longtext json", "free text: payload"},
        {"last_error", "longtext", "free text: last_error"},
        {"referrer", "bigint", "of the type of a contact's id: referrer"},
        {"email_id", "int", ""},
        {"is_mobile", "int", ""},
        {"mobile", "tinyint(1)", ""},
        {"email_sent_at", "datetime", ""},
        {"note", "varchar(10)", ""},
        {"leading", "int", ""},
        {"misleads", "longtext", ""},
        {"created_by_user", "varchar(191)", ""},
    };
    for (const Case& c : cases) {
        CAPTURE(c.column, c.type);
        PlanInput input = small_site();
        add(input, "plug", {}, {{c.column, c.type}});
        const std::string reason = c.reason;
        CHECK(reason_of(input, "plug") == (reason.empty() ? "- nothing in it points to contacts" : reason));
        // In the table of another program they mean something else.
        PlanInput other = small_site();
        add(other, "plug", {}, {{c.column, c.type}}, false);
        CHECK(reason_of(other, "plug") ==
              "- " + (reason.empty() ? "" : reason + "; ") + "not under Mautic's prefix");
    }
}

TEST_CASE("tables that are not under Mautic's prefix are named, too") {
    PlanInput input = small_site();
    // Another Mautic's, without a prefix; and a script's, one of which refers to a contact.
    add(input, "notes", {}, {{"lead_id", "bigint"}, {"text", "longtext"}}, false);
    add(input, "calls", {{"lead_id", "leads", "id"}}, {}, false);
    add(input, "call_texts", {{"of_call", "", "id", "calls"}}, {}, false);
    add(input, "elsewhere", {{"of_call", "", "id"}}, {}, false);
    CHECK(reason_of(input, "calls") == "foreign key lead_id to leads; not under Mautic's prefix");
    CHECK(reason_of(input, "call_texts") == "foreign key of_call to calls; not under Mautic's prefix");
    CHECK(reason_of(input, "elsewhere") == "- not under Mautic's prefix");
    CHECK_THAT(reason_of(input, "notes"), ContainsSubstring("a copy of notes"));
    CHECK(unknown_of(input.build(), "notes").real_table == "notes");
    // It is not the table under the prefix that is emptied for it.
    input.policy.unknown = policy::UnknownRule::remove;
    input.schema.other_tables["notes"].foreign_keys = {{"lead_id", "leads", "id"}};
    CHECK_FALSE(unknown_of(input.build(), "notes").emptied);
    CHECK(step_of(input.build(), "notes")->real_table == "m_notes");
    CHECK(unknown_of(input.build(), "calls").emptied);
}

TEST_CASE("what is emptied without a description keeps what protects the person") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    struct Case {
        const char* column;
        const char* type;
        const char* action;
    };
    const Case cases[] = {
        {"date_added", "datetime", "kept"},
        {"created_by_user", "varchar(191)", "kept"},
        {"status", "varchar(20) not null", "kept"},
        {"consent_status", "varchar(24) not null", "kept"},
        {"opted_out", "int", "kept"},
        {"last_active", "datetime", "kept"},
        {"optout", "tinyint(1)", "kept"},
        {"campaign_id", "int", "kept"},
        {"attempts", "int not null", "kept"},
        {"state", "varchar(64)", "delete"},
        {"score", "int", "delete"},
        {"seen", "datetime", "delete"},
        {"value", "date not null", "delete"},
        {"birthday", "date not null", "delete"},
        {"latitude", "double not null", "delete"},
        {"phone", "bigint not null", "delete"},
        {"text", "longtext not null", "delete"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.column, c.type);
        add(input, "plug", {{"lead_id", "leads", "id"}}, {{c.column, c.type}});
        CHECK(action_in(input.build(), "plug", c.column) == c.action);
        CHECK(unknown_of(input.build(), "plug").emptied);
    }
    CHECK(change_of(input.build(), "plug", "text")->neutral == "''");
    add(input, "plug", {{"lead_id", "leads", "id"}}, {{"value", "date not null"}});
    CHECK(change_of(input.build(), "plug", "value")->neutral == "'1970-01-01'");
}

TEST_CASE("of a unique key only what may name a person gets another value") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    add(input, "talks", {{"lead_id", "leads", "id"}},
        {{"channel", "varchar(64) not null"},
         {"recipient", "varchar(191) not null"},
         {"day", "int not null"}});
    for (auto& part : input.schema.tables["talks"].columns) {
        part.unique = part.unique_with_others = part.name != "lead_id" && part.name != "id";
    }
    const auto plan = input.build();
    CHECK(action_in(plan, "talks", "recipient") == "new_random");
    CHECK(action_in(plan, "talks", "channel") == "kept");
    CHECK(action_in(plan, "talks", "day") == "kept");
    // A text that stays may be anything: it is not decided about.
    CHECK(unknown_of(plan, "talks").emptied);
    CHECK_FALSE(unknown_of(plan, "talks.channel").emptied);
    CHECK(plan.unknown.size() == 2);
}

TEST_CASE("what waits to be sent goes, and a proof of consent is left alone") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const Keys key{{"lead_id", "leads", "id"}};
    add(input, "sms_queue", key, {{"body", "longtext"}});
    add(input, "form_doi_submissions", key, {{"email", "varchar(191)"}});
    add(input, "whatsapp_consents", key, {{"phone", "varchar(32)"}});
    add(input, "answers", key, {{"consent_text", "longtext"}});
    add(input, "mails", key, {{"confirmed_at", "datetime"}});
    add(input, "identities", key, {{"consent_status", "varchar(24)"}, {"phone", "varchar(32)"}});
    const auto plan = input.build();
    REQUIRE(step_of(plan, "sms_queue") != nullptr);
    CHECK(step_of(plan, "sms_queue")->delete_rows);
    for (const char* proof : {"form_doi_submissions", "whatsapp_consents", "answers", "mails"}) {
        CAPTURE(proof);
        CHECK(step_of(plan, proof) == nullptr);
        CHECK_FALSE(unknown_of(plan, proof).emptied);
        CHECK_THAT(unknown_of(plan, proof).reason, ContainsSubstring("the proof of a consent"));
    }
    CHECK(action_in(plan, "identities", "phone") == "delete");
    CHECK(action_in(plan, "identities", "consent_status") == "kept");
}

TEST_CASE("a table is a proof by its name, by a text or by a date, in all types that are usual") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const Keys key{{"lead_id", "leads", "id"}};
    for (const char* name : {"plugin_withdrawal", "revocation_log", "bounces", "spam_complaints", "denylist",
                             "abmeldungen", "widerruf", "widersprueche", "einwilligungen", "dsgvo_log"}) {
        CAPTURE(name);
        add(input, name, key, {{"page", "longtext"}});
        CHECK(step_of(input.build(), name) == nullptr);
        CHECK_FALSE(unknown_of(input.build(), name).emptied);
        input.schema.tables.erase(name);
    }
    for (const auto& [name, type] :
         std::vector<std::pair<std::string, std::string>>{{"consent_text", "varchar(255)"},
                                                          {"consent_text", "varchar(191)"},
                                                          {"agreement_shown", "longtext"},
                                                          {"optin_confirmed_on", "date"},
                                                          {"double_optin_at", "datetime"},
                                                          {"verified_at", "timestamp"},
                                                          {"accepted_at", "datetime"},
                                                          {"do_not_email_until", "datetime"},
                                                          {"opted_out_at", "datetime"},
                                                          {"abmeldung_am", "date"}}) {
        CAPTURE(name, type);
        add(input, "signup", key, {{name, type}, {"ip_address", "varchar(45)"}, {"page", "longtext"}});
        CHECK(step_of(input.build(), "signup") == nullptr);
        CHECK_FALSE(unknown_of(input.build(), "signup").emptied);
    }
    for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{
             {"consent_status", "varchar(191)"}, {"consent", "varchar(20)"}, {"signed_at", "datetime"}}) {
        CAPTURE(name, type);
        add(input, "signup", key, {{name, type}, {"page", "longtext"}});
        CHECK(action_in(input.build(), "signup", "page") == "delete");
    }
    // A plugin's column of a table that the map knows may be the proof of what the row says.
    mautic::Table known =
        table("lead_donotcontact",
              {{"id", "int not null"}, {"lead_id", "int"}, {"evidence", "longtext"}, {"text", "longtext"}});
    input.schema.tables["lead_donotcontact"] = known;
    input.map_text += entry(rule("text", "delete"), "lead_donotcontact");
    CHECK_FALSE(unknown_of(input.build(), "lead_donotcontact.evidence").emptied);
    CHECK(action_in(input.build(), "lead_donotcontact", "evidence") != "delete");
    CHECK(action_in(input.build(), "lead_donotcontact", "text") == "delete");
    input.schema.tables["notes"].columns.push_back(column("evidence", "longtext"));
    CHECK(unknown_of(input.build(), "notes.evidence").emptied);
}

TEST_CASE("what another system has yet to be told is left alone") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const Keys key{{"lead_id", "leads", "id"}};
    struct Case {
        const char* table;
        const char* column;
        bool left;
    };
    const Case cases[] = {
        {"mailchimp_sync_queue", "body", true}, {"crm_delete_queue", "recipient", true},
        {"erasure_queue", "message", true},     {"webhook_outbox", "text", true},
        {"mail_queue", "action", true},         {"mail_queue", "operation", true},
        {"mail_queue", "type", true},           {"mail_queue", "payload", true},  // which may be anything
        {"mail_queue", "error_message", true},  {"mailchimp_sync", "action", true},
        {"crm_exports", "event", true},         {"mail_jobs", "command", true},
        {"mail_queue", "body", false},          {"mail_queue", "recipient", false},
        {"mail_queue", "subject", false},       {"mailchimp_sync", "state", false},
        {"mail_jobs", "state", false},          {"visits", "action", false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.table, c.column);
        add(input, c.table, key, {{c.column, "varchar(32)"}});
        const auto plan = input.build();
        CHECK((step_of(plan, c.table) == nullptr) == c.left);
        CHECK(unknown_of(plan, c.table).emptied != c.left);
        const bool says_why =
            unknown_of(plan, c.table).reason.find("another system has to be told") != std::string::npos;
        CHECK(says_why == c.left);
        input.schema.tables.erase(c.table);
    }
}

TEST_CASE("without a prefix only a key shows whose row it is") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    add(input, "details", {}, {{"lead_id", "int"}, {"value", "longtext"}});
    CHECK(step_of(input.build(), "details") != nullptr);
    input.schema.prefix = "";
    CHECK(step_of(input.build(), "details") == nullptr);
    CHECK_FALSE(unknown_of(input.build(), "details").emptied);
    CHECK(reason_of(input, "details") == "a column named lead_id, which may be another program's");
    input.schema.tables["details"].foreign_keys = {{"lead_id", "leads", "id"}};
    CHECK(step_of(input.build(), "details") != nullptr);
}

TEST_CASE("tables of another Mautic whose prefix begins with ours are named and never changed") {
    for (const char* prefix : {"m_", ""}) {
        CAPTURE(prefix);
        PlanInput input = small_site();
        input.policy.unknown = policy::UnknownRule::remove;
        input.schema.prefix = prefix;
        add(input, "2_details", {}, {{"lead_id", "int"}, {"value", "longtext"}});
        add(input, "2_calls", {{"lead_id", "leads", "id"}}, {{"value", "longtext"}});
        // As long as part of what every Mautic has is missing, there is no other one.
        for (const char* landmark : {"2_leads", "2_lead_fields", "2_lead_donotcontact"}) {
            CAPTURE(landmark);
            CHECK((step_of(input.build(), "2_details") != nullptr) == (*prefix != '\0'));
            CHECK(step_of(input.build(), "2_calls") != nullptr);
            add(input, landmark, {}, {{"n", "int not null"}});
        }
        const auto plan = input.build();
        for (const char* others : {"2_details", "2_calls"}) {
            CAPTURE(others);
            CHECK(step_of(plan, others) == nullptr);
            CHECK_FALSE(unknown_of(plan, others).emptied);
        }
        CHECK(reason_of(input, "2_details") == "a column named lead_id, which may be another program's");
        CHECK_THAT(reason_of(input, "2_calls"), ContainsSubstring("may be another Mautic's"));
        // What does not begin so is ours.
        add(input, "calls", {{"lead_id", "leads", "id"}}, {{"value", "longtext"}});
        CHECK(unknown_of(input.build(), "calls").emptied);
    }
}

TEST_CASE("a column's name alone ties no row that holds an address of its own") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const auto is_emptied = [&] { return step_of(input.build(), "hubspot_cache") != nullptr; };
    add(input, "hubspot_cache", {}, {{"contact_id", "int"}, {"payload", "longtext"}});
    CHECK(is_emptied());
    for (const char* address : {"mautic_email", "EMail", "e_mail_address"}) {
        CAPTURE(address);
        const std::vector<std::pair<std::string, std::string>> columns{
            {"contact_id", "int"}, {address, "varchar(191)"}, {"payload", "longtext"}};
        add(input, "hubspot_cache", {}, columns);
        CHECK_FALSE(is_emptied());
        CHECK_THAT(reason_of(input, "hubspot_cache"), ContainsSubstring("their addresses may be others'"));
        CHECK_FALSE(unknown_of(input.build(), "hubspot_cache").emptied);
        // A key says for certain whose the row is.
        add(input, "hubspot_cache", {{"contact_id", "leads", "id"}}, columns);
        CHECK(is_emptied());
    }
    add(input, "hubspot_cache", {}, {{"contact_id", "int"}, {"email_id", "int"}, {"payload", "longtext"}});
    CHECK(is_emptied());
}

TEST_CASE("a row that may be somebody else's too is left") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const Keys key{{"lead_id", "leads", "id"}};
    for (const char* other : {"recipient_contact_id", "contact", "referrer_id", "customer_id"}) {
        CAPTURE(other);
        add(input, "messages", key, {{other, "int"}, {"body", "longtext"}});
        auto plan = input.build();
        const plan::Step* step = step_of(plan, "messages");
        REQUIRE(step != nullptr);
        REQUIRE(step->tie.conditions.size() == 1);
        CHECK(step->tie.conditions.front().column == other);
        CHECK(step->tie.conditions.front().is_null);
        CHECK(action_in(plan, "messages", other) == "kept");
        CHECK(plan.left.size() == 1);
        CHECK_FALSE(unknown_of(plan, "messages").emptied);
        add(input, "messages", key, {{other, "int not null"}, {"body", "longtext"}});
        plan = input.build();
        CHECK(step_of(plan, "messages") == nullptr);
        CHECK_THAT(unknown_of(plan, "messages").reason, ContainsSubstring("may name another contact"));
    }
    // Part of the key of a table of pairs.
    add(input, "messages", key, {{"friend_id", "int not null"}, {"body", "longtext"}});
    input.schema.tables["messages"].primary_key = {"lead_id", "friend_id"};
    CHECK(step_of(input.build(), "messages") == nullptr);
    // What a sample holds changes nothing of what is done.
    add(input, "boards", {}, {{"title", "varchar(64)"}});
    add(input, "messages", {{"lead_id", "leads", "id"}, {"board", "boards", "id"}}, {{"body", "longtext"}});
    input.schema.samples["m_boards"] = {{"title", 1, 1}};
    CHECK(step_of(input.build(), "messages")->tie.conditions.empty());
    input.schema.samples.clear();
    for (const char* nobody : {"lead_count", "user_id", "contact_name"}) {
        CAPTURE(nobody);
        add(input, "messages", key, {{nobody, "int"}, {"body", "longtext"}});
        if (std::string(nobody) == "contact_name") {
            add(input, "messages", key, {{nobody, "varchar(191)"}, {"body", "longtext"}});
        }
        CHECK(unknown_of(input.build(), "messages").emptied);
    }
    // Two ties of which nothing changes leave nothing of a person behind.
    add(input, "messages", {{"lead_id", "leads", "id"}, {"contact_id", "leads", "id"}},
        {{"n", "int not null"}});
    CHECK(input.build().left.empty());
}

TEST_CASE("a row that contacts of another table share is left") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    add(input, "rooms", {{"contact_id", "leads", "id"}}, {{"name", "varchar(64)"}});
    CHECK(unknown_of(input.build(), "rooms").emptied);
    add(input, "room_texts", {{"room_id", "rooms", "id"}}, {{"text", "longtext"}});
    CHECK(unknown_of(input.build(), "rooms").emptied);
    const auto is_shared = [&] {
        const auto plan = input.build();
        return step_of(plan, "rooms") == nullptr && !unknown_of(plan, "rooms").emptied &&
               unknown_of(plan, "rooms").reason.find("several contacts may share") != std::string::npos;
    };
    add(input, "members", {{"room_id", "rooms", "id"}, {"lead_id", "leads", "id"}});
    CHECK(is_shared());
    add(input, "members", {{"room_id", "rooms", "id"}}, {{"customer_id", "int"}});
    CHECK(is_shared());
    add(input, "members", {{"room_id", "rooms", "id"}, {"seat", "seats", "id"}});
    add(input, "seats", {{"lead_id", "leads", "id"}});
    CHECK(is_shared());
    input.schema.tables.erase("members");
    CHECK_FALSE(is_shared());
    input.schema.tables["leads"].foreign_keys = {{"room", "rooms", "id"}};
    CHECK(is_shared());
}

TEST_CASE("a row that contacts share over any number of tables is left") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    add(input, "rooms", {{"contact_id", "leads", "id"}}, {{"name", "varchar(64)"}});
    add(input, "topics", {{"room_id", "rooms", "id"}}, {{"title", "varchar(64)"}});
    add(input, "topic_texts", {{"topic_id", "topics", "id"}}, {{"text", "longtext"}});
    // Tables that refer to each other in a circle end the search.
    add(input, "topic_texts_read", {{"text", "topic_texts", "id"}, {"next", "topic_texts_read", "id"}});
    input.schema.tables["topics"].foreign_keys.push_back({"last_text", "topic_texts", "id"});
    CHECK(unknown_of(input.build(), "rooms").emptied);
    const auto is_shared = [&] {
        const auto plan = input.build();
        return step_of(plan, "rooms") == nullptr && !unknown_of(plan, "rooms").emptied;
    };
    add(input, "topic_members", {{"topic_id", "topics", "id"}, {"lead_id", "leads", "id"}});
    CHECK(is_shared());
    CHECK_THAT(unknown_of(input.build(), "rooms").reason,
               ContainsSubstring("topic_members.topic_id leads to it and several contacts may share a row"));
    add(input, "topic_members", {{"topic_id", "topics", "id"}}, {{"contact_id", "int"}});
    CHECK(is_shared());
    add(input, "topic_members", {{"text", "topic_texts_read", "id"}, {"note", "notes", "id"}});
    CHECK(is_shared());
    input.schema.tables.erase("topic_members");
    CHECK_FALSE(is_shared());
    // A table of nobody's to which a contact refers lies between.
    input.schema.tables["staff"].foreign_keys = {{"room", "rooms", "id"}};
    CHECK_FALSE(is_shared());
    input.schema.tables["leads"].foreign_keys = {{"owner", "staff", "id"}};
    CHECK(is_shared());
}

TEST_CASE("a key ties a row only if its name says that the row is the contact's") {
    struct Case {
        const char* column;
        const char* table;
        bool ties;
    };
    const Case cases[] = {
        {"lead_id", "leads", true},
        {"contact", "leads", true},
        {"mautic_contact_id", "leads", true},
        {"customerId", "leads", true},
        {"referred_by", "leads", false},
        {"owner_id", "leads", false},
        {"who", "leads", false},
        {"parent_lead_id", "leads", false},
        {"inviter_contact", "leads", false},
        {"contact_owner_id", "leads", false},
        {"note_id", "notes", true},
        {"parent_note_id", "notes", false},
        {"note_of_sender", "notes", false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.column);
        PlanInput input = small_site();
        input.policy.unknown = policy::UnknownRule::remove;
        add(input, "members", {{c.column, c.table, "id"}}, {{"name", "varchar(64)"}});
        CHECK((step_of(input.build(), "members") != nullptr) == c.ties);
        CHECK(unknown_of(input.build(), "members").emptied == c.ties);
        CHECK(unknown_of(input.build(), "members").is_certain);
        input.schema.tables["members"].foreign_keys.front().of_several_columns = true;
        CHECK(step_of(input.build(), "members") == nullptr);
    }
    // The key of a parent is the row's own only where that column alone names a row.
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    add(input, "members", {{"note_id", "notes", "id"}}, {{"name", "varchar(64)"}});
    input.schema.tables["notes"].primary_key = {"id", "lead_id"};
    CHECK(step_of(input.build(), "members") == nullptr);
}

TEST_CASE("opt-outs, consents and flags stay") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const Keys key{{"lead_id", "leads", "id"}};
    for (const char* name :
         {"unsubscribes", "sms_suppressions", "blocklist", "opt_in_log", "gdpr_log", "GDPRConsent",
          "unsubscribe_queue", "dnc_queue", "optouts", "do_not_call", "email_blacklist", "preferences"}) {
        CAPTURE(name);
        add(input, name, key, {{"email", "varchar(191)"}});
        const auto plan = input.build();
        CHECK(step_of(plan, name) == nullptr);
        CHECK_FALSE(unknown_of(plan, name).emptied);
        input.schema.tables.erase(name);
    }
    for (const auto& [name, type] :
         std::vector<std::pair<std::string, std::string>>{{"do_not_call", "int"},
                                                          {"blocked", "int"},
                                                          {"blacklisted", "varchar(10)"},
                                                          {"stopped", "varchar(10)"},
                                                          {"is_active", "int"},
                                                          {"allowed", "varchar(10)"},
                                                          {"permission", "varchar(64)"},
                                                          {"agreed", "int"},
                                                          {"enabled_at", "datetime"},
                                                          {"preferences", "longtext"},
                                                          {"anything", "tinyint(1)"},
                                                          {"something", "bit(1)"}}) {
        CAPTURE(name);
        add(input, "plug", key, {{name, type}});
        CHECK(action_in(input.build(), "plug", name) == "kept");
    }
    // Waiting rows go where the name ends so, and where no others hang on them.
    add(input, "queue_settings", key, {{"text", "longtext"}});
    add(input, "outbox", key, {{"text", "longtext"}});
    CHECK_FALSE(step_of(input.build(), "queue_settings")->delete_rows);
    CHECK(step_of(input.build(), "outbox")->delete_rows);
    add(input, "attempts", {{"of", "outbox", "id"}});
    CHECK_FALSE(step_of(input.build(), "outbox")->delete_rows);
}

TEST_CASE("nothing that may be of a person stays without being named") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    struct Case {
        const char* column;
        const char* type;
        const char* action;
        bool undecided;
    };
    const Case cases[] = {
        {"unsubscribe_comment", "longtext", "kept", true},
        {"opt_out_feedback", "varchar(64)", "kept", true},
        {"accepted_name", "varchar(40)", "kept", true},
        {"blocked_ip", "varchar(45)", "kept", true},
        {"blocked_ip", "inet6", "kept", true},
        {"confirmed_phone", "bigint", "kept", true},
        {"status_reason", "varchar(20)", "kept", true},
        {"allowed", "varchar(10)", "kept", false},
        {"delivery_status", "varchar(191)", "kept", false},
        {"email_optin", "int", "kept", false},
        {"is_blocked_ip", "tinyint(1)", "kept", false},
        {"opted_by", "enum('a')", "kept", false},
        {"card_number", "bigint not null", "kept", true},
        {"account", "int not null", "kept", true},
        {"account", "int", "delete", false},
        {"external_id", "bigint not null", "kept", true},
        {"external_id", "bigint", "delete", false},
        {"campaign_id", "bigint", "kept", false},
        {"attempts", "int not null", "kept", false},
        {"age", "tinyint unsigned", "delete", false},
        {"age", "tinyint not null", "delete", false},
        {"gender", "tinyint not null", "delete", false},
        {"has_children", "tinyint(1)", "kept", false},
        {"value", "tinyint(1)", "kept", false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.column, c.type);
        add(input, "plug", {{"lead_id", "leads", "id"}}, {{c.column, c.type}});
        const auto plan = input.build();
        CHECK(action_in(plan, "plug", c.column) == c.action);
        CHECK(plan.unknown.size() == (c.undecided ? 2 : 1));
        if (c.undecided) CHECK_FALSE(unknown_of(plan, std::string("plug.") + c.column).emptied);
    }
    // In a key it stays, whatever it is.
    for (const auto& [name, type, undecided] :
         std::vector<std::tuple<const char*, const char*, bool>>{{"email", "varchar(191) not null", true},
                                                                 {"nick", "varchar(64) not null", true},
                                                                 {"phone", "bigint not null", true},
                                                                 {"row_uuid", "char(36) not null", false},
                                                                 {"day", "date not null", false}}) {
        CAPTURE(name);
        add(input, "plug", {{"lead_id", "leads", "id"}}, {{name, type}, {"text", "longtext"}});
        mautic::Table& plug = input.schema.tables["plug"];
        plug.primary_key = {name};
        auto plan = input.build();
        CHECK(action_in(plan, "plug", name) == "kept");
        CHECK(plan.unknown.size() == (undecided ? 2 : 1));
    }
    add(input, "plug", {{"lead_id", "leads", "id"}}, {{"phone", "bigint not null"}});
    mautic::Column& phone = input.schema.tables["plug"].columns[1];
    phone.unique = phone.unique_with_others = true;
    CHECK_FALSE(unknown_of(input.build(), "plug.phone").emptied);
}

TEST_CASE("what a constraint may refuse to have changed stays and is undecided") {
    PlanInput input = small_site();
    input.policy.unknown = policy::UnknownRule::remove;
    const auto make = [&](const std::string& type) -> mautic::Column& {
        add(input, "cards", {{"lead_id", "leads", "id"}}, {{"number", type}});
        return input.schema.tables["cards"].columns[1];
    };
    const auto is_undecided = [&] {
        const auto plan = input.build();
        return action_in(plan, "cards", "number") == "kept" && !unknown_of(plan, "cards.number").emptied;
    };
    for (const char* type : {"binary(16) not null", "bigint not null", "varchar(20) not null"}) {
        CAPTURE(type);
        make(type).unique = true;
        CHECK(is_undecided());
    }
    make("varchar(64) not null").checked = true;
    CHECK(is_undecided());
    for (const char* type : {"varchar(64)", "varchar(64) not null", "int"}) {
        CAPTURE(type);
        make(type).computed_from = true;
        CHECK(is_undecided());
    }
    for (const char* type :
         {"enum('a') not null", "point not null", "geometry not null", "vector not null"}) {
        CAPTURE(type);
        make(type);
        CHECK(is_undecided());
    }
    for (const auto& [type, neutral] : std::vector<std::pair<std::string, std::string>>{
             {"inet6 not null", "'::'"},
             {"inet4 not null", "'0.0.0.0'"},
             {"uuid not null", "'00000000-0000-0000-0000-000000000000'"},
             {"binary(3) not null", "X'000000'"},
             {"inet6", "NULL"},
             {"point", "NULL"}}) {
        CAPTURE(type);
        make(type);
        REQUIRE(change_of(input.build(), "cards", "number") != nullptr);
        CHECK(change_of(input.build(), "cards", "number")->neutral == neutral);
        make(type).unique = true;
        CHECK((action_in(input.build(), "cards", "number") == "kept") == (neutral != "NULL"));
        CHECK((input.build().unknown.size() == 2) == (neutral != "NULL"));
    }
    make("varchar(64)");
    add(input, "uses", {{"card", "cards", "number"}});
    CHECK(is_undecided());
    input.schema.tables.erase("uses");
    CHECK(action_in(input.build(), "cards", "number") == "delete");
    make("varchar(64) not null").unique = true;
    CHECK(action_in(input.build(), "cards", "number") == "new_random");
    make("varchar(20)").unique = true;
    CHECK(action_in(input.build(), "cards", "number") == "delete");
    // The same holds for a new column of a table that the map knows.
    mautic::Column extra = column("extra", "binary(16) not null");
    extra.unique = true;
    input.schema.tables["notes"].columns.push_back(extra);
    CHECK_FALSE(unknown_of(input.build(), "notes.extra").emptied);
    CHECK(action_in(input.build(), "notes", "extra") == "kept");
}

TEST_CASE("only keys, ids of contacts and copies stop erasures and are counted in the record") {
    const auto counted = [](const PlanInput& input) {
        const auto plan = input.build();
        CHECK(plan.tied_unknown().size() == plan.undecided_count());
        return plan.undecided_count();
    };
    for (const auto& [name, type] :
         std::vector<std::pair<std::string, std::string>>{{"payload", "longtext"},
                                                          {"message", "longtext"},
                                                          {"referrer", "bigint"},
                                                          {"email", "varchar(191)"}}) {
        CAPTURE(name);
        PlanInput input = small_site();
        add(input, "plug", {}, {{name, type}});
        add(input, "parts", {{"of", "plug", "id"}});
        CHECK(unknown_of(input.build(), "plug").leads_to_contacts);
        CHECK(counted(input) == 0);
    }
    PlanInput input = small_site();
    add(input, "plug", {}, {{"contact_id", "int"}});
    add(input, "parts", {{"of", "plug", "id"}});
    CHECK(counted(input) == 2);
    input.schema.prefix = "";
    CHECK(counted(input) == 0);
    add(input, "plug", {{"contact_id", "leads", "id"}});
    CHECK(counted(input) == 2);
    input.schema.tables["bak_leads"] = input.schema.tables["leads"];
    input.schema.tables["bak_leads"].name = "bak_leads";
    input.schema.tables["bak_leads"].real_name = "bak_leads";
    CHECK(counted(input) == 3);
}

TEST_CASE("what becomes of a table is said as it is") {
    PlanInput input = small_site();
    add(input, "plug", {{"lead_id", "leads", "id"}}, {{"text", "longtext"}});
    CHECK(std::string(unknown_of(input.build(), "plug").fate()) == "left");
    input.policy.unknown = policy::UnknownRule::remove;
    CHECK(std::string(unknown_of(input.build(), "plug").fate()) == "emptied");
    input.schema.tables["plug"].columns.push_back(column("referrer_id", "int"));
    CHECK(std::string(unknown_of(input.build(), "plug").fate()) == "partly emptied");
}

TEST_CASE("what a sample holds counts, and what hangs on such a table as well") {
    PlanInput input = small_site();
    add(input, "blocked", {}, {{"name", "varchar(191)"}});
    add(input, "blocked_why", {{"of", "blocked", "id"}});
    add(input, "elsewhere", {}, {{"name", "varchar(191)"}}, false);
    CHECK(reason_of(input, "blocked") == "- nothing in it points to contacts");
    input.schema.samples["m_blocked"] = {{"name", 3, 100}};
    input.schema.samples["elsewhere"] = {{"name", 1, 1}};
    CHECK(reason_of(input, "blocked") == "e-mail addresses in name (3 of the newest 100 rows)");
    CHECK(reason_of(input, "blocked_why") == "foreign key of to blocked");
    CHECK(reason_of(input, "elsewhere") ==
          "e-mail addresses in name (1 of the newest 1 rows); not under Mautic's prefix");
    input.schema.tables["blocked"].primary_key.clear();
    CHECK(reason_of(input, "blocked") == "e-mail addresses in name (3 of 100 rows)");
    // What could not be read is not said to hold nothing.
    input.schema.samples["m_blocked"] = {};
    CHECK(reason_of(input, "blocked") == "- its rows were not looked into");
}

TEST_CASE("words of a vocabulary that the map does not name are reported") {
    PlanInput input = small_site();
    input.schema.tables["log"] = table(
        "log", {{"id", "int not null"}, {"object", "varchar(50)"}, {"lead_id", "int"}, {"t", "longtext"}});
    input.map_text += entry(rule("t", "delete") + rule("object", "keep"), "log",
                            "kind = \"column\", column = \"lead_id\", where = { object = \"lead\" }") +
                      "[[table]]\nname = \"log\"\npart = \"others\"\nwhy = \"x\"\n"
                      "tie = { kind = \"none\", where = { object = [\"page\", \"form\"] } }\n";
    input.schema.words["m_log.object"] = {"lead", "page"};
    CHECK(input.build().unknown.empty());
    input.schema.words["m_log.object"] = {"lead", "page", "doi", "crm.deal", "somebody@example.org"};
    CHECK(reason_of(input, "log.object") ==
          "rows about what the data map does not name: crm.deal, doi, 1 that are no words");
    // A rule for the column decides about no rows; an entry does.
    const plan::Plan reported = input.build();
    CHECK_THAT(reported.advice_for(reported.unknown.front()), ContainsSubstring("own_data_maps"));
    input.schema.words["m_log.object"] = {"lead", "doi"};
    const std::string before = input.map_text;
    input.map_text +=
        "[[table]]\nname = \"log\"\npart = \"doi\"\nwhy = \"x\"\n"
        "tie = { kind = \"none\", where = { object = \"doi\" } }\n";
    CHECK(input.build().unknown.empty());
    input.map_text = before;
    // Part of a table is nobody's: the rest is not known by that.
    input.schema.tables["log"].columns.push_back(column("extra", "longtext"));
    CHECK(reason_of(input, "log.extra") == "a text column that is not in the data map");
}

// A judge that walks: from a table along keys, in either direction, through nothing but tables that nobody
// described, to a row of contacts or to a table with their ids.
class Walker {
  public:
    explicit Walker(const mautic::Schema& schema) {
        for (const auto* tables : {&schema.tables, &schema.other_tables}) {
            for (const auto& [name, table] : *tables) {
                for (const auto& key : table.foreign_keys) {
                    const std::string parent = key.referenced_table.empty() ? key.referenced_other_table
                                                                            : "m_" + key.referenced_table;
                    ways_.emplace_back(table.real_name, parent);
                    ways_.emplace_back(parent, table.real_name);
                }
                if (tables == &schema.tables && name.starts_with("p") && table.find("lead_id") != nullptr) {
                    ends_.insert(table.real_name);
                }
            }
        }
    }

    bool arrives(const std::string& table, std::set<std::string> visited = {}) const {
        if (ends_.contains(table)) return true;
        if (table == "m_staff" || !visited.insert(table).second) return false;
        return std::any_of(ways_.begin(), ways_.end(), [&](const auto& way) {
            return way.first == table && arrives(way.second, visited);
        });
    }

  private:
    std::vector<std::pair<std::string, std::string>> ways_;
    std::set<std::string> ends_{"m_leads", "m_notes", "m_pictures"};
};

TEST_CASE("whatever leads to contacts in an invented schema is found, and nothing else") {
    std::size_t tied = 0;
    std::size_t untied = 0;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 dice(seed);
        const auto roll = [&](std::size_t sides) { return std::size_t{dice()} % sides; };
        PlanInput input = small_site();
        const std::size_t plugins = 2 + roll(6);
        const auto name_of = [](std::size_t i) { return "p" + std::to_string(i); };
        const auto is_other = [](std::size_t i) { return i % 4 == 3; };  // not under the prefix
        const std::string known[] = {"leads", "notes", "pictures", "staff", "staff", "staff"};
        const auto key_to_anything = [&](const std::string& column_name) {
            mautic::ForeignKey key{column_name, "", "id"};
            const std::size_t which = roll(plugins + 2);
            if (which >= plugins) {
                key.referenced_table = known[roll(std::size(known))];
            } else if (is_other(which)) {
                key.referenced_other_table = name_of(which);
            } else {
                key.referenced_table = name_of(which);
            }
            return key;
        };
        for (std::size_t i = 0; i < plugins; ++i) {
            Keys keys;
            for (std::size_t k = roll(3); k > 0; --k) {
                keys.push_back(key_to_anything("k" + std::to_string(k)));
            }
            const bool has_id = roll(9) == 0 && !is_other(i);
            add(input, name_of(i), keys,
                has_id ? std::vector<std::pair<std::string, std::string>>{{"lead_id", "int"}}
                       : std::vector<std::pair<std::string, std::string>>{},
                !is_other(i));
        }
        for (const char* own : {"leads", "staff"}) {
            if (roll(4) != 0) continue;
            input.schema.tables[own].foreign_keys = {key_to_anything("plug")};
        }
        const Walker walker(input.schema);
        const auto plan = input.build();
        for (std::size_t i = 0; i < plugins; ++i) {
            const discovery::Unknown& unknown = unknown_of(plan, name_of(i));
            CAPTURE(name_of(i), unknown.reason);
            const bool arrives = walker.arrives(unknown.real_table);
            CHECK(unknown.leads_to_contacts == arrives);
            ++(arrives ? tied : untied);
        }
        CHECK(plan.unknown.size() == plugins);
    }
    CHECK(tied > 300);
    CHECK(untied > 300);
}
