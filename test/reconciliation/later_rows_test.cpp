#include "reconciliation/later_rows.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::reconciliation;
using namespace std::chrono_literals;

using Ids = std::vector<std::uint64_t>;

namespace {

const Timestamp start = *parse_utc("2026-03-10 12:00:00");

}  // namespace

TEST_CASE("Rows are due in the order of their times, whatever the order they came in") {
    LaterRows rows(10);
    rows.add(7, start + 3s);
    rows.add(8, start + 1s);
    rows.add(9, start + 2s);
    CHECK(rows.due(start, 10).empty());
    CHECK(rows.due(start + 2s, 10) == Ids{8, 9});
    CHECK(rows.due(start + 9s, 2) == Ids{8, 9});
    CHECK(rows.due(start + 9s, 10) == Ids{8, 9, 7});
    rows.done(2);
    CHECK(rows.due(start + 9s, 10) == Ids{7});
    rows.done(5);
    CHECK(rows.size() == 0);
}

TEST_CASE("A row that is seen again and again is remembered once") {
    LaterRows rows(10);
    for (int look = 0; look < 5; ++look) rows.add(7, start + 1s);
    CHECK(rows.size() == 1);
}

TEST_CASE("Beyond the limit those due last are forgotten, and counted") {
    LaterRows rows(3);
    for (std::uint64_t id = 1; id <= 5; ++id) rows.add(id, start + 10s - id * 1s);
    CHECK(rows.size() == 3);
    CHECK(rows.due(start + 9s, 10) == Ids{5, 4, 3});
    CHECK(rows.take_forgotten() == 2);
    CHECK(rows.take_forgotten() == 0);
    rows.add(6, start + 20s);
    CHECK(rows.due(start + 99s, 10) == Ids{5, 4, 3});
    CHECK(rows.take_forgotten() == 1);
}
