// A history of a Mautic: who is in it, what was written about whom, how the operator wants people erased, and
// what goes wrong while the daemon works. Invented from a seed; printed so that a person can follow it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/rows.h"
#include "policy/field_policy.h"
#include "policy/hash.h"

namespace gdprd::test::model {

struct Settings {
    policy::FieldPolicy policy;
    policy::HashOptions hash;
    std::size_t slice_rows = 10'000;
    std::size_t batch = 1;
};

// What goes wrong in a round, one after the other.
struct Fault {
    enum class Kind {
        deadlock,         // the `at`-th row that is written fails like this
        lock_wait,        // the same
        lost_connection,  // the same
        stop,         // somebody wants to stop at the `at`-th pause between two transactions of one contact
        lost_answer,  // after the `at`-th batch the process dies before it noted the outcome
        locked_row,   // somebody else has locked this row for the whole round
    } kind = Kind::deadlock;
    std::uint64_t at = 1;
    std::string table{};  // locked_row
    std::string where{};
};

// Written at the `at`-th pause between two transactions of one contact.
struct Meanwhile {
    std::uint64_t at = 1;
    Line line;
};

// Between two looks at the queue, and during the second.
struct Round {
    std::vector<Line> lines;    // written by Mautic meanwhile
    std::vector<Line> refills;  // rows of `leads` in which these fields were filled again
    std::vector<ContactId> resubscribed;
    std::vector<Fault> faults;
    std::vector<Meanwhile> meanwhile;
};

struct History {
    std::uint64_t seed = 0;
    Settings settings;
    std::vector<ContactId> asked;  // erasure is asked for all of them, in this order
    std::vector<Line> lines;       // what there is at the beginning
    std::vector<Round> rounds;
};

constexpr const char* hold_tag = "hold";

History invent(std::uint64_t seed);
std::string describe(const History& history);

}  // namespace gdprd::test::model
