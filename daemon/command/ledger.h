// `mautic-gdprd ledger export | import`: the record of erasures, carried to another place and back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "database/connection.h"
#include "ledger/import.h"

namespace gdprd::command {

// Throws ConfigurationError when there is no ledger, or it is of another format.
void require_ledger(database::Connection& connection, const std::string& name);

struct LedgerExportOptions {
    CommonOptions common;
    std::filesystem::path file = "-";  // - for standard output
};
ExitCode ledger_export(const LedgerExportOptions& options);

struct LedgerImportOptions {
    CommonOptions common;
    std::filesystem::path file;
    bool dry_run = false;
};
ExitCode ledger_import(const LedgerImportOptions& options);

std::string export_json(std::uint64_t rows, const std::string& checksum);
std::string import_json(const ledger::ImportCounts& counts, Timestamp exported_at, bool dry_run);

}  // namespace gdprd::command
