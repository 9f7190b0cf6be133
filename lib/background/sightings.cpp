#include "background/sightings.h"

namespace gdprd::background {

using database::Value;

Sightings::Sightings(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), table_(database::quote_identifier(ledger_database) + ".`sighting`") {}

bool Sightings::has(Sighting kind, ContactId contact, ContactId former) {
    return connection_
        .select("SELECT 1 FROM " + table_ + " WHERE kind = ? AND contact_id = ? AND former_id = ?",
                std::vector<Value>{std::string(name_of(kind)), contact, former}, "sighting: look for it")
        .next();
}

bool Sightings::add(Sighting kind, ContactId contact, ContactId former, Outcome outcome) {
    return connection_.change("INSERT IGNORE INTO " + table_ +
                                  " (kind, contact_id, former_id, outcome, seen_at) VALUES (?,?,?,?,?)",
                              std::vector<Value>{std::string(name_of(kind)), contact, former,
                                                 std::string(name_of(outcome)), format_utc(now())},
                              "sighting: add") > 0;
}

std::vector<SightingCount> Sightings::count(Timestamp from, Timestamp to) {
    auto rows = connection_.select("SELECT kind, outcome, COUNT(*) FROM " + table_ +
                                       " WHERE seen_at >= ? AND seen_at < ? GROUP BY kind, outcome"
                                       " ORDER BY kind, outcome",
                                   std::vector<Value>{format_utc(from), format_utc(to)}, "sighting: count");
    std::vector<SightingCount> counts;
    while (rows.next()) {
        counts.push_back({sighting_names.value_of(rows.text(0)).value(),
                          outcome_names.value_of(rows.text(1)).value(), rows.number(2)});
    }
    return counts;
}

std::vector<SightingRow> Sightings::page(const std::optional<SightingRow>& after, std::size_t max) {
    std::string condition;
    std::vector<Value> parameters;
    if (after) {
        condition =
            " WHERE seen_at < ? OR (seen_at = ? AND (contact_id < ? OR (contact_id = ? AND"
            " (former_id < ? OR (former_id = ? AND kind + 0 < ?)))))";
        const std::string time = format_utc(after->seen_at);
        // An ENUM counts from 1.
        const auto kind = static_cast<std::uint64_t>(after->kind) + 1;
        parameters = {time, time, after->contact, after->contact, after->former, after->former, kind};
    }
    parameters.push_back(std::uint64_t{max});
    auto rows =
        connection_.select("SELECT kind, contact_id, former_id, outcome, seen_at FROM " + table_ + condition +
                               " ORDER BY seen_at DESC, contact_id DESC, former_id DESC,"
                               " kind + 0 DESC LIMIT ?",
                           parameters, "sighting: page");
    std::vector<SightingRow> page;
    while (rows.next()) {
        page.push_back({sighting_names.value_of(rows.text(0)).value(), rows.number(1), rows.number(2),
                        outcome_names.value_of(rows.text(3)).value(), rows.time(4).value_or(Timestamp{})});
    }
    return page;
}

}  // namespace gdprd::background
