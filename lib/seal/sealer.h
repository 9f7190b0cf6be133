// Makes seals: compares all rows with what was sealed of them, and seals those that are new or have changed
// as the program changes them (seal/judgement.h). Nothing is asked of an erasing transaction for that.
//
// A run is one comparison. It makes a seal for each rows_per_seal rows, each in a transaction of its own, and
// one at its end in any case: that one says that all rows were compared. Several daemons may do so at once:
// the number of a seal is taken once, and whoever comes second begins that transaction anew. A crash leaves
// the seals that were committed, and the next run writes to the file what it lacks.
//
// Threads: that of the connection, which may be another one at each call. Errors: DatabaseError; Error when
// seals are missing at the end, the last one is of another key, or the file outside knows others: then
// nothing is sealed on top of that.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "seal/comparison.h"
#include "seal/judgement.h"
#include "seal/seal.h"

namespace gdprd::seal {

struct SealerOptions {
    std::string ledger_database;
    SigningKey key;
    std::filesystem::path file;  // outside the database; empty: none
    // Other than `regular` seals whatever there is, and what is gone as gone.
    SealKind kind = SealKind::regular;
    std::size_t rows_per_seal = 50'000;
    std::size_t rows_per_turn = 50'000;  // compared in one transaction: a second or two
    std::function<Timestamp()> clock = now;
};

struct SealRun {
    std::uint64_t compared = 0;
    std::uint64_t sealed = 0;
    std::uint64_t findings = 0;  // rows that were not sealed, or were accepted
    std::optional<Seal> last;
};

class Sealer {
  public:
    using OnSeal = std::function<void(const Seal&)>;

    Sealer(SealerOptions options, OnSeal on_seal);

    // True when there is more to do. `between_pages` may throw to end it; nothing of this turn is sealed
    // then.
    bool next(database::Connection& connection, const std::function<void()>& between_pages);

    const SealRun& run() const { return run_; }

  private:
    void begin(Store& store);
    void refuse_cut_off(std::uint64_t noted, const std::optional<Seal>& last, Store& store) const;
    void refuse_other_key(const std::optional<Seal>& last) const;
    bool turn(database::Connection& connection, const std::function<void()>& between_pages);
    std::optional<Leaf> leaf_to_seal(const Compared& compared, History& history, SealRun& counts) const;
    Seal make(const std::optional<Seal>& last, std::uint64_t number, std::uint64_t rows, const Digest& root,
              bool whole) const;
    void write_file(Store& store) const;

    const SealerOptions options_;
    const OnSeal on_seal_;
    std::optional<Timestamp> begun_at_;
    Limits limits_;
    Comparison::Place place_{all_evidence.front(), 0};
    SealRun run_;
};

}  // namespace gdprd::seal
