#include "report/some_figures.h"

namespace gdprd::test {

using ledger::Status;
using policy::Reason;

report::Figures some_figures(const std::string& from, int days) {
    report::Figures figures;
    const auto first = std::chrono::floor<std::chrono::days>(*parse_utc(from + " 00:00:00"));
    figures.period = {first, first + std::chrono::days(days)};
    figures.made_at = Timestamp(figures.period.to) + Milliseconds(7'384'000);
    figures.program_version = "1.2.3";
    figures.first_erasure = Timestamp(first) + Milliseconds(3'600'000);
    for (int day = 0; day < days; ++day) {
        if (day % 7 == 5 && days > 1) continue;
        const auto date = first + std::chrono::days(day);
        const auto count = [&](int factor) { return static_cast<std::uint64_t>((day * factor) % 23 + 1); };
        figures.erasures.push_back({date, Origin::webhook, Status::complete, Reason::unsubscribed, count(5)});
        if (day % 3 == 0) {
            figures.erasures.push_back(
                {date, Origin::sweep, Status::settling, Reason::bounced, count(3) / 2 + 1});
        }
        if (day % 4 == 0) {
            figures.erasures.push_back({date, Origin::command, Status::partial, Reason::manual, count(2)});
        }
        if (day == 8) {
            figures.erasures.push_back({date, Origin::sweep, Status::superseded, Reason::unsubscribed, 2});
            figures.erasures.push_back({date, Origin::webhook, Status::erasing, Reason::unsubscribed, 1});
        }
    }
    figures.limits = {1'203, 42, 7, 5};
    figures.times = {12'345, 17, Milliseconds(4'321), Milliseconds(93'784'000), Milliseconds(2'678'461'000),
                     6};
    figures.times_of[Origin::webhook] = {
        12'000, 0, Milliseconds(3'999), Milliseconds(61'000), Milliseconds(86'400'000), 4};
    figures.times_of[Origin::command] = {345, 17, Milliseconds(1), Milliseconds(2), Milliseconds(3), 2};
    figures.months = {11'111, 3, 21, 17, 1'210, 6};
    figures.open = {{Status::settling, 8}, {Status::erasing, 1}, {Status::partial, 29}, {Status::held, 31}};
    figures.left_columns = {{"email_stats", "source", 26, 104}, {"form_results_12_contact", "f_name", 2, 2}};
    figures.partial_without_column = 1;
    figures.held.rules = {{policy::Hold::Kind::tag, "legal claim <b>", 0, 19},
                          {policy::Hold::Kind::segment, "unpaid", 0, 6},
                          {policy::Hold::Kind::field, "invoice", 2, 3}};
    figures.held.by_none = 2;
    figures.held.gone = 1;
    figures.has_forgotten = true;
    figures.sightings = {{background::Sighting::reappeared, background::Outcome::reported, 4},
                         {background::Sighting::reappeared, background::Outcome::do_not_contact, 13},
                         {background::Sighting::reappeared, background::Outcome::consented, 15},
                         {background::Sighting::lost_opt_out, background::Outcome::reported, 16}};
    figures.undecided = {
        {"=cmd|'calc'!A1", report::Undecided::Leads::nowhere, report::Undecided::Fate::left},
        {"mtc_plugin_chat", report::Undecided::Leads::certainly, report::Undecided::Fate::left},
        {"mtc_plugin_<script>", report::Undecided::Leads::perhaps, report::Undecided::Fate::left},
        {"mtc_shop.note", report::Undecided::Leads::certainly, report::Undecided::Fate::partly_emptied}};
    figures.lookups = {report::LogState::read, {57, 33, 12, 9, 28, 6}};
    figures.server.name = "MariaDB 10.11.6";
    figures.server.binary_log = {true, "ROW", "FULL", "FULL", true, "binlog_annotate_row_events", 864'000};
    figures.server.statement_logs = {{"general_log", "/var/log/mysql/mysql.log", true},
                                     {"slow_query_log", "the table mysql.slow_log", false}};
    figures.server.replicas = 2;
    return figures;
}

report::Figures no_figures() {
    report::Figures figures;
    const auto first = std::chrono::floor<std::chrono::days>(*parse_utc("2026-02-01 00:00:00"));
    figures.period = {first, first + std::chrono::days(28)};
    figures.made_at = *parse_utc("2026-02-10 01:02:03");
    figures.program_version = "1.2.3";
    figures.server.name = "MySQL 9.7.0";
    figures.lookups.state = report::LogState::unreadable;
    return figures;
}

}  // namespace gdprd::test
