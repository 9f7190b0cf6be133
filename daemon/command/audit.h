// `mautic-gdprd audit`: does the database, or do Mautic's log files, have an address of anybody who was
// erased? One pass, however many were erased; no address is asked for, and no value is shown. Nothing is
// changed, unless a repair is asked for.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/findings.h"
#include "audit/pass.h"
#include "daemon/command/bulk/mass_totals.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct AuditOptions {
    CommonOptions common;
    std::vector<std::string> tables;               // only these, and no log files
    std::vector<std::filesystem::path> key_files;  // former hash keys
    std::size_t threads = 2;
    bool restart = false;           // forget how far the one before came
    bool last = false;              // only what the last one found
    bool repair = false;            // erase again whoever is found
    bool yes = false;               // repair: without asking
    std::set<ContactId> unnamed{};  // found like all others, and not named any more
    bool no_progress = false;
};

struct AuditAnswer {
    std::vector<audit::TableState> tables;
    std::optional<audit::LogAudit> logs;  // when there is a directory and the audit came that far
    std::vector<verify::NotSearched> not_searched;
    Timestamp begun_at{};
    bool continued = false;  // an audit that had been begun before
    std::uint64_t erased_addresses = 0;
    bool interrupted = false;
    bool last = false;  // nothing was read now

    std::uint64_t rows() const;
    std::uint64_t bytes() const;
    audit::Counts counts() const;  // rows and lines
    std::set<ContactId> contacts() const;
};

struct AuditRepair {
    MassTotals totals;
    // The tables and files in which somebody was found, as they are afterwards; nothing when it ended early.
    std::optional<AuditAnswer> left;
};

std::string to_json(const AuditAnswer& answer, const std::optional<AuditRepair>& repair);

// done when nothing was found, not_everything when an address of somebody erased was, or is after a repair;
// failed when it ended early, or found nothing and could not search everything. Throws ConfigurationError for
// tables that are not there, for a ledger that cannot be used, and for a policy that stops erasures if a
// repair is asked for.
ExitCode audit_now(const AuditOptions& options);

}  // namespace gdprd::command
