// One SQLite connection as the queue wants it, transactions on it, and errors an operator can read.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <cstddef>
#include <filesystem>

#include "queue/queue.h"

namespace gdprd::queue {

// What a commit waits for.
enum class Durability {
    power_cut,  // synchronous=FULL: the WAL is fsynced, and with it everything committed before
    kill_only,  // synchronous=NORMAL: survives kill -9; a power cut undoes it, and nothing older
};

class Connection {
  public:
    // Opens an existing file and creates nothing. Throws SQLite::Exception.
    Connection(const std::filesystem::path& file, int cache_kib);

    SQLite::Database& database() noexcept { return database_; }
    const std::filesystem::path& file() const noexcept { return file_; }

    // For the transactions that follow; not inside one.
    void set_durability(Durability wanted);

  private:
    std::filesystem::path file_;
    SQLite::Database database_;
    Durability durability_ = Durability::power_cut;
};

// Takes SQLite's write lock at once; rolled back unless committed.
class WriteTransaction {
  public:
    explicit WriteTransaction(SQLite::Database& database);
    WriteTransaction(Connection& connection, Durability durability);
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;

    void commit();

  private:
    SQLite::Database& database_;
    bool open_ = true;
};

QueueError queue_error(const std::filesystem::path& file, const char* doing, const SQLite::Exception& error);

// Runs `body`; SQLite's exceptions leave as QueueError that says which file and what was being done.
template <class Body>
decltype(auto) with_queue_errors(const std::filesystem::path& file, const char* doing, Body&& body) {
    try {
        return body();
    } catch (const SQLite::Exception& error) {
        throw queue_error(file, doing, error);
    }
}

}  // namespace gdprd::queue
