// A rate is compared only with what leaves the same behind.
#include "bench/same_effect.h"

#include "base/log.h"
#include "support/catch.h"

using namespace gdprd;

TEST_CASE("the engine, SQL by hand and a plugin's loop leave the same behind") {
    log::configure(log::Level::warning, log::Format::text);
    test::PrivateServer server;
    CHECK_NOTHROW(bench::check_same_effect(server));
}
