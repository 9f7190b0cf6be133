// The first page: is it working, and what was done.
#include "background/sightings.h"
#include "pages/erasure_fixture.h"
#include "pages/troubles.h"
#include "support/catch.h"
#include "words/numbers.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Record;
using ledger::Status;
using pages::overview;
using words::Language;
using words::Word;

namespace {

std::string state(const desk::DaemonStatus& status, Language language = Language::en) {
    static const words::TimeZone zone("Europe/Budapest");
    desk::Visit visit;
    visit.language = language;
    visit.zone = &zone;
    return pages::state_of(status, visit, noon).str();
}

}  // namespace

TEST_CASE("the overview says that the daemon does not answer, and that there is no register") {
    ErasurePages here;
    for (const Language language : all_languages) {
        const auto answer = here.get(overview, "/", language);
        CHECK(answer.title == words::say(Word::desk_overview, language));
        CHECK(has(answer.body.str(), said(Word::desk_trouble_daemon, language)));
        CHECK(has(answer.body.str(), said(Word::desk_ask_daemon, language)));
        CHECK(has(answer.body.str(), "<svg"));
    }
    here.drop_ledger();
    for (const Language language : all_languages)
        CHECK(has(here.body(overview, "/", language), said(Word::desk_no_record_kept, language)));
}

TEST_CASE("the overview counts by days of the reader, and each number leads to its list") {
    ErasurePages here;
    const Timestamp at = now();
    const auto today = std::chrono::floor<std::chrono::days>(at + here.zone.offset(at));
    const Timestamp begin = here.zone.begin_of(today);
    std::vector<Record> records;
    // Two of today, one just before it, one of thirty days ago and one that is too old.
    records.push_back(some_record(1, begin));
    records.push_back(some_record(2, begin + std::chrono::seconds(1)));
    records.push_back(some_record(3, begin - Milliseconds(1)));
    records.push_back(some_record(4, here.zone.begin_of(today - std::chrono::days(29))));
    records.push_back(
        some_record(5, here.zone.begin_of(today - std::chrono::days(29)) - std::chrono::seconds(1)));
    records[0].status = Status::partial;
    records[1].status = Status::superseded;
    records[2].status = Status::settling;
    here.write(records);
    const std::string html = here.body(overview, "/");
    const std::string day = format_utc(today).substr(0, 10);
    CHECK(link_with(html, "4") ==
          "/register?from=" + format_utc(today - std::chrono::days(29)).substr(0, 10) + "&to=" + day);
    CHECK(has(html, "<dd><a href=\"/register?from=" + day + "&amp;to=" + day + "\">2</a></dd>"));
    for (const char* status : {"partial", "superseded", "settling"})
        CHECK(has(html, std::string("/register?status=") + status + "&amp;records=current\">1</a>"));
    CHECK(has(html, "/register?status=erasing&amp;records=current\">0</a>"));
    CHECK(has(html, "<a href=\"/holds\">0</a>"));
    CHECK(count_of(html, "<rect") == 3);  // days with an erasure
    // The table behind the chart has every day.
    CHECK(count_of(html, "<th scope=\"row\"><a href=\"/register?from=") == 30);
    CHECK(has(html, words::duration_text(std::chrono::minutes(5), Language::en)));
}

TEST_CASE("a table that is locked keeps no overview waiting, and its counting ends with the desk") {
    ErasurePages here;
    here.body(overview, "/");
    database::Connection locker(here.world.mautic.options());
    locker.change(std::string("LOCK TABLES ") + World::ledger_name + ".erasure WRITE");
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = here.get(overview, "/");
    // Without being cut off it would wait for the table.
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(4));
    CHECK(has(answer.body.str(), said(Word::desk_being_counted, Language::en)));
    CHECK(answer.refresh_seconds);
    locker.change("UNLOCK TABLES");
    CHECK(has(here.body(overview, "/"), "<svg"));
}

TEST_CASE("what is well is said to be well") {
    for (const Language language : all_languages) {
        const std::string html =
            state(desk::status_of(200, R"({"ready":true,"components":{}})", ""), language);
        CHECK(has(html, said(Word::desk_working, language)));
        CHECK_FALSE(has(html, "bad"));
    }
}

TEST_CASE("each part that is not ready is explained, with what to ask the administrator for") {
    const std::pair<const char*, Word> parts[] = {
        {"database", Word::desk_ask_database}, {"schema", Word::desk_ask_schema},
        {"queue", Word::desk_ask_queue},       {"backlog", Word::desk_ask_backlog},
        {"policy", Word::desk_ask_policy},     {"safety", Word::desk_ask_safety},
        {"of later", Word::desk_ask_other}};
    for (const auto& [part, ask] : parts) {
        const std::string json = std::string(R"({"ready":false,"components":{")") + part +
                                 R"(":{"ready":false,"detail":"<script>\"'&"}},"warnings":["webhook: <b>"]})";
        for (const Language language : all_languages) {
            const std::string html = state(desk::status_of(503, json, ""), language);
            CAPTURE(part, html);
            CHECK(has(html, said(ask, language)));
            CHECK_FALSE(has(html, said(Word::desk_working, language)));
            CHECK(has(html, "&lt;script&gt;"));
            CHECK_FALSE(has(html, "<script"));
            CHECK_FALSE(has(html, "<b>"));
        }
    }
    CHECK(has(state(desk::status_of(503, "not json", "")), said(Word::desk_trouble_other, Language::en)));
}

TEST_CASE("each figure that needs somebody is told, and none that does not") {
    const std::pair<const char*, Word> figures[] = {
        {"ledger_seal_findings", Word::desk_trouble_seals},
        {"audit_findings", Word::desk_trouble_audit},
        {"queue_jobs{state=\"parked\"}", Word::desk_trouble_parked},
        {"missing_contacts", Word::desk_trouble_missing},
        {"missing_rights", Word::desk_trouble_rights},
        {"unknown_columns", Word::desk_trouble_undecided}};
    for (const auto& [metric, trouble] : figures) {
        const std::string line = std::string("mautic_gdprd_") + metric;
        for (const Language language : all_languages) {
            CHECK(has(state(desk::status_of(200, "{}", line + " 3\n"), language),
                      said(trouble, language, {"3"})));
            CHECK_FALSE(has(state(desk::status_of(200, "{}", line + " 0\n"), language),
                            said(trouble, language, {"3"})));
        }
    }
    const auto told = [](const std::string& metrics, Word word) {
        return has(state(desk::status_of(200, "{}", metrics)), said(word, Language::en));
    };
    CHECK(told("mautic_gdprd_erasing_paused 1\n", Word::desk_trouble_safety));
    CHECK(told("mautic_gdprd_mautic_webhook_warnings 1\n", Word::desk_trouble_webhook));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(noon.time_since_epoch()).count();
    const auto swept = [&](long long ago) {
        return "mautic_gdprd_sweep_incremental_timestamp_seconds " + std::to_string(seconds - ago) + "\n";
    };
    CHECK(told(swept(7'200), Word::desk_trouble_sweep));
    CHECK_FALSE(told(swept(60), Word::desk_trouble_sweep));
    CHECK_FALSE(told("", Word::desk_trouble_sweep));
}

TEST_CASE("the daemon's work is told in figures, and what it has not done yet in words") {
    static const words::TimeZone zone("Europe/Budapest");
    for (const Language language : all_languages) {
        desk::Visit visit;
        visit.language = language;
        visit.zone = &zone;
        const auto work = [&](const std::string& metrics) {
            return pages::work_of(desk::status_of(200, "{}", metrics), visit).str();
        };
        const std::string html = work(
            "mautic_gdprd_queue_jobs{state=\"ready\"} 1\nmautic_gdprd_queue_jobs{state=\"waiting\"} 2\n"
            "mautic_gdprd_queue_jobs{state=\"running\"} 4\nmautic_gdprd_queue_jobs{state=\"settling\"} 10\n"
            "mautic_gdprd_queue_jobs{state=\"parked\"} 20\nmautic_gdprd_mautic_webhook_queue_rows 30\n"
            "mautic_gdprd_sweep_full_timestamp_seconds 1773140400\nmautic_gdprd_lost_opt_outs_total 40\n");
        const auto told = [&](Word word, const std::string& value) {
            return has(html, "<dt>" + said(word, language) + "</dt><dd>" + value + "</dd>");
        };
        CHECK(told(Word::desk_waiting, "7"));
        CHECK(told(Word::desk_later_pass, "10"));
        CHECK(told(Word::desk_given_up, "20"));
        CHECK(told(Word::desk_webhook_rows, "30"));
        CHECK(told(Word::desk_lost_opt_outs, "<a href=\"/returned\">40</a>"));
        CHECK(told(Word::desk_compared, said(Word::desk_not_since_start, language)));
        CHECK(told(Word::desk_compared_all, words::time_text(noon - std::chrono::hours(1), zone, language)));
        CHECK(pages::work_of({}, visit).empty());
    }
}
