// The background task: begins when it is due, gives way after some chunks, goes on where it was, tells once.
#include "audit/background_audit.h"

#include "audit/exclusive.h"
#include "audit/world.h"
#include "health/exposition.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

class Scheduled {
  public:
    explicit Scheduled(AuditedDatabase& db, const char* schedule = "1h")
        : db_(db), metrics_("test"), throttle_({0}) {
        options.schedule = Schedule::parse(schedule).value();
        options.pass = db.options();
        options.pass.anew = false;
    }

    // One turn.
    void run() {
        if (task_ == nullptr) task_ = std::make_unique<audit::BackgroundAudit>(options, metrics_);
        database::Connection connection(audit_server().options(db_.name));
        const std::stop_token never;
        task_->run({connection, nullptr, never, throttle_});
    }
    bool is_behind() const { return task_->period() == Milliseconds{0}; }
    // As the scheduler takes it.
    int run_to_the_end() {
        int turns = 0;
        do {
            run();
            REQUIRE(++turns < 1'000);
        } while (is_behind());
        return turns;
    }
    void restart() { task_.reset(); }
    double metric(const char* name) { return parse_exposition(metrics_.render()).value(name); }

    audit::BackgroundAuditOptions options;

  private:
    AuditedDatabase& db_;
    health::Metrics metrics_;
    background::Throttle throttle_;
    std::unique_ptr<audit::BackgroundAudit> task_;
};

constexpr int many_rows = 300'000;

// Of 10,000 rows a chunk at most: more than a turn.
void fill_with_many(AuditedDatabase& db) {
    db.execute("CREATE TABLE numbers (id INT UNSIGNED PRIMARY KEY, t VARCHAR(60))");
    db.execute("INSERT INTO numbers SELECT seq, IF(seq MOD 10000 = 0, 'ann@example.org', 'nobody') FROM " +
               test::sequence(1, many_rows));
    db.execute("CREATE TABLE keyless (t TEXT)");
    db.execute("INSERT INTO keyless SELECT t FROM numbers WHERE id <= 30000");
    db.erase(1, "ann@example.org");
}

}  // namespace

TEST_CASE("an audit in the background gives way, comes to its end, and tells what it found") {
    AuditedDatabase db("background");
    fill_with_many(db);
    Scheduled audit(db);
    audit.run();
    CHECK(audit.is_behind());
    CHECK(audit.metric("mautic_gdprd_audit_finished_timestamp_seconds") == 0);
    CHECK(audit.run_to_the_end() > 0);
    CHECK(audit.metric("mautic_gdprd_audit_findings") == 33);
    CHECK(audit.metric("mautic_gdprd_audit_rows_total") == many_rows + 30'000);
    CHECK(audit.metric("mautic_gdprd_audit_finished_timestamp_seconds") > 0);
    // Not due again, also for another process.
    audit.restart();
    CHECK(audit.run_to_the_end() == 1);
    CHECK(audit.metric("mautic_gdprd_audit_rows_total") == many_rows + 30'000);
}

TEST_CASE("a daemon goes on with the audit of the one before") {
    AuditedDatabase db("background_restarted");
    fill_with_many(db);
    Scheduled audit(db);
    audit.run();
    REQUIRE(audit.is_behind());
    audit.restart();
    audit.run_to_the_end();
    CHECK(audit.metric("mautic_gdprd_audit_findings") == 33);
    CHECK(audit.metric("mautic_gdprd_audit_rows_total") == many_rows + 30'000);
}

TEST_CASE("two daemons share one audit, and none undoes what the other has read") {
    AuditedDatabase db("background_shared");
    fill_with_many(db);
    Scheduled one(db);
    Scheduled other(db);
    int turns = 0;
    do {
        one.run();
        other.run();
        REQUIRE(++turns < 1'000);
    } while (one.is_behind() || other.is_behind());
    CHECK(turns > 1);
    const auto sum = [&](const char* name) { return one.metric(name) + other.metric(name); };
    CHECK(sum("mautic_gdprd_audit_rows_total") == many_rows + 30'000);
    CHECK(sum("mautic_gdprd_audit_findings") == 33);
    const audit::KeptAudit kept = audit::read_kept_audit({db.connection, db.connection}, db.options());
    CHECK(kept.finished_at);
    CHECK(kept.not_searched.empty());
    CHECK(audit::counts_of(kept.tables).erased == 33);
}

TEST_CASE("without a schedule, or while somebody else is at it, nothing is read") {
    AuditedDatabase db("background_off");
    fill_with_many(db);
    Scheduled off(db, "off");
    CHECK(off.run_to_the_end() == 1);
    Scheduled on(db);
    {
        const audit::Exclusive command(db.connection, db.ledger_name, Milliseconds{0});
        REQUIRE(command.is_held());
        CHECK(on.run_to_the_end() == 1);
        CHECK(on.metric("mautic_gdprd_audit_rows_total") == 0);
    }
    on.run();
    REQUIRE(on.is_behind());
    // A command begins anew in the middle of it, and comes to its end.
    CHECK(db.audit() == Hits{{"numbers.t", "30"}, {"keyless.t", "3"}});
    const double read = on.metric("mautic_gdprd_audit_rows_total");
    CHECK(on.run_to_the_end() == 1);
    CHECK(on.metric("mautic_gdprd_audit_rows_total") == read);
}

TEST_CASE("log files are part of it, and a replica is read in place of the server") {
    AuditedDatabase db("background_logs");
    fill_with_many(db);
    const TemporaryDirectory directory;
    std::filesystem::create_directories(directory / "var/logs");
    directory.write("var/logs/mautic_prod.php", "x ann@example.org\njo.ann@example.org\n");
    Scheduled audit(db);
    audit.options.mautic_directory = directory.path();
    audit.options.replica = audit_server().options(db.name);
    audit.run_to_the_end();
    CHECK(audit.metric("mautic_gdprd_audit_findings") == 34);
}
