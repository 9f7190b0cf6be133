#include "records/statistics.h"

#include <algorithm>

#include "database/quote.h"
#include "records/latest.h"

namespace gdprd::records {

using database::Rows;
using database::Value;

namespace {

constexpr const char* is_measured = "opted_out_at <= erased_at AND NOT repeated";  // never of NULL
constexpr const char* time_taken = "TIMESTAMPDIFF(MICROSECOND, opted_out_at, erased_at) DIV 1000";

std::vector<Value> parameters_of(const Span& span) {
    const std::string from = format_utc(span.from);
    const std::string to = format_utc(span.to);
    return {from, to, from, to};
}

// When the month that begins with the opt-out is over at that place.
std::string end_of_month(const Clocks& clocks) {
    constexpr std::chrono::minutes day = std::chrono::hours(24);
    return "TIMESTAMPADD(MINUTE, " + std::to_string((day - clocks.ahead_at_end).count()) +
           ", TIMESTAMP(TIMESTAMPADD(MONTH, 1, DATE(TIMESTAMPADD(MINUTE, " +
           std::to_string(clocks.ahead.count()) + ", opted_out_at)))))";
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

// Each erasure once, as latest_of_each() has them.
std::string Statistics::erasures_sql(const std::string& columns) const {
    // Did an earlier erasure follow the same opt-out? Asked only where there is a time to measure.
    const auto repeated = [&](const std::string& of) {
        std::string sql = ", (" + of + ".opted_out_at <= " + of + ".erased_at AND (";
        for (const char* name : {"erasure", "former_erasure"}) {
            sql += (sql.ends_with('(') ? "" : " OR ") + std::string("EXISTS (SELECT 1 FROM ") + table(name) +
                   " p WHERE p.contact_id = " + of + ".contact_id AND p.opted_out_at = " + of +
                   ".opted_out_at AND p.erased_at >= p.opted_out_at AND p.erased_at < " + of + ".erased_at)";
        }
        return sql + ")) AS repeated";
    };
    return "SELECT " + columns +
           " FROM (SELECT e.origin, e.status, e.reason, e.opted_out_at, e.erased_at,"
           " e.not_covered, e.undecided" +
           repeated("e") + " FROM " + table("erasure") + " e WHERE " + in_span("e") +
           " UNION ALL SELECT f.origin, f.status, f.reason, f.opted_out_at, f.erased_at, f.not_covered,"
           " f.undecided" +
           repeated("f") + " FROM " + table("former_erasure") + " f WHERE " + in_span("f") +
           " AND NOT EXISTS (SELECT 1 FROM " + table("erasure") +
           " c WHERE c.contact_id = f.contact_id AND c.erased_at = f.erased_at)"
           " AND NOT EXISTS (SELECT 1 FROM " +
           table("former_erasure") +
           " g WHERE g.contact_id = f.contact_id AND g.erased_at = f.erased_at AND " + former_rank("g") +
           " > " + former_rank("f") + ")) erasures";
}

PeriodCounts Statistics::count(const Span& span, std::span<const Clocks> clocks) {
    std::string ends;
    for (const Clocks& one : clocks) ends += (ends.empty() ? "" : ", ") + end_of_month(one);
    const auto sum = [](const std::string& condition) { return ", COALESCE(SUM(" + condition + "), 0)"; };
    const std::string measured = is_measured;
    // No month is shorter, and most erasures take seconds: the ends are not computed for those.
    const std::string is_short = "erased_at <= TIMESTAMPADD(DAY, 27, opted_out_at)";
    const std::string is_within = measured + " AND (" + is_short + " OR erased_at < LEAST(" + ends + "))";
    const std::string is_exceeded =
        measured + " AND NOT (" + is_short + ") AND erased_at >= GREATEST(" + ends + ")";
    Rows rows = connection_.select(
        erasures_sql("DATE(erased_at), origin, status, reason, COUNT(*)" + sum(measured) + ", MAX(IF(" +
                     measured + ", " + time_taken + ", NULL))" + sum(is_within) + sum(is_exceeded) +
                     sum("FIND_IN_SET('files', not_covered) > 0") +
                     sum("FIND_IN_SET('older_rows', not_covered) > 0") + sum("undecided > 0") +
                     sum("undecided IS NULL") + sum("repeated")) +
            " GROUP BY DATE(erased_at), origin, status, reason ORDER BY DATE(erased_at), origin, status, "
            "reason",
        parameters_of(span), "ledger: count erasures");
    PeriodCounts counts;
    while (rows.next()) {
        const auto day = parse_utc(rows.text(0).substr(0, 10) + " 00:00:00").value();
        const ErasureCount one{std::chrono::floor<std::chrono::days>(day),
                               origin_names.value_of(rows.text(1)).value(),
                               ledger::status_names.value_of(rows.text(2)).value(),
                               policy::reason_from_name(rows.text(3)).value(), rows.number(4)};
        counts.erasures.push_back(one);
        for (Times* times : {&counts.times, &counts.times_of[one.origin]}) {
            times->measured += rows.number(5);
            times->repeated += rows.number(13);
            times->unmeasured += one.erasures - rows.number(5) - rows.number(13);
            if (rows.is_null(6)) continue;
            times->longest =
                std::max(times->longest.value_or(Milliseconds{}), Milliseconds(rows.signed_number(6)));
        }
        if (one.reason == policy::Reason::bounced) {
            counts.months.not_asked += one.erasures;
        } else {
            counts.months.repeated += rows.number(13);
            counts.months.unmeasured += one.erasures - rows.number(5) - rows.number(13);
            counts.months.within += rows.number(7);
            counts.months.exceeded += rows.number(8);
            counts.months.depends += rows.number(5) - rows.number(7) - rows.number(8);
        }
        counts.limits.without_files += rows.number(9);
        counts.limits.without_older_rows += rows.number(10);
        counts.limits.with_undecided += rows.number(11);
        counts.limits.undecided_unrecorded += rows.number(12);
    }
    if (counts.times.measured > 0) add_middles(span, counts);
    return counts;
}

std::vector<std::uint64_t> Statistics::count_between(std::span<const Timestamp> ends) {
    if (ends.size() < 2) return {};
    std::string places;
    std::vector<Value> parameters;
    for (const Timestamp end : ends.subspan(1)) {
        places += ", TO_SECONDS(?)";
        parameters.push_back(format_utc(end));
    }
    const auto span = parameters_of({ends.front(), ends.back()});
    parameters.insert(parameters.end(), span.begin(), span.end());
    Rows rows = connection_.select(
        erasures_sql("INTERVAL(TO_SECONDS(erased_at)" + places + ") AS part, COUNT(*)") + " GROUP BY part",
        parameters, "ledger: count erasures by time");
    std::vector<std::uint64_t> counts(ends.size() - 1);
    while (rows.next()) counts.at(rows.number(0)) += rows.number(1);
    return counts;
}

namespace {

// Places in the order of times, from 1.
struct Middles {
    explicit Middles(std::uint64_t count)
        : lower((count + 1) / 2),
          upper(count / 2 + 1),
          percentile_95(count / 100 * 95 + (count % 100 * 95 + 99) / 100) {}

    std::string list() const {
        return "(" + std::to_string(lower) + ", " + std::to_string(upper) + ", " +
               std::to_string(percentile_95) + ")";
    }

    std::uint64_t lower;
    std::uint64_t upper;
    std::uint64_t percentile_95;
};

// One that stands at a place.
void take(Times& times, std::uint64_t place, Milliseconds taken) {
    const Middles middles(times.measured);
    if (place == middles.lower || place == middles.upper) {
        times.median = times.median ? (*times.median + taken) / 2 : taken;
    }
    if (place == middles.percentile_95) times.percentile_95 = taken;
}

}  // namespace

// The server numbers the times in their order, and hands out those that are asked for.
void Statistics::add_middles(const Span& span, PeriodCounts& counts) {
    std::string wanted = "of_all IN " + Middles(counts.times.measured).list();
    for (const auto& [origin, times] : counts.times_of) {
        wanted += std::string(" OR (origin = '") + name_of(origin) + "' AND of_origin IN " +
                  Middles(times.measured).list() + ')';
    }
    Rows rows = connection_.select(
        "SELECT origin, taken, of_all, of_origin FROM (SELECT origin, taken, ROW_NUMBER() OVER (ORDER BY "
        "taken, origin)"
        " AS of_all, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY taken) AS of_origin FROM (" +
            erasures_sql(std::string("origin, ") + time_taken + " AS taken") + " WHERE " + is_measured +
            ") times) numbered WHERE " + wanted,
        parameters_of(span), "ledger: middle of the times");
    while (rows.next()) {
        const Milliseconds taken(rows.signed_number(1));
        take(counts.times, rows.number(2), taken);
        take(counts.times_of[origin_names.value_of(rows.text(0)).value()], rows.number(3), taken);
    }
}

std::map<Status, std::uint64_t> Statistics::open() {
    Rows rows =
        connection_.select("SELECT status, COUNT(*) FROM " + table("erasure") +
                               " WHERE status IN ('settling','partial','erasing','held') GROUP BY status",
                           {}, "ledger: count open records");
    std::map<Status, std::uint64_t> counts;
    while (rows.next()) counts[ledger::status_names.value_of(rows.text(0)).value()] = rows.number(1);
    return counts;
}

std::uint64_t Statistics::count_current(Status status) {
    Rows rows = connection_.select("SELECT COUNT(*) FROM " + table("erasure") + " WHERE status = ?",
                                   std::vector<Value>{std::string(name_of(status))},
                                   "ledger: count records of a status");
    return rows.next() ? rows.number(0) : 0;
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

}  // namespace gdprd::records
