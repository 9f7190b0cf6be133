// Who may try while the database does not do what it is asked for.
#include "worker/outage.h"

#include "support/catch.h"
#include "worker/outage_report.h"

using namespace gdprd;
using worker::Outage;

namespace {

struct Scene {
    health::Metrics metrics{"test"};
    health::Readiness readiness;
    worker::OutageReport report{metrics, readiness};
    Outage outage{report};

    bool tells(const std::string& words) { return readiness.answer().json.find(words) != std::string::npos; }
    // Waits for the pause after the last failure.
    void let_try(std::size_t worker) {
        const std::stop_token never;
        while (!outage.may_work(never, worker)) {
        }
    }
};

}  // namespace

TEST_CASE("without an outage all work") {
    Scene scene;
    CHECK(scene.outage.may_work({}, 0));
    CHECK(scene.outage.may_work({}, 1));
    scene.outage.worked();
    CHECK_FALSE(scene.outage.lasts());
}

TEST_CASE("one worker tries at a time, and after it succeeded all work") {
    Scene scene;
    scene.outage.failed(Outage::Kind::refused, "the server is read-only");
    CHECK(scene.outage.lasts());
    CHECK(scene.tells("the server is read-only"));
    scene.let_try(1);
    CHECK(scene.outage.may_work({}, 1));
    CHECK_FALSE(scene.outage.may_work({}, 0));
    scene.outage.worked();
    CHECK(scene.outage.may_work({}, 0));
    CHECK_FALSE(scene.tells("the server is read-only"));
}

TEST_CASE("a connection ends an outage only if a connection was missing") {
    Scene scene;
    scene.outage.failed(Outage::Kind::refused, "the server is read-only");
    scene.outage.connected("a server");
    CHECK(scene.outage.lasts());
    scene.outage.failed(Outage::Kind::unreachable, "connection refused");
    scene.outage.connected("a server");
    CHECK_FALSE(scene.outage.lasts());
}

TEST_CASE("a schema that does not fit is told as such, and a database that then is away takes its place") {
    Scene scene;
    scene.outage.connected("a server");
    scene.outage.failed(Outage::Kind::stale, "leads: its columns have changed");
    CHECK(scene.tells("leads: its columns have changed"));
    scene.outage.failed(Outage::Kind::unreachable, "connection refused");
    CHECK_FALSE(scene.tells("leads: its columns have changed"));
    CHECK(scene.tells("connection refused"));
}

TEST_CASE("the pauses grow, and whoever waits stops when asked to") {
    Scene scene;
    for (int failure = 0; failure < 20; ++failure) scene.outage.failed(Outage::Kind::refused, "full");
    std::stop_source stop;
    stop.request_stop();
    CHECK_FALSE(scene.outage.may_work(stop.get_token(), 0));
}

TEST_CASE("a contact that is refused alone is to blame, unless a second one is or everything is") {
    Scene scene;
    CHECK(scene.outage.is_to_blame(1));
    CHECK(scene.outage.is_to_blame(1));
    CHECK_FALSE(scene.outage.is_to_blame(2));
    scene.outage.worked();
    CHECK(scene.outage.is_to_blame(2));
    scene.outage.failed(Outage::Kind::refused_all, "full");
    CHECK_FALSE(scene.outage.is_to_blame(2));
}

TEST_CASE("workers whose connections end together have failed once, and the next attempt counts again") {
    struct Counter : Outage::Observer {
        void failed(const Outage::Attempt& attempt) override { in_a_row = attempt.in_a_row; }
        int in_a_row = 0;
    } counter;
    Outage outage(counter);
    for (int worker = 0; worker < 3; ++worker) outage.failed(Outage::Kind::unreachable, "gone");
    CHECK(counter.in_a_row == 1);
    while (!outage.may_work({}, 4)) continue;
    outage.failed(Outage::Kind::unreachable, "gone");
    CHECK(counter.in_a_row == 2);
    while (!outage.may_work({}, 5)) continue;
    outage.connected("a server");
    outage.failed(Outage::Kind::unreachable, "gone");
    CHECK(counter.in_a_row == 1);
}
