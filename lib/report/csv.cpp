#include "report/csv.h"

#include "paper/readable.h"

namespace gdprd::report {

namespace {

struct Line {
    std::string section;
    std::string item;
    std::string day;
    std::string origin;
    std::string status;
    std::string reason;
    std::string figure;
    std::string value;
};

class Table {
  public:
    Table() { add({"section", "item", "day", "origin", "status", "reason", "figure", "value"}); }

    void add(const Line& line) {
        const std::string* fields[] = {&line.section, &line.item,   &line.day,    &line.origin,
                                       &line.status,  &line.reason, &line.figure, &line.value};
        bool is_first = true;
        for (const std::string* field : fields) {
            text_ += (is_first ? "" : ",") + csv_field(*field);
            is_first = false;
        }
        text_ += "\r\n";
    }
    void add(const std::string& section, const std::string& figure, const std::string& value) {
        add({section, "", "", "", "", "", figure, value});
    }
    void add(const std::string& section, const std::string& figure, std::uint64_t value) {
        add(section, figure, std::to_string(value));
    }
    void add_item(const std::string& section, const std::string& item, const std::string& figure,
                  const std::string& value) {
        add({section, item, "", "", "", "", figure, value});
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

std::string duration_field(const std::optional<Milliseconds>& time) {
    return time ? std::to_string(time->count()) : "";
}

void add_times(Table& table, const std::string& origin, const records::Times& times) {
    const auto add = [&](const char* figure, const std::string& value) {
        table.add({"times", "", "", origin, "", "", figure, value});
    };
    add("measured", std::to_string(times.measured));
    add("unmeasured", std::to_string(times.unmeasured));
    add("repeated", std::to_string(times.repeated));
    add("median_milliseconds", duration_field(times.median));
    add("percentile_95_milliseconds", duration_field(times.percentile_95));
    add("longest_milliseconds", duration_field(times.longest));
}

void add_server(Table& table, const ServerFigures& server) {
    table.add("server", "name", server.name);
    if (!server.refusal.empty()) {
        table.add("server", "unknown", server.refusal);
        return;
    }
    const database::BinaryLog& log = server.binary_log;
    table.add("server", "binary_log", log.on ? "on" : "off");
    if (log.on) {
        table.add("server", "binary_log_format", log.format);
        table.add("server", "binary_log_row_image", log.row_image);
        table.add("server", "binary_log_server_row_image", log.server_row_image);
        table.add("server", "binary_log_keeps_statements", log.keeps_statements ? "yes" : "no");
        table.add("server", "binary_log_kept_seconds",
                  log.kept_seconds == 0 ? "for ever" : std::to_string(log.kept_seconds));
    }
    for (const database::StatementLog& one : server.statement_logs) {
        table.add_item("server", one.option, "statement_log", one.where);
        table.add_item("server", one.option, "has_erasures", one.has_us ? "yes" : "no");
    }
    table.add("server", "replicas", server.replicas ? std::to_string(*server.replicas) : "unknown");
}

}  // namespace

std::string csv_field(std::string_view text) {
    std::string field(paper::readable(text));
    if (!field.empty() && std::string_view("=+-@|%").find(field.front()) != std::string_view::npos) {
        field.insert(field.begin(), '\'');
    }
    if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
    std::string quoted = "\"";
    for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string to_csv(const Figures& figures) {
    Table table;
    table.add("report", "version", figures.program_version);
    table.add("report", "made_at", format_utc(figures.made_at));
    table.add("report", "time_zone", "UTC");
    table.add("report", "from", day_text(figures.period.from));
    table.add("report", "before", day_text(figures.period.to));
    table.add("report", "first_erasure", figures.first_erasure ? format_utc(*figures.first_erasure) : "");
    table.add("erasures", "total", figures.total());
    for (const records::ErasureCount& count : figures.erasures) {
        table.add({"erasures", "", day_text(count.day), name_of(count.origin), ledger::name_of(count.status),
                   policy::name_of(count.reason), "erasures", std::to_string(count.erasures)});
    }
    const records::LimitCounts& limits = figures.limits;
    table.add("limits", "without_files", limits.without_files);
    table.add("limits", "without_older_rows", limits.without_older_rows);
    table.add("limits", "with_undecided", limits.with_undecided);
    table.add("limits", "undecided_unrecorded", limits.undecided_unrecorded);
    add_times(table, "", figures.times);
    for (const auto& [origin, times] : figures.times_of) add_times(table, name_of(origin), times);
    const records::MonthCounts& months = figures.months;
    table.add("month", "within", months.within);
    table.add("month", "depends", months.depends);
    table.add("month", "exceeded", months.exceeded);
    table.add("month", "unmeasured", months.unmeasured);
    table.add("month", "repeated", months.repeated);
    table.add("month", "not_asked", months.not_asked);
    for (const auto& [status, count] : figures.open) {
        table.add({"open", "", "", "", ledger::name_of(status), "", "contacts", std::to_string(count)});
    }
    for (const records::LeftColumn& left : figures.left_columns) {
        const std::string name = left.table + '.' + left.column;
        table.add_item("left", name, "contacts", std::to_string(left.contacts));
        table.add_item("left", name, "cells", std::to_string(left.cells));
    }
    table.add("left", "contacts_without_column", figures.partial_without_column);
    for (const HeldByRule& rule : figures.held.rules) {
        const std::string number = rule.number == 0 ? "" : " #" + std::to_string(rule.number);
        table.add_item("held", std::string(policy::name_of(rule.kind)) + ' ' + rule.name + number, "contacts",
                       std::to_string(rule.contacts));
    }
    table.add("held", "contacts_by_no_rule", figures.held.by_none);
    table.add("held", "contacts_gone", figures.held.gone);
    for (const background::SightingCount& count : figures.sightings) {
        table.add_item("returned", background::name_of(count.kind), background::name_of(count.outcome),
                       std::to_string(count.sightings));
    }
    for (const Undecided& undecided : figures.undecided) {
        table.add_item("undecided", undecided.name, "leads_to_contacts", leads_names.of(undecided.leads));
        table.add_item("undecided", undecided.name, "fate", fate_names.of(undecided.fate));
    }
    table.add("lookups", "log", log_state_names.of(figures.lookups.state));
    if (figures.lookups.state == LogState::read) {
        const lookup::LookupCounts& counts = figures.lookups.counts;
        table.add("lookups", "lookups", counts.lookups);
        table.add("lookups", "found", counts.found);
        table.add("lookups", "in_history", counts.in_history);
        table.add("lookups", "in_log", counts.in_log);
        table.add("lookups", "without_case", counts.without_case);
        table.add("lookups", "accounts", counts.accounts);
    }
    add_server(table, figures.server);
    return table.take();
}

}  // namespace gdprd::report
