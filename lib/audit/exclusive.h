// Of those that go on with the kept audit of a ledger, daemons and commands, one at a time.
//
// The server itself keeps the lock, and drops it with the connection. On a cluster there is no such lock over
// all nodes, and everybody gets it: two that go on with one audit read some of it twice.
#pragma once

#include <string>

#include "base/clock.h"
#include "database/connection.h"

namespace gdprd::audit {

class Exclusive {
  public:
    // Waits so long for it. Throws DatabaseError.
    Exclusive(database::Connection& connection, const std::string& ledger_database, Milliseconds patience);
    ~Exclusive();
    Exclusive(const Exclusive&) = delete;
    Exclusive& operator=(const Exclusive&) = delete;

    bool is_held() const { return is_held_; }

  private:
    database::Connection& connection_;
    const std::string name_;
    bool is_held_ = false;
};

}  // namespace gdprd::audit
