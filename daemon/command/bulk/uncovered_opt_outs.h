// Rows of the do-not-contact list that no trigger covers, whatever the configuration says: with reasons that
// Mautic does not define (its API takes any number), and with channels written in another way. Mautic sends
// these people nothing, and nobody erases them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "database/connection.h"
#include "policy/triggers.h"

namespace gdprd::command {

struct UncoveredOptOuts {
    std::string channel;
    std::int64_t reason = 0;
    std::uint64_t rows = 0;
    bool other_reason = false;  // else it is the channel

    std::string description() const;  // "reason 4 and channel 'email'"
};

// By reason and channel, a hundred of them at most. Reads the whole list once. Throws DatabaseError.
std::vector<UncoveredOptOuts> read_uncovered_opt_outs(database::Connection& connection,
                                                      const std::string& table_prefix,
                                                      const policy::Triggers& triggers);

}  // namespace gdprd::command
