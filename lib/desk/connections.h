// Connections to the database with the desk's own account: one for each handler thread, made when it first
// needs one. So a page that waits for a slow database is in the way of nobody but itself.
//
// Threads: any; what mine() returns belongs to the calling thread.
#pragma once

#include <chrono>
#include <memory>

#include "database/connection.h"

namespace gdprd::desk {

class Connections {
  public:
    explicit Connections(database::ConnectionOptions options);
    ~Connections();

    // Alive a moment ago. Throws DatabaseError when the server cannot be reached.
    database::Connection& mine();
    // After an error: the next page gets a new one.
    void drop_mine();
    // One of one's own beside it, for what takes minutes, with such a time for a statement. For the calling
    // thread, which holds a database::ThreadScope.
    std::unique_ptr<database::Connection> separate(Milliseconds read_timeout) const;

  private:
    struct OfThreads;
    const database::ConnectionOptions options_;
    const std::unique_ptr<OfThreads> of_threads_;
};

}  // namespace gdprd::desk
