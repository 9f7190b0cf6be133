// `mautic-gdprd audit`: does the database, or do Mautic's log files, have an address of anybody who was
// erased? One pass, however many were erased; nothing is asked for, nothing is changed, and no value is
// shown.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/findings.h"
#include "audit/pass.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct AuditOptions {
    CommonOptions common;
    std::vector<std::string> tables;               // only these, and no log files
    std::vector<std::filesystem::path> key_files;  // former hash keys
    std::size_t threads = 2;
    bool restart = false;  // forget how far the one before came
    bool last = false;     // only what the last one found
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

std::string to_json(const AuditAnswer& answer);

// done when nothing was found, not_everything when an address of somebody erased was; failed when it ended
// early, or found nothing and could not search everything. Throws ConfigurationError for tables that are not
// there, and for a ledger that cannot be used.
ExitCode audit_now(const AuditOptions& options);

}  // namespace gdprd::command
