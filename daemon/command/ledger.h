// `mautic-gdprd ledger export | import | addresses | adopt`: the record of erasures, carried to another place
// and back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "config/config.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "database/connection.h"
#include "reconciliation/address_filing.h"
#include "restore/import.h"

namespace gdprd::command {

// Throws ConfigurationError when there is no ledger, it is of another format, or another Mautic's.
void require_ledger(database::Connection& connection, const config::Config& config);

struct LedgerExportOptions {
    CommonOptions common;
    std::filesystem::path file = "-";  // - for standard output
};
ExitCode ledger_export(const LedgerExportOptions& options);

struct LedgerImportOptions {
    CommonOptions common;
    std::filesystem::path file;
    bool dry_run = false;
    bool of_former_name = false;  // the Mautic's database or prefix had another one when it was written
};
ExitCode ledger_import(const LedgerImportOptions& options);

struct LedgerAddressesOptions {
    CommonOptions common;
    bool dry_run = false;
};
ExitCode ledger_addresses(const LedgerAddressesOptions& options);

struct LedgerAdoptOptions {
    CommonOptions common;
};
ExitCode ledger_adopt(const LedgerAdoptOptions& options);

std::string export_json(std::uint64_t rows, const std::string& checksum);
std::string addresses_json(const reconciliation::AddressFilingCounts& counts, bool dry_run);
std::string import_json(const restore::ImportCounts& counts, Timestamp exported_at, bool dry_run);

}  // namespace gdprd::command
