// Who looked whom up, when, for which case and why, and with what outcome. What was asked is there as a keyed
// hash: whoever has the key and an address can tell that it was looked up, and nobody can read the addresses.
//
// A database of its own (ledger/side_database.h): whoever looks people up can neither change nor remove what
// was noted.
//
// Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/names.h"
#include "database/connection.h"
#include "ledger/side_database.h"

namespace gdprd::lookup {

enum class LookupReach {
    index,    // the ledger and the contacts
    history,  // all mails, too
    log,      // this log: whether the address was looked up
};
inline constexpr auto lookup_reach_names = make_names<LookupReach>(
    {{LookupReach::index, "index"}, {LookupReach::history, "history"}, {LookupReach::log, "log"}});

struct LoggedLookup {
    static constexpr std::size_t contacts_max = 100;

    std::uint64_t id = 0;  // in the order of time, as the server counts
    Timestamp at{};
    std::string account;  // of the operating system
    std::string officer;  // these three as they were given, or ""
    std::string case_reference;
    std::string reason;
    std::string asked;   // HMAC-SHA256 of the address, normalised
    std::string key_id;  // of its key: policy::Hasher::key_id()
    LookupReach searched = LookupReach::index;
    bool found = false;
    std::uint64_t contact_count = 0;
    std::vector<ContactId> contacts;  // the first contacts_max of them
};

// Of a period.
struct LookupCounts {
    std::uint64_t lookups = 0;
    std::uint64_t found = 0;
    std::uint64_t in_history = 0;  // through all mails
    std::uint64_t in_log = 0;      // of this log
    std::uint64_t without_case = 0;
    std::uint64_t accounts = 0;  // that asked
};

// "lookups_of_mautic_gdprd"; a digest stands for a name that is too long for that
std::string lookup_log_database(const std::string& ledger_database);

class LookupLog {
  public:
    LookupLog(database::Connection& connection, const std::string& ledger_database);

    // Makes database and table where they are not there. Throws ConfigurationError when that is not allowed.
    void create();
    // Throws ConfigurationError when the account may not read it.
    bool exists();
    // On disk when it returns. The id is the server's.
    void add(const LoggedLookup& lookup);
    // The newest ones first. `asked`: those of these hashes only. `before`: those before this one, for the
    // next page.
    std::vector<LoggedLookup> newest(std::size_t max, const std::optional<std::vector<std::string>>& asked,
                                     std::optional<std::uint64_t> before = std::nullopt);
    // From one time on and before another one. Reads the whole log.
    LookupCounts count(Timestamp from, Timestamp to);
    // How many were hashed with other keys: nothing can be told of what they asked.
    std::uint64_t count_of_other_keys(const std::vector<std::string>& key_ids);

  private:
    database::Connection& connection_;
    ledger::SideDatabase database_;
    const std::string table_;
};

}  // namespace gdprd::lookup
