// An erasure, from the first pass to "complete", on every schema of Mautic there is.
#include "erasure/tied_rows.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;
using ledger::Status;

namespace {

std::string id_of(ContactId contact) { return std::to_string(contact); }

void add_sharing_people(World& world) {
    world.mautic.add_contact(erased);
    world.mautic.add_contact(other);
    const std::string ip =
        world.mautic.value("SELECT ip_id FROM {prefix}lead_ips_xref WHERE lead_id = " + id_of(erased));
    world.mautic.insert("lead_ips_xref", {{"lead_id", other}, {"ip_id", ip}});
    // A page view that Mautic had not tied to anybody yet, and one of a stranger.
    for (const std::string& cookie : {invented_person(erased).tracking_id, std::string("stranger")}) {
        const std::string address =
            cookie == "stranger" ? "stranger@example.org" : invented_person(erased).email();
        world.mautic.insert("page_hits", {{"ip_id", ip},
                                          {"date_hit", "2025-02-01 08:00:00"},
                                          {"url", "https://www.example.org/?email=" + address},
                                          {"tracking_id", cookie},
                                          {"url_title", cookie}});
    }
    const Person person = invented_person(erased);
    world.mautic.unsubscribe(erased, 2, "email", "550 <" + person.email() + "> unknown");
}

std::map<std::string, std::uint64_t> row_counts(World& world) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, table] : mautic::read_schema(world.daemon, world.mautic.prefix()).tables) {
        counts[name] = world.mautic.row_count(name);
    }
    return counts;
}

void check_nothing_is_left(World& world) {
    const Person person = invented_person(erased);
    CHECK(world.mautic.places_of(person.marker).empty());
    CHECK(world.mautic.row_count("page_hits", "url LIKE '%?%'") ==
          2);  // of the other contact, of the stranger
    CHECK(world.mautic.places_of(person.tracking_id).empty());
    CHECK(world.mautic.places_of(person.ip_address) == std::set<std::string>{"ip_addresses.ip_address"});
    CHECK(world.mautic.row_count("page_hits", "url_title = 'stranger'") == 1);
}

void check_hashes(World& world) {
    const Person person = invented_person(erased);
    CHECK(world.mautic.field(erased, "email") == world.md5(person.email()));
    for (const char* field : {"firstname", "lastname", "mobile", "phone"}) {
        CAPTURE(field);
        CHECK(world.mautic.field(erased, field) == world.md5(person.fields.at(field)));
    }
    CHECK(world.mautic.value("SELECT GROUP_CONCAT(DISTINCT email_address ORDER BY date_sent) FROM"
                             " {prefix}email_stats WHERE lead_id = " +
                             id_of(erased)) == world.md5(person.old_email) + "," + world.md5(person.email()));
}

void check_kept(World& world) {
    const Person person = invented_person(erased);
    for (const char* field : {"country", "preferred_locale", "timezone", "points"}) {
        CAPTURE(field);
        CHECK(world.mautic.field(erased, field) == person.fields.at(field));
    }
    CHECK(world.mautic.field(erased, "date_identified") == "2024-12-24 10:00:00");
    CHECK(world.mautic.field(erased, "last_active") == "2025-02-01 08:00:00");
    CHECK(world.mautic.row_count("lead_donotcontact", "lead_id = 7 AND reason = 2 AND channel = 'email'") ==
          1);
    CHECK(world.mautic.row_count("email_stats", "lead_id = 7 AND date_sent IS NOT NULL AND is_read = 1") ==
          3);
    CHECK(world.mautic.row_count("page_hits", "lead_id = 7 AND url = 'https://www.example.org/landing'") ==
          2);
}

void check_ways_back_are_cut(World& world) {
    CHECK(world.mautic.row_count("lead_devices", "lead_id = 7 AND tracking_id LIKE 'erased-%'") == 1);
    CHECK(world.mautic.row_count("lead_ips_xref", "lead_id = 7") == 0);
    CHECK(world.mautic.row_count("lead_ips_xref", "lead_id = " + id_of(other)) == 2);
}

void check_counts(const std::map<std::string, std::uint64_t>& before, World& world, bool needs_ip) {
    auto expected = before;
    expected["lead_notes"] -= 1;
    expected["lead_ips_xref"] -= 1;
    if (needs_ip) expected["ip_addresses"] += 1;  // the anonymous one
    CHECK(row_counts(world) == expected);
    const std::string anonymous =
        needs_ip ? world.mautic.value("SELECT id FROM {prefix}ip_addresses WHERE ip_address = '*.*.*.*'")
                 : "NULL";
    CHECK(world.mautic.value("SELECT DISTINCT ip_id FROM {prefix}page_hits WHERE lead_id = 7") == anonymous);
    CHECK(world.mautic.value("SELECT DISTINCT ip_id FROM {prefix}email_stats WHERE lead_id = 7") == "NULL");
}

void check_notes(World& world, const std::string& notes) {
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 0);
    CHECK(world.mautic.value("SELECT GROUP_CONCAT(details, '|', ip_address) FROM {prefix}audit_log WHERE"
                             " object = 'note' AND object_id IN (" +
                             notes + ")") == "a:1:{s:4:\"text\";a:2:{i:0;N;i:1;s:0:\"\";}}|");
    // The shape stays, and the line of the import; what it said goes.
    // MySQL keeps a JSON value in another order of its members.
    CHECK(world.mautic.value("SELECT DISTINCT CONCAT_WS('|', JSON_LENGTH(properties),"
                             " JSON_UNQUOTE(JSON_EXTRACT(properties, '$.message')),"
                             " JSON_UNQUOTE(JSON_EXTRACT(properties, '$.error')),"
                             " JSON_EXTRACT(properties, '$.line')) FROM {prefix}lead_event_log"
                             " WHERE lead_id = 7") == "3|||12");
}

void check_ledger(World& world, const erasure::Result& result) {
    const auto row = world.ledger(erased);
    REQUIRE(row.has_value());
    CHECK(row->subject_hash == world.md5(invented_person(erased).email()));
    CHECK(row->algorithm == "md5");
    CHECK(row->key_id.empty());
    CHECK(row->channel == "email");
    CHECK(row->reason == policy::Reason::bounced);
    CHECK(row->origin == Origin::webhook);
    CHECK(row->status == Status::settling);
    CHECK(row->passes == 1);
    CHECK(row->rows_changed == result.counts.rows_changed);
    CHECK(row->rows_deleted == 2);
    CHECK(row->rows_late == 0);
    CHECK(row->opted_out_at.has_value());
    CHECK(row->erased_at.has_value());
    CHECK_FALSE(row->completed_at.has_value());
    CHECK(row->findings.empty());
    CHECK(row->schema_digest == world.plan().schema_digest);
    CHECK(row->policy_digest == world.plan().policy_digest);
    CHECK(row->map_digest == shipped_map().digest);
    CHECK_FALSE(world.ledger(other).has_value());
    CHECK(world.ledger_dump().find(invented_person(erased).marker) == std::string::npos);
}

void check_second_pass(World& world) {
    const auto second = world.erase(erased, 1);
    CHECK(second.counts.unexpected() == 0);
    CHECK(second.status == Status::complete);
    CHECK(world.mautic.row_count("email_stats", "lead_id = 7 AND tracking_hash LIKE 'erased-%'") == 3);
    CHECK(world.mautic.value(
              "SELECT COUNT(DISTINCT tracking_hash) FROM {prefix}email_stats WHERE lead_id = 7") == "3");
    const std::string before = world.mautic.dump();
    CHECK(world.erase(erased, 2).counts.total() == 0);
    CHECK((world.mautic.dump() == before));
    const auto row = world.ledger(erased);
    CHECK(row->passes == 3);
    CHECK(row->rows_late == 0);
    CHECK(row->completed_at.has_value());
}

void check_erasure(World& world, bool needs_ip) {
    add_sharing_people(world);
    const auto counts = row_counts(world);
    const std::string notes = world.notes_of(erased);
    const std::string others_notes = world.notes_of(other);
    const std::string others_rows = world.rows_of(other, others_notes);
    const auto result = world.erase(erased);
    CHECK(result.verdict == Verdict::erased);
    CHECK(result.status == Status::settling);
    CHECK(result.findings.empty());
    check_nothing_is_left(world);
    check_hashes(world);
    check_kept(world);
    check_ways_back_are_cut(world);
    check_counts(counts, world, needs_ip);
    check_notes(world, notes);
    CHECK((world.rows_of(other, others_notes) == others_rows));
    check_ledger(world, result);
    check_second_pass(world);
}

}  // namespace

TEST_CASE("a contact is erased from a Mautic of our own making") {
    for (const char* prefix : {"", "mtc_"}) {
        CAPTURE(prefix);
        World world(prefix);
        check_erasure(world, false);
        CHECK(world.mautic.field(erased, "loyalty_number") == "NULL");
        CHECK(world.mautic.field(erased, "birthday") == "NULL");
    }
}

TEST_CASE("a contact is erased from every version of Mautic") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        for (const bool upgraded : {false, true}) {
            if (upgraded && version < "5.1") continue;
            for (const char* prefix : {"", "mtc_"}) {
                CAPTURE(version, upgraded, prefix);
                World world(prefix, version, upgraded);
                check_erasure(world, upgraded || version < "5.1");
            }
        }
    }
}
