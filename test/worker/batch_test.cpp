// What becomes of jobs whose batch fails: against a real database that really refuses.
#include "worker/batch.h"
#include <thread>

#include "daemon/assembly.h"
#include "fixture/grants.h"
#include "fixture/mautic_database.h"
#include "mautic/schema.h"
#include "rights/rights.h"
#include "support/catch.h"
#include "support/private_server.h"
#include "support/server_under_test.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"

using namespace gdprd;
using queue::Job;
using queue::Outcome;

namespace {

// A Mautic with five opted-out contacts, and a batch over them.
class Bench {
  public:
    using Options = std::map<std::string, std::string>;
    explicit Bench(const Options& options = {}) : mautic_(server_) {
        mautic_.load_own_schema();
        for (ContactId contact = 1; contact <= 5; ++contact) {
            mautic_.add_contact(contact);
            mautic_.unsubscribe(contact);
        }
        test::DaemonConfig config(directory_, mautic_.options());
        config.options["database.lock_wait_timeout"] = "\"1s\"";
        config.options["worker.attempts_max"] = "3";
        config.options["worker.settle"] = "[\"1m\", \"24h\"]";
        for (const auto& [name, value] : options) config.options[name] = value;
        if (options.contains("database.user")) {
            server_.load_sql(test::grants_for(mautic_), mautic_.name());
            config.database_password = "a password";
        }
        assembly_.emplace(config.write());
        connection_.emplace(assembly_->config.database);
        rules_ = daemon::make_rules(mautic::read_schema(*connection_, ""), *assembly_);
        ledger::Ledger(*connection_, rules_->ledger_database).create();
    }

    worker::BatchResult run(const std::vector<Job>& jobs, erasure::MayCommit may_commit = {},
                            std::function<bool()> go_on = {},
                            std::function<void(std::size_t)> rolled_back = {}) {
        return worker::Batch(*connection_, rules_, assembly_->config.worker, metrics, std::move(go_on),
                             std::move(may_commit), std::move(rolled_back))
            .run(jobs);
    }
    worker::BatchResult run_while_all_are_refused(const std::vector<Job>& jobs) {
        return worker::Batch(*connection_, rules_, assembly_->config.worker, metrics)
            .run(jobs, [](ContactId) { return false; });
    }
    static Job job(ContactId contact, int pass = 0) {
        Job made;
        made.contact = contact;
        made.received_at = now();
        made.pass = pass;
        made.revision = 1;
        made.needs_admission = true;
        return made;
    }
    std::vector<Job> all() const { return {job(1), job(2), job(3), job(4), job(5)}; }

    void read_schema_again() {
        rules_ = daemon::make_rules(mautic::read_schema(*connection_, ""), *assembly_);
    }
    void make_older(ContactId contact, const std::string& by) {
        mautic_.connection().change("UPDATE " + rules_->ledger_database +
                                    ".erasure SET erased_at = erased_at -"
                                    " INTERVAL " +
                                    by + " WHERE contact_id = " + std::to_string(contact));
    }

    // On each table of both databases, instead of the rights on whole databases.
    void grant_all_but(const std::string& privilege, const std::string& table) {
        const std::string user = "'mautic_gdprd'@'localhost'";
        const std::string ledger = rules_->ledger_database;
        auto& root = mautic_.connection();
        root.change("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + user);
        auto rows = root.select(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA IN ('" +
            ledger + "', '" + mautic_.name() + "')");
        std::vector<std::pair<std::string, std::string>> tables;
        while (rows.next()) tables.emplace_back(rows.text(0), rows.text(1));
        for (const auto& [database, name] : tables) {
            const bool is_it = table == (database == ledger ? database + '.' + name : name);
            for (const char* one : {"SELECT", "INSERT", "UPDATE", "DELETE"}) {
                if (is_it && privilege == one) continue;
                root.change(std::string("GRANT ") + one + " ON `" + database + "`.`" + name + "` TO " + user);
            }
        }
        connect();
    }

    void take_rights(const std::string& table) {
        auto reduced = std::make_shared<erasure::Rules>(*rules_);
        reduced->plan = std::make_shared<const plan::Plan>(rights::without_rights(
            *rules_->plan, {{table, "DELETE", false, ""}, {table, "UPDATE", false, ""}}));
        rules_ = std::move(reduced);
    }

    void kill_server() { server_.kill(); }
    // Until the server has closed the connection.
    void be_idle_for_too_long() {
        connection_->change("SET SESSION wait_timeout = 1");
        database::Rows id = connection_->select("SELECT CONNECTION_ID()");
        id.next();
        const std::string is_open =
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = " + id.text(0);
        while (server_.value(is_open) != "0") std::this_thread::yield();
    }
    void connect() { connection_.emplace(assembly_->config.database); }
    std::optional<ledger::Record> ledger(ContactId contact) {
        return ledger::Ledger(*connection_, rules_->ledger_database).find(contact);
    }

    test::MauticDatabase& mautic() { return mautic_; }
    health::Metrics metrics{"test"};

  private:
    test::PrivateServer server_;
    test::TemporaryDirectory directory_;
    test::MauticDatabase mautic_;
    std::optional<daemon::Assembly> assembly_;
    std::optional<database::Connection> connection_;
    std::shared_ptr<const erasure::Rules> rules_;
};

const Outcome& outcome_for(const worker::BatchResult& result, ContactId contact) {
    for (const Outcome& outcome : result.outcomes) {
        if (outcome.contact == contact) return outcome;
    }
    throw std::runtime_error("no outcome for contact " + std::to_string(contact));
}

bool has_erased(const worker::BatchResult& result, ContactId contact) {
    return std::any_of(result.results.begin(), result.results.end(), [&](const erasure::Result& one) {
        return one.contact == contact && one.verdict == erasure::Verdict::erased;
    });
}

}  // namespace

TEST_CASE("A batch settles all its contacts, counted from the erasure") {
    Bench bench;
    const Timestamp before = now();
    const auto result = bench.run(bench.all());
    REQUIRE(result.outcomes.size() == 5);
    for (const Outcome& outcome : result.outcomes) {
        CHECK(outcome.kind == Outcome::Kind::settle);
        CHECK(outcome.pass == 1);
        CHECK(outcome.due_at >= before + Milliseconds{60'000});
    }
    CHECK(bench.mautic().places_of("zq7f3x") == std::set<std::string>{});
}

TEST_CASE("The culprit of a batch is parked alone and the others are through") {
    Bench bench;
    bench.mautic().connection().change(
        "CREATE TRIGGER refuse BEFORE UPDATE ON leads FOR EACH ROW IF NEW.id = 3 THEN"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF");
    const auto result = bench.run(bench.all());
    REQUIRE(result.outcomes.size() == 5);
    for (const ContactId contact : {1u, 2u, 4u, 5u}) {
        CHECK(outcome_for(result, contact).kind == Outcome::Kind::settle);
    }
    CHECK(outcome_for(result, 3).kind == Outcome::Kind::park);
    CHECK(outcome_for(result, 3).error == "permanent 1644");
    CHECK(bench.mautic().field(3, "email") == test::invented_person(3).email());
}

TEST_CASE("A locked row is tried again later, and given up after attempts_max") {
    Bench bench;
    database::Connection other(bench.mautic().options());
    other.begin();
    other.change("UPDATE leads SET points = points + 1 WHERE id = 2");
    Job job = Bench::job(2);
    job.attempts = 1;
    const auto waiting = bench.run({job});
    REQUIRE(waiting.outcomes.size() == 1);
    CHECK(waiting.outcomes[0].kind == Outcome::Kind::wait);
    CHECK(waiting.outcomes[0].attempts == 2);
    CHECK(waiting.outcomes[0].error == "conflict 1205");
    job.attempts = 2;
    CHECK(bench.run({job}).outcomes.at(0).kind == Outcome::Kind::park);
    other.rollback();
    CHECK(bench.run({job}).outcomes.at(0).kind == Outcome::Kind::settle);
}

TEST_CASE(
    "A statement that exceeds the read timeout costs every job in hand an attempt, and one that failed "
    "before goes alone") {
    Bench bench(Bench::Options{{"database.read_timeout", "\"2s\""}});
    bench.mautic().connection().change(
        "CREATE TRIGGER dawdle BEFORE UPDATE ON leads FOR EACH ROW"
        " IF NEW.id = 3 THEN SET NEW.points = SLEEP(600); END IF");
    auto jobs = bench.all();
    jobs[1].attempts = 2;  // of 3
    const Timestamp before = now();
    const auto result = bench.run(jobs);
    CHECK(result.connection_lost);
    REQUIRE(result.outcomes.size() == 5);
    CHECK(outcome_for(result, 2).kind == Outcome::Kind::released);
    for (const ContactId contact : {1u, 3u, 4u, 5u}) {
        const Outcome& waiting = outcome_for(result, contact);
        CHECK(waiting.kind == Outcome::Kind::wait);
        CHECK(waiting.attempts == 1);
        CHECK(waiting.error == "connection 2013");
        CHECK(waiting.due_at > before);
    }
    CHECK(bench.mautic().field(1, "email") == test::invented_person(1).email());

    // The server goes on with what nobody waits for any more, and keeps its locks.
    auto sleeping = bench.mautic().connection().select(
        "SELECT id FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'");
    while (sleeping.next()) bench.mautic().connection().change("KILL " + sleeping.text(0));
    for (Job& job : jobs) job.attempts = 2;  // of 3
    bench.connect();
    const auto again = bench.run(jobs);
    REQUIRE(again.outcomes.size() == 5);
    for (const ContactId contact : {1u, 2u}) {
        CHECK(outcome_for(again, contact).kind == Outcome::Kind::settle);
        CHECK(has_erased(again, contact));
    }
    CHECK(outcome_for(again, 3).kind == Outcome::Kind::park);
    CHECK(outcome_for(again, 3).attempts == 3);
    for (const ContactId contact : {4u, 5u}) {
        CHECK(outcome_for(again, contact).kind == Outcome::Kind::released);
    }
}

TEST_CASE("A request that an erasure has carried out meanwhile settles and is no second erasure") {
    Bench bench;
    const Job early = Bench::job(1);
    CHECK(has_erased(bench.run({Bench::job(1)}), 1));
    const auto duplicate = bench.run({early});
    CHECK(duplicate.outcomes.at(0).kind == Outcome::Kind::settle);
    CHECK_FALSE(has_erased(duplicate, 1));
    CHECK(bench.ledger(1)->passes == 1);
    const auto erased_at = bench.ledger(1)->erased_at;

    Job later = Bench::job(1);
    later.received_at = now() + Milliseconds{1};
    CHECK(bench.run({later}).outcomes.at(0).kind == Outcome::Kind::settle);
    CHECK(bench.ledger(1)->passes == 2);
    CHECK(bench.ledger(1)->erased_at == erased_at);

    bench.mautic().connection().change("UPDATE leads SET email = 'back@example.org' WHERE id = 1");
    CHECK(has_erased(bench.run({early}), 1));
    CHECK(bench.mautic().field(1, "email") != "back@example.org");
    CHECK(bench.ledger(1)->erased_at > erased_at);
}

TEST_CASE("Jobs whose erasures may not be committed are handed back, and nothing was changed") {
    const test::TemporaryDirectory mautic_directory;
    std::filesystem::create_directories(mautic_directory / "media/images/lead_avatars");
    mautic_directory.write("media/images/lead_avatars/avatar2", "picture");
    Bench bench({{"mautic.directory", test::toml_text(mautic_directory.path().string())}});
    bench.run({Bench::job(1)});
    std::vector<std::size_t> asked;
    const auto refuse = [&](std::size_t new_erasures) {
        asked.push_back(new_erasures);
        return false;
    };
    const auto paused = bench.run({Bench::job(2), Bench::job(1, 1), Bench::job(3)}, refuse);
    REQUIRE(paused.outcomes.size() == 3);
    for (const Outcome& outcome : paused.outcomes) {
        CHECK(outcome.kind == Outcome::Kind::released);
        CHECK(outcome.attempts == 0);
    }
    CHECK(paused.results.empty());
    CHECK((asked == std::vector<std::size_t>{2}));
    CHECK(bench.mautic().field(2, "email") == test::invented_person(2).email());
    CHECK(std::filesystem::exists(mautic_directory / "media/images/lead_avatars/avatar2"));
    CHECK_FALSE(bench.ledger(2).has_value());
    CHECK(bench.ledger(1)->passes == 1);
}

TEST_CASE("What a slice has committed stays counted by the circuit breaker when a later slice fails") {
    Bench bench(Bench::Options{{"worker.slice_rows", "100"}});
    bench.mautic().connection().change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url) SELECT 4, NOW(), 200, 't',"
        " 'https://www.example.org/?n=zq7f4x' FROM " +
        test::sequence(1, 250));
    std::size_t admitted = 0;
    std::size_t given_back = 0;
    const auto admit = [&](std::size_t erasures) { return (admitted += erasures) > 0; };
    database::Connection other(bench.mautic().options());
    const auto lock_contact = [&] {
        other.begin();
        other.change("UPDATE leads SET points = points + 1 WHERE id = 4");
        return true;
    };
    const auto result = bench.run({Bench::job(4)}, admit, lock_contact,
                                  [&](std::size_t erasures) { given_back += erasures; });
    CHECK(outcome_for(result, 4).error == "conflict 1205");
    CHECK(bench.ledger(4)->status == ledger::Status::erasing);
    CHECK(admitted == 1);
    CHECK(given_back == 0);
    other.rollback();
    CHECK(has_erased(bench.run({Bench::job(4)}, admit), 4));
    CHECK(admitted == 1);
}

TEST_CASE(
    "What may have been committed stays counted by the circuit breaker, and what was rolled back does not") {
    const std::map<int, std::size_t> given_back_after{{1205, 1}, {1290, 1}, {1053, 0}, {1927, 0}};
    for (const auto& [code, expected] : given_back_after) {
        CAPTURE(code);
        Bench bench;
        bench.mautic().connection().change(
            "CREATE TRIGGER mautic_gdprd.refuse BEFORE INSERT ON mautic_gdprd.erasure FOR EACH ROW"
            " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = " +
            std::to_string(code));
        std::size_t given_back = 0;
        bench.run(
            {Bench::job(1)}, [](std::size_t) { return true; }, {},
            [&](std::size_t erasures) { given_back += erasures; });
        CHECK(given_back == expected);
        CHECK_FALSE(bench.ledger(1).has_value());
    }
}

TEST_CASE("Nobody is asked before the commit of what erases nobody anew") {
    Bench bench;
    const Job early = Bench::job(1);
    bench.run({Bench::job(1)});
    bench.mautic().resubscribe(3);
    int asked = 0;
    const auto refuse = [&](std::size_t) { return ++asked == 0; };
    CHECK(bench.run({early, Bench::job(3)}, refuse).outcomes.size() == 2);
    CHECK(bench.run({Bench::job(1, 1)}, refuse).outcomes.at(0).kind == Outcome::Kind::settle);
    CHECK(asked == 0);
    CHECK(bench.ledger(1)->passes == 2);
}

TEST_CASE("A connection that ended before an erasure began costs no attempt") {
    Bench bench;
    SECTION("idle for longer than wait_timeout") { bench.be_idle_for_too_long(); }
    SECTION("the server was killed") { bench.kill_server(); }
    const auto result = bench.run(bench.all());
    CHECK(result.connection_lost);
    CHECK(result.went_away);
    CHECK(result.not_begun);
    REQUIRE(result.outcomes.size() == 5);
    for (const Outcome& outcome : result.outcomes) CHECK(outcome.kind == Outcome::Kind::released);
}

TEST_CASE("A server that dies under an erasure costs one attempt") {
    Bench bench;
    const auto result = bench.run(bench.all(), [&](std::size_t) {
        bench.kill_server();
        return true;
    });
    CHECK(result.connection_lost);
    REQUIRE(result.outcomes.size() == 5);
    for (const Outcome& outcome : result.outcomes) {
        CHECK(outcome.kind == Outcome::Kind::wait);
        CHECK(outcome.attempts == 1);
        CHECK((outcome.error == "connection 2006" || outcome.error == "connection 2013"));
    }
}

namespace {

void refuse_contact_3(Bench& bench, int code) {
    bench.mautic().connection().change(
        "CREATE TRIGGER refuse BEFORE UPDATE ON leads FOR EACH ROW IF NEW.id = 3 THEN"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = " +
        std::to_string(code) + "; END IF");
}

}  // namespace

TEST_CASE("A server that takes no changes hands the jobs back without an attempt") {
    Bench bench(
        Bench::Options{{"database.user", "\"mautic_gdprd\""}});  // read-only servers let administrators write
    bench.mautic().connection().change("SET GLOBAL read_only = 1");
    const auto result = bench.run(bench.all());
    CHECK(result.connection_lost);
    CHECK_FALSE(result.went_away);
    REQUIRE(result.outcomes.size() == 5);
    for (const Outcome& outcome : result.outcomes) CHECK(outcome.kind == Outcome::Kind::released);
}

TEST_CASE("A right on the ledger or on the tables of holds that is missing is no contact's fault") {
    struct Case {
        const char* privilege;
        const char* table;  // of the ledger with its database's name
    };
    for (const Case& one : {Case{"INSERT", "mautic_gdprd.erasure"}, Case{"UPDATE", "mautic_gdprd.erasure"},
                            Case{"INSERT", "mautic_gdprd.hash_fingerprint"}, Case{"SELECT", "lead_tags"},
                            Case{"SELECT", "lead_tags_xref"}}) {
        CAPTURE(one.privilege, one.table);
        Bench bench(
            Bench::Options{{"database.user", "\"mautic_gdprd\""}, {"hold.tags", "[\"legal claim\"]"}});
        bench.grant_all_but(one.privilege, one.table);
        const auto result = bench.run(bench.all());
        CHECK(result.connection_lost);
        CHECK_THAT(result.why, ContainsSubstring(std::string(one.privilege) + " on " + one.table));
        CHECK_THAT(result.why, ContainsSubstring("mautic-gdprd grants --missing"));
        REQUIRE(result.outcomes.size() == 5);
        for (const Outcome& outcome : result.outcomes) CHECK(outcome.kind == Outcome::Kind::released);
    }
}

TEST_CASE("A right that is given back before anybody asks what is missing costs no job an attempt") {
    Bench bench;
    auto& root = bench.mautic().connection();
    root.change("CREATE TABLE refused_once (id INT) ENGINE=MyISAM");  // a roll-back does not reach it
    root.change(
        "CREATE TRIGGER refuse BEFORE UPDATE ON leads FOR EACH ROW BEGIN"
        " IF (SELECT COUNT(*) FROM refused_once) = 0 THEN INSERT INTO refused_once VALUES (1);"
        " SIGNAL SQLSTATE '42000' SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = 1142; END IF; END");
    const auto result = bench.run(bench.all());
    CHECK_FALSE(result.connection_lost);
    REQUIRE(result.outcomes.size() == 5);
    for (const ContactId contact : {1u, 2u, 3u, 4u, 5u}) CHECK(has_erased(result, contact));
}

TEST_CASE("A right that a server refuses for ever is given up") {
    Bench bench;
    refuse_contact_3(bench, 1142);
    const auto result = bench.run(bench.all());
    for (const ContactId contact : {1u, 2u, 4u, 5u}) CHECK(has_erased(result, contact));
    CHECK(outcome_for(result, 3).kind == Outcome::Kind::wait);
    CHECK(outcome_for(result, 3).error == "privilege 1142");
}

TEST_CASE("What a server refuses for one contact alone stops nobody else, and is given up in the end") {
    for (const int code : {1053, 1114, 1290, 3098, 3100}) {
        CAPTURE(code);
        Bench bench;
        refuse_contact_3(bench, code);
        auto jobs = bench.all();
        const auto result = bench.run(jobs);
        CHECK_FALSE(result.connection_lost);
        REQUIRE(result.outcomes.size() == 5);
        for (const ContactId contact : {1u, 2u, 4u, 5u}) CHECK(has_erased(result, contact));
        CHECK(outcome_for(result, 3).kind == Outcome::Kind::wait);
        CHECK(outcome_for(result, 3).attempts == 1);
        CHECK(outcome_for(result, 3).error == "connection " + std::to_string(code));
        jobs[2].attempts = 2;  // of 3
        jobs[2].last_error = outcome_for(result, 3).error;
        CHECK(outcome_for(bench.run({jobs[2]}), 3).kind == Outcome::Kind::park);
    }
}

TEST_CASE("What a server refuses for everybody is no contact's fault, even if it takes smaller changes") {
    for (const int code : {1021, 1114, 3100}) {
        CAPTURE(code);
        Bench bench;
        bench.mautic().resubscribe(5);
        bench.mautic().connection().change(
            "CREATE TRIGGER refuse BEFORE UPDATE ON leads FOR EACH ROW SIGNAL SQLSTATE '45000'"
            " SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = " +
            std::to_string(code));
        auto jobs = bench.all();
        jobs[1].attempts = 2;  // of 3: for another reason
        jobs[1].last_error = "conflict 1213";
        const std::string refused = "connection " + std::to_string(code);
        jobs[2].attempts = 1;  // for the same reason, when the server did not refuse everybody
        jobs[2].last_error = refused;
        const auto result = bench.run(jobs);
        CHECK(result.connection_lost);
        CHECK(result.refused_all);
        CHECK_FALSE(result.went_away);
        REQUIRE(result.outcomes.size() == 5);
        CHECK(outcome_for(result, 5).kind == Outcome::Kind::finished);
        jobs.pop_back();
        for (const Job& job : jobs) {
            const Outcome& outcome = outcome_for(result, job.contact);
            CHECK(outcome.kind == Outcome::Kind::wait);
            CHECK(outcome.attempts == job.attempts);
            CHECK(outcome.error == (job.contact == 3 ? refused : "refused " + refused));
            CHECK(outcome.due_at > now() - Milliseconds{1});
        }
        const auto alone = bench.run_while_all_are_refused({jobs[2]});
        CHECK(alone.refused_all);
        CHECK(outcome_for(alone, 3).attempts == 1);
        bench.mautic().connection().change("DROP TRIGGER refuse");
        const auto after = bench.run(jobs);
        for (const Job& job : jobs) CHECK(has_erased(after, job.contact));
    }
}

TEST_CASE("An error that no waiting mends is an outage when it is everybody's, and no contact's fault") {
    for (const int code : {1644, 1267, 1785, 30001}) {
        CAPTURE(code);
        Bench bench;
        bench.mautic().connection().change(
            "CREATE TRIGGER refuse BEFORE UPDATE ON leads FOR EACH ROW SIGNAL SQLSTATE '45000'"
            " SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = " +
            std::to_string(code));
        const auto jobs = bench.all();
        const auto result = bench.run(jobs);
        CHECK(result.refused_all);
        REQUIRE(result.outcomes.size() == 5);
        for (const Job& job : jobs) {
            CHECK(outcome_for(result, job.contact).kind == Outcome::Kind::wait);
            CHECK(outcome_for(result, job.contact).attempts == 0);
        }
        // One after the other: the first may be to blame, nobody after it.
        CHECK(outcome_for(bench.run({jobs[0]}), 1).kind == Outcome::Kind::park);
        const auto alone = bench.run_while_all_are_refused({jobs[1]});
        CHECK(alone.refused_all);
        CHECK(outcome_for(alone, 2).kind == Outcome::Kind::wait);
        bench.mautic().connection().change("DROP TRIGGER refuse");
        const auto after = bench.run(jobs);
        for (const Job& job : jobs) CHECK(has_erased(after, job.contact));
    }
}

TEST_CASE("A later pass that finds nothing does not show whose fault a refusal is") {
    Bench bench;
    bench.run({Bench::job(1)});
    bench.run({Bench::job(1, 1)});
    refuse_contact_3(bench, 1114);
    const auto result = bench.run({Bench::job(1, 2), Bench::job(3)});
    CHECK(has_erased(result, 1));
    CHECK(result.refused_all);
    CHECK(outcome_for(result, 3).attempts == 0);
}

TEST_CASE("A session that is killed under an erasure costs an attempt") {
    for (const int code : {1243, 1927, 2055, 3169}) {  // the client library makes 2027 of 2055
        CAPTURE(code);
        Bench bench;
        refuse_contact_3(bench, code);
        const auto result = bench.run(bench.all());
        CHECK(result.connection_lost);
        CHECK(result.went_away);
        REQUIRE(result.outcomes.size() == 5);
        for (const Outcome& outcome : result.outcomes) {
            CHECK(outcome.kind == Outcome::Kind::wait);
            CHECK(outcome.attempts == 1);
        }
    }
}

TEST_CASE("A changed table hands the jobs back and asks for the schema") {
    Bench bench;
    bench.mautic().add_field("nickname", "text", "VARCHAR(64)");
    const auto result = bench.run(bench.all());
    CHECK(result.schema_is_stale);
    REQUIRE(result.outcomes.size() == 5);
    for (const Outcome& outcome : result.outcomes) CHECK(outcome.kind == Outcome::Kind::released);
}

TEST_CASE("Every configured pass is made, and the last clean one ends the job") {
    Bench bench;
    bench.run({Bench::job(1)});
    const auto second = bench.run({Bench::job(1, 1)});
    CHECK(second.outcomes.at(0).kind == Outcome::Kind::settle);
    CHECK(second.outcomes.at(0).pass == 2);
    CHECK(bench.run({Bench::job(1, 2)}).outcomes.at(0).kind == Outcome::Kind::finished);
}

TEST_CASE(
    "What waits for a right is looked at within the hour, and no configured pass is made before its time") {
    Bench bench(Bench::Options{{"worker.settle", "[\"10m\", \"24h\"]"}});
    bench.take_rights("lead_notes");
    const Timestamp before = now();
    const auto first = bench.run({Bench::job(1)});
    CHECK(first.results.at(0).status == ledger::Status::partial);
    CHECK(first.outcomes.at(0).pass == 1);
    CHECK(first.outcomes.at(0).due_at >= before + Milliseconds{600'000});
    bench.make_older(1, "10 MINUTE");
    const auto second = bench.run({Bench::job(1, 1)});
    CHECK(second.outcomes.at(0).pass == 1);
    CHECK(second.outcomes.at(0).due_at <= now() + Milliseconds{3'600'000});
    bench.read_schema_again();
    const auto third = bench.run({Bench::job(1, 1)});
    CHECK(third.results.at(0).findings.empty());
    CHECK(third.outcomes.at(0).pass == 2);
    CHECK(third.outcomes.at(0).due_at >= before + std::chrono::hours{23});
}

TEST_CASE("What the proof finds in another column of a table that waits is a failed proof") {
    Bench bench;
    bench.take_rights("page_hits");  // whose rows are found by the cookies of the devices
    const bool is_failed = GENERATE(false, true);
    if (is_failed) {
        bench.mautic().connection().change("UPDATE lead_devices SET device = '" +
                                           test::invented_person(1).email() + "' WHERE lead_id = 1");
    }
    const auto result = bench.run({Bench::job(1)});
    CHECK(result.results.at(0).status == ledger::Status::partial);
    std::set<std::string> columns;
    for (const auto& finding : result.results.at(0).findings) {
        if (finding.table == "lead_devices") columns.insert(finding.column);
    }
    CHECK(columns.contains("tracking_id"));
    CHECK(columns.contains("device") == is_failed);
    CHECK_THAT(bench.metrics.render(),
               ContainsSubstring(std::string("proof_failures_total ") + (is_failed ? "1" : "0")));
}

TEST_CASE("A contact that was written about in the last pass is looked at once more") {
    Bench bench;
    bench.run({Bench::job(1)});
    bench.mautic().connection().change("UPDATE leads SET city = 'Back again' WHERE id = 1");
    const auto last = bench.run({Bench::job(1, 2)});
    CHECK(last.outcomes.at(0).kind == Outcome::Kind::settle);
    CHECK(last.outcomes.at(0).pass == 3);
    CHECK(bench.run({Bench::job(1, 3)}).outcomes.at(0).kind == Outcome::Kind::finished);
}

TEST_CASE("A hold makes a job wait without an attempt, and is counted once") {
    Bench bench({{"hold.tags", "[\"legal claim\"]"}, {"hold.look_again", "\"2h\""}});
    auto& root = bench.mautic().connection();
    root.change("INSERT INTO lead_tags (id, tag) VALUES (1, 'legal claim')");
    root.change("INSERT INTO lead_tags_xref (lead_id, tag_id) VALUES (3, 1)");
    auto jobs = bench.all();
    jobs[2].attempts = 2;
    const Timestamp before = now();
    const auto result = bench.run(jobs);
    const Outcome& held = outcome_for(result, 3);
    CHECK(held.kind == Outcome::Kind::wait);
    CHECK(held.attempts == 2);
    CHECK(held.error.empty());
    CHECK(held.pass == 0);
    CHECK(held.due_at >= before + Milliseconds{7'200'000});
    for (const ContactId contact : {1u, 2u, 4u, 5u}) {
        CHECK(outcome_for(result, contact).kind == Outcome::Kind::settle);
    }
    CHECK(bench.run({Bench::job(3)}).outcomes.at(0).kind == Outcome::Kind::wait);
    const std::string metrics = bench.metrics.render();
    CHECK_THAT(metrics, ContainsSubstring(R"(erasures_total{origin="webhook",status="held"} 1)"));
    root.change("DELETE FROM lead_tags_xref");
    CHECK(bench.run({Bench::job(3)}).outcomes.at(0).kind == Outcome::Kind::settle);
}

TEST_CASE("A contact on hold stays as it is beside one with a long history") {
    Bench bench({{"hold.tags", "[\"legal claim\"]"}, {"worker.slice_rows", "100"}});
    auto& root = bench.mautic().connection();
    root.change("INSERT INTO lead_tags (id, tag) VALUES (1, 'legal claim')");
    root.change("INSERT INTO lead_tags_xref (lead_id, tag_id) VALUES (1, 1)");
    root.change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url) SELECT 4, NOW(), 200, 't',"
        " 'https://www.example.org/?n=zq7f4x' FROM " +
        test::sequence(1, 250));
    for (int pass = 0; pass < 2; ++pass) {
        const auto result = bench.run({Bench::job(1), Bench::job(2, pass), Bench::job(4, pass)});
        REQUIRE(result.outcomes.size() == 3);
        CHECK(outcome_for(result, 1).kind == Outcome::Kind::wait);
        CHECK(outcome_for(result, 2).kind == Outcome::Kind::settle);
        CHECK(outcome_for(result, 4).kind == Outcome::Kind::settle);
        CHECK(bench.ledger(1)->status == ledger::Status::held);
        CHECK(bench.mautic().field(1, "email") == test::invented_person(1).email());
        for (const auto& of : result.results)
            CHECK((of.contact == 1 || of.verdict == erasure::Verdict::erased));
    }
    CHECK(bench.ledger(4)->rows_changed > 250);
    CHECK(bench.ledger(2)->rows_changed < 100);
    CHECK(bench.ledger(4)->status == ledger::Status::complete);
}

TEST_CASE("An opt-out that comes between the slices of another contact finds all of its own rows to do") {
    Bench bench(Bench::Options{{"worker.slice_rows", "100"}});
    auto& root = bench.mautic().connection();
    bench.mautic().resubscribe(3);
    root.change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url)"
        " SELECT IF(seq % 5 = 0, 3, 4), NOW(), 200, 't',"
        " IF(seq % 5 = 0, 'https://www.example.org/?n=zq7f3x', 'https://www.example.org/?n=zq7f4x')"
        " FROM " +
        test::sequence(1, 300));
    bool opted_out = false;
    const auto opt_out_meanwhile = [&] {
        if (!opted_out) bench.mautic().unsubscribe(3);
        return opted_out = true;
    };
    const auto result = bench.run({Bench::job(3), Bench::job(4)}, {}, opt_out_meanwhile);
    CHECK(opted_out);
    CHECK(outcome_for(result, 3).kind == Outcome::Kind::finished);
    CHECK(outcome_for(result, 4).kind == Outcome::Kind::settle);
    CHECK_FALSE(bench.ledger(3).has_value());
    CHECK(bench.run({Bench::job(3), Bench::job(4, 1)}).outcomes.size() == 2);
    CHECK(bench.mautic().places_of("zq7f3x").empty());
    CHECK(bench.mautic().row_count("page_hits", "lead_id = 3 AND url LIKE '%?%'") == 0);
}

TEST_CASE("Files that cannot be removed make the job wait and nothing is claimed") {
    const test::TemporaryDirectory mautic_directory;
    Bench bench({{"mautic.directory", test::toml_text(mautic_directory.path().string())}});
    const auto waiting = bench.run(bench.all());
    REQUIRE(waiting.outcomes.size() == 5);
    for (const Outcome& outcome : waiting.outcomes) {
        CHECK(outcome.kind == Outcome::Kind::wait);
        CHECK(outcome.attempts == 1);
        CHECK(outcome.error == "files ENOENT");
    }
    CHECK(bench.mautic().field(1, "email") == test::invented_person(1).email());
    std::filesystem::create_directories(mautic_directory / "media/images/lead_avatars");
    mautic_directory.write("media/images/lead_avatars/avatar1", "picture");
    CHECK(bench.run({Bench::job(1)}).outcomes.at(0).kind == Outcome::Kind::settle);
    CHECK_FALSE(std::filesystem::exists(mautic_directory / "media/images/lead_avatars/avatar1"));
}

TEST_CASE("A message on its way is waited for, and found left when it is overdue") {
    Bench bench;
    auto& root = bench.mautic().connection();
    root.change(
        "CREATE TABLE messenger_messages (id BIGINT AUTO_INCREMENT PRIMARY KEY, body LONGTEXT NOT NULL, "
        "headers"
        " LONGTEXT NOT NULL, queue_name VARCHAR(190) NOT NULL)");
    const std::string address = test::invented_person(1).email();
    root.change("INSERT INTO messenger_messages (body, headers, queue_name) VALUES ('To: " + address +
                "', '', 'email')");
    bench.connect();
    bench.read_schema_again();
    const auto first = bench.run({Bench::job(1)});
    CHECK(bench.ledger(1)->status == ledger::Status::settling);
    CHECK(bench.ledger(1)->findings.empty());
    CHECK(first.outcomes.at(0).pass == 1);

    const auto second = bench.run({Bench::job(1, 1)});
    CHECK(bench.ledger(1)->status == ledger::Status::settling);
    CHECK(second.outcomes.at(0).pass == 1);
    CHECK(second.outcomes.at(0).due_at <= now() + Milliseconds{120'000});

    SECTION("once it is delivered the contact is complete") {
        root.change("DELETE FROM messenger_messages");
        const auto third = bench.run({Bench::job(1, 1)});
        CHECK(bench.ledger(1)->status == ledger::Status::complete);
        CHECK(third.outcomes.at(0).pass == 2);
    }
    SECTION("an hour after the erasure it is stuck") {
        bench.make_older(1, "1 HOUR");
        const auto third = bench.run({Bench::job(1, 1)});
        CHECK(bench.ledger(1)->status == ledger::Status::partial);
        REQUIRE(bench.ledger(1)->findings.size() == 1);
        CHECK(bench.ledger(1)->findings[0].table == "messenger_messages");
        CHECK(third.outcomes.at(0).pass == 2);
    }
}
