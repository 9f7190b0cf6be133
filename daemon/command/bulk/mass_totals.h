// What became of the contacts of a mass erasure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "background/pacer.h"
#include "base/contact_id.h"
#include "daemon/exit_code.h"
#include "erasure/eraser.h"

namespace gdprd::command {

struct MassTotals {
    struct Failure {
        ContactId contact = 0;
        std::string code;  // "conflict 1213", "files EACCES", …
    };
    // The ones that fail are named, up to this many; `failed` counts them all.
    static constexpr std::size_t failures_max = 1'000;

    std::map<ledger::Status, std::uint64_t> erased;     // by what the erasure came to
    std::map<erasure::Verdict, std::uint64_t> skipped;  // by why; never `erased`
    std::uint64_t failed = 0;
    std::vector<Failure> failures;  // in the order in which they were given up on
    // What a proof found, by table and column.
    std::map<std::pair<std::string, std::string>, std::uint64_t> cells_left;
    std::uint64_t rows_changed = 0;
    std::uint64_t rows_deleted = 0;
    std::uint64_t files_removed = 0;
    double seconds = 0;
    std::optional<background::Pacer::Report> pace;  // none at full speed
    bool interrupted = false;                       // by a signal; the rest was not tried
    std::string ended_early;                        // why the rest was not tried; "" when it was
    std::string remark;                             // about the later passes; "" for nothing

    std::uint64_t erased_in_all() const;
    std::uint64_t skipped_in_all() const;
    std::uint64_t contacts() const { return erased_in_all() + skipped_in_all() + failed; }
    // failed when a contact failed or the end was early, not_everything when it was interrupted or a contact
    // was skipped or erased in part.
    ExitCode exit_code() const;
    // Of another run, after this one.
    MassTotals& operator+=(const MassTotals& later);
};

}  // namespace gdprd::command
