#include "background/background_fixture.h"

#include "background/checkpoints.h"
#include "health/exposition.h"

namespace gdprd::test {

BackgroundFixture::BackgroundFixture(const std::string& prefix) : world(prefix) { begin(); }

BackgroundFixture::BackgroundFixture(const std::string& prefix, const std::string& version)
    : world(prefix, version, false) {
    begin();
}

void BackgroundFixture::begin() {
    options.incremental = Milliseconds{100};
    world.prepare();
    background::Checkpoints(world.daemon, World::ledger_name).installed_at(now() - std::chrono::hours{1});
}

void BackgroundFixture::run_once(background::Task& task, database::Connection& connection) {
    const std::stop_token token = stop.get_token();
    task.run({connection, world.rules(), token, throttle_});
}

void BackgroundFixture::run_once(background::Task& task, const std::shared_ptr<const erasure::Rules>& rules) {
    const std::stop_token token = stop.get_token();
    task.run({world.daemon, rules, token, throttle_});
}

void BackgroundFixture::run(background::Task& task) {
    do {
        run_once(task);
    } while (task.period() == Milliseconds{0});
}

double BackgroundFixture::metric(const std::string& name) {
    return parse_exposition(metrics.render()).value("mautic_gdprd_" + name);
}

std::string BackgroundFixture::ledger(const std::string& sql) {
    database::Connection connection(server().options(World::ledger_name));
    database::Rows rows = connection.select(sql);
    if (!rows.next()) return "no row";
    return rows.optional_text(0).value_or("NULL");
}

void BackgroundFixture::set_mark(const std::string& name, const std::string& assignment) {
    server().execute("UPDATE mark SET " + assignment + " WHERE name = '" + name + "'", World::ledger_name);
}

}  // namespace gdprd::test
