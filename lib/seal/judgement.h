// What became of a row since its last seal, and whether the program does that.
//
// Rows of `former_erasure`, `erased_address` and of the log of look-ups never change and never go. A record
// of `erasure` changes with each pass, which gives it a later time; when somebody re-subscribes only its
// status changes; when the contact is erased again it goes on as it is in `former_erasure`. A row that is new
// tells of a time after the last comparison with all rows (Limits::since), or has a number after all that
// were sealed. What else is found is none of the program's doing, and is not sealed: it stays a finding until
// a person accepts it.
//
// Hashes that go at the end of their time are sealed by the transaction in which they go (seal/row_seal.h):
// there is no change of that kind to be judged here, and one that is not sealed is a forgery, due or not.
//
// What this cannot tell: a change that looks exactly like one of these and is dated after the last seal. Who
// may write into the database can add an erasure that never was, from now on; nobody can put one into the
// time before. Pure.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "seal/evidence.h"

namespace gdprd::seal {

enum class Judgement {
    same,     // as it was sealed
    added,    // new since, as the program adds rows
    changed,  // changed since, as the program changes them
    forged_change,
    forged_addition,
    removed,
};

// Rows committed after a comparison may be dated before it by as much: a transaction takes its time, and
// clocks differ.
inline constexpr Milliseconds time_tolerance{3'600'000};

struct Limits {
    std::optional<Timestamp> since;               // nothing: there was no comparison yet, all rows are new
    std::map<Evidence, std::uint64_t> highest{};  // keys that were sealed
};

// What is asked for in few cases only.
class History {
  public:
    virtual ~History() = default;
    virtual std::vector<Row> former_records(std::uint64_t contact) = 0;
    virtual std::optional<Row> record(std::uint64_t contact) = 0;
    virtual std::vector<Leaf> seals_of_record(std::uint64_t contact) = 0;
};

// `sealed`: the row's newest leaf.
Judgement judge(const Row& row, const std::optional<Leaf>& sealed, const Limits& limits, History& history);

}  // namespace gdprd::seal
