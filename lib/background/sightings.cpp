#include "background/sightings.h"

#include <vector>

#include "base/clock.h"
#include "base/names.h"

namespace gdprd::background {

using database::Value;

const char* name_of(Sighting kind) { return kind == Sighting::reappeared ? "reappeared" : "lost_opt_out"; }

constexpr auto outcome_names = make_names<Outcome>({{Outcome::reported, "reported"},
                                                    {Outcome::do_not_contact, "do_not_contact"},
                                                    {Outcome::consented, "consented"}});

const char* name_of(Outcome outcome) { return outcome_names.of(outcome); }

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

}  // namespace gdprd::background
