// What a report counts in the ledger: sums by the server, so that memory does not grow with the ledger. Each
// erasure counts once, former ones too, and is one of the day (UTC) of its first pass. Of a period an index
// leads to the rows; the server sorts them for what is to be in the middle.
//
// Reads only; what it reads is of one moment when the caller holds a snapshot. Threads: that of its
// connection. Errors: DatabaseError.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/origin.h"
#include "database/connection.h"
#include "ledger/ledger.h"

namespace gdprd::records {

using ledger::Status;

// The first moment belongs to it, the last one does not.
struct Span {
    Timestamp from{};
    Timestamp to{};
};

// Erasures that are alike.
struct ErasureCount {
    std::chrono::sys_days day{};
    Origin origin = Origin::webhook;
    Status status = Status::settling;
    policy::Reason reason = policy::Reason::unsubscribed;
    std::uint64_t erasures = 0;
};

// What the erasures of a period did not look at.
struct LimitCounts {
    std::uint64_t without_files = 0;
    std::uint64_t without_older_rows = 0;
    std::uint64_t with_undecided = 0;
    std::uint64_t undecided_unrecorded = 0;
};

// From the opt-out to the first pass, of erasures with an opt-out before it. Of those of one contact after
// one opt-out the first one is measured; the others are repeated.
struct Times {
    std::uint64_t measured = 0;
    std::uint64_t unmeasured = 0;
    // Nothing where nothing is measured. Of an even number the median is the mean of the two in the middle,
    // rounded down to the millisecond; the percentile is the least time that so many did not exceed.
    std::optional<Milliseconds> median;
    std::optional<Milliseconds> percentile_95;
    std::optional<Milliseconds> longest;
    std::uint64_t repeated = 0;
};

// Against a month, as certificate/month.h counts it.
struct MonthCounts {
    std::uint64_t within = 0;
    std::uint64_t depends = 0;
    std::uint64_t exceeded = 0;
    std::uint64_t unmeasured = 0;
    std::uint64_t not_asked = 0;  // mails that came back
    std::uint64_t repeated = 0;   // as in Times
};

// A column in which something is left of contacts whose record is partial.
struct LeftColumn {
    std::string table;
    std::string column;
    std::uint64_t contacts = 0;
    std::uint64_t cells = 0;
};

// What a period comes to.
struct PeriodCounts {
    // By day, origin, status and reason, in that order: at most 72 a day.
    std::vector<ErasureCount> erasures;
    LimitCounts limits;
    Times times;
    std::map<Origin, Times> times_of;  // of origins with an erasure
    MonthCounts months;
};

// By how much the clocks of a place are ahead of UTC when a month begins there, and when it ends.
struct Clocks {
    std::chrono::minutes ahead{};
    std::chrono::minutes ahead_at_end{};
};

class Statistics {
  public:
    Statistics(database::Connection& connection, const std::string& ledger_database);

    // Reads the erasures of the period twice. `clocks`, at least two: of the places where a month may end.
    PeriodCounts count(const Span& span, std::span<const Clocks> clocks);

    // Erasures between each of these moments, whole seconds in their order, and the next one.
    std::vector<std::uint64_t> count_between(std::span<const Timestamp> ends);

    // Of all records, whatever the period. Current ones that are not complete:
    std::map<Status, std::uint64_t> open();
    std::uint64_t count_current(Status status);
    // Most contacts first.
    std::vector<LeftColumn> left_columns();
    std::uint64_t partial_without_column();
    // On hold, with a greater id than `after`, at most so many.
    std::vector<ContactId> held(ContactId after, std::size_t max);
    std::optional<Timestamp> first_erasure();
    bool has_forgotten();

  private:
    std::string table(const char* name) const;
    std::string in_span(const char* alias) const;
    // SELECT … of the erasures of a period. Four parameters.
    std::string erasures_sql(const std::string& columns) const;
    void add_middles(const Span& span, PeriodCounts& counts);

    database::Connection& connection_;
    const std::string database_;  // quoted
};

}  // namespace gdprd::records
