// How the queue uses a prepared statement, and how its values are kept in SQLite.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/contact_id.h"

namespace gdprd::queue {

// Contact ids are unsigned in Mautic and signed in SQLite. The conversion keeps every value and is its own
// inverse; only the sort order of ids above 2^63 differs, and nothing depends on it.
inline std::int64_t to_sql(ContactId contact) { return static_cast<std::int64_t>(contact); }
inline std::int64_t to_sql(Timestamp time) { return time.time_since_epoch().count(); }
inline ContactId to_contact(std::int64_t value) { return static_cast<ContactId>(value); }
inline Timestamp to_time(std::int64_t value) { return Timestamp(Milliseconds(value)); }

// Leaves a prepared statement ready for its next use, also after an exception: one that was not reset would
// keep a snapshot of the file open and the WAL could never start over.
class Use {
  public:
    explicit Use(SQLite::Statement& statement) : statement_(statement) {}
    ~Use() { statement_.tryReset(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    SQLite::Statement* operator->() { return &statement_; }
    std::int64_t number(int column) { return statement_.getColumn(column).getInt64(); }
    std::string text(int column) { return statement_.getColumn(column).getString(); }
    bool is_null(int column) { return statement_.getColumn(column).isNull(); }

  private:
    SQLite::Statement& statement_;
};

}  // namespace gdprd::queue
