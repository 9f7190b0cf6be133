-- A queue file of format 1 with a job in every state. Never change it: files like this one are out there.
PRAGMA journal_mode = WAL;
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

PRAGMA application_id = 1734635634;
PRAGMA user_version = 1;

INSERT INTO jobs VALUES
    (1, 'ready', 'webhook', 1700000000000, 1700000000000, 0, 0, 1, '', NULL, NULL),
    (2, 'waiting', 'sweep', 1700000001000, 1700000090000, 3, 0, 2, 'conflict 1213', NULL, NULL),
    (3, 'running', 'command', 1700000002000, 1700000002000, 0, 0, 3, '', 1700000005000, 'webhook'),
    (4, 'settling', 'webhook', 1700000003000, 1700000063000, 0, 1, 1, '', NULL, NULL),
    (5, 'parked', 'webhook', 1700000004000, 1700000004000, 12, 0, 1, 'schema 1146', NULL, NULL);
