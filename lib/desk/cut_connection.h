// A connection of one's own for what takes minutes, which is cut off when that is asked to stop: a statement
// is in the way of no stop. An account that may read only may end its own connections.
//
// Threads: the one that makes it, which holds a database::ThreadScope; whoever asks for the stop waits for
// the cut.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "database/connection.h"
#include "desk/connections.h"

namespace gdprd::desk {

class CutConnection {
  public:
    // `read_timeout`: of a statement. Throws DatabaseError when the server cannot be reached.
    CutConnection(const Connections& connections, const std::stop_token& stop, Milliseconds read_timeout);

    database::Connection& get() const { return *connection_; }

  private:
    void cut() const;

    const Connections& connections_;
    const std::unique_ptr<database::Connection> connection_;
    const std::uint64_t id_;
    const std::stop_callback<std::function<void()>> cut_;
};

}  // namespace gdprd::desk
