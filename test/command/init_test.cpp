#include <sys/stat.h>

#include <fstream>

#include "command/program.h"
#include "command/terminal.h"
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
    CHECK_THAT(read_file(directory / "mautic-gdprd.toml"),
               ContainsSubstring("\nurl = \"https://gdpr.example.org/webhook\"\n"));

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

TEST_CASE("init refuses a URL and a data map that cannot work, before it writes") {
    const std::pair<std::string, std::string> cases[] = {
        {"--url", "not a url"},
        {"--url", "https://user:sesame@gdpr.example.org/webhook"},
        {"--data-map", "/nonexistent"}};
    for (const auto& [option, value] : cases) {
        CAPTURE(option, value);
        const TemporaryDirectory place;
        const Answer answer = run({"init", "--directory", (place / "new").string(), "--database-socket",
                                   "/nonexistent/socket", option, value});
        CHECK(answer.exit_code == 2);
        CHECK(answer.text.find("sesame") == std::string::npos);
        CHECK((!std::filesystem::exists(place / "new") || std::filesystem::is_empty(place / "new")));
    }
}

TEST_CASE("init makes its directories for their owner alone, and says what it assumes") {
    const TemporaryDirectory place;
    const Answer answer = run(
        {"init", "--directory", (place / "etc/shop").string(), "--database-socket", "/nonexistent/socket"});
    CHECK(answer.exit_code == 3);
    CHECK(mode_bits_of(place / "etc") == 0700);
    CHECK(mode_bits_of(place / "etc/shop") == 0700);
    CHECK_THAT(answer.text, ContainsSubstring("Mautic's database is taken to be \"mautic\""));
    CHECK_THAT(answer.text, ContainsSubstring("See that the database server runs"));
    CHECK_THAT(answer.text, ContainsSubstring("Contact Deleted"));
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

namespace {

// An installed Mautic of which only config/local.php is there.
struct MauticDirectory {
    explicit MauticDirectory(const std::string& parameters, const char* file = "config/local.php") {
        std::filesystem::create_directories((place / file).parent_path());
        place.write(file, "<?php\n$parameters = array(\n" + parameters + ");\n");
    }
    TemporaryDirectory place;
};

Answer init_by(const MauticDirectory& mautic, const TemporaryDirectory& target,
               std::vector<std::string> more = {}, const DaemonProcess::Environment& environment = {}) {
    std::vector<std::string> arguments{"init", "--directory", target.path().string(), "--mautic",
                                       mautic.place.path().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, "", environment);
}

std::string config_in(const TemporaryDirectory& target) { return read_file(target / "mautic-gdprd.toml"); }

}  // namespace

TEST_CASE("init reads Mautic's own configuration, wherever a version keeps it") {
    for (const char* file : {"config/local.php", "app/config/local.php", "docroot/config/local.php",
                             "docroot/app/config/local.php"}) {
        CAPTURE(file);
        const MauticDirectory mautic(
            "\t'db_host' => '192.0.2.9',\n\t'db_port' => '3307',\n\t'db_name' => 'crm',\n"
            "\t'db_table_prefix' => 'mtc_',\n\t'db_user' => 'mautic',\n\t'db_password' => 'swordfish "
            "\\'password\\' "
            "of Mautic',\n"
            "\t'site_url' => 'https://mautic.example.org',\n\t'queue_mode' => 'command_process',\n",
            file);
        const TemporaryDirectory target;
        const Answer answer = init_by(mautic, target, {"--password-file", ""});
        CAPTURE(answer.text);
        for (const char* said : {"192.0.2.9", "3307", "crm", "mtc_", "https://mautic.example.org",
                                 "command_process", "without executing it"}) {
            CHECK_THAT(answer.text, ContainsSubstring(said));
        }
        CHECK(answer.text.find("fish") == std::string::npos);
        const std::string config = config_in(target);
        for (const char* line :
             {"\nhost = \"192.0.2.9\"", "\nport = 3307", "\nname = \"crm\"", "\ntable_prefix = \"mtc_\""}) {
            CHECK_THAT(config, ContainsSubstring(line));
        }
        CHECK(config.find("fish") == std::string::npos);
    }
}

TEST_CASE("an option goes before what Mautic's configuration says") {
    const MauticDirectory mautic("'db_host' => '192.0.2.9', 'db_name' => 'crm', 'db_table_prefix' => null");
    const TemporaryDirectory target;
    init_by(mautic, target, {"--database-name", "other", "--database-socket", "/nonexistent/socket"});
    CHECK_THAT(config_in(target), ContainsSubstring("\nname = \"other\""));
    CHECK_THAT(config_in(target), ContainsSubstring("\nunix_socket = \"/nonexistent/socket\""));
    CHECK(config_in(target).find("192.0.2.9") == std::string::npos);
}

TEST_CASE("an empty variable, and one that names a file, are no value of Mautic's") {
    const MauticDirectory mautic(
        "'db_host' => 'localhost', 'db_name' => '%env(file:DB_NAME_FILE)%',"
        " 'db_table_prefix' => getenv('MAUTIC_TABLE_PREFIX') ?: 'mtc_'");
    const TemporaryDirectory target;
    const Answer answer =
        init_by(mautic, target, {}, {{"MAUTIC_TABLE_PREFIX", ""}, {"DB_NAME_FILE", "/run/secrets/name"}});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 2);
    for (const char* said : {"MAUTIC_TABLE_PREFIX, which is empty", "refers to another setting"}) {
        CHECK_THAT(answer.text, ContainsSubstring(said));
    }
    CHECK(std::filesystem::is_empty(target.path()));
}

TEST_CASE("what Mautic has from its environment is named, asked for or taken from ours") {
    const MauticDirectory mautic(
        "'db_host' => getenv('MAUTIC_DB_HOST'), 'db_name' => '%env(MAUTIC_DB_DATABASE)%',"
        " 'db_table_prefix' => $_ENV['MAUTIC_TABLE_PREFIX'], 'db_port' => getenv('MAUTIC_DB_PORT')");
    SECTION("without a terminal") {
        const TemporaryDirectory target;
        const Answer answer = init_by(mautic, target);
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 2);
        for (const char* said :
             {"db_host comes from the environment variable MAUTIC_DB_HOST", "MAUTIC_DB_DATABASE",
              "MAUTIC_TABLE_PREFIX", "--database-host or --database-socket", "--database-name",
              "--table-prefix"}) {
            CHECK_THAT(answer.text, ContainsSubstring(said));
        }
        CHECK(std::filesystem::is_empty(target.path()));
    }
    SECTION("from the environment of this process") {
        const TemporaryDirectory target;
        init_by(mautic, target, {},
                {{"MAUTIC_DB_HOST", "192.0.2.9"},
                 {"MAUTIC_DB_DATABASE", "crm"},
                 {"MAUTIC_TABLE_PREFIX", "m5_"},
                 {"MAUTIC_DB_PORT", "3308"}});
        for (const char* line :
             {"\nhost = \"192.0.2.9\"", "\nport = 3308", "\nname = \"crm\"", "\ntable_prefix = \"m5_\""}) {
            CHECK_THAT(config_in(target), ContainsSubstring(line));
        }
    }
    SECTION("at a terminal") {
        const TemporaryDirectory target;
        const Answer answer =
            run_at_terminal({daemon_program().string(), "init", "--directory", target.path().string(),
                             "--mautic", mautic.place.path().string()},
                            {{"socket's path): ", "/nonexistent/socket\n"},
                             {"Mautic's database: ", "crm\n"},
                             {"(empty for none): ", "\n"}});
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 3);  // no server is there
        CHECK_THAT(config_in(target), ContainsSubstring("\nname = \"crm\""));
        CHECK_THAT(config_in(target), ContainsSubstring("\nunix_socket = \"/nonexistent/socket\""));
        CHECK_THAT(config_in(target), ContainsSubstring("\ntable_prefix = \"\""));
    }
}

TEST_CASE("init refuses a Mautic that it cannot be sure of") {
    const TemporaryDirectory target;
    SECTION("code that it does not execute") {
        const MauticDirectory mautic(
            "'db_name' => 'crm');\nif (getenv('X')) $parameters['db_name'] = 'other';\n(1");
        const Answer answer = init_by(mautic, target);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("local.php: line 4: a statement"));
        CHECK_THAT(answer.text, ContainsSubstring("--database-name"));
    }
    SECTION("two configurations") {
        const MauticDirectory mautic("'db_name' => 'crm'");
        std::filesystem::create_directories(mautic.place / "app/config");
        mautic.place.write("app/config/local.php", "<?php\n$parameters = ['db_name' => 'old'];\n");
        const Answer answer = init_by(mautic, target);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("app/config/local.php"));
        CHECK_THAT(answer.text, ContainsSubstring("--mautic FILE"));
        run({"init", "--directory", target.path().string(), "--mautic",
             (mautic.place / "app/config/local.php").string(), "--database-socket", "/nonexistent/socket"});
        CHECK_THAT(config_in(target), ContainsSubstring("\nname = \"old\""));
        return;
    }
    SECTION("a second file that goes before the first") {
        const MauticDirectory mautic("'db_name' => 'crm'");
        std::filesystem::path second;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(mautic.place.path())) {
            if (entry.path().filename() == "local.php") second = entry.path().parent_path();
        }
        std::ofstream(second / "parameters_local.php") << "<?php\n$parameters['db_name'] = 'live';\n";
        const Answer answer = init_by(mautic, target);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("parameters_local.php"));
    }
    SECTION("none") {
        const TemporaryDirectory empty;
        const Answer answer =
            run({"init", "--directory", target.path().string(), "--mautic", empty.path().string()});
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("no config/local.php is in it"));
    }
    CHECK(std::filesystem::is_empty(target.path()));
}

TEST_CASE("init makes the hash that was asked for, and says what speaks for each") {
    struct Case {
        std::vector<std::string> arguments;
        const char* algorithm;
        bool has_key;
    };
    for (const Case& one :
         {Case{{}, "hmac-sha256", true}, Case{{"--key"}, "hmac-sha256", true},
          Case{{"--hash", "md5"}, "hmac-md5", true}, Case{{"--hash", "md5", "--no-key"}, "by md5.", false},
          Case{{"--no-key"}, "by sha256.", false}}) {
        CAPTURE(one.arguments);
        const TemporaryDirectory target;
        std::vector<std::string> arguments{"init", "--directory", target.path().string(), "--database-socket",
                                           "/nonexistent/socket"};
        arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
        const Answer answer = run(arguments);
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 3);
        CHECK_THAT(answer.text, ContainsSubstring(one.algorithm));
        for (const char* option : {"--hash md5 ", "--hash sha256 ", "--no-key "}) {
            CHECK_THAT(answer.text, ContainsSubstring(option));
        }
        CHECK(std::filesystem::exists(target / "hash-key") == one.has_key);
    }
}
