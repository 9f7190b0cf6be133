#include "background/throttle.h"

#include <atomic>
#include <thread>

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

// Statements that run until they are ended.
class BusyServer {
  public:
    explicit BusyServer(std::size_t statements) {
        for (std::size_t i = 0; i < statements; ++i) {
            sessions_.emplace_back([] {
                const database::ThreadScope thread;
                try {
                    database::Connection(server().options()).select("SELECT SLEEP(600)");
                } catch (const database::DatabaseError&) {
                    return;  // ended
                }
            });
        }
        while (sleeping() < statements) std::this_thread::sleep_for(1ms);
    }
    ~BusyServer() { end(); }
    BusyServer(const BusyServer&) = delete;
    BusyServer& operator=(const BusyServer&) = delete;

    void end() {
        auto rows =
            server().select("SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'");
        while (rows.next()) server().execute("KILL " + rows.text(0));
        for (std::thread& session : sessions_) session.join();
        sessions_.clear();
    }

  private:
    static std::size_t sleeping() {
        return std::stoul(server().value(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'"));
    }

    std::vector<std::thread> sessions_;
};

}  // namespace

TEST_CASE("While the server runs more statements than allowed the work waits, and goes on after them") {
    database::Connection connection(server().options());
    BusyServer busy(4);
    health::Progress progress;
    health::Beat& beat = progress.beat("waiting", 1h);
    Throttle throttle({3, 0}, &beat);
    std::atomic<bool> is_over{false};
    std::stop_source stop;
    std::thread waiting([&] {
        const database::ThreadScope thread;
        database::Connection own(server().options());
        throttle.wait(own, stop.get_token());
        is_over = true;
    });
    // Whoever waits looks at the server's load again and again.
    const auto looks = [&] {
        auto rows = server().select("SHOW GLOBAL STATUS LIKE 'Com_show_status'");
        rows.next();
        return std::stoull(rows.text(1));
    };
    const auto before = looks();
    while (looks() < before + 2) std::this_thread::sleep_for(1ms);
    CHECK_FALSE(is_over);
    SECTION("when they end") { busy.end(); }
    SECTION("when it is told to stop") { stop.request_stop(); }
    waiting.join();
    CHECK(is_over);
    CHECK(progress.healthy());
}

TEST_CASE("A server that is not busy, or a limit of 0, makes nobody wait") {
    database::Connection connection(server().options());
    BusyServer busy(4);
    const std::stop_token never;
    for (const std::size_t limit : {0U, 4U, 100U}) {
        CAPTURE(limit);
        Throttle({limit, 0}).wait(connection, never);
        SUCCEED("it came back");
    }
}

TEST_CASE("A rate is kept to, by all who share it") {
    database::Connection connection(server().options());
    Throttle throttle({0, 200});
    const std::stop_token never;
    const auto begin = std::chrono::steady_clock::now();
    for (int piece = 0; piece < 21; ++piece) throttle.wait(connection, never, 5);
    // The first piece goes at once, and each of the others 25 ms after the one before: never sooner.
    CHECK(std::chrono::steady_clock::now() - begin >= 480ms);
}
