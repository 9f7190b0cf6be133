#include "health/readiness.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.h"
#include "support/catch.h"

using namespace gdprd::health;
using gdprd::Timestamp;
using nlohmann::json;

namespace {

const Timestamp start = *gdprd::parse_utc("2026-03-01 12:00:00");
constexpr std::chrono::minutes minute{1};

const std::vector<Component> all{Component::database, Component::schema, Component::queue,
                                 Component::backlog,  Component::policy, Component::safety};

void make_ready(Readiness& readiness) {
    for (const Component component : all) readiness.set(component, true, "", start);
}

json part(Readiness& readiness, const char* name, Timestamp at = start) {
    return json::parse(readiness.answer(at).json).at("components").at(name);
}

}  // namespace

TEST_CASE("nothing is ready until it was reported") {
    Readiness readiness(start);
    const auto answer = readiness.answer(start);
    CHECK(answer.status == 503);
    CHECK_FALSE(readiness.ready());
    const json document = json::parse(answer.json);
    CHECK(document.at("ready") == false);
    REQUIRE(document.at("components").size() == 6);
    for (const Component component : all) {
        INFO(name_of(component));
        const json& state = document.at("components").at(name_of(component));
        CHECK(state.at("ready") == false);
        CHECK(state.at("detail") == "not reported yet");
        CHECK(state.at("since") == "2026-03-01T12:00:00.000Z");
    }
}

TEST_CASE("one part that is not ready is enough for 503") {
    for (const Component component : all) {
        INFO(name_of(component));
        Readiness readiness(start);
        make_ready(readiness);
        REQUIRE(readiness.answer().status == 200);
        readiness.set(component, false, "code 2002", start + minute);
        const auto answer = readiness.answer();
        CHECK(answer.status == 503);
        CHECK_FALSE(readiness.ready());
        CHECK(json::parse(answer.json).at("ready") == false);
        CHECK(part(readiness, name_of(component)).at("detail") == "code 2002");
    }
}

TEST_CASE("all parts ready is 200") {
    Readiness readiness(start);
    make_ready(readiness);
    CHECK(readiness.answer().status == 200);
    CHECK(readiness.ready());
    CHECK(json::parse(readiness.answer().json).at("ready") == true);
}

TEST_CASE("since is the moment at which yes became no, not that of the last report") {
    Readiness readiness(start);
    readiness.set(Component::database, false, "code 2002", start + minute);
    CHECK(part(readiness, "database").at("since") == "2026-03-01T12:00:00.000Z");
    readiness.set(Component::database, true, "", start + 2 * minute);
    readiness.set(Component::database, true, "", start + 3 * minute);
    CHECK(part(readiness, "database").at("since") == "2026-03-01T12:02:00.000Z");
    readiness.set(Component::database, false, "code 2006", start + 4 * minute);
    readiness.set(Component::database, false, "code 2002", start + 5 * minute);
    CHECK(part(readiness, "database").at("since") == "2026-03-01T12:04:00.000Z");
    CHECK(part(readiness, "database").at("detail") == "code 2002");
}

TEST_CASE("a check is asked for every answer") {
    Readiness readiness(start);
    make_ready(readiness);
    bool writable = true;
    readiness.check(Component::queue, [&writable] { return Verdict{writable, writable ? "" : "disk full"}; });
    CHECK(readiness.answer(start + minute).status == 200);
    writable = false;
    CHECK(readiness.answer(start + 2 * minute).status == 503);
    CHECK(part(readiness, "queue", start + 3 * minute).at("since") == "2026-03-01T12:02:00.000Z");
    CHECK(part(readiness, "queue").at("detail") == "disk full");
    writable = true;
    CHECK(readiness.answer(start + 4 * minute).status == 200);
}

TEST_CASE("a check that throws makes its part not ready, and a foreign message is not passed on") {
    Readiness readiness(start);
    make_ready(readiness);
    SECTION("an error of this project is shown with its advice") {
        readiness.check(Component::queue,
                        []() -> Verdict { throw gdprd::Error("queue.db: disk full", "Make room"); });
        CHECK(readiness.answer().status == 503);
        CHECK(part(readiness, "queue").at("detail") == "queue.db: disk full. Make room");
    }
    SECTION("of another one nothing is known") {
        readiness.check(Component::queue, []() -> Verdict { throw std::runtime_error("ada@example.org"); });
        CHECK(readiness.answer().status == 503);
        CHECK(part(readiness, "queue").at("detail") == "could not be checked");
    }
    SECTION("not even an exception") {
        readiness.check(Component::queue, []() -> Verdict { throw 7; });
        CHECK(readiness.answer().status == 503);
    }
}

TEST_CASE("a detail may hold anything and the answer stays JSON") {
    Readiness readiness(start);
    const std::vector<std::string> details{"say \"no\"", "back\\slash", "two\nlines", "\xff\xfe not UTF-8",
                                           ""};
    for (const std::string& detail : details) {
        INFO(detail);
        readiness.set(Component::policy, false, detail, start);
        const json document = json::parse(readiness.answer().json, nullptr, false);
        CHECK_FALSE(document.is_discarded());
    }
    readiness.set(Component::policy, false, "say \"no\"", start);
    CHECK(part(readiness, "policy").at("detail") == "say \"no\"");
}

TEST_CASE("warnings are told and make nothing unready; a source replaces its own") {
    Readiness readiness(start);
    for (const Component component : all) readiness.set(component, true, "", start);
    CHECK(json::parse(readiness.answer(start).json).at("warnings").empty());
    readiness.set_warnings("webhook", {"it is not published", "10 events wait"});
    readiness.set_warnings("sweep", {"paused"});
    const auto answer = readiness.answer(start);
    CHECK(answer.status == 200);
    CHECK(json::parse(answer.json).at("warnings") ==
          json({"sweep: paused", "webhook: it is not published", "webhook: 10 events wait"}));
    readiness.set_warnings("webhook", {});
    CHECK(json::parse(readiness.answer(start).json).at("warnings").size() == 1);
}

TEST_CASE("components are reported while answers are given") {
    Readiness readiness(start);
    make_ready(readiness);
    std::thread reporting([&readiness] {
        for (int i = 0; i < 500; ++i)
            readiness.set(Component::database, i % 2 == 0, "turn " + std::to_string(i));
        readiness.set(Component::database, false, "the end");
    });
    while (part(readiness, "database").at("detail") != "the end") std::this_thread::yield();
    reporting.join();
    CHECK(readiness.answer().status == 503);
}

TEST_CASE("the answer names the database server once there is one") {
    Readiness readiness;
    CHECK(readiness.answer().json.find(R"("database_server":"")") != std::string::npos);
    readiness.set_database_server("MySQL 9.7.4");
    CHECK(readiness.answer().json.find(R"("database_server":"MySQL 9.7.4")") != std::string::npos);
}
