// One moment of the database, for reading only: what others write meanwhile is not seen, and the server
// itself refuses to write anything on this connection. While it lives the server keeps the former state of
// rows that change, so it should not live for days.
#pragma once

#include "database/connection.h"

namespace gdprd::verify {

class Snapshot {
  public:
    explicit Snapshot(database::Connection& connection);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

  private:
    database::Connection& connection_;
};

}  // namespace gdprd::verify
