// Moves committed pages from the WAL into queue.db, in a thread of its own, so that the WAL stays small.
//
// Why not SQLite's automatic checkpoint: it runs inside the commit that crosses the limit, so that one
// store() in some hundreds would wait for two more fsyncs and a megabyte of writing before a webhook is
// answered.
//
// What happens instead: a commit that leaves wal_pages_wanted pages in the WAL wakes this thread. It copies
// them while others go on committing (a passive checkpoint blocks nobody), then takes the writers' lock for
// the few pages that came meanwhile, because the WAL only starts over when nothing is left in it. That second
// part costs the writers two fsyncs and a few pages. The WAL is thus bounded by wal_pages_wanted plus what is
// committed during one copy. The one thing that can still make it grow is another process that keeps a read
// transaction open, such as a forgotten sqlite3 shell; it shrinks again when that ends.
// The price of a checkpoint is the checkpointer's fsyncs and one more in the first commit after it (SQLite
// syncs the new WAL's header).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "queue/connection.h"

namespace gdprd::queue {

class Checkpointer {
  public:
    static constexpr int wal_pages_wanted = 1'000;  // 4 MiB

    // `writers` is held by whoever writes through `writer`; both must outlive this object.
    Checkpointer(Connection& writer, std::mutex& writers);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

  private:
    static int committed(void* self, sqlite3* database, const char* name, int wal_pages);
    void note(int wal_pages);
    void run(const std::stop_token& stop);
    void checkpoint();

    Connection& writer_;
    std::mutex& writers_;
    Connection connection_;

    // Guarded by mutex_.
    std::mutex mutex_;
    std::condition_variable_any wanted_;
    bool pending_ = false;
    int next_at_ = wal_pages_wanted;

    std::jthread thread_;  // last: it uses everything above
};

}  // namespace gdprd::queue
