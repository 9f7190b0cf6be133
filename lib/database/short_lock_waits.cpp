#include "database/short_lock_waits.h"

namespace gdprd::database {

ShortLockWaits::ShortLockWaits(Connection& connection) : connection_(connection) {
    Rows rows = connection_.select("SELECT @@SESSION.lock_wait_timeout, @@SESSION.innodb_lock_wait_timeout",
                                   {}, "lock waits: read");
    rows.next();
    restore_ = "SET SESSION lock_wait_timeout = " + std::to_string(rows.number(0)) +
               ", SESSION innodb_lock_wait_timeout = " + std::to_string(rows.number(1));
    connection_.change("SET SESSION lock_wait_timeout = 1, SESSION innodb_lock_wait_timeout = 1", {},
                       "lock waits: shorten");
}

ShortLockWaits::~ShortLockWaits() {
    try {
        connection_.change(restore_, {}, "lock waits: restore");
    } catch (const DatabaseError&) {
        // The session is gone, and what it was set to with it.
    }
}

}  // namespace gdprd::database
