// No transaction was begun. Where that is because the connection had ended (idle for longer than the server's
// wait_timeout, its session killed, the server restarted), nothing was asked of the server, and so nobody's
// rows are to blame.
#pragma once

#include "database/error.h"

namespace gdprd::database {

class NotBegun : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
};

}  // namespace gdprd::database
