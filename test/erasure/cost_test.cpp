// What one erasure costs: run with "[cost]"; prints and checks nothing but that it worked.
#include <chrono>
#include <iostream>
#include <map>

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::uint64_t questions(World& world) {
    database::Rows rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Questions'");
    rows.next();
    return std::stoull(rows.text(1));
}

}  // namespace

TEST_CASE("the cost of one erasure", "[.][cost]") {
    using Clock = std::chrono::steady_clock;
    World world;
    constexpr ContactId people = 60;
    for (ContactId id = 1; id <= people; ++id) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
    }
    world.prepare();
    world.erase(1);  // prepares the statements
    const std::uint64_t before = questions(world);
    world.erase(2);
    std::cout << "statements for one contact: " << questions(world) - before - 1 << '\n';
    const auto milliseconds_of = [&](int contacts, int pass) {
        const auto start = Clock::now();
        for (ContactId id = 3; id < ContactId{3} + static_cast<ContactId>(contacts); ++id)
            world.erase(id, pass);
        const std::chrono::duration<double, std::milli> spent = Clock::now() - start;
        return spent.count() / contacts;
    };
    std::cout << "first pass: " << milliseconds_of(40, 0) << " ms a contact\n";
    std::cout << "later pass: " << milliseconds_of(40, 1) << " ms a contact\n";

    server().execute("SET GLOBAL log_output = 'TABLE'");
    server().execute("SET GLOBAL long_query_time = 0");
    server().execute("SET GLOBAL slow_query_log = 1");
    database::Connection logged(world.mautic.options());
    logged.change("SET SESSION long_query_time = 0, SESSION min_examined_row_limit = 0");
    erasure::Eraser eraser(logged, world.rules());
    for (ContactId id = 43; id < 53; ++id) {
        eraser.erase(std::vector<erasure::Request>{{id, Origin::webhook, now(), 0, true}});
    }
    server().execute("SET GLOBAL slow_query_log = 0");
    database::Rows rows = world.mautic.connection().select(
        "SELECT COUNT(*), ROUND(SUM(TIME_TO_SEC(query_time)) * 1000, 2), LEFT(sql_text, 90) FROM "
        "mysql.slow_log"
        " WHERE db = 'mautic' GROUP BY LEFT(sql_text, 60) ORDER BY 2 DESC LIMIT 40");
    while (rows.next()) {
        std::cout << rows.text(0) << "x  " << rows.text(1) << " ms in all  " << rows.text(2) << '\n';
    }
}
