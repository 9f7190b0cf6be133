// Between a record and the columns of `erasure` and `former_erasure`. Pure; inside the room only.
#pragma once

#include <string_view>
#include <vector>

#include "ledger/ledger.h"

namespace gdprd::ledger {

inline constexpr std::string_view ledger_columns =
    "contact_id, subject_hash, algorithm, key_id, channel, reason, origin, opted_out_at, requested_at,"
    " erased_at, last_pass_at, completed_at, status, passes, rows_changed, rows_deleted, rows_late,"
    " hash_marks, policy_digest, schema_digest, map_digest, files_removed, values_emptied, not_covered,"
    " undecided, salt, forgotten_at";
inline constexpr std::size_t ledger_column_count = 27;

// The columns are the first of the current row, in that order. Throws Error for what no program of ours
// wrote.
Record read_ledger_row(const database::Rows& rows);
// A record without a salt gets one.
std::vector<database::Value> ledger_parameters(const Record& row);

// Fresh, for one row: without it nobody can test a guess of an address against what was sealed of the row.
std::string new_salt();

}  // namespace gdprd::ledger
