// The disk of the queue is full: nothing is acknowledged that is not stored, and space is all it takes to go
// on.
#include <sys/resource.h>

#include "http/raw_client.h"
#include "support/catch.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/http_client.h"
#include "system/small_disk.h"
#include "system/webhook_body.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

namespace fs = std::filesystem;

// A daemon without a database: what it stores stays ready and can be counted.
class Receiver {
  public:
    Receiver() : config_(directory_, nobody()) {}

    fs::path queue_directory() const { return config_.queue_directory(); }
    void start() {
        daemon_.reset();
        daemon_.emplace(config_.write(), directory_ / "log");
        daemon_->wait_until_listening(config_.port);
    }
    DaemonProcess& daemon() { return *daemon_; }

    // True when the next contact was acknowledged. Anything else must be a connection closed without a byte.
    bool announce_next() {
        const std::string body = webhook_body({++contact_});
        RawClient client(config_.port);
        client.send(gdprd::test::post("/webhook", body,
                                      "Connection: close\r\nWebhook-Signature: " +
                                          webhook_signature(body, config_.webhook_secret) + "\r\n"));
        const std::string answer = client.receive_all();
        if (answer.starts_with("HTTP/1.1 204 ")) return ++acknowledged_ > 0;
        REQUIRE(answer.empty());
        return false;
    }
    void announce_until_refused() {
        int refused = 0;
        for (int request = 0; refused < 20 && request < 20'000; ++request) {
            if (!announce_next()) ++refused;
        }
        REQUIRE(refused == 20);
    }
    void wait_until_acknowledged() {
        daemon_->wait_until("a webhook is acknowledged again", [&] { return announce_next(); });
    }
    int acknowledged() const { return acknowledged_; }
    int announced() const { return static_cast<int>(contact_); }
    int jobs() {
        const std::string page = get("/metrics").value().body;
        const std::string name = "\nmautic_gdprd_queue_jobs{state=\"ready\"} ";
        return std::stoi(page.substr(page.find(name) + name.size()));
    }
    std::string readiness() { return get("/readyz").value().body; }

  private:
    static database::ConnectionOptions nobody() {
        database::ConnectionOptions options;
        options.unix_socket = "/nonexistent/socket";
        options.database = "mautic";
        return options;
    }
    std::optional<HttpAnswer> get(std::string_view path) {
        HttpClient client(config_.port);
        return client.get(path);
    }

    TemporaryDirectory directory_;
    DaemonConfig config_;
    ContactId contact_ = 0;
    int acknowledged_ = 0;
    std::optional<DaemonProcess> daemon_;
};

constexpr const char* queue_broken = R"("queue":{"ready":false)";
constexpr const char* queue_well = R"("queue":{"ready":true)";

// Full now. No job is there that was not acknowledged, and the other way round.
void check_full(Receiver& receiver) {
    CHECK(receiver.acknowledged() > 0);
    CHECK(receiver.announced() > receiver.acknowledged());
    CHECK(receiver.jobs() == receiver.acknowledged());
    CHECK_THAT(receiver.daemon().log(), ContainsSubstring("could not store webhooks"));
}

// Room again: it goes on by itself, and a restart finds the same jobs.
void check_goes_on(Receiver& receiver) {
    receiver.wait_until_acknowledged();
    for (int request = 0; request < 50; ++request) CHECK(receiver.announce_next());
    CHECK(receiver.jobs() == receiver.acknowledged());
    CHECK_THAT(receiver.readiness(), ContainsSubstring(queue_well));
    receiver.daemon().kill();
    receiver.start();
    CHECK(receiver.jobs() == receiver.acknowledged());
    CHECK(receiver.daemon().stop() == 0);
}

}  // namespace

TEST_CASE("A full disk: no acknowledgement without a job, not a byte of answer, no restart needed") {
    Receiver receiver;
    SmallDisk disk(receiver.queue_directory());
    if (!disk.mounted()) {
        WARN("mounting a small disk needs root: only the limited file is tested");
        return;
    }
    receiver.start();
    disk.fill_but(256 * 1024);
    receiver.announce_until_refused();
    disk.fill_but(0);
    receiver.announce_until_refused();
    check_full(receiver);
    CHECK_THAT(receiver.readiness(), ContainsSubstring(queue_broken));
    disk.make_room();
    check_goes_on(receiver);
}

TEST_CASE("Started on a full disk, it says so instead of taking webhooks") {
    Receiver receiver;
    SmallDisk disk(receiver.queue_directory());
    if (!disk.mounted()) return;
    disk.fill_but(0);
    CHECK_THROWS_WITH(receiver.start(), ContainsSubstring("queue.db"));
    CHECK(receiver.daemon().wait_for_exit(std::chrono::seconds(30)) == 1);
}

TEST_CASE("A file that may not grow is like a full disk") {
    Receiver receiver;
    receiver.start();
    rlimit before{};
    const rlimit small{256 * 1024, RLIM_INFINITY};
    REQUIRE(::prlimit(receiver.daemon().pid(), RLIMIT_FSIZE, &small, &before) == 0);
    receiver.announce_until_refused();
    check_full(receiver);
    REQUIRE(::prlimit(receiver.daemon().pid(), RLIMIT_FSIZE, &before, nullptr) == 0);
    check_goes_on(receiver);
}
