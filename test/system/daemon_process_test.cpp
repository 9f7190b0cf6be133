// The watcher of the real program, on a stand-in: a watcher that misses an exit would make every system test
// lie.
#include <cstdlib>

#include "support/catch.h"
#include "support/temporary_directory.h"
#include "system/daemon_process.h"

using namespace gdprd::test;

namespace {

// A shell script in place of the program, for as long as the object lives.
class StandIn {
  public:
    explicit StandIn(const std::string& script) {
        const auto file = directory_.write("stand-in", "#!/bin/sh\n" + script);
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        ::setenv("MAUTIC_GDPRD", file.c_str(), 1);
    }
    ~StandIn() { ::unsetenv("MAUTIC_GDPRD"); }

    DaemonProcess start(const DaemonProcess::Environment& environment = {}) const {
        return DaemonProcess("/the/config", directory_ / "log", environment);
    }

  private:
    TemporaryDirectory directory_;
};

constexpr std::chrono::seconds limit(30);

}  // namespace

TEST_CASE("the program gets its arguments and its environment") {
    const StandIn program("echo \"$@ $GREETING\" >&2; exit 3\n");
    DaemonProcess process = program.start({{"GREETING", "hello"}});
    CHECK(process.wait_for_exit(limit) == 3);
    CHECK(process.log() == "serve --config /the/config hello\n");
}

TEST_CASE("waiting ends when the condition is true") {
    const StandIn program("echo one; echo one; exec sleep 60\n");
    DaemonProcess process = program.start();
    process.wait_for_log("one", 2);
    CHECK(process.running());
    CHECK(process.resident_bytes() > 0);
    CHECK(process.stop() == 128 + SIGTERM);
}

TEST_CASE("waiting ends when the program does") {
    const StandIn program("echo gone; exit 2\n");
    DaemonProcess process = program.start();
    CHECK_THROWS_WITH(process.wait_for_log("never"), ContainsSubstring("ended with 2"));
}

TEST_CASE("waiting ends when the limit is over") {
    const StandIn program("exec sleep 60\n");
    DaemonProcess process = program.start();
    CHECK_THROWS_WITH(process.wait_for_log("never", 1, std::chrono::milliseconds(50)),
                      ContainsSubstring("waited too long"));
    process.kill();
    CHECK(process.wait_for_exit(limit) == 128 + SIGKILL);
}

TEST_CASE("a second process sees only its own part of a shared log") {
    const StandIn program("echo started; exit 0\n");
    DaemonProcess first = program.start();
    CHECK(first.wait_for_exit(limit) == 0);
    DaemonProcess second = program.start();
    CHECK(second.wait_for_exit(limit) == 0);
    CHECK(second.log() == "started\n");
}
