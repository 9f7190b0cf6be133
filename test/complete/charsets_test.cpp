// Mautic's tables have the character set that their server had when Mautic was installed, or restored. Texts
// are sent in utf8mb4, and no statement may fail for that, or touch a letter of anybody else's.
#include "complete/erased_history.h"
#include "lookup/lookup.h"
#include "mautic/holds.h"
#include "support/catch.h"
#include "verify/whole_search.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Table by table, the collations in turn. What a character set cannot hold becomes a question mark: these
// values are looked for nowhere.
void convert_tables(MauticDatabase& mautic, const std::vector<std::string>& collations) {
    auto& connection = mautic.connection();
    connection.change("SET SESSION sql_mode = '', foreign_key_checks = 0");
    std::vector<std::string> tables;
    {
        auto rows = connection.select(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
            " ORDER BY TABLE_NAME");
        while (rows.next()) tables.push_back(rows.text(0));
    }
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const std::string& collation = collations[i % collations.size()];
        const std::string charset = collation.substr(0, collation.find('_'));
        try {
            connection.change("ALTER TABLE `" + tables[i] + "` CONVERT TO CHARACTER SET " + charset +
                              " COLLATE " + collation);
        } catch (const database::DatabaseError& error) {
            // Texts of a foreign key: a plugin's, without a person in them.
            const std::set<int> of_foreign_key{1832, 1833, 3780};
            if (!of_foreign_key.contains(error.code())) throw;
        }
    }
    mautic.read_columns();
}

lookup::LookupAnswer look_up(World& world, const std::string& address) {
    return lookup::Lookup(world.daemon, {world.mautic.prefix(), World::ledger_name, world.hash, {}, true})
        .find(address);
}

void add_mail(World& world, const database::Value& contact, const std::string& address) {
    world.mautic.insert("email_stats",
                        {{"lead_id", contact},
                         {"email_address", address},
                         {"date_sent", "2025-02-01 07:00:00"},
                         {"tracking_hash", "h" + std::to_string(std::hash<std::string>{}(address))}});
}

}  // namespace

TEST_CASE(
    "nothing is left of the person and nobody else is touched, whatever the character set of the tables") {
    const std::vector<std::vector<std::string>> sets{
        {"latin1_swedish_ci"},
        {"latin1_german1_ci"},
        {"latin2_hungarian_ci"},
        {"utf8mb3_general_ci"},
        {"utf8mb4_bin"},
        {"utf8mb4_general_ci", "utf8mb4_unicode_ci"},
        {"utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_general_ci"},
        {"utf8mb3_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_general_ci",
         "latin1_swedish_ci"},
    };
    for (const std::vector<std::string>& collations : sets) {
        DYNAMIC_SECTION(collations.front() << " and " << collations.size() - 1 << " others") {
            const SchemaCase schema = schema_cases().back();
            World world(schema.prefix, schema.version, schema.upgraded);
            FullHistory history(world.mautic);
            convert_tables(world.mautic, collations);
            world.policy.other_fields = policy::FieldRule::remove;
            const Needles needles(history.subject());
            const Dump before(world.mautic.connection(), history.tables());
            for (const int pass : {0, 1}) {
                const auto result = world.erase(FullHistory::subject_id, pass, pass == 0);
                CHECK(result.verdict == erasure::Verdict::erased);
                CHECK(std::string(name_of(result.status)) == (pass == 0 ? "settling" : "complete"));
            }
            const Dump after(world.mautic.connection(), history.tables());
            CHECK(after.search(needles) == std::set<std::string>{});
            CHECK(Dump::differences(before, after, [&](const RowMaker::RowId& row) {
                      return !history.is_of_subject(row) && row.first != "ip_addresses" &&
                             row.first != "campaign_lead_event_failed_log";
                  }) == std::vector<std::string>{});
        }
    }
}

TEST_CASE("addresses beyond ASCII are erased and found again, whatever the character set of the tables") {
    for (const std::string collation : {"latin1_swedish_ci", "latin1_german1_ci", "latin2_hungarian_ci",
                                        "utf8mb3_general_ci", "utf8mb4_bin"}) {
        DYNAMIC_SECTION(collation) {
            World world;
            convert_tables(world.mautic, {collation});
            const std::string address = "j\u00fcrg@x.example";
            Person person = invented_person(7);
            person.fields["email"] = address;
            person.fields["lastname"] = "M\u00fcller";
            person.fields["diary"] = "x";  // holds what few character sets have
            Person neighbour = invented_person(8);
            neighbour.fields["diary"] = "x";
            world.mautic.add_contact(7, person);
            world.mautic.add_contact(8, neighbour);
            world.mautic.unsubscribe(7);
            add_mail(world, std::uint64_t{7}, address);
            add_mail(world, nullptr, address);
            add_mail(world, nullptr, "J\u00fcrg@X.example");
            add_mail(world, nullptr, "\u00fcmit@x.example");
            add_mail(world, std::uint64_t{8}, "\u00fcmit@x.example");

            const auto before = look_up(world, address);
            REQUIRE(before.contacts.size() == 1);
            CHECK(before.mails_without_contact.sent == 2);
            CHECK_FALSE(look_up(world, "\U0001f600@x.example").found());
            CHECK_FALSE(look_up(world, "jurg@x.example").found());
            CHECK_FALSE(look_up(world, "j?rg@x.example").found());

            const std::string tag = "k\u00fcndigung";
            world.mautic.insert("lead_tags", {{"id", std::int64_t{3}}, {"tag", tag}});
            world.mautic.insert("lead_tags_xref",
                                {{"lead_id", std::int64_t{7}}, {"tag_id", std::int64_t{3}}});
            world.holds.tags = {"\U0001f600", "\u0416", "K\u00dcndigung"};
            world.holds.segments = {"\U0001f600"};
            CHECK(world.erase(7).verdict == erasure::Verdict::held);
            CHECK(mautic::look_for_holds(world.daemon, "", world.holds).missing.size() == 3);
            world.holds.tags = {"\U0001f600", "\u0416"};
            world.holds.segments.clear();  // one that is not there keeps who is on hold
            world.prepare();

            for (const int pass : {0, 1}) {
                const auto result = world.erase(7, pass, pass == 0);
                CHECK(result.verdict == erasure::Verdict::erased);
                CHECK(result.findings.empty());
            }
            CHECK(world.mautic.row_count("email_stats", "email_address LIKE '%rg@%'") == 0);
            CHECK(world.mautic.row_count("email_stats", "email_address LIKE '%mit@x.example'") == 2);
            CHECK(world.mautic.value("SELECT MIN(CONVERT(email_address USING utf8mb4)) FROM email_stats WHERE"
                                     " lead_id = 8 AND email_address LIKE '%mit@x%'") ==
                  "\u00fcmit@x.example");
            const auto found = look_up(world, "J\u00dcRG@x.example");
            REQUIRE(found.contacts.size() == 1);
            CHECK(found.contacts[0].contact == 7);
            CHECK(found.contacts[0].erasure.has_value());
            CHECK(found.mails_without_contact.sent == 2);

            matching::Identity identity;
            identity.add("\u00fcmit@x.example");
            const auto findings = verify::WholeSearch(world.daemon, {world.mautic.name()})
                                      .run(identity, true, [](const verify::Progress&) { return true; });
            CHECK(findings.failure.empty());
            REQUIRE(findings.hits.size() == 1);
            CHECK(findings.hits[0].rows_strong == 2);
        }
    }
}
