#include "queue/format.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "queue/connection.h"
#include "queue/queue.h"

namespace gdprd::queue {
namespace {

// Times are milliseconds since 1970 (UTC). The comments inside the statement stay in the file for whoever
// looks at it with the sqlite3 shell.
//
// jobs_by_turn serves take() and list(): for a ready job due_at is its place in the line, which is the time
// of the request unless the job was handed back by a worker. jobs_by_request serves the age of the backlog: a
// request counts until pass 0 is over, so a later pass that runs a day later does not look like a day's
// backlog. `counts` is kept by triggers, so that the number of jobs by state is exact and costs five rows at
// any size.
//
// No IN with a list: SQLite builds a temporary table for each of them, each time a row is written.
const char* const format_1 = R"sql(
CREATE TABLE jobs (
    contact          INTEGER PRIMARY KEY, -- leads.id; unsigned there: above 2^63 it is negative here
    state            TEXT NOT NULL
                     CHECK (state = 'ready' OR state = 'waiting' OR state = 'running' OR state = 'settling'
                            OR state = 'parked'),
    origin           TEXT NOT NULL CHECK (origin = 'webhook' OR origin = 'sweep' OR origin = 'command'),
    received_at      INTEGER NOT NULL,    -- the oldest request not yet carried out
    due_at           INTEGER NOT NULL,    -- not before; for a ready job its place in the line
    attempts         INTEGER NOT NULL CHECK (attempts >= 0),
    pass             INTEGER NOT NULL CHECK (pass >= 0),
    revision         INTEGER NOT NULL,    -- counts requests
    last_error       TEXT NOT NULL        -- a code, never a text with data
                     CHECK (length(CAST(last_error AS BLOB)) <= 200 AND instr(last_error, '@') = 0),
    next_received_at INTEGER,             -- a request that came while the job ran
    next_origin      TEXT CHECK (next_origin = 'webhook' OR next_origin = 'sweep' OR next_origin = 'command')
) STRICT;
CREATE INDEX jobs_by_turn ON jobs (state, due_at);
CREATE INDEX jobs_by_request ON jobs (received_at)
    WHERE pass = 0 AND state <> 'settling' AND state <> 'parked';

CREATE TABLE counts (
    state TEXT NOT NULL PRIMARY KEY,
    jobs  INTEGER NOT NULL CHECK (jobs >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO counts VALUES ('ready', 0), ('waiting', 0), ('running', 0), ('settling', 0), ('parked', 0);

CREATE TRIGGER count_new_job AFTER INSERT ON jobs BEGIN
    UPDATE counts SET jobs = jobs + 1 WHERE state = new.state;
END;
CREATE TRIGGER count_changed_job AFTER UPDATE OF state ON jobs WHEN old.state <> new.state BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE state = old.state;
    UPDATE counts SET jobs = jobs + 1 WHERE state = new.state;
END;
CREATE TRIGGER count_removed_job AFTER DELETE ON jobs BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE state = old.state;
END;
)sql";

// The circuit breaker (see circuit_breaker.h). `braked` says in one place which jobs it is about; SQLite
// works it out when it is needed. `counts` tells them apart, which costs not a row more than before.
// jobs_beside_brake is what take() goes through while erasing is paused, however long the line of the others
// is; otherwise it is nearly empty.
const char* const format_2 = R"sql(
ALTER TABLE jobs ADD COLUMN let_through INTEGER NOT NULL DEFAULT 0 -- an operator said so
    CHECK (let_through = 0 OR let_through = 1);
ALTER TABLE jobs ADD COLUMN braked INTEGER -- an erasure that nobody asked for by hand
    AS (pass = 0 AND origin <> 'command' AND let_through = 0) VIRTUAL;
CREATE INDEX jobs_beside_brake ON jobs (state, due_at)
    WHERE braked = 0 AND (state = 'ready' OR state = 'waiting');

DROP TRIGGER count_new_job;
DROP TRIGGER count_changed_job;
DROP TRIGGER count_removed_job;
DROP TABLE counts;
CREATE TABLE counts (
    state  TEXT NOT NULL,
    braked INTEGER NOT NULL,
    jobs   INTEGER NOT NULL CHECK (jobs >= 0),
    PRIMARY KEY (state, braked)
) STRICT, WITHOUT ROWID;
INSERT INTO counts VALUES ('ready', 0, 0), ('waiting', 0, 0), ('running', 0, 0), ('settling', 0, 0),
    ('parked', 0, 0), ('ready', 1, 0), ('waiting', 1, 0), ('running', 1, 0), ('settling', 1, 0),
    ('parked', 1, 0);
UPDATE counts SET jobs = found.jobs
    FROM (SELECT state, braked, count(*) AS jobs FROM jobs GROUP BY state, braked) AS found
    WHERE found.state = counts.state AND found.braked = counts.braked;

CREATE TRIGGER count_new_job AFTER INSERT ON jobs BEGIN
    UPDATE counts SET jobs = jobs + 1 WHERE state = new.state AND braked = new.braked;
END;
CREATE TRIGGER count_changed_job AFTER UPDATE OF state, origin, pass, let_through ON jobs
WHEN old.state <> new.state OR old.braked <> new.braked BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE state = old.state AND braked = old.braked;
    UPDATE counts SET jobs = jobs + 1 WHERE state = new.state AND braked = new.braked;
END;
CREATE TRIGGER count_removed_job AFTER DELETE ON jobs BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE state = old.state AND braked = old.braked;
END;

CREATE TABLE brake (
    row       INTEGER PRIMARY KEY CHECK (row = 1),
    paused_at INTEGER                     -- NULL: erasing is not paused
) STRICT;
INSERT INTO brake VALUES (1, NULL);
CREATE TABLE erasures (                   -- of braked jobs, in the last hour
    minute   INTEGER PRIMARY KEY,         -- since 1970
    contacts INTEGER NOT NULL
) STRICT;
)sql";

std::int64_t number(SQLite::Database& database, const char* query) {
    return database.execAndGet(query).getInt64();
}

}  // namespace

std::span<const std::string> format_steps() {
    static const std::string steps[] = {format_1, format_2};
    return steps;
}

std::int64_t format_version(SQLite::Database& database) { return number(database, "PRAGMA user_version"); }

bool is_new_file(SQLite::Database& database, const std::filesystem::path& file) {
    const bool no_tables = number(database, "SELECT count(*) FROM sqlite_schema") == 0;
    const std::int64_t id = number(database, "PRAGMA application_id");
    if (no_tables && id == 0) return true;
    if (id != application_id) {
        throw ConfigurationError(
            file.string() + ": belongs to another program, application id " + std::to_string(id),
            "Move it away or choose another state directory.");
    }
    return false;
}

void migrate(SQLite::Database& database, const std::filesystem::path& file,
             std::span<const std::string> steps) {
    const auto newest = static_cast<std::int64_t>(steps.size());
    std::int64_t version = format_version(database);
    if (version > newest) {
        throw ConfigurationError(file.string() + ": format " + std::to_string(version) +
                                     " is newer than this program's format " + std::to_string(newest),
                                 "Install the version of the program that wrote it, or a newer one.");
    }
    for (; version < newest; ++version) {
        WriteTransaction transaction(database);
        database.exec(steps[static_cast<std::size_t>(version)]);
        database.exec("PRAGMA application_id = " + std::to_string(application_id));
        database.exec("PRAGMA user_version = " + std::to_string(version + 1));
        transaction.commit();
    }
}

}  // namespace gdprd::queue
