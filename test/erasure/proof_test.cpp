// Honest status: what the proof finds, what it empties, and when "complete" is said.
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

struct Place {
    const char* table;
    const char* column;
    std::string value;
};

std::string where_of(const std::string& table) {
    if (table == "leads") return " WHERE id = 7";
    return table == "audit_log" ? " WHERE object = 'lead' AND object_id = 7 ORDER BY id LIMIT 1"
                                : " WHERE lead_id = 7 ORDER BY id LIMIT 1";
}

void plant(World& world, const Place& place) {
    const database::Value parameters[] = {place.value};
    world.mautic.connection().change(
        "UPDATE " + std::string(place.table) + " SET " + place.column + " = ?" + where_of(place.table),
        parameters);
}

}  // namespace

TEST_CASE("a value in a column that is kept makes the erasure partial, by table and column") {
    const Person person = invented_person(7);
    const Place places[] = {
        {"email_stats", "source", person.email()},
        {"email_stats", "source", person.old_email},
        {"page_hits", "source", "mail to " + person.email()},
        {"audit_log", "user_name", person.email()},
        {"lead_event_log", "action", person.email().substr(0, 40)},
        {"leads", "created_by_user", "added by " + person.email()},
        {"leads", "country", person.email()},
        {"lead_donotcontact", "channel_id", "0"},  // nothing planted: the check of the check
    };
    World world;
    for (const Place& place : places) {
        CAPTURE(place.table, place.column);
        for (const char* table : {"lead_donotcontact", "email_stats", "audit_log", "lead_event_log",
                                  "page_hits", "leads", "ip_addresses"}) {
            world.mautic.connection().change(std::string("DELETE FROM ") + table);
        }
        world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".finding");
        world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".erasure");
        world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".hash_fingerprint");
        add_unsubscribed(world);
        plant(world, place);
        const bool planted = place.value.find('@') != std::string::npos;
        const auto result = world.erase(7);
        CHECK(result.status == (planted ? Status::partial : Status::settling));
        const auto row = world.ledger(7);
        CHECK(row->status == result.status);
        REQUIRE(row->findings.size() == (planted ? 1 : 0));
        if (planted) {
            CHECK(row->findings[0].table == place.table);
            CHECK(row->findings[0].column == place.column);
            CHECK(row->findings[0].cells == 1);
        }
        CHECK(world.ledger_dump().find(person.marker) == std::string::npos);
        // The values are not known any more, so nobody can say that it is gone.
        CHECK(world.erase(7, 1, false).status == (planted ? Status::partial : Status::complete));
        CHECK(world.ledger(7)->findings.size() == (planted ? 1 : 0));
    }
}

TEST_CASE("a value that somebody's trigger keeps makes the erasure partial, whatever the value is") {
    struct Kept {
        const char* table;
        const char* column;
        const char* value;
    };
    for (const Kept& kept : {Kept{"leads", "city", "'Bexley'"}, Kept{"leads", "last_active", "'2025-02-03'"},
                             Kept{"leads", "points", "17"}, Kept{"email_stats", "tokens", "'a:0:{}'"},
                             Kept{"page_hits", "country", "'Iceland'"}}) {
        CAPTURE(kept.table, kept.column);
        World world;
        add_unsubscribed(world);
        auto& connection = world.mautic.connection();
        const std::string table = kept.table;
        const std::string column = kept.column;
        connection.change("UPDATE " + table + " SET " + column + " = " + kept.value + where_of(table));
        connection.change("CREATE TRIGGER keeps BEFORE UPDATE ON " + table + " FOR EACH ROW SET NEW." +
                          column + " = OLD." + column);
        world.prepare();
        CHECK(world.erase(7).status != Status::complete);
        const bool is_erased =
            std::any_of(world.plan().steps.begin(), world.plan().steps.end(), [&](const plan::Step& step) {
                return step.table == table &&
                       std::any_of(step.columns.begin(), step.columns.end(), [&](const auto& change) {
                           return change.column == column && change.action != mautic::Action::rewrite;
                       });
            });
        const auto last = world.erase(7, 1, false);
        CHECK(last.status == (is_erased ? Status::partial : Status::complete));
        if (!is_erased) continue;
        const auto row = world.ledger(7);
        REQUIRE(row->findings.size() == 1);
        CHECK(row->findings[0].table == table);
        CHECK(row->findings[0].column == column);
        connection.change("DROP TRIGGER keeps");
        CHECK(world.erase(7, 2, false).counts.rows_changed >= 1);
    }
}

TEST_CASE("a partial erasure is completed by a rule for the column that was found") {
    World world;
    add_unsubscribed(world);
    plant(world, {"email_stats", "source", invented_person(7).email()});
    CHECK(world.erase(7).status == Status::partial);
    world.policy.columns["email_stats.source"] = policy::FieldRule::remove;
    world.prepare();
    CHECK(world.erase(7).status == Status::settling);
    CHECK(world.ledger(7)->findings.empty());
    CHECK(world.erase(7, 1).status == Status::complete);
    CHECK(world.mautic.places_of(invented_person(7).marker).empty());
}

TEST_CASE("what is found in a column nobody knows is reported too") {
    World world;
    world.mautic.connection().change("ALTER TABLE page_hits ADD COLUMN plugin_note LONGTEXT DEFAULT NULL");
    add_unsubscribed(world);
    world.mautic.connection().change(
        "UPDATE page_hits SET plugin_note = 'Firstname of zq7f7x' WHERE lead_id = 7");
    world.prepare();
    CHECK(std::any_of(world.plan().unknown.begin(), world.plan().unknown.end(),
                      [](const auto& unknown) { return unknown.column == "plugin_note"; }));
    const auto result = world.erase(7);
    CHECK(result.status == Status::partial);
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].column == "plugin_note");
    CHECK(result.findings[0].cells == 2);
}

TEST_CASE("a URL keeps what does not name the person") {
    const Person person = invented_person(7);
    struct Case {
        const char* name;
        std::string url;
        std::string expected;
    };
    const Case cases[] = {
        {"plain", "https://example.org/a/b", "https://example.org/a/b"},
        {"query", "https://example.org/a?x=1&y=2", "https://example.org/a"},
        {"fragment", "https://example.org/a#x", "https://example.org/a"},
        {"fragment before query", "https://example.org/a#x?y", "https://example.org/a"},
        {"address in the query", "https://example.org/a?e=" + person.email(), "https://example.org/a"},
        {"address in the path", "https://example.org/u/" + person.email() + "/x", "https://example.org"},
        {"encoded address in the path", "https://example.org/u/a%40example.com", "https://example.org"},
        {"user in the host", "https://" + person.email() + "/x", ""},
        {"mail link", "mailto:" + person.email(), ""},
        {"name in the path", "https://example.org/Firstname%20of%20" + person.marker + "/x", "NULL"},
        {"nothing", "", ""},
    };
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.mautic.connection().change("DELETE FROM page_hits");
    for (const Case& c : cases) {
        world.mautic.insert("page_hits", {{"lead_id", std::uint64_t{7}},
                                          {"date_hit", "2025-03-01 10:00:00"},
                                          {"url", c.url},
                                          {"url_title", c.name}});
    }
    world.mautic.connection().change("UPDATE page_hits SET source_id = id");
    CHECK(world.erase(7).status == Status::settling);
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        CAPTURE(cases[i].name);
        CHECK(world.mautic.value("SELECT url FROM page_hits ORDER BY id LIMIT 1 OFFSET " +
                                 std::to_string(i)) == cases[i].expected);
    }
    CHECK(world.erase(7, 1).counts.unexpected() == 0);
    const std::string before = world.mautic.dump();
    CHECK(world.erase(7, 2).counts.total() == 0);
    CHECK((world.mautic.dump() == before));
}

TEST_CASE("what the operator keeps is not held against an erasure") {
    World world;
    world.policy.fields["city"] = policy::FieldRule::keep;
    world.policy.fields["company"] = policy::FieldRule::keep;
    world.policy.columns["page_hits.city"] = policy::FieldRule::keep;
    add_unsubscribed(world);
    CHECK(world.erase(7).status == Status::settling);
    CHECK(world.mautic.field(7, "city") == invented_person(7).fields.at("city"));
    CHECK(world.mautic.row_count("page_hits", "city IS NOT NULL") == 2);
}
