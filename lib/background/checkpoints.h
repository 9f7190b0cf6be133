// What the background tasks remember between runs and between daemons: how far a scan came, and when. Kept in
// the ledger's database, so that it outlives a machine. No personal data: words of this program, numbers and
// times.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "database/connection.h"

namespace gdprd::background {

class Checkpoints {
  public:
    static constexpr std::string_view installed = "installed";

    // The ledger exists (erasure::Ledger::create()).
    Checkpoints(database::Connection& connection, std::string ledger_database);

    std::optional<std::uint64_t> number(std::string_view name);
    std::optional<Timestamp> time(std::string_view name);
    // Outside a transaction each is committed at once.
    void set_number(std::string_view name, std::uint64_t number);
    // Leaves a number that is higher: another daemon was further on.
    void raise_number(std::string_view name, std::uint64_t number);
    void set_time(std::string_view name, Timestamp at);
    void set_both(std::string_view name, std::uint64_t number, Timestamp at);
    void forget(std::string_view name);

    // When a daemon was first started on this Mautic: nothing that is older is acted on without being asked
    // for. The first call notes `at`; of several daemons that start at once the first one's counts. A machine
    // whose clock was ahead must not make everything "older": the database's clock is the later bound, and a
    // time that was noted beyond it is mended, with a line in the log.
    Timestamp installed_at(Timestamp at = now());

  private:
    Timestamp server_time();

    database::Connection& connection_;
    std::string table_;
};

}  // namespace gdprd::background
