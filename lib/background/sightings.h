// Contacts that a person must look at, or that were dealt with: kept in the ledger's database, so that each
// is reported, counted and acted on once, whatever the number of runs and daemons. Ids, words and times only.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/names.h"
#include "database/connection.h"

namespace gdprd::background {

enum class Sighting {
    reappeared,    // an erased person's address on a new contact
    lost_opt_out,  // a contact without an opt-out into which one with an opt-out was merged
};
inline constexpr auto sighting_names =
    make_names<Sighting>({{Sighting::reappeared, "reappeared"}, {Sighting::lost_opt_out, "lost_opt_out"}});
inline const char* name_of(Sighting kind) { return sighting_names.of(kind); }

// What was done. The words are used in metrics and logs.
enum class Outcome { reported, do_not_contact, consented };
inline constexpr auto outcome_names = make_names<Outcome>({{Outcome::reported, "reported"},
                                                           {Outcome::do_not_contact, "do_not_contact"},
                                                           {Outcome::consented, "consented"}});
inline const char* name_of(Outcome outcome) { return outcome_names.of(outcome); }

struct SightingCount {
    Sighting kind = Sighting::reappeared;
    Outcome outcome = Outcome::reported;
    std::uint64_t sightings = 0;
};

struct SightingRow {
    Sighting kind = Sighting::reappeared;
    ContactId contact = 0;  // that was seen
    ContactId former = 0;   // who was erased, or had the opt-out
    Outcome outcome = Outcome::reported;
    Timestamp seen_at{};
};

class Sightings {
  public:
    Sightings(database::Connection& connection, const std::string& ledger_database);

    bool has(Sighting kind, ContactId contact, ContactId former);
    // False when it is there already. Part of the caller's transaction, if there is one: of several daemons
    // the first to commit counts.
    bool add(Sighting kind, ContactId contact, ContactId former, Outcome outcome);
    // Those seen from one time on and before another one, by kind and outcome. Reads the table once: it has
    // few rows.
    std::vector<SightingCount> count(Timestamp from, Timestamp to);

    // The newest first, so many after this one. Sorts the table.
    std::vector<SightingRow> page(const std::optional<SightingRow>& after, std::size_t max);

  private:
    database::Connection& connection_;
    const std::string table_;  // quoted
};

}  // namespace gdprd::background
