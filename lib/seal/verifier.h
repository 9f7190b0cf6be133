// Compares ledger, log of look-ups and seals, and names what does not agree: the row and the seal.
//
// First the chain: each seal is signed and names the one before; its leaves give its root. Then every row is
// compared with the newest leaf of it (seal/judgement.h). Reads page by page; changes nothing. What it finds
// is of one moment when the caller holds a snapshot.
//
// Threads: that of the connection. Errors: DatabaseError; ConfigurationError for a file that cannot be read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"
#include "database/connection.h"
#include "seal/evidence.h"
#include "seal/seal.h"

namespace gdprd::seal {

enum class Discrepancy {
    changed,         // a row is not what its seal says
    removed,         // a row of a seal is gone
    added,           // a row is in no seal, and tells of a time before the last one
    signature,       // a seal is not signed by its key
    chain,           // a seal does not name the one before it, or one is missing between
    leaves,          // what was sealed does not give the seal's root
    key,             // a seal is signed with another key than the one before, or the last one than was given
    cut_off,         // seals are missing at the end
    outside_copy,    // a seal is not the one of the copy outside
    unknown_layout,  // a seal of a later version of this program
};
inline constexpr auto discrepancy_names =
    make_names<Discrepancy>({{Discrepancy::changed, "changed"},
                             {Discrepancy::removed, "removed"},
                             {Discrepancy::added, "added"},
                             {Discrepancy::signature, "signature"},
                             {Discrepancy::chain, "chain"},
                             {Discrepancy::leaves, "leaves"},
                             {Discrepancy::key, "key"},
                             {Discrepancy::cut_off, "cut_off"},
                             {Discrepancy::outside_copy, "outside_copy"},
                             {Discrepancy::unknown_layout, "unknown_layout"}});

struct Found {
    Discrepancy what = Discrepancy::changed;
    std::optional<Evidence> table;  // of a row
    std::uint64_t key = 0;
    std::uint64_t seal = 0;  // by which it is known; 0: by none
    std::optional<Timestamp> sealed_at;
    std::uint64_t as_in_seal = 0;  // `changed`: the row is as this earlier seal has it; 0: as none
};

struct VerifierOptions {
    std::string ledger_database;
    std::vector<std::string> public_keys;         // one of them signed the last seal; empty: not asked
    std::vector<std::filesystem::path> copies{};  // of the seals, outside
};

struct SealReport {
    static constexpr std::size_t found_max = 1'000;

    std::vector<Found> found;  // the first found_max
    std::uint64_t found_count = 0;
    std::uint64_t seals = 0;
    std::uint64_t accepted = 0;   // seals of rows as somebody accepted them
    std::uint64_t imported = 0;   // seals of rows that were imported
    std::uint64_t forgotten = 0;  // seals of rows whose hashes went then
    std::uint64_t rows = 0;       // compared
    std::uint64_t unsealed = 0;   // of these new or changed since their last seal
    std::uint64_t copies_compared = 0;
    std::uint64_t copies_unreadable = 0;   // lines
    std::vector<std::string> public_keys;  // that signed seals, in the order of the first of each
    std::optional<Seal> first;
    std::optional<Seal> last;
    std::optional<Timestamp> compared_at;  // by the daemon: all rows, the last time
};

SealReport verify_seals(database::Connection& connection, const VerifierOptions& options);

}  // namespace gdprd::seal
