// Counts the lines of Mautic's log files with addresses of people who were erased.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "audit/erased_people.h"
#include "audit/findings.h"
#include "database/connection.h"

namespace gdprd::audit {

// Gets the file and the bytes read and to be read of all files; false ends the reading.
using AfterBlock =
    std::function<bool(const std::string& file, std::uint64_t bytes, std::uint64_t bytes_in_all)>;

// Throws ConfigurationError when there is no directory var/logs, and DatabaseError of the ledger.
LogAudit audit_logs(const std::filesystem::path& mautic_directory, const ErasedPeople& people,
                    database::Connection& ledger, const AfterBlock& after_block);

}  // namespace gdprd::audit
