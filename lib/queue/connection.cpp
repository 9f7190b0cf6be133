#include "queue/connection.h"

#include <sqlite3.h>

#include <string>

namespace gdprd::queue {
namespace {

// How long to wait for another process, that is for a command line tool's short transaction.
constexpr int busy_timeout_ms = 10'000;

const char* advice_for(int code) {
    switch (code) {
        case SQLITE_FULL:
            return "Free space on this file system; nothing of this call was stored.";
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return "The file was left untouched. Move it away and keep it; the sweep finds its contacts "
                   "again.";
        case SQLITE_BUSY:
            return "Another process holds the file; end it or wait for it.";
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return "Check owner and mode of the file and of its directory.";
        case SQLITE_IOERR:
            return "Check the disk, its free space and the system log.";
        default:
            return "";
    }
}

// SQLite counts its memory under one lock for all threads, a fifth of the time of a store, and nobody reads
// the figure. It can only be switched off before the first connection; a program that has one keeps the
// count.
std::string without_memory_count(const std::filesystem::path& file) {
    static const int tried = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(tried);
    return file.string();
}

}  // namespace

// No memory map: pages of a mapped file count as resident memory, and a million jobs are well over the
// budget. cell_size_check costs little and finds a damaged page when it is read and not when it is acted
// upon. The commit that finds 4 MiB in the WAL moves them into the file, and a WAL that grew in a burst is
// cut when it starts over.
Connection::Connection(const std::filesystem::path& file, int cache_kib)
    : file_(file),
      database_(without_memory_count(file), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busy_timeout_ms) {
    database_.exec("PRAGMA synchronous = FULL");
    database_.exec("PRAGMA cache_size = -" + std::to_string(cache_kib));
    database_.exec("PRAGMA mmap_size = 0");
    database_.exec("PRAGMA cell_size_check = ON");
    database_.exec("PRAGMA trusted_schema = OFF");
    database_.exec("PRAGMA wal_autocheckpoint = 1000");
    database_.exec("PRAGMA journal_size_limit = 8388608");
}

void Connection::set_durability(Durability wanted) {
    if (wanted == durability_) return;
    database_.exec(wanted == Durability::power_cut ? "PRAGMA synchronous = FULL"
                                                   : "PRAGMA synchronous = NORMAL");
    durability_ = wanted;
}

WriteTransaction::WriteTransaction(SQLite::Database& database) : database_(database) {
    database_.exec("BEGIN IMMEDIATE");
}

WriteTransaction::WriteTransaction(Connection& connection, Durability durability)
    : database_(connection.database()) {
    connection.set_durability(durability);
    database_.exec("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
    // SQLite has rolled back by itself after some errors; a second ROLLBACK then fails and that is fine.
    if (open_) database_.tryExec("ROLLBACK");
}

void WriteTransaction::commit() {
    database_.exec("COMMIT");
    open_ = false;
}

QueueError queue_error(const std::filesystem::path& file, const char* doing, const SQLite::Exception& error) {
    const int code = error.getErrorCode() & 0xff;
    return QueueError(file.string() + ": cannot " + doing + ": " + sqlite3_errstr(code) + " (SQLite " +
                          std::to_string(error.getExtendedErrorCode()) + ")",
                      advice_for(code));
}

}  // namespace gdprd::queue
