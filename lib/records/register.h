// The ledger as a list that people page through: every record, current and former ones, the newest first
// pass first; what has had none yet comes last. Of former rows that tell of the same erasure the one that
// tells most is listed, as in reports.
//
// A page is found from where the one before it ended, never by counting rows: it costs the same wherever it
// stands. An index holds all that is filtered by.
//
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/origin.h"
#include "database/connection.h"
#include "ledger/ledger.h"
#include "policy/triggers.h"

namespace gdprd::records {

using ledger::Status;

// What is not set is not asked for.
struct RegisterFilter {
    std::optional<Timestamp> from;  // of the first pass; what has had none is in no period
    std::optional<Timestamp> to;    // does not belong to it
    std::optional<Status> status;
    std::optional<Origin> origin;
    std::optional<policy::Reason> reason;
    bool current_only = false;  // without erasures that another one of the same contact id followed
};

// Where a record stands in the list. Two records of one contact and time are told apart by the row's number.
struct RegisterPlace {
    std::optional<Timestamp> erased_at;
    ContactId contact = 0;
    std::uint64_t former_id = 0;  // 0: the current record

    bool operator==(const RegisterPlace&) const = default;
};

struct RegisterEntry {
    RegisterPlace place;
    Status status = Status::settling;
    Origin origin = Origin::webhook;
    policy::Reason reason = policy::Reason::unsubscribed;
    std::optional<Timestamp> opted_out_at;

    bool is_former() const { return place.former_id != 0; }
};

class Register {
  public:
    Register(database::Connection& connection, const std::string& ledger_database);

    // At most so many that stand after `after`.
    std::vector<RegisterEntry> page(const RegisterFilter& filter, const std::optional<RegisterPlace>& after,
                                    std::size_t max);

  private:
    enum class Kind { current, former };
    void read(Kind kind, const RegisterFilter& filter, const std::optional<RegisterPlace>& after,
              std::size_t max, std::vector<RegisterEntry>& entries);

    database::Connection& connection_;
    const std::string database_;  // quoted
};

}  // namespace gdprd::records
