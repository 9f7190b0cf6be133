// Moves committed pages from the WAL into queue.db, in a thread of its own, so that the WAL stays small.
//
// Why not SQLite's automatic checkpoint: it runs inside the commit that crosses the limit, so that one
// store() in some hundreds would wait for two more fsyncs and a megabyte of writing before a webhook is
// answered.
//
// What happens instead: a commit that leaves wal_pages_wanted pages in the WAL wakes this thread. It copies
// them while others go on committing (a passive checkpoint blocks nobody), again for what came meanwhile,
// until little is left. For that little it holds the writers back, because the WAL only starts over when
// nothing is left in it: two fsyncs and at most wal_pages_rest pages. Writers that are faster than the disk
// are held back at wal_pages_max, so the WAL is bounded by that and one transaction. The one thing that can
// still make it grow is another process that keeps a read transaction open, such as a forgotten sqlite3
// shell; it shrinks again when that ends.
//
// Writers take their lock from here. With the bare mutex one that stores in a loop gets it back before this
// thread wakes, for ever: the first version ended with a million jobs in the WAL and none in the file.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "queue/connection.h"

namespace gdprd::queue {

class Checkpointer {
  public:
    static constexpr int wal_pages_wanted = 1'000;  // 4 MiB
    static constexpr int wal_pages_rest = 250;
    static constexpr int wal_pages_max = 8'000;  // 32 MiB

    // `writers` is held by whoever writes through `writer`; both must outlive this object.
    Checkpointer(Connection& writer, std::mutex& writers);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    // The writers' lock, when it is their turn.
    std::unique_lock<std::mutex> lock_writers();

  private:
    static int committed(void* self, sqlite3* database, const char* name, int wal_pages);
    void note(int wal_pages);
    void run(const std::stop_token& stop);
    void checkpoint();
    int copy_what_is_committed();

    Connection& writer_;
    std::mutex& writers_;
    Connection connection_;

    // Guarded by mutex_.
    std::mutex mutex_;
    std::condition_variable_any wanted_;
    std::condition_variable turn_;
    bool pending_ = false;
    bool held_back_ = false;
    int wal_pages_ = 0;
    int next_at_ = wal_pages_wanted;

    std::jthread thread_;  // last: it uses everything above
};

}  // namespace gdprd::queue
