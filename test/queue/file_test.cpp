// The file and its directory: modes, the lock, other people's files, damaged files, older and newer formats.
#include <SQLiteCpp/Database.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/format.h"
#include "shelf.h"
#include "support/catch.h"
#include "syscalls.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 0777u : 0u;
}

QueueOptions in(const fs::path& directory) {
    QueueOptions options;
    options.directory = directory;
    return options;
}

std::string error_of_opening(const fs::path& directory) {
    return queue_error_of([&] { Queue queue(in(directory)); });
}

}  // namespace

TEST_CASE("only the daemon's user can read the queue") {
    const ::mode_t before = ::umask(0);
    TemporaryDirectory outer;
    const fs::path directory = outer.path() / "state" / "mautic-gdprd";
    {
        Queue queue(in(directory));
        const Arrival arrival{7, Origin::webhook, second(0)};
        queue.store({&arrival, 1});
        CHECK(mode_of(directory) == 0700);
        CHECK(mode_of(directory / "queue.db") == 0600);
        CHECK(mode_of(directory / "queue.db-wal") == 0600);
        CHECK(mode_of(directory / "queue.lock") == 0600);
    }
    ::umask(before);
}

TEST_CASE("two daemons cannot share a state directory") {
    Shelf shelf;
    shelf.store({7});
    const std::string text = error_of_opening(shelf.options().directory);
    CHECK_THAT(text, ContainsSubstring("another daemon, process " + std::to_string(::getpid())));
    CHECK_THAT(text, ContainsSubstring(shelf.options().directory.string()));
    CHECK(shelf.state(7) == "ready");
    shelf.close();
    CHECK(error_of_opening(shelf.options().directory).empty());
}

TEST_CASE("a file that is no queue is refused and left as it is") {
    struct Row {
        const char* name;
        std::string content, expected;
    };
    const Row rows[] = {
        {"text", std::string(10'000, 'x'), "not a database"},
        {"a few bytes", "hello", "not a database"},
        {"zeros", std::string(8'192, '\0'), "not a database"},
        {"a header and nothing else", std::string("SQLite format 3") + std::string(200, '\0'),
         "not a database"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        TemporaryDirectory directory;
        write_file(directory.path() / "queue.db", row.content);
        CHECK_THAT(error_of_opening(directory.path()), ContainsSubstring(row.expected));
        CHECK(content_of(directory.path() / "queue.db") == row.content);
    }
}

TEST_CASE("a truncated file is refused and left as it is") {
    Shelf shelf;
    ids many;
    for (ContactId contact = 1; contact <= 2'000; ++contact) many.push_back(contact);
    shelf.store(many);
    shelf.close();
    const std::string whole = content_of(shelf.file());
    REQUIRE(whole.size() > 100'000);
    const std::size_t kept = GENERATE(as<std::size_t>{}, 100, 5'000, 4'096 * 8, 90'000);
    const std::string part = whole.substr(0, kept);
    write_file(shelf.file(), part);
    const std::string text = error_of_opening(shelf.options().directory);
    CHECK_THAT(text, ContainsSubstring("queue.db"));
    CHECK_THAT(text, ContainsSubstring("malformed"));
    CHECK(content_of(shelf.file()) == part);
}

TEST_CASE("a damaged page is an error when it is read, not a wrong answer") {
    Shelf shelf;
    ids many;
    for (ContactId contact = 1; contact <= 2'000; ++contact) many.push_back(contact);
    shelf.store(many);
    shelf.close();
    std::string content = content_of(shelf.file());
    // The first two pages hold the schema; everything behind them is jobs, indexes and counts.
    std::fill(content.begin() + 4'096 * 2, content.end(), '\x5a');
    write_file(shelf.file(), content);
    CHECK_THAT(queue_error_of([&] {
                   Queue queue(shelf.options());
                   queue.take(10, second(0));
               }),
               ContainsSubstring("malformed"));
}

TEST_CASE("another program's file is refused and left as it is") {
    TemporaryDirectory directory;
    const fs::path file = directory.path() / "queue.db";
    tell_sqlite(file, "CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 5;");
    const std::string before = content_of(file);
    std::string text;
    try {
        const Queue queue(in(directory.path()));
    } catch (const ConfigurationError& error) {
        text = error.what();
    }
    CHECK_THAT(text, ContainsSubstring("belongs to another program"));
    CHECK(content_of(file) == before);
}

TEST_CASE("a WAL whose file is gone is not thrown away") {
    TemporaryDirectory directory;
    write_file(directory.path() / "queue.db-wal", "jobs that were acknowledged");
    CHECK_THAT(error_of_opening(directory.path()), ContainsSubstring("missing or empty"));
    CHECK(content_of(directory.path() / "queue.db-wal") == "jobs that were acknowledged");
}

TEST_CASE("an empty file, left by a daemon killed at its first start, is used") {
    TemporaryDirectory directory;
    write_file(directory.path() / "queue.db", "");
    CHECK(error_of_opening(directory.path()).empty());
}

TEST_CASE("a file of a newer format is refused and left as it is") {
    Shelf shelf;
    shelf.store({7});
    shelf.close();
    tell_sqlite(shelf.file(), "PRAGMA user_version = 99");
    std::string text;
    // No other start makes that better: systemd does not try again.
    try {
        const Queue queue(shelf.options());
    } catch (const ConfigurationError& error) {
        text = error.what();
    }
    CHECK_THAT(text, ContainsSubstring("format 99 is newer than this program's format 2"));
    CHECK_THAT(queue_error_of([&] { QueueFile tool(shelf.options()); }),
               ContainsSubstring("its format is 99"));
    CHECK(ask_sqlite(shelf.file(), "SELECT count(*) FROM jobs") == "1");
}

TEST_CASE("an old file is brought up to date without loss, step by step") {
    TemporaryDirectory directory;
    const fs::path file = directory.path() / "queue.db";
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const std::string steps[] = {"CREATE TABLE jobs (contact INTEGER PRIMARY KEY);",
                                 "ALTER TABLE jobs ADD COLUMN pass INTEGER NOT NULL DEFAULT 0;",
                                 "UPDATE jobs SET pass = 1; CREATE INDEX by_pass ON jobs (pass);"};
    migrate(database, file, std::span(steps, 1));
    CHECK(format_version(database) == 1);
    database.exec("INSERT INTO jobs VALUES (7), (8)");

    SECTION("all missing steps") {
        migrate(database, file, steps);
        CHECK(format_version(database) == 3);
        CHECK(database.execAndGet("SELECT sum(pass * contact) FROM jobs").getInt() == 15);
        migrate(database, file, steps);
        CHECK(format_version(database) == 3);
    }
    SECTION("a step that fails leaves the format before it, whole") {
        const std::string broken[] = {steps[0], steps[1],
                                      "UPDATE jobs SET pass = 1; UPDATE nowhere SET x = 1;"};
        CHECK_THROWS(migrate(database, file, broken));
        CHECK(format_version(database) == 2);
        CHECK(database.execAndGet("SELECT sum(pass) FROM jobs").getInt() == 0);
        migrate(database, file, steps);
        CHECK(format_version(database) == 3);
    }
    SECTION("a newer file") {
        migrate(database, file, steps);
        CHECK_THROWS_AS(migrate(database, file, std::span(steps, 2)), ConfigurationError);
    }
}

// Format 1 as released: a later program must go on reading this text. Never change it.
TEST_CASE("a file of format 1 is opened with its jobs") {
    TemporaryDirectory directory;
    const fs::path file = directory.path() / "queue.db";
    tell_sqlite(file, content_of(GDPRD_SOURCE_DIR "/test/queue/format_1.sql"));
    Queue queue(in(directory.path()));
    const QueueStatus status = queue.status();
    CHECK(status.jobs.at(JobState::ready) == 2);  // one of them ran when its daemon ended
    CHECK(status.jobs.at(JobState::waiting) == 1);
    CHECK(status.jobs.at(JobState::running) == 0);
    CHECK(status.jobs.at(JobState::settling) == 1);
    CHECK(status.jobs.at(JobState::parked) == 1);
    CHECK(status.format_version == 2);
    CHECK(status.held_back == 2);  // one was asked for by hand, one is erased, one is parked
    CHECK_FALSE(status.paused_since.has_value());
    ids contacts;
    for (const Job& job : queue.take(10, second(1'000'000))) contacts.push_back(job.contact);
    CHECK(contacts == ids{1, 3, 2, 4});
}

TEST_CASE("the circuit breaker holds for the jobs of a file of format 1") {
    TemporaryDirectory directory;
    tell_sqlite(directory.path() / "queue.db", content_of(GDPRD_SOURCE_DIR "/test/queue/format_1.sql"));
    QueueOptions options = limit(1);
    options.directory = directory.path();
    Queue queue(options);
    CHECK_FALSE(queue.admit(2, second(1'000'000)));
    ids contacts;
    for (const Job& job : queue.take(10, second(1'000'000))) contacts.push_back(job.contact);
    CHECK(contacts == ids{3, 4});
    CHECK(QueueFile(options).resume() == 2);
    for (const Job& job : queue.take(10, second(1'000'000))) contacts.push_back(job.contact);
    CHECK(contacts == ids{3, 4, 1, 2});
}

TEST_CASE("tools work beside a running daemon and without one") {
    Shelf shelf;
    shelf.store({1, 2});
    shelf.take(1);
    shelf.park(1);
    SECTION("beside it") {}
    SECTION("without it") { shelf.close(); }
    QueueFile tool(shelf.options());
    CHECK(tool.status().jobs.at(JobState::parked) == 1);
    CHECK(tool.list({JobState::parked, 10}).at(0).contact == 1);
    CHECK(tool.redrive({}) == 1);
    CHECK(tool.resume() == std::nullopt);
    tool.store_settling(9, second(5), second(65), 1);
    tool.store_settling(2, second(5), second(65), 1);
    CHECK(tool.status().jobs.at(JobState::ready) == 2);
    CHECK(tool.status().jobs.at(JobState::settling) == 1);
    const Job settling = tool.list({JobState::settling, 10}).at(0);
    CHECK(settling.contact == 9);
    CHECK(settling.origin == Origin::command);
    CHECK(settling.due_at == second(65));
    CHECK(settling.pass == 1);
}

TEST_CASE("a tool leaves any number of later passes at once, for one sync") {
    Shelf shelf;
    shelf.store({1, 2, 3});
    shelf.take(2);
    shelf.park(2);
    QueueFile tool(shelf.options());
    std::vector<Settling> erased;
    for (const ContactId contact : range(1, 200)) erased.push_back({contact, second(5), second(65), 1});
    tool.store_settling({});
    tool.store_settling(erased);
    const int before = fsyncs();
    tool.store_settling(erased);
    CHECK(fsyncs() - before == 1);
    CHECK(shelf.state(1) == "running");
    CHECK(shelf.state(2) == "settling");
    CHECK(shelf.state(3) == "ready");
    CHECK(shelf.count(JobState::settling) == 198);
    CHECK(shelf.status().held_back == 2);
}

TEST_CASE("tools need a queue that is there") {
    TemporaryDirectory directory;
    CHECK_THAT(queue_error_of([&] { QueueFile tool(in(directory.path())); }),
               ContainsSubstring("there is no queue"));
    CHECK(fs::is_empty(directory.path()));
    write_file(directory.path() / "queue.db", "");
    CHECK_THAT(queue_error_of([&] { QueueFile tool(in(directory.path())); }),
               ContainsSubstring("its format is 0"));
}

TEST_CASE("a directory that cannot be made is named") {
    TemporaryDirectory directory;
    write_file(directory.path() / "file", "");
    CHECK_THAT(error_of_opening(directory.path() / "file" / "state"), ContainsSubstring("cannot create"));
}
