#include "queue/checkpointer.h"

#include <sqlite3.h>

#include "base/log.h"

namespace gdprd::queue {
namespace {

// Returns how many pages of the WAL are in the file now, as far as that is known. SQLITE_BUSY means that
// another process checkpoints just now, which is as good.
int move_pages(SQLite::Database& database) {
    int pages = 0;
    int moved = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(database.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    if (code != SQLITE_OK && code != SQLITE_BUSY) throw SQLite::Exception(database.getHandle(), code);
    return moved;
}

constexpr int passes_max = 5;  // then the rest is moved however much it is

constexpr int checkpointer_cache_kib = 64;  // a checkpoint copies page by page and needs no cache

}  // namespace

// The size limit truncates a WAL that grew in a burst when it starts over.
Checkpointer::Checkpointer(Connection& writer, std::mutex& writers)
    : writer_(writer), writers_(writers), connection_(writer.file(), checkpointer_cache_kib) {
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
    const bool started_over = wal_pages < wal_pages_;
    wal_pages_ = wal_pages;
    if (started_over) next_at_ = wal_pages_wanted;
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
            log::warning("could not checkpoint the queue's write-ahead log",
                         {{"sqlite_code", error.getExtendedErrorCode()}});
        }
        {
            const std::lock_guard lock(mutex_);
            pending_ = held_back_ = false;
        }
        turn_.notify_all();
    }
}

void Checkpointer::checkpoint() {
    int rest = copy_what_is_committed();
    for (int pass = 1; pass < passes_max && rest > wal_pages_rest; ++pass) rest = copy_what_is_committed();
    {
        const std::lock_guard lock(mutex_);
        held_back_ = true;
    }
    const std::lock_guard lock(writers_);
    move_pages(connection_.database());
}

// Returns how many pages were committed meanwhile.
int Checkpointer::copy_what_is_committed() {
    const int moved = move_pages(connection_.database());
    const std::lock_guard lock(mutex_);
    return wal_pages_ - moved;
}

std::unique_lock<std::mutex> Checkpointer::lock_writers() {
    {
        std::unique_lock lock(mutex_);
        turn_.wait(lock, [this] { return !held_back_ && !(pending_ && wal_pages_ >= wal_pages_max); });
    }
    return std::unique_lock(writers_);
}

}  // namespace gdprd::queue
