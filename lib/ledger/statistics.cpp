#include "ledger/statistics.h"

#include "database/quote.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

constexpr const char* is_measured = "opted_out_at <= erased_at";  // never of NULL
constexpr const char* time_taken = "TIMESTAMPDIFF(MICROSECOND, opted_out_at, erased_at) DIV 1000";

std::vector<Value> parameters_of(const Span& span) {
    const std::string from = format_utc(span.from);
    const std::string to = format_utc(span.to);
    return {from, to, from, to};
}

// Origins are three words of ours.
std::string of_origin(std::optional<Origin> origin) {
    return origin ? std::string(" AND origin = '") + name_of(*origin) + '\'' : "";
}

// When the month that begins with the opt-out is over where the clocks are so much ahead.
std::string end_of_month(int hours_ahead) {
    const std::string ahead = std::to_string(hours_ahead);
    return "TIMESTAMPADD(HOUR, 24 - (" + ahead +
           "), TIMESTAMP(TIMESTAMPADD(MONTH, 1, DATE(TIMESTAMPADD(HOUR, " + ahead + ", opted_out_at)))))";
}

}  // namespace

Statistics::Statistics(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), database_(database::quote_identifier(ledger_database)) {}

std::string Statistics::table(const char* name) const { return database_ + '.' + name; }

// Two ranges of the index `forgotten`, which together are all there is.
std::string Statistics::in_span(const char* alias) const {
    const std::string of = alias;
    return of + ".erased_at >= ? AND " + of + ".erased_at < ? AND (" + of + ".forgotten_at IS NULL OR " + of +
           ".forgotten_at > '1000-01-01')";
}

// Of an erasure that a copy of the ledger knew more of there may be several former rows (Ledger::former()):
// of those the one that counts in latest_of_each().
std::string Statistics::erasures_sql(const std::string& columns) const {
    const std::string never = "TIMESTAMP'1000-01-01 00:00:00'";
    const auto told = [&](const std::string& of) {
        return "GREATEST(COALESCE(" + of + ".last_pass_at, " + never + "), " + of + ".erased_at, COALESCE(" +
               of + ".requested_at, " + never + "))";
    };
    const auto rank = [&](const std::string& of) {
        return "(" + of + ".forgotten_at IS NOT NULL, " + told(of) + ", " + of + ".status = 'superseded', -" +
               "CAST(" + of + ".id AS SIGNED))";
    };
    return "SELECT " + columns +
           " FROM (SELECT e.origin, e.status, e.reason, e.opted_out_at, e.erased_at,"
           " e.not_covered, e.undecided FROM " +
           table("erasure") + " e WHERE " + in_span("e") +
           " UNION ALL SELECT f.origin, f.status, f.reason, f.opted_out_at, f.erased_at, f.not_covered,"
           " f.undecided FROM " +
           table("former_erasure") + " f WHERE " + in_span("f") + " AND NOT EXISTS (SELECT 1 FROM " +
           table("erasure") +
           " c WHERE c.contact_id = f.contact_id AND c.erased_at = f.erased_at)"
           " AND NOT EXISTS (SELECT 1 FROM " +
           table("former_erasure") +
           " g WHERE g.contact_id = f.contact_id AND g.erased_at = f.erased_at AND " + rank("g") + " > " +
           rank("f") + ")) erasures";
}

std::vector<ErasureCount> Statistics::erasures(const Span& span) {
    Rows rows = connection_.select(erasures_sql("DATE(erased_at), origin, status, reason, COUNT(*)") +
                                       " GROUP BY DATE(erased_at), origin, status, reason ORDER BY "
                                       "DATE(erased_at), origin, status, reason",
                                   parameters_of(span), "ledger: count erasures");
    std::vector<ErasureCount> counts;
    while (rows.next()) {
        const auto day = parse_utc(rows.text(0).substr(0, 10) + " 00:00:00");
        const auto origin = origin_names.value_of(rows.text(1));
        const auto status = status_names.value_of(rows.text(2));
        const auto reason = policy::reason_from_name(rows.text(3));
        counts.push_back({std::chrono::floor<std::chrono::days>(day.value()), origin.value(), status.value(),
                          reason.value(), rows.number(4)});
    }
    return counts;
}

LimitCounts Statistics::limits(const Span& span) {
    Rows rows =
        connection_.select(erasures_sql("COALESCE(SUM(FIND_IN_SET('files', not_covered) > 0), 0),"
                                        " COALESCE(SUM(FIND_IN_SET('older_rows', not_covered) > 0), 0),"
                                        " COALESCE(SUM(undecided > 0), 0),"
                                        " COALESCE(SUM(undecided IS NULL), 0)"),
                           parameters_of(span), "ledger: count limits");
    rows.next();
    return {rows.number(0), rows.number(1), rows.number(2), rows.number(3)};
}

Times Statistics::times(const Span& span, std::optional<Origin> origin) {
    const std::string of = of_origin(origin);
    const std::string measured = std::string(" WHERE ") + is_measured + of;
    Times times;
    {
        Rows rows =
            connection_.select(erasures_sql(std::string("COUNT(*), COALESCE(SUM(") + is_measured +
                                            "), 0), MAX(IF(" + is_measured + ", " + time_taken + ", NULL))") +
                                   " WHERE 1 = 1" + of,
                               parameters_of(span), "ledger: measure erasures");
        rows.next();
        times.measured = rows.number(1);
        times.unmeasured = rows.number(0) - times.measured;
        if (times.measured == 0) return times;
        times.longest = Milliseconds(rows.signed_number(2));
    }
    const std::uint64_t count = times.measured;
    times.median = middle(span, measured, (count - 1) / 2, count % 2 == 0 ? 2 : 1);
    constexpr std::uint64_t percent = 95;
    times.percentile_95 =
        middle(span, measured, (count / 100) * percent + ((count % 100) * percent + 99) / 100 - 1, 1);
    return times;
}

std::optional<Milliseconds> Statistics::middle(const Span& span, const std::string& measured,
                                               std::uint64_t before, std::uint64_t count) {
    std::vector<Value> parameters = parameters_of(span);
    parameters.emplace_back(count);
    parameters.emplace_back(before);
    Rows rows = connection_.select(
        erasures_sql(std::string(time_taken) + " AS taken") + measured + " ORDER BY taken LIMIT ? OFFSET ?",
        parameters, "ledger: middle of the times");
    Milliseconds sum{0};
    std::int64_t found = 0;
    for (; rows.next(); ++found) sum += Milliseconds(rows.signed_number(0));
    return found == 0 ? std::nullopt : std::optional(sum / found);
}

MonthCounts Statistics::months(const Span& span, std::span<const int> zones) {
    std::string ends;
    for (const int hours_ahead : zones) ends += (ends.empty() ? "" : ", ") + end_of_month(hours_ahead);
    const std::string asked = "reason <> 'bounced'";
    const std::string counted = asked + " AND " + is_measured;
    const auto sum = [](const std::string& condition) { return "COALESCE(SUM(" + condition + "), 0)"; };
    Rows rows = connection_.select(
        erasures_sql(
            sum(counted + " AND erased_at < LEAST(" + ends + ")") + ", " +
            sum(counted + " AND erased_at >= LEAST(" + ends + ") AND erased_at < GREATEST(" + ends + ")") +
            ", " + sum(counted + " AND erased_at >= GREATEST(" + ends + ")") + ", " +
            sum(asked + " AND COALESCE(" + is_measured + ", 0) = 0") + ", " + sum("reason = 'bounced'")),
        parameters_of(span), "ledger: compare with a month");
    rows.next();
    return {rows.number(0), rows.number(1), rows.number(2), rows.number(3), rows.number(4)};
}

std::map<Status, std::uint64_t> Statistics::open() {
    Rows rows =
        connection_.select("SELECT status, COUNT(*) FROM " + table("erasure") +
                               " WHERE status IN ('settling','partial','erasing','held') GROUP BY status",
                           {}, "ledger: count open records");
    std::map<Status, std::uint64_t> counts;
    while (rows.next()) counts[status_names.value_of(rows.text(0)).value()] = rows.number(1);
    return counts;
}

std::vector<LeftColumn> Statistics::left_columns() {
    Rows rows = connection_.select(
        "SELECT c.table_name, c.column_name, COUNT(*),"
        " CAST(LEAST(SUM(f.cells), 18446744073709551615) AS UNSIGNED) FROM " +
            table("erasure") + " e JOIN " + table("finding") + " f ON f.contact_id = e.contact_id JOIN " +
            table("covered_column") +
            " c ON c.id = f.column_id WHERE e.status = 'partial' GROUP BY c.id, c.table_name, c.column_name"
            " ORDER BY COUNT(*) DESC, c.table_name, c.column_name",
        {}, "ledger: count what is left");
    std::vector<LeftColumn> columns;
    while (rows.next()) columns.push_back({rows.text(0), rows.text(1), rows.number(2), rows.number(3)});
    return columns;
}

std::uint64_t Statistics::partial_without_column() {
    Rows rows = connection_.select("SELECT COUNT(*) FROM " + table("erasure") +
                                       " e WHERE e.status = 'partial' AND NOT EXISTS (SELECT 1 FROM " +
                                       table("finding") + " f WHERE f.contact_id = e.contact_id)",
                                   {}, "ledger: count partial records without a column");
    return rows.next() ? rows.number(0) : 0;
}

std::vector<ContactId> Statistics::held(ContactId after, std::size_t max) {
    Rows rows =
        connection_.select("SELECT contact_id FROM " + table("erasure") +
                               " WHERE status = 'held' AND contact_id > ? ORDER BY contact_id LIMIT ?",
                           std::vector<Value>{after, std::uint64_t{max}}, "ledger: read who is on hold");
    std::vector<ContactId> contacts;
    while (rows.next()) contacts.push_back(rows.number(0));
    return contacts;
}

std::optional<Timestamp> Statistics::first_erasure() {
    std::optional<Timestamp> first;
    for (const char* name : {"erasure", "former_erasure"}) {
        for (const char* part : {"forgotten_at IS NULL", "forgotten_at IS NOT NULL"}) {
            Rows rows = connection_.select("SELECT MIN(erased_at) FROM " + table(name) + " WHERE " + part, {},
                                           "ledger: first erasure");
            const auto at = rows.next() ? rows.time(0) : std::nullopt;
            if (at && (!first || *at < *first)) first = at;
        }
    }
    return first;
}

bool Statistics::has_forgotten() {
    for (const char* name : {"erasure", "former_erasure"}) {
        if (connection_
                .select("SELECT 1 FROM " + table(name) + " WHERE forgotten_at IS NOT NULL LIMIT 1", {},
                        "ledger: look for what is forgotten")
                .next())
            return true;
    }
    return false;
}

}  // namespace gdprd::ledger
