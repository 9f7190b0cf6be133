// Which seal covers a record of the ledger, and whether it does so as the record is now.
//
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include <optional>
#include <string>

#include "base/names.h"
#include "database/connection.h"
#include "ledger/ledger.h"
#include "seal/seal.h"

namespace gdprd::certificate {

enum class SealState {
    none,     // no seal covers it
    good,     // the record is as the seal covers it, and the seal is signed by its key over its rows
    changed,  // the record was changed since its last seal
    broken,   // the seal that is noted for it is missing, is not signed by its key, or does not cover what is
              // noted for it
};
inline constexpr auto seal_state_names = make_names<SealState>({{SealState::none, "none"},
                                                                {SealState::good, "good"},
                                                                {SealState::changed, "changed"},
                                                                {SealState::broken, "broken"}});

struct SealedRecord {
    SealState state = SealState::none;
    std::optional<seal::Seal> seal;  // unless none
};

SealedRecord sealed_record(database::Connection& connection, const std::string& ledger_database,
                           const ledger::Record& record);

}  // namespace gdprd::certificate
