#include "daemon/service_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "support/catch.h"

using namespace gdprd::service;

namespace {

// Stands for the service manager: the datagram socket it would listen on, named in the environment.
class Manager {
  public:
    Manager() : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        std::string pattern = (std::filesystem::temp_directory_path() / "gdprd-notify-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        directory_ = pattern;
        const std::string path = directory_ + "/socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("bind");
        }
        // A message that never comes fails the test and does not hang it.
        const timeval patience{20, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~Manager() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
        close(socket_);
        std::filesystem::remove_all(directory_);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    // The next message; "" when none came in time.
    std::string receive() const { return receive(0); }
    // The next message that is there already; "" for none.
    std::string waiting() const { return receive(MSG_DONTWAIT); }

    void ask_for_watchdog(const std::string& microseconds) const {
        setenv("WATCHDOG_USEC", microseconds.c_str(), 1);
    }

  private:
    std::string receive(int flags) const {
        std::array<char, 4096> buffer{};
        const ssize_t length = recv(socket_, buffer.data(), buffer.size(), flags);
        return length < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
    }

    int socket_;
    std::string directory_;
};

std::uint64_t monotonic_microseconds() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1'000;
}

}  // namespace

TEST_CASE("outside a service manager nothing happens") {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    CHECK_NOTHROW(notify_ready("ready"));
    CHECK_NOTHROW(notify_reloading());
    CHECK_NOTHROW(notify_stopping("draining"));
    CHECK_NOTHROW(notify_status("idle"));
    std::atomic<int> asked{0};
    {
        const Watchdog watchdog([&asked] { return ++asked > 0; });
        CHECK_FALSE(watchdog.period());
    }
    CHECK(asked == 0);
}

TEST_CASE("a service manager that is gone is no reason to fail") {
    { const Manager manager; }
    setenv("NOTIFY_SOCKET", "/nonexistent/notify/socket", 1);
    CHECK_NOTHROW(notify_ready("ready"));
    unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("the service manager hears of every turn in the daemon's life") {
    const Manager manager;
    notify_ready("listening on 127.0.0.1:8080");
    CHECK(manager.receive() == "READY=1\nSTATUS=listening on 127.0.0.1:8080");
    notify_status("3 waiting, 0 parked");
    CHECK(manager.receive() == "STATUS=3 waiting, 0 parked");
    notify_stopping("draining");
    CHECK(manager.receive() == "STOPPING=1\nSTATUS=draining");
}

TEST_CASE("a reload carries the moment at which it began") {
    const Manager manager;
    const std::uint64_t before = monotonic_microseconds();
    notify_reloading();
    const std::uint64_t after = monotonic_microseconds();
    const std::string message = manager.receive();
    const std::string prefix = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(message.rfind(prefix, 0) == 0);
    const std::uint64_t began = std::stoull(message.substr(prefix.size()));
    CHECK(began >= before);
    CHECK(began <= after);
}

TEST_CASE("a status cannot smuggle in another assignment") {
    const Manager manager;
    notify_status("one\nWATCHDOG=trigger\r\ttwo");
    CHECK(manager.receive() == "STATUS=one WATCHDOG=trigger  two");
}

TEST_CASE("the watchdog is told at half its interval, again and again") {
    const Manager manager;
    manager.ask_for_watchdog("20000");
    const Watchdog watchdog([] { return true; });
    REQUIRE(watchdog.period());
    CHECK(*watchdog.period() == std::chrono::microseconds{10'000});
    for (int times = 0; times < 3; ++times) CHECK(manager.receive() == "WATCHDOG=1");
}

TEST_CASE("without progress the watchdog hears nothing, and again when there is some") {
    const Manager manager;
    manager.ask_for_watchdog("2000");
    std::atomic<bool> healthy{false};
    std::atomic<int> asked{0};
    const Watchdog watchdog([&] {
        ++asked;
        return healthy.load();
    });
    while (asked < 5) std::this_thread::yield();
    CHECK(manager.waiting().empty());
    healthy = true;
    CHECK(manager.receive() == "WATCHDOG=1");
}

TEST_CASE("a watchdog meant for another process is not ours") {
    const Manager manager;
    manager.ask_for_watchdog("20000");
    setenv("WATCHDOG_PID", "1", 1);
    const Watchdog watchdog([] { return true; });
    CHECK_FALSE(watchdog.period());
}

TEST_CASE("the end does not wait for the next turn of the watchdog") {
    const Manager manager;
    manager.ask_for_watchdog("86400000000");
    {
        const Watchdog watchdog([] { return true; });
        CHECK(manager.receive() == "WATCHDOG=1");
    }
    CHECK(manager.waiting().empty());
}
