// Values that are not what their column promises, rows that belong to several contacts at once, and a sole
// trader's company.
#include <algorithm>

#include "complete/erased_history.h"
#include "complete/php_check.h"
#include "fixture/cell_texts.h"
#include "fixture/encodings.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Places = std::set<std::string>;

// Ids of companies that differ between the two.
std::set<std::string> changed_companies(const Dump& before, const Dump& after) {
    std::set<std::string> ids;
    for (const auto& [id, cells] : before.tables().at("companies").rows) {
        const auto now = after.tables().at("companies").rows.find(id);
        if (now == after.tables().at("companies").rows.end() || now->second != cells) ids.insert(id);
    }
    return ids;
}

}  // namespace

TEST_CASE("values that cannot be read are emptied, and are readable then") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            auto& rows = erased.history.rows();
            const KnownPerson& person = erased.history.subject();
            const std::string php = everything_as_php(person), text = everything_as_text(person);
            std::string deep;
            for (int i = 0; i < 500; ++i) deep += "a:1:{i:0;";
            deep += "s:" + std::to_string(person.email().size()) + ":\"" + person.email() + "\";" +
                    std::string(500, '}');
            const std::string odd[] = {
                php.substr(0, php.size() / 2),
                text,
                deep,
                "s:" + std::to_string(text.size()) + ":\"" + text + "\";",
                "O:8:\"stdClass\":1:{s:5:\"email\";s:" + std::to_string(person.email().size()) + ":\"" +
                    person.email() + "\";}",
                php + "trailing " + person.email(),
                "a:1:{s:9999:\"" + person.email() + "\";}"};
            for (const std::string& value : odd) {
                rows.insert(person, "audit_log", {{"object_id", person.id}, {"details", value}});
                rows.insert(person, "email_stats",
                            {{"tokens", value}, {"open_details", value}, {"copy_id", nullptr}}, 8);
                if (schema.version >= "5") continue;
                rows.insert(person, "lead_event_log", {{"properties", value}});
            }
            const erasure::Result result = erased.erase(0);
            CHECK(result.counts.values_emptied > 0);
            CHECK(result.findings.empty());
            const Dump after = erased.dump();
            CHECK(after.search(erased.needles) == Places{});
            CHECK(invalid_json(erased.world.mautic.connection(), erased.history.tables()) == "");
            CHECK(unreadable_by_php(after, erased.history.tables()) == "");
            CHECK(erased.erase(1, false).counts.unexpected() == 0);
            const Dump settled = erased.dump();
            CHECK(erased.erase(2, false).counts.total() == 0);
            CHECK(settled == erased.dump());
        }
    }
}

TEST_CASE("large values go as well as small ones") {
    ErasedHistory erased(schema_cases().back());
    auto& rows = erased.history.rows();
    const KnownPerson& person = erased.history.subject();
    std::string text;
    while (text.size() < 600'000) text += everything_as_text(person);
    const std::string php = "a:1:{s:4:\"text\";s:" + std::to_string(text.size()) + ":\"" + text + "\";}";
    const std::string json = "{\"contact\":{\"id\":7,\"text\":\"" + json_escaped(text) + "\"}}";
    rows.insert(person, "audit_log", {{"object_id", person.id}, {"details", php}});
    rows.insert(person, "email_stats", {{"tokens", php}, {"open_details", php}, {"copy_id", nullptr}}, 8);
    rows.insert(person, "lead_event_log", {{"properties", json}});
    rows.insert(person, "webhook_queue", {{"payload_compressed", zlib_compressed(json)}});
    rows.insert(person, "notifications", {{"message", text}});
    CHECK(erased.erase(0).findings.empty());
    const Dump after = erased.dump();
    CHECK(after.search(erased.needles) == Places{});
    CHECK(unreadable_by_php(after, erased.history.tables()) == "");
}

TEST_CASE("a row about several contacts loses the one who is erased, and the others when they are") {
    ErasedHistory erased(schema_cases().back());
    auto& rows = erased.history.rows();
    const std::string both = "{\"one\":" + webhook_payload(erased.history.subject()) +
                             ",\"other\":" + webhook_payload(erased.history.neighbour()) + "}";
    rows.insert(erased.history.subject(), "webhook_queue", {{"payload_compressed", zlib_compressed(both)}});
    erased.world.erase({{FullHistory::neighbour_id, Origin::webhook, now(), 0, true},
                        {FullHistory::subject_id, Origin::webhook, now(), 0, true}});
    const Dump after = erased.dump();
    CHECK(after.search(erased.needles) == Places{});
    CHECK(after.search(Needles(erased.history.neighbour())) == Places{});
}

TEST_CASE("a company is touched only when it is the contact's own and the policy says so") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            auto& mautic = erased.world.mautic;
            // Named as the contact's field `company`, which identifies them; the other one is not.
            const std::string own =
                mautic.value("SELECT MAX(company_id) FROM {prefix}companies_leads WHERE lead_id = 7");
            mautic.connection().change("UPDATE " + mautic.real_name("companies") + " SET companyemail = '" +
                                       erased.history.subject().email() + "' WHERE id = " + own);
            erased.history.rows().insert(erased.history.subject(), "companies_leads",
                                         {{"company_id", erased.history.rows().insert_neutral("companies")}});
            const std::string unnamed =
                mautic.value("SELECT MAX(company_id) FROM {prefix}companies_leads WHERE lead_id = 7");
            const auto changed_with = [&](policy::OwnCompany rule) {
                erased.world.policy.own_company = rule;
                erased.world.prepare();
                const Dump before = erased.dump();
                erased.erase(0);
                return changed_companies(before, erased.dump());
            };
            SECTION("never") { CHECK(changed_with(policy::OwnCompany::never).empty()); }
            SECTION("the only contact") {
                CHECK(changed_with(policy::OwnCompany::only_contact) == std::set<std::string>{own, unnamed});
                CHECK(erased.dump().search(erased.needles) == Places{});
            }
            SECTION("the same name") {
                CHECK(changed_with(policy::OwnCompany::same_name) == std::set<std::string>{own});
                CHECK(erased.dump().search(erased.needles) == Places{});
            }
        }
    }
}
