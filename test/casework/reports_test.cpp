// Reports from the desk: those of the command, for download.
#include <nlohmann/json.hpp>

#include "casework/people_world.h"
#include "report/period.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using desk::Answer;

namespace {

std::string today_and(int days) {
    return report::day_text(std::chrono::floor<std::chrono::days>(now()) + std::chrono::days(days));
}

Answer::Download report_of(PeopleDesk& desk, const std::string& format, const std::string& language = "en") {
    const Answer answer = desk.post(
        desk.reports,
        {{"from", today_and(-1)}, {"to", today_and(1)}, {"format", format}, {"language", language}});
    REQUIRE(answer.redirect.has_value());
    return desk.get(desk.reports, *answer.redirect + "?download=1").download.value();
}

}  // namespace

TEST_CASE("A report counts what was erased, in each format and language") {
    PeopleDesk desk;
    add_unsubscribed(desk.world);
    desk.world.erase(7);
    const auto json = nlohmann::json::parse(report_of(desk, "json").bytes);
    CHECK(json.dump().find("\"mautic-gdprd-report 1\"") != std::string::npos);
    CHECK(report_of(desk, "csv").content_type == "text/csv; charset=utf-8");
    CHECK(report_of(desk, "pdf").bytes.starts_with("%PDF-"));
    CHECK(has(report_of(desk, "html", "hu").bytes, "lang=\"hu\""));
    CHECK(has(report_of(desk, "html", "de").bytes, "lang=\"de\""));
    CHECK(report_of(desk, "html").file_name == "report-" + today_and(-1) + '-' + today_and(1) + ".html");
    CHECK(desk.actions().at(0) == "report officer 192.0.2.9 " + today_and(-1) + " to " + today_and(1));
    const Answer answer =
        desk.post(desk.reports, {{"from", today_and(-1)}, {"to", today_and(1)}, {"format", "csv"}});
    CHECK(has(desk.get(desk.reports, *answer.redirect).body.str(), "erasures: 1"));
}

TEST_CASE("A period that cannot be is refused, with what was typed") {
    PeopleDesk desk;
    for (const auto& [from, to] :
         {std::pair("2026-13-01", "2026-12-01"), std::pair("2026-02-01", "2026-01-01"), std::pair("", ""),
          std::pair("9000-01-01", "9001-01-01")}) {
        const Answer answer = desk.post(desk.reports, {{"from", from}, {"to", to}});
        CHECK(answer.status == 422);
        CHECK(has(answer.body.str(), "This is no period"));
        CHECK(has(answer.body.str(), std::string("value=\"") + from + '"'));
    }
    CHECK(desk.actions().empty());
}

TEST_CASE("A report that cannot be logged is not handed out") {
    PeopleDesk desk;
    desk.is_log_broken = true;
    const Answer answer =
        desk.post(desk.reports, {{"from", today_and(-1)}, {"to", today_and(1)}, {"format", "csv"}});
    CHECK(answer.status == 503);
}
