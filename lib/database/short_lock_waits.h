// For as long as it lives the connection waits a second for a lock and no longer, on a row as on a whole
// table: for what is tried or looked at, where "somebody holds it" is an answer. Both servers count in whole
// seconds.
#pragma once

#include <string>

#include "database/connection.h"

namespace gdprd::database {

class ShortLockWaits {
  public:
    explicit ShortLockWaits(Connection& connection);  // throws DatabaseError
    ~ShortLockWaits();                                // as it was before
    ShortLockWaits(const ShortLockWaits&) = delete;
    ShortLockWaits& operator=(const ShortLockWaits&) = delete;

  private:
    Connection& connection_;
    std::string restore_;
};

}  // namespace gdprd::database
