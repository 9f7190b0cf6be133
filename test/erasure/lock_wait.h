// For tests in which an erasure waits for a row that somebody else has locked.
#pragma once

#include <chrono>
#include <thread>

#include "erasure/world.h"
#include "support/catch.h"

namespace gdprd::test {

// Waits until some session waits for a row lock. Not by INNODB_TRX: who asks it all the time gets an old
// answer.
inline void wait_for_lock_wait() {
    database::Connection watcher(server().options());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
        database::Rows rows = watcher.select("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'");
        rows.next();
        if (rows.text(1) != "0") return;
        std::this_thread::yield();
    }
    FAIL_CHECK("nobody waited for a lock");
}

}  // namespace gdprd::test
