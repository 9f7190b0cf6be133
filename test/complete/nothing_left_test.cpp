// The promise in the literal sense: after an erasure the whole database is searched, and nothing of the
// person is in it; nobody else lost a byte, and no report shows another number.
#include "complete/erased_history.h"
#include "complete/php_check.h"
#include "complete/statistics.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Places = std::set<std::string>;
using Texts = std::vector<std::string>;

std::string findings_of(const erasure::Result& result) {
    std::string text;
    for (const auto& finding : result.findings) text += finding.table + "." + finding.column + "\n";
    return text;
}

void check_first_pass(ErasedHistory& erased) {
    const erasure::Result result = erased.erase(0);
    CHECK(result.verdict == erasure::Verdict::erased);
    CHECK(std::string(name_of(result.status)) == "settling");
    CHECK(findings_of(result) == "");
    const Dump after = erased.dump();
    CHECK(after.search(erased.needles) == Places{});
    CHECK(erased.changes_of_others(erased.before, after) == Texts{});
    CHECK(statistics_of(erased.world.mautic) == erased.statistics_before);
    CHECK(unreadable_by_php(after, erased.history.tables()) == "");
    CHECK(invalid_json(erased.world.mautic.connection(), erased.history.tables()) == "");
}

void check_second_pass(ErasedHistory& erased) {
    const erasure::Result result = erased.erase(1);
    CHECK(std::string(name_of(result.status)) == "complete");
    CHECK(result.counts.unexpected() == 0);
    const Dump first = erased.dump();
    CHECK(erased.erase(2, false).counts.total() == 0);
    CHECK(Dump::differences(first, erased.dump(), [](const RowMaker::RowId&) { return true; }) == Texts{});
    const auto row = erased.world.ledger(FullHistory::subject_id);
    REQUIRE(row.has_value());
    CHECK(row->passes == 3);
    CHECK(row->rows_late == 0);
    CHECK(row->completed_at.has_value());
}

}  // namespace

TEST_CASE("nothing of the person is left, nobody else is touched, and no statistic changes") {
    for (const SchemaCase& schema : schema_cases()) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            CHECK_FALSE(erased.before.search(erased.needles).empty());
            check_first_pass(erased);
            check_second_pass(erased);
        }
    }
}

TEST_CASE("what Mautic writes after the webhook goes with the next pass") {
    for (const SchemaCase& schema : schema_cases()) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            erased.erase(0);
            const Dump settled = erased.dump();
            erased.history.mautic_writes_again();
            CHECK_FALSE(erased.dump().search(erased.needles).empty());
            const std::string statistics = statistics_of(erased.world.mautic);

            const erasure::Result late = erased.erase(1);
            CHECK(std::string(name_of(late.status)) == "settling");
            CHECK(findings_of(late) == "");
            const Dump after = erased.dump();
            CHECK(after.search(erased.needles) == Places{});
            CHECK(erased.changes_of_others(settled, after) == Texts{});
            CHECK(statistics_of(erased.world.mautic) == statistics);
            const auto row = erased.world.ledger(FullHistory::subject_id);
            REQUIRE(row.has_value());
            CHECK(row->rows_late > 0);
            CHECK_FALSE(row->completed_at.has_value());

            CHECK(std::string(name_of(erased.erase(2, false).status)) == "complete");
            CHECK(Dump::differences(after, erased.dump(), [](const RowMaker::RowId&) { return true; }) ==
                  Texts{});
        }
    }
}

TEST_CASE("the neighbour's erasure leaves nothing of them either, after the first one's") {
    // They share addresses, a company, texts of mails: whoever goes last takes what is left of it along.
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            erased.erase(0);
            erased.world.erase(FullHistory::neighbour_id);
            const Dump after = erased.dump();
            CHECK(after.search(Needles(erased.history.neighbour())) == Places{});
            CHECK(after.search(erased.needles) == Places{});
            const auto of_stranger = [&](const RowMaker::RowId& row) {
                return erased.history.rows().owner_of(row) == FullHistory::stranger_id;
            };
            CHECK(Dump::differences(erased.before, after, of_stranger) == Texts{});
            CHECK(statistics_of(erased.world.mautic) == erased.statistics_before);
        }
    }
}

TEST_CASE("all three in one batch are as gone as one by one") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            std::vector<erasure::Request> requests;
            for (const ContactId id :
                 {FullHistory::subject_id, FullHistory::neighbour_id, FullHistory::stranger_id}) {
                requests.push_back({id, Origin::webhook, now(), 0, true});
            }
            for (const auto& result : erased.world.erase(requests)) CHECK(findings_of(result) == "");
            const Dump after = erased.dump();
            for (const KnownPerson* person :
                 {&erased.history.subject(), &erased.history.neighbour(), &erased.history.stranger()}) {
                CAPTURE(person->id);
                CHECK(after.search(Needles(*person)) == Places{});
            }
            CHECK(statistics_of(erased.world.mautic) == erased.statistics_before);
            CHECK(unreadable_by_php(after, erased.history.tables()) == "");
            CHECK(invalid_json(erased.world.mautic.connection(), erased.history.tables()) == "");
        }
    }
}
