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

}  // namespace gdprd::background
