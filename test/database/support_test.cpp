// What other tests rely on: the private server and its helpers.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"
#include "support/catch.h"
#include "support/facts.h"

using namespace gdprd;
using test::ChildProcess;
using test::TemporaryDirectory;

TEST_CASE("a private server leaves neither a process nor a file behind") {
    pid_t process = 0;
    std::filesystem::path directory;
    {
        test::PrivateServer server;
        directory = server.socket().parent_path();
        process = std::stoi(test::read_file(directory / "pid"));
        CHECK(::kill(process, 0) == 0);
        CHECK(server.running());
        CHECK(server.value("SELECT @@skip_networking") == "1");
        CHECK(server.value("SELECT @@innodb_flush_log_at_trx_commit") == "1");
    }
    CHECK(::kill(process, 0) == -1);
    CHECK_FALSE(std::filesystem::exists(directory));
}

TEST_CASE("a private server that cannot start says why") {
    try {
        const test::PrivateServer server({.arguments = {"--no-such-option"}});
        FAIL("started");
    } catch (const std::runtime_error& error) {
        CHECK_THAT(error.what(), ContainsSubstring("no-such-option"));
    }
}

TEST_CASE("scripts are loaded, and a wrong one is an error") {
    auto& server = test::server();
    server.load_sql("CREATE TABLE a (n INT);\nINSERT INTO a VALUES (7);\n", "loaded");
    CHECK(server.value("SELECT n FROM a", "loaded") == "7");
    CHECK_THROWS_WITH(server.load_sql("CREATE GARBAGE;\n", "loaded"), ContainsSubstring("GARBAGE"));
    CHECK_THROWS_AS(server.load_file("/nonexistent", "loaded"), std::runtime_error);
    server.execute("DROP DATABASE loaded");
}

TEST_CASE("every recorded Mautic schema can be loaded") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    int loaded = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*facts / "schema")) {
        const std::string name = entry.path().stem().string();
        if (!name.starts_with("schema-")) continue;
        CAPTURE(name);
        test::server().load_file(entry.path(), name);
        CHECK(test::server().value("SELECT COUNT(*) FROM leads", name) == "0");
        test::server().execute("DROP DATABASE " + database::quote_identifier(name));
        ++loaded;
    }
    CHECK(loaded > 0);
}

TEST_CASE("a child process reports how it ended") {
    ChildProcess seven({{"sh", "-c", "exit 7"}, {}, "/dev/null", "/dev/null"});
    CHECK(seven.wait_for_exit(std::chrono::seconds(30)) == 7);
    ChildProcess endless({{"sleep", "1000"}, {}, "/dev/null", "/dev/null"});
    CHECK(endless.running());
    CHECK_FALSE(endless.wait_for_exit(std::chrono::milliseconds(1)).has_value());
    endless.kill();
    CHECK(endless.wait_for_exit(std::chrono::seconds(30)) == 128 + SIGKILL);
    ChildProcess missing({{"/nonexistent/program"}, {}, "/dev/null", "/dev/null"});
    CHECK(missing.wait_for_exit(std::chrono::seconds(30)) == 127);
    CHECK_THROWS_AS(test::run_program({"no-such-program-anywhere"}), std::runtime_error);
    CHECK_THROWS_WITH(test::run_program({"sh", "-c", "echo broken; exit 1"}), ContainsSubstring("broken"));
    CHECK(test::run_program({"sh", "-c", "echo \"$PATH\" | wc -l"}) == "1\n");
}

TEST_CASE("a child process dies with a test that is killed") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);  // the grandchild inherits the writing end; end of file means that it is gone
    const pid_t killed_test = ::fork();
    if (killed_test == 0) {
        const ChildProcess child({{"sleep", "1000"}, {}, "/dev/null", "/dev/null"});
        ::kill(::getpid(), SIGKILL);
    }
    ::close(ends[1]);
    ::waitpid(killed_test, nullptr, 0);
    pollfd gone{ends[0], POLLIN, 0};
    CHECK(::poll(&gone, 1, 30'000) == 1);
    ::close(ends[0]);
}

TEST_CASE("a temporary directory is private and goes with everything in it") {
    std::filesystem::path path;
    {
        const TemporaryDirectory directory;
        path = directory.path();
        CHECK(test::read_file(directory.write("file", "content")) == "content");
        CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
        CHECK_THROWS_AS(test::read_file(directory / "missing"), std::runtime_error);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
