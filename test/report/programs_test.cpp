// The figures for programs: CSV and JSON.
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/csv.h"
#include "report/json.h"
#include "report/some_figures.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using nlohmann::json;

namespace {

// RFC 4180, once more and plainly.
std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
    std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
    bool is_quoted = false;
    for (std::size_t at = 0; at < csv.size(); ++at) {
        const char c = csv[at];
        if (is_quoted) {
            if (c == '"' && csv.substr(at, 2) == "\"\"") {
                rows.back().back() += csv[at++];
            } else if (c == '"') {
                is_quoted = false;
            } else {
                rows.back().back() += c;
            }
        } else if (c == '"') {
            is_quoted = true;
        } else if (c == ',') {
            rows.back().emplace_back();
        } else if (c == '\r') {
            REQUIRE(csv.substr(at++, 2) == "\r\n");
            rows.emplace_back(1, std::string());
        } else {
            rows.back().back() += c;
        }
    }
    REQUIRE(rows.back() == std::vector<std::string>{""});
    rows.pop_back();
    return rows;
}

}  // namespace

TEST_CASE("Each line of the CSV has a figure and as many fields as its head") {
    const report::Figures figures = some_figures("2026-03-01", 31);
    const auto rows = rows_of(report::to_csv(figures));
    CHECK(rows.front() == std::vector<std::string>{"section", "item", "day", "origin", "status", "reason",
                                                   "figure", "value"});
    std::uint64_t erasures = 0;
    std::map<std::string, std::string> values;
    for (const auto& row : rows) {
        REQUIRE(row.size() == 8);
        CHECK_FALSE(row[0].empty());
        if (row[0] == "erasures" && !row[2].empty()) erasures += std::stoull(row[7]);
        values[row[0] + '/' + row[1] + '/' + row[3] + '/' + row[4] + '/' + row[6]] = row[7];
    }
    CHECK(erasures == figures.total());
    CHECK(values.at("erasures////total") == std::to_string(erasures));
    CHECK(values.at("times////median_milliseconds") == "4321");
    CHECK(values.at("times//command//percentile_95_milliseconds") == "2");
    CHECK(values.at("month////exceeded") == "21");
    CHECK(values.at("month////repeated") == "6");
    CHECK(values.at("times//webhook//repeated") == "4");
    CHECK(values.at("open///held/contacts") == "31");
    CHECK(values.at("left/email_stats.source///cells") == "104");
    CHECK(values.at("held/field invoice #2///contacts") == "3");
    CHECK(values.at("returned/reappeared///do_not_contact") == "13");
    CHECK(values.at("lookups////found") == "33");
    CHECK(values.at("report////before") == "2026-04-01");
    CHECK(values.at("server////binary_log_kept_seconds") == "864000");
}

TEST_CASE("No field of the CSV is a formula for a spreadsheet, and none breaks its line") {
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "|x", "%x"}) {
        CHECK(report::csv_field(formula) == '\'' + std::string(formula));
    }
    CHECK(report::csv_field("=a,b") == "\"'=a,b\"");
    CHECK(report::csv_field("say \"x\"") == "\"say \"\"x\"\"\"");
    CHECK(report::csv_field("\t=1").front() != '\t');
    CHECK(report::csv_field("a\r\nb").find('\n') == std::string::npos);
    CHECK(report::csv_field("12") == "12");
    const std::string csv = report::to_csv(some_figures("2026-03-01", 1));
    CHECK_THAT(csv, ContainsSubstring("undecided,'=cmd|'calc'!A1,"));
}

TEST_CASE("The JSON has every figure under a name that stays") {
    const report::Figures figures = some_figures("2026-03-01", 31);
    const json all = json::parse(report::to_json(figures));
    CHECK(all.at("format") == "mautic-gdprd-report 1");
    CHECK(all.at("period") ==
          json{{"from", "2026-03-01"}, {"before", "2026-04-01"}, {"time_zone", "UTC"}, {"is_over", true}});
    CHECK(all.at("made_at") == "2026-04-01T02:03:04.000Z");
    const json& erasures = all.at("erasures");
    CHECK(erasures.at("total") == figures.total());
    REQUIRE(erasures.at("by_day").size() == 31);
    std::uint64_t of_days = 0, of_origins = 0, of_statuses = 0, of_reasons = 0;
    for (const json& day : erasures.at("by_day")) {
        of_days += day.at("total").get<std::uint64_t>();
        for (const auto& count : day.at("origin")) of_origins += count.get<std::uint64_t>();
        for (const auto& count : day.at("status")) of_statuses += count.get<std::uint64_t>();
        for (const auto& count : day.at("reason")) of_reasons += count.get<std::uint64_t>();
    }
    CHECK(of_days == figures.total());
    CHECK(of_origins == of_days);
    CHECK(of_statuses == of_days);
    CHECK(of_reasons == of_days);
    CHECK(erasures.at("by_day").at(5).at("total") == 0);
    const json& times = all.at("from_opt_out_to_erasure");
    CHECK(times.at("longest_milliseconds") == 2'678'461'000);
    CHECK(times.at("origin").at("webhook").at("measured") == 12'000);
    CHECK(times.at("month").at("depends") == 3);
    CHECK(times.at("month").at("repeated") == 6);
    CHECK(times.at("origin").at("command").at("repeated") == 2);
    CHECK(all.at("open").at("status").at("partial") == 29);
    CHECK(all.at("open").at("partial").at("columns").at(0).at("contacts") == 26);
    CHECK(all.at("open").at("held").at("rules").size() == 3);
    CHECK(all.at("lost_webhooks").is_null());
    CHECK(all.at("begun_by_comparison") == figures.of(Origin::sweep));
    CHECK(all.at("returned").at("reappeared").at("consented") == 15);
    CHECK(all.at("returned").at("lost_opt_out").at("do_not_contact") == 0);
    CHECK(all.at("undecided").size() == 4);
    CHECK(all.at("lookups").at("without_case") == 28);
    CHECK(all.at("server").at("binary_log").at("has_erased_values") == true);
    CHECK(all.at("server").at("statement_logs").at(1).at("has_erasures") == false);
}

TEST_CASE("What is not known is null in the JSON") {
    report::Figures figures = no_figures();
    json all = json::parse(report::to_json(figures));
    CHECK(all.at("first_erasure").is_null());
    CHECK(all.at("from_opt_out_to_erasure").at("median_milliseconds").is_null());
    CHECK(all.at("lookups").at("log") == "unreadable");
    CHECK(all.at("lookups").at("lookups").is_null());
    CHECK(all.at("server").at("replicas").is_null());
    figures.server.refusal = "refused";
    all = json::parse(report::to_json(figures));
    CHECK(all.at("server").at("binary_log").is_null());
}
