#include "verify/snapshot.h"

namespace gdprd::verify {

Snapshot::Snapshot(database::Connection& connection) : connection_(connection) {
    // Under READ COMMITTED, which connections have, every statement would see another state.
    connection_.change("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", {}, "snapshot");
    connection_.change("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", {}, "snapshot");
}

Snapshot::~Snapshot() {
    try {
        connection_.change("ROLLBACK", {}, "snapshot");
        connection_.change("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", {}, "snapshot");
    } catch (const database::DatabaseError&) {
        // The session is gone, and the snapshot with it.
    }
}

}  // namespace gdprd::verify
