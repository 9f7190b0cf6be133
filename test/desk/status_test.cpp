#include "desk/daemon_status.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::desk;

TEST_CASE("what the daemon says of itself is read as it says it") {
    const DaemonStatus status = status_of(
        503,
        R"({"ready":false,"components":{"database":{"ready":false,"detail":"cannot connect: 2002","since":"x"},)"
        R"("queue":{"ready":true,"detail":"","since":"x"}},"database_server":"MariaDB","warnings":["webhook: off"]})",
        "# HELP mautic_gdprd_queue_jobs Jobs\n# TYPE mautic_gdprd_queue_jobs gauge\n"
        "mautic_gdprd_queue_jobs{state=\"ready\"} 12\nmautic_gdprd_database_up 0\nbroken\n"
        "mautic_gdprd_sweep_full_timestamp_seconds 1.7e+09\n");
    CHECK(status.is_reachable);
    CHECK_FALSE(status.is_ready);
    REQUIRE(status.not_ready.size() == 1);
    CHECK(status.not_ready[0].name == "database");
    CHECK(status.not_ready[0].detail == "cannot connect: 2002");
    CHECK(status.warnings == std::vector<std::string>{"webhook: off"});
    CHECK(status.metric("mautic_gdprd_queue_jobs{state=\"ready\"}") == 12);
    CHECK(status.metric("mautic_gdprd_sweep_full_timestamp_seconds") == 1.7e9);
    CHECK_FALSE(status.metric("mautic_gdprd_other"));
}

TEST_CASE("nonsense in place of a daemon is no reason to fail") {
    for (const char* text :
         {"", "[]", "{\"components\":7}", "{\"components\":{\"a\":1},\"warnings\":[1]}", "<html>"}) {
        CAPTURE(text);
        const DaemonStatus status = status_of(200, text, text);
        CHECK(status.is_ready);
        CHECK(status.not_ready.empty());
    }
    CHECK_FALSE(DaemonStatusSource("").read().is_reachable);
    CHECK_FALSE(DaemonStatusSource("http://127.0.0.1:1").read().is_reachable);
}
