#include "queue/checkpointer.h"

#include <sqlite3.h>

#include "base/log.h"

namespace gdprd::queue {
namespace {

// SQLITE_BUSY means that another process checkpoints just now, which is as good.
void move_pages(SQLite::Database& database) {
    const int code =
        sqlite3_wal_checkpoint_v2(database.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && code != SQLITE_BUSY) throw SQLite::Exception(database.getHandle(), code);
}

constexpr int cache_kib = 64;  // a checkpoint copies page by page and needs no cache

}  // namespace

// The size limit truncates a WAL that grew in a burst when it starts over.
Checkpointer::Checkpointer(Connection& writer, std::mutex& writers)
    : writer_(writer), writers_(writers), connection_(writer.file(), cache_kib) {
    writer_.database().exec("PRAGMA journal_size_limit = 8388608");
    sqlite3_wal_hook(writer_.database().getHandle(), &Checkpointer::committed, this);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(writers_);
        sqlite3_wal_hook(writer_.database().getHandle(), nullptr, nullptr);
    }
    thread_.request_stop();
    thread_.join();
}

int Checkpointer::committed(void* self, sqlite3* /*database*/, const char* /*name*/, int wal_pages) {
    static_cast<Checkpointer*>(self)->note(wal_pages);
    return SQLITE_OK;
}

// A WAL that did not start over (a reader needs it, the disk is full) is tried again a limit's worth later
// and not at every commit.
void Checkpointer::note(int wal_pages) {
    const std::lock_guard lock(mutex_);
    if (wal_pages < wal_pages_wanted) next_at_ = wal_pages_wanted;
    if (pending_ || wal_pages < next_at_) return;
    next_at_ = wal_pages + wal_pages_wanted;
    pending_ = true;
    wanted_.notify_one();
}

void Checkpointer::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            if (!wanted_.wait(lock, stop, [this] { return pending_; })) return;
        }
        // A failure is no reason to stop: nothing is lost, the WAL only stays as long as it is.
        try {
            checkpoint();
        } catch (const SQLite::Exception& error) {
            log::warning("the queue's WAL cannot be moved into its file",
                         {{"sqlite_code", error.getExtendedErrorCode()}});
        }
        const std::lock_guard lock(mutex_);
        pending_ = false;
    }
}

void Checkpointer::checkpoint() {
    move_pages(connection_.database());
    const std::lock_guard lock(writers_);
    move_pages(connection_.database());
}

}  // namespace gdprd::queue
