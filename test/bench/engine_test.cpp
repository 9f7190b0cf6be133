// What runs between the engine's batches sees every contact once, and what it throws ends the run.
#include "bench/engine.h"

#include <atomic>
#include <sstream>
#include <stdexcept>

#include "base/error.h"
#include "base/log.h"
#include "bench/long_history.h"
#include "bench/site.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::bench;

namespace {

struct SmallSite {
    SmallSite() { log::configure(log::Level::warning, log::Format::text); }

    std::ostringstream words;
    Report report{"test", 1, words, nullptr};
    test::PrivateServer server;
    Site site{server, "small", report};
};

}  // namespace

TEST_CASE("the engine asks before each batch and tells of each chunk") {
    SmallSite small;
    small.site.grow({1, 100});
    Engine engine = small.site.engine();

    std::atomic<std::size_t> batches{0}, contacts{0}, chunks{0};
    EngineHooks hooks;
    hooks.before_batch = [&](database::Connection&, std::size_t count) {
        ++batches;
        contacts += count;
    };
    hooks.after_chunk = [&](database::Connection&) { ++chunks; };
    const auto of_many = engine.erase(ids_of({1, 45}), 10, hooks);
    CHECK(batches == 5);
    CHECK(contacts == 45);
    CHECK(chunks == 0);
    CHECK(of_many.transactions == 5);
    CHECK(of_many.longest_transaction_ms > 0);

    // Rows beyond what one transaction changes.
    add_page_views(small.site.mautic, 50, 25'000);
    const auto of_one = engine.erase(ids_of({50, 1}), 1, hooks);
    CHECK(chunks > 0);
    CHECK(of_one.transactions == chunks + 1);
    CHECK(small.site.mautic.value(
              "SELECT COUNT(*) FROM {prefix}page_hits WHERE lead_id = 50 AND user_agent IS NOT NULL") == "0");
}

TEST_CASE("what a hook throws, and a contact that is not erased, end the run with a message") {
    SmallSite small;
    small.site.grow({1, 20});
    Engine engine = small.site.engine();
    EngineHooks hooks;
    hooks.before_batch = [](database::Connection&, std::size_t) { throw std::runtime_error("no more"); };
    CHECK_THROWS_WITH(engine.erase(ids_of({1, 20}), 5, hooks), "no more");
    CHECK_THROWS_AS(engine.erase(ids_of({20, 2}), 2), Error);
}
