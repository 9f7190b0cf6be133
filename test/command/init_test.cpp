#include <sys/stat.h>

#include <fstream>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

mode_t mode_bits_of(const std::filesystem::path& file) {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

// init in `directory` for the database `name` of the shared server's root, who needs no password.
std::vector<std::string> init_arguments(const std::filesystem::path& directory, const std::string& name) {
    return {"init",
            "--directory",
            directory.string(),
            "--database-name",
            name,
            "--database-user",
            "root",
            "--database-socket",
            shared_server().socket().string(),
            "--password-file",
            "",
            "--ledger-database",
            "ledger_" + name,
            "--data-map",
            (std::filesystem::path(GDPRD_SOURCE_DIR) / "config/contact-data.toml").string(),
            "--queue-directory",
            (directory / "state").string(),
            "--url",
            "https://gdpr.example.org/webhook"};
}

std::string first_line(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

}  // namespace

TEST_CASE("init makes an installation that check is content with") {
    MauticDatabase mautic(shared_server(), "init");
    mautic.load_own_schema();
    const TemporaryDirectory place;
    const auto directory = place / "etc";
    const Answer answer = run(init_arguments(directory, "init"));
    CAPTURE(answer.text);
    REQUIRE(answer.exit_code == 0);

    const std::string secret = first_line(directory / "webhook-secret");
    CHECK(secret.size() == 64);
    CHECK(first_line(directory / "hash-key").size() == 64);
    CHECK(first_line(directory / "hash-key") != secret);
    CHECK(mode_bits_of(directory / "webhook-secret") == 0600);
    CHECK(mode_bits_of(directory / "hash-key") == 0600);
    CHECK(mode_bits_of(directory / "mautic-gdprd.toml") == 0600);
    CHECK(read_file(directory / "mautic-gdprd.toml").find(secret) == std::string::npos);

    CHECK_THAT(answer.text, ContainsSubstring(secret));
    CHECK_THAT(answer.text, ContainsSubstring("https://gdpr.example.org/webhook"));
    CHECK_THAT(answer.text, ContainsSubstring("Contact Channel Subscription Change"));
    CHECK(answer.text.find(first_line(directory / "hash-key")) == std::string::npos);
    CHECK_THAT(answer.text, ContainsSubstring("The ledger is there: database ledger_init"));

    const Answer check = run({"check", "--config", (directory / "mautic-gdprd.toml").string()});
    CAPTURE(check.text);
    CHECK(check.exit_code == 0);
}

TEST_CASE("init never overwrites") {
    for (const char* name : {"mautic-gdprd.toml", "webhook-secret", "hash-key"}) {
        CAPTURE(name);
        const TemporaryDirectory place;
        const auto file = place.write(name, "mine");
        const Answer answer = run(init_arguments(place.path(), "nowhere"));
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring(file.string() + ": exists already"));
        CHECK(read_file(file) == "mine");
        CHECK(std::distance(std::filesystem::directory_iterator(place.path()), {}) == 1);
    }
    SECTION("nor follows a link") {
        const TemporaryDirectory place;
        std::filesystem::create_symlink(place / "elsewhere", place / "hash-key");
        CHECK(run(init_arguments(place.path(), "nowhere")).exit_code == 2);
        CHECK(!std::filesystem::exists(place / "elsewhere"));
    }
}

TEST_CASE("init with an option that makes no configuration leaves nothing behind") {
    const TemporaryDirectory place;
    auto arguments = init_arguments(place.path(), "nowhere");
    arguments.insert(arguments.end(), {"--table-prefix", "no prefix!"});
    const Answer answer = run(arguments);
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("table_prefix"));
    CHECK(std::filesystem::is_empty(place.path()));
}

TEST_CASE("init without a database account says what to do, and makes a password for it") {
    const TemporaryDirectory place;
    const Answer answer = run({"init", "--directory", place.path().string(), "--database-name", "mautic",
                               "--database-socket", "/nonexistent/socket"});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("mautic-gdprd grants --apply --admin root"));
    CHECK_THAT(answer.text, ContainsSubstring("init --ledger-only"));
    CHECK(first_line(place / "database-password").size() == 64);
    CHECK(mode_bits_of(place / "database-password") == 0600);
    CHECK(answer.text.find(first_line(place / "database-password")) == std::string::npos);

    // Later, with the account in place.
    CHECK(run({"init", "--ledger-only", "--directory", place.path().string()}).exit_code == 1);
}

TEST_CASE("init uses a password that is there already") {
    const TemporaryDirectory place;
    const auto file = place.write("database-password", "the administrator's\n");
    run({"init", "--directory", place.path().string(), "--database-socket", "/nonexistent/socket"});
    CHECK(read_file(file) == "the administrator's\n");
    CHECK(std::filesystem::exists(place / "mautic-gdprd.toml"));
}

TEST_CASE("init names the file that the password is in, wherever it was said to be") {
    const TemporaryDirectory place;
    const TemporaryDirectory elsewhere;
    const auto file = elsewhere.write("password", "the administrator's\n");
    std::filesystem::permissions(file, std::filesystem::perms{0600});
    const Answer answer = run({"init", "--directory", place.path().string(), "--database-socket",
                               "/nonexistent/socket", "--password-file", file.string()});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("the password in the file " + file.string()));
    CHECK_FALSE(std::filesystem::exists(place / "database-password"));
}

TEST_CASE("a daemon's credentials go before the files beside the configuration") {
    const TemporaryDirectory place;
    const TemporaryDirectory credentials;
    run({"init", "--directory", place.path().string(), "--database-socket", "/nonexistent/socket"});
    std::filesystem::remove(place / "webhook-secret");
    const std::vector<std::string> check{"check", "--config", (place / "mautic-gdprd.toml").string()};
    CHECK_THAT(run(check).text, ContainsSubstring("problem  configuration"));
    credentials.write("webhook-secret", "a secret of the service manager\n");
    std::filesystem::permissions(credentials / "webhook-secret", std::filesystem::perms{0600});
    CHECK_THAT(run(check, "", {{"CREDENTIALS_DIRECTORY", credentials.path().string()}}).text,
               ContainsSubstring("ok       configuration"));
}
