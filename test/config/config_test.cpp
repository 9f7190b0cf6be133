#include "config/config.h"

#include <algorithm>

#include "base/error.h"
#include "config/known_options.h"
#include "config_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using config::parse_config;

namespace {

bool warns(const config::Config& config, const std::string& part) {
    return std::any_of(config.warnings.begin(), config.warnings.end(),
                       [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("the least configuration takes every default") {
    const test::SecretDirectory secrets;
    const auto config = parse_config(test::least, "test.toml");
    CHECK(config.mautic.table_prefix.empty());
    CHECK(config.mautic.data_map_file.filename() == "contact-data.toml");
    CHECK(config.database.database == "mautic");
    CHECK(config.database.password.empty());
    CHECK(config.webhook_listener.address == "127.0.0.1");
    CHECK(config.webhook_listener.port == 8480);
    CHECK_FALSE(config.separate_health_listener);
    CHECK(config.webhook.secrets == std::vector<std::string>{"0123456789abcdef-webhook"});
    CHECK(config.limits.body_bytes_max == 4 * 1024 * 1024);
    CHECK(config.policy.fields.empty());
    CHECK(config.policy.other_fields == policy::FieldRule::remove);
    CHECK(config.hash.key.empty());
    CHECK(config.hash.normalise_email);
    CHECK(config.queue.directory == "/var/lib/mautic-gdprd");
    CHECK(config.worker.settle == worker::WorkerOptions{}.settle);
    CHECK(config.log.format == log::Format::text);
    CHECK(warns(config, "without a key a hash can be reversed"));
    CHECK(config.warnings.size() == 1);
}

TEST_CASE("where and what is read") {
    const test::SecretDirectory secrets;
    const auto config = parse_config(R"(
        [mautic]
        table_prefix = "mtc_"
        data_map = "/srv/map.toml"
        [database]
        unix_socket = "/run/mysqld/mysqld.sock"
        user = "eraser"
        password_file = "database-password"
        name = "mautic5"
        lock_wait_timeout = "3s"
        read_timeout = "4s"
        [ledger]
        database = "erased"
        [listen]
        address = "::1"
        port = 9000
        path = "/hooks/mautic"
        health_address = "127.0.0.2"
        health_port = 9001
        [webhook]
        secret_files = ["webhook-secret", "hash-key"]
        [limits]
        body_size_max = "64KiB"
        drain_timeout = "1500ms"
        [queue]
        directory = "/srv/queue"
        jobs_max = 5
        [worker]
        settle = ["1s", "2s", "3s"]
        [log]
        level = "error"
        format = "json"
    )",
                                     "test.toml");
    CHECK(config.mautic.table_prefix == "mtc_");
    CHECK(config.mautic.data_map_file == "/srv/map.toml");
    CHECK(config.database.unix_socket == "/run/mysqld/mysqld.sock");
    CHECK(config.database.user == "eraser");
    CHECK(config.database.password == "correct horse");
    CHECK(config.database.database == "mautic5");
    CHECK(config.database.lock_wait_timeout == Milliseconds{3'000});
    CHECK(config.database.read_timeout == Milliseconds{4'000});
    CHECK(config.ledger.database == "erased");
    CHECK(config.webhook_listener.address == "::1");
    CHECK(config.webhook_listener.port == 9000);
    CHECK(config.webhook.path == "/hooks/mautic");
    CHECK(config.separate_health_listener);
    CHECK(config.health_listener.address == "127.0.0.2");
    CHECK(config.health_listener.port == 9001);
    CHECK(config.webhook.secrets.size() == 2);
    CHECK(config.limits.body_bytes_max == 65536);
    CHECK(config.limits.drain_timeout == Milliseconds{1'500});
    CHECK(config.queue.directory == "/srv/queue");
    CHECK(config.queue.jobs_max == 5);
    CHECK(config.worker.settle ==
          std::vector<Milliseconds>{Milliseconds{1'000}, Milliseconds{2'000}, Milliseconds{3'000}});
    CHECK(config.log.level == log::Level::error);
    CHECK(config.log.format == log::Format::json);
}

TEST_CASE("triggers, policy and hash are read") {
    const test::SecretDirectory secrets;
    const auto config = parse_config(test::least + R"(
        [trigger]
        reasons = ["manual"]
        channels = ["email", "sms"]
        [trigger.grace]
        manual = "2h"
        [policy]
        other_fields = "keep"
        unknown = "stop"
        [policy.fields]
        email = "hash"
        city = "delete"
        [policy.columns]
        "page_hits.city" = "keep"
        [hash]
        algorithm = "sha256"
        key_file = "hash-key"
        normalize = "none"
        digits = 40
    )",
                                     "test.toml");
    CHECK(config.triggers.reasons == std::set{policy::Reason::manual});
    CHECK(config.triggers.channels == std::set<std::string>{"email", "sms"});
    CHECK(config.triggers.grace_of(policy::Reason::manual) == Milliseconds{7'200'000});
    CHECK(config.triggers.grace_of(policy::Reason::bounced) == Milliseconds{0});
    CHECK(config.policy.other_fields == policy::FieldRule::keep);
    CHECK(config.policy.unknown == policy::UnknownRule::stop);
    CHECK(config.policy.rule_for("email") == policy::FieldRule::hash);
    CHECK(config.policy.rule_for("city") == policy::FieldRule::remove);
    CHECK(config.policy.columns.at("page_hits.city") == policy::FieldRule::keep);
    CHECK(config.hash.algorithm == policy::Algorithm::sha256);
    CHECK(config.hash.key == "0123456789abcdef-hash");
    CHECK_FALSE(config.hash.normalise_email);
    CHECK(config.hash.digits == 40);
    CHECK(parse_config(test::least + "[hash]\nalgorithm = \"md5\"\ndigits = 32", "test.toml").hash.digits ==
          32);
    CHECK(warns(config, "[policy] other_fields: \"keep\""));
    CHECK_FALSE(warns(config, "without a key"));
}

TEST_CASE("how far an erasure reaches is read") {
    const test::SecretDirectory secrets;
    const auto none = parse_config(test::least, "test.toml");
    CHECK(none.policy.switched_off.empty());
    CHECK(none.policy.own_company == policy::OwnCompany::never);
    CHECK(none.policy.newest_text_rows == 1000);
    CHECK(none.mautic.own_data_map_files.empty());
    const auto config = parse_config(test::least + R"(
        [mautic]
        own_data_maps = ["/srv/loyalty.toml", "shop.toml"]
        [policy]
        unknown = "delete"
        [ways_back]
        tracking_hash = false
        scheduled_events = false
        ip_links = true
        [companies]
        own = "same-name"
        [text_search]
        newest_rows = 0
    )",
                                     "/etc/somewhere/test.toml");
    CHECK(config.mautic.own_data_map_files ==
          std::vector<std::filesystem::path>{"/srv/loyalty.toml", "/etc/somewhere/shop.toml"});
    CHECK(config.policy.unknown == policy::UnknownRule::remove);
    CHECK(config.policy.switched_off == std::set<std::string>{"scheduled_events", "tracking_hash"});
    CHECK(config.policy.own_company == policy::OwnCompany::same_name);
    CHECK(config.policy.newest_text_rows == 0);
}

TEST_CASE("holds and Mautic's directory are read") {
    const test::SecretDirectory secrets;
    const auto none = parse_config(test::least, "test.toml");
    CHECK(none.holds.empty());
    CHECK(none.holds.look_again == Milliseconds{3'600'000});
    CHECK(none.mautic.directory.empty());
    const auto config = parse_config(test::least + R"(
        [mautic]
        directory = "/var/www/mautic"
        [hold]
        tags = ["legal claim", "invoice"]
        segments = ["court-cases"]
        look_again = "1d"
        [hold.fields]
        unpaid_invoice = "1"
        claim_state = ["open", "in court"]
    )",
                                     "test.toml");
    CHECK(config.mautic.directory == "/var/www/mautic");
    CHECK(config.holds.tags == std::vector<std::string>{"legal claim", "invoice"});
    CHECK(config.holds.segments == std::vector<std::string>{"court-cases"});
    CHECK(config.holds.look_again == Milliseconds{86'400'000});
    REQUIRE(config.holds.fields.size() == 2);
    CHECK(config.holds.fields[0].alias == "claim_state");
    CHECK(config.holds.fields[0].values == std::vector<std::string>{"open", "in court"});
    CHECK(config.holds.fields[1].values == std::vector<std::string>{"1"});
}

TEST_CASE("webhook secrets from the database need no file, and go with files") {
    const test::SecretDirectory secrets;
    const std::string database = "[database]\nname = \"m\"\n[webhook]\nsecret = \"from-database\"\n";
    const auto alone = parse_config(database, "test.toml");
    CHECK(alone.webhook.secrets_from_database);
    CHECK(alone.webhook.secrets.empty());
    CHECK(alone.webhook.url.empty());
    CHECK(alone.warnings.size() == 1);  // about the hash without a key
    const auto both = parse_config(
        database + "url = \"https://gdpr.example.org/webhook\"\nsecret_files = [\"webhook-secret\"]",
        "test.toml");
    CHECK(both.webhook.secrets_from_database);
    CHECK(both.webhook.secrets == std::vector<std::string>{"0123456789abcdef-webhook"});
    CHECK(both.webhook.url == "https://gdpr.example.org/webhook");
    CHECK_FALSE(parse_config(test::least, "test.toml").webhook.secrets_from_database);
}

TEST_CASE("what works but is unwise is warned about") {
    const test::SecretDirectory secrets;
    const std::string open = secrets.write("open", "0123456789abcdef-open");
    std::filesystem::permissions(open, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    secrets.write("short", "sesame");
    secrets.write("copy", "0123456789abcdef-webhook");
    const std::string database = "[database]\nname = \"m\"\n";
    for (const auto& [name, text] :
         {std::pair{"bom",
                    "\xEF\xBB\xBF"
                    "0123456789abcdef"},
          std::pair{"before", " 0123456789abcdef"}, std::pair{"after", "0123456789abcdef "}}) {
        secrets.write(name, text);
    }
    struct Row {
        const char* name;
        std::string text;
        std::string expected;
    };
    const std::vector<Row> rows{
        {"short secret", database + "[webhook]\nsecret_files = [\"short\"]",
         "short: shorter than 16 characters"},
        {"open secret", database + "[webhook]\nsecret_files = [\"open\"]",
         "everybody on this machine can read"},
        {"short hash key", test::least + "[hash]\nkey_file = \"short\"",
         "[hash] key_file: the key is shorter than 16"},
        {"byte order mark", database + "[webhook]\nsecret_files = [\"bom\"]", "byte order mark"},
        {"blank before", database + "[webhook]\nsecret_files = [\"before\"]", "begins with a blank"},
        {"blank after", database + "[webhook]\nsecret_files = [\"after\"]", "ends with a blank"},
        {"long connect_timeout",
         "[webhook]\nsecret_files = [\"webhook-secret\"]\n" + database + "connect_timeout = \"2m\"",
         "connect_timeout: 2m is long"},
        {"copy", database + "[webhook]\nsecret_files = [\"webhook-secret\", \"copy\"]",
         "copy: holds the same"},
        {"plain HTTP",
         test::least + "[listen]\naddress = \"0.0.0.0\"\nallow_plain_http_on_public_address = true",
         "0.0.0.0 takes plain HTTP"},
        {"port alone", test::least + "[listen]\nhealth_port = 9", "health_port: has no effect"},
        {"far database",
         "[webhook]\nsecret_files = [\"webhook-secret\"]\n" + database + "host = \"192.0.2.1\"",
         "the connection to 192.0.2.1 is not encrypted"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        const auto config = parse_config(row.text, "test.toml");
        CHECK(warns(config, row.expected));
        for (const auto& warning : config.warnings) CHECK(warning.find("sesame") == std::string::npos);
    }
}

TEST_CASE("one certificate serves both listeners and opens public addresses") {
    const test::SecretDirectory secrets;
    const std::string certificate = secrets.write("certificate", "not looked into here");
    const auto config =
        parse_config(test::least +
                         "[listen]\naddress = \"0.0.0.0\"\ncertificate_file = \"certificate\"\n"
                         "key_file = \"hash-key\"\nhealth_address = \"0.0.0.0\"\n",
                     "test.toml");
    CHECK(config.webhook_listener.certificate_file == certificate);
    CHECK(config.health_listener.certificate_file == certificate);
    CHECK(config.health_listener.key_file == config.webhook_listener.key_file);
    CHECK(config.health_listener.port == 8481);
}

TEST_CASE("systemd's environment fills in the state directory and the log format") {
    const test::SecretDirectory secrets;
    const test::Environment state("STATE_DIRECTORY", "/var/lib/private/mautic-gdprd:/var/lib/other");
    const test::Environment journal("JOURNAL_STREAM", "8:12345");
    const auto config = parse_config(test::least, "test.toml");
    CHECK(config.queue.directory == "/var/lib/private/mautic-gdprd");
    CHECK(config.log.format == log::Format::journald);
    const auto text = parse_config(test::least + "[log]\nformat = \"text\"", "test.toml");
    CHECK(text.log.format == log::Format::text);
}

// The test does not run where the program is installed.
TEST_CASE("the maps of plugins lie beside the data map unless somebody says otherwise") {
    const test::SecretDirectory secrets;
    const auto directory_of = [&](const std::string& lines) {
        const std::string file = secrets.write("mautic-gdprd.toml", test::least + "[mautic]\n" + lines);
        return config::load_config(file).mautic.plugin_map_directory;
    };
    secrets.write("contact-data.toml", "");
    CHECK(directory_of("") == "");
    std::filesystem::create_directory(secrets.path() / "plugins");
    secrets.write("plugins/cards.toml", "");
    CHECK(directory_of("") == secrets.path() / "plugins");
    CHECK(directory_of("plugin_maps = \"/srv/maps\"") == "/srv/maps");
    CHECK(directory_of("plugin_maps = \"\"") == "");
    CHECK(directory_of("data_map = \"/srv/contact-data.toml\"") == "");
    CHECK(directory_of("own_data_maps = [\"cards.toml\"]") == secrets.path() / "plugins");
    // A directory of the operator's own maps is not taken for the program's.
    CHECK(directory_of("own_data_maps = [\"plugins/cards.toml\"]") == "");
    CHECK(warns(config::load_config(secrets.path() / "mautic-gdprd.toml"), "no maps of plugins are used"));
    CHECK(directory_of("own_data_maps = [\"plugins/cards.toml\"]\nplugin_maps = \"plugins\"") ==
          secrets.path() / "plugins");
    directory_of("");
    CHECK(config::named_files(secrets.path() / "mautic-gdprd.toml")
              .contains(secrets.path() / "plugins/cards.toml"));
}

TEST_CASE("no process reads, or needs, a secret that is another one's") {
    const test::SecretDirectory secrets;
    const std::string lines =
        "[database]\nname = \"mautic\"\npassword_file = \"erasing\"\n[hash]\nalgorithm = "
        "\"sha256\"\nkey_file = "
        "\"hash-key\"\n[webhook]\nsecret_files = [\"webhook\"]\n[notify.urls]\ncrm = "
        "\"https://crm.example.org/\"\n[notify.secret_files]\ncrm = \"crm\"\n[desk]\ndatabase_password_file "
        "= "
        "\"reading\"\n";
    const std::string file = secrets.write("mautic-gdprd.toml", lines);
    secrets.write("contact-data.toml", "");
    secrets.write("hash-key", "0123456789abcdef0123456789abcdef");
    const auto named = [&](config::Reads reads) {
        std::set<std::string> names;
        for (const auto& one : config::named_files(file, reads)) names.insert(one.filename().string());
        return names;
    };
    secrets.write("reading", "the desk's");
    const config::Config desk = config::load_config(file, config::Reads::desk);
    CHECK(desk.desk.database_password == "the desk's");
    CHECK(desk.desk.accounts_file == secrets.path() / "desk-accounts");
    CHECK_FALSE(desk.hash.key.empty());
    CHECK(desk.database.password.empty());
    CHECK(desk.webhook.secrets.empty());
    CHECK(named(config::Reads::desk) ==
          std::set<std::string>{"contact-data.toml", "desk-accounts", "hash-key", "reading"});
    std::filesystem::remove(secrets.path() / "reading");
    secrets.write("erasing", "the daemon's");
    secrets.write("webhook", "0123456789abcdef");
    secrets.write("crm", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    const config::Config daemon = config::load_config(file);
    CHECK(daemon.database.password == "the daemon's");
    CHECK(daemon.desk.database_password.empty());
    CHECK(named(config::Reads::daemon).contains("erasing"));
    CHECK_FALSE(named(config::Reads::daemon).contains("reading"));
    CHECK_FALSE(named(config::Reads::daemon).contains("desk-accounts"));
    CHECK_THROWS_WITH(config::load_config(file, config::Reads::all), ContainsSubstring("reading"));
}

TEST_CASE("the desk listens for this machine only, or with a certificate, or on a socket") {
    const test::SecretDirectory secrets;
    const std::string least = test::least;
    const auto parse = [&](const std::string& desk) {
        return parse_config(least + "[desk]\n" + desk, "test.toml");
    };
    CHECK(parse("").desk.listener.port == 8482);
    CHECK_THROWS_WITH(parse("address = \"192.0.2.1\"\n"), ContainsSubstring("not a loopback address"));
    CHECK_THROWS_WITH(parse("trusted_header = \"X-Remote-User\"\n"),
                      ContainsSubstring("whoever can connect could say that they are anybody"));
    const auto behind = parse("trusted_header = \"X-Remote-User\"\nunix_socket = \"/run/desk.sock\"\n").desk;
    CHECK(behind.trusted_header == "x-remote-user");
    CHECK(behind.listener.unix_socket == "/run/desk.sock");
    CHECK_THROWS_WITH(parse("unix_socket = \"/run/desk.sock\"\nport = 1\n"),
                      ContainsSubstring("has a Unix socket"));
    CHECK_THROWS_WITH(parse("certificate_file = \"a.pem\"\n"), ContainsSubstring("belong together"));
    CHECK_THROWS_WITH(parse("idle_timeout = \"9h\"\n"), ContainsSubstring("must not be shorter"));
    CHECK_THROWS_WITH(parse("daemon_url = \"elsewhere\"\n"), ContainsSubstring("absolute URL"));
    CHECK_THROWS_WITH(parse("database_user = \"mautic_gdprd\"\n"),
                      ContainsSubstring("may change Mautic's data"));
}

TEST_CASE("a file is loaded; one that cannot be read is named") {
    const test::SecretDirectory secrets;
    const std::string file = secrets.write("mautic-gdprd.toml", test::least);
    secrets.write("contact-data.toml", "");
    CHECK(config::load_config(file).mautic.data_map_file == secrets.path() / "contact-data.toml");
    CHECK_THROWS_WITH(config::load_config(secrets.path() / "absent.toml"),
                      ContainsSubstring("absent.toml: cannot be read: No such file"));
    CHECK_THROWS_AS(config::load_config(secrets.path()), ConfigurationError);
}

TEST_CASE("a Unix socket takes the place of address and port") {
    const test::SecretDirectory secrets;
    const std::string rest =
        "\n[database]\nname = \"mautic\"\npassword_file = \"\"\n[hash]\nalgorithm = \"sha256\"\n"
        "[webhook]\nsecret_files = [\"" +
        secrets.write("webhook", "0123456789abcdef") + "\"]\n";
    const auto parse = [&](const std::string& listen) {
        return parse_config("[listen]\n" + listen + rest, "test.toml");
    };
    const auto config = parse(
        "unix_socket = \"/run/x/webhook.socket\"\nunix_socket_mode = \"0666\"\nunix_socket_group = "
        "\"www-data\"");
    CHECK(config.webhook_listener.unix_socket == "/run/x/webhook.socket");
    CHECK(config.webhook_listener.unix_socket_mode == 0666);
    CHECK(config.webhook_listener.unix_socket_group == "www-data");
    CHECK(config.health_listener.unix_socket.empty());
    const auto with_health =
        parse("unix_socket = \"/run/x/webhook.socket\"\nhealth_address = \"127.0.0.1\"\nhealth_port = 8480");
    CHECK(with_health.separate_health_listener);
    CHECK(with_health.health_listener.unix_socket.empty());
    CHECK(with_health.health_listener.port == 8480);
    for (const char* other : {"port = 8480", "address = \"127.0.0.1\"", "unix_socket_mode = \"0777\""}) {
        CAPTURE(other);
        CHECK_THROWS_AS(parse(std::string("unix_socket = \"/run/x/webhook.socket\"\n") + other),
                        ConfigurationError);
    }
    CHECK_THROWS_AS(parse("unix_socket = \"webhook.socket\""), ConfigurationError);
}

TEST_CASE("receivers of notifications, each with its keys") {
    const test::SecretDirectory secrets;
    secrets.write("notify-secret-2", "whsec_" + std::string(43, 'A') + "=\n");
    const auto config = config::parse_config(
        test::least +
            "[notify]\nper_minute_max = 60\n[notify.urls]\n"
            "crm = \"https://crm.example.org/erased?token=x\"\nshop = \"http://[::1]:8000/\"\n"
            "[notify.secret_files]\ncrm = [\"notify-secret-2\", \"notify-secret-crm\"]\n"
            "shop = \"notify-secret-crm\"\n",
        "test.toml");
    CHECK(config.notify.per_minute_max == 60);
    REQUIRE(config.notify.receivers.size() == 2);
    const auto& crm = config.notify.receivers[0];
    CHECK(crm.name == "crm");
    CHECK(crm.url.host == "crm.example.org");
    CHECK(crm.url.target() == "/erased?token=x");
    REQUIRE(crm.keys.size() == 2);
    CHECK(crm.keys[0] == std::string(32, '\0'));
    CHECK(crm.keys[1].size() == 24);
    CHECK(config.notify.receivers[1].url.port == 8000);
    CHECK(config::parse_config(test::least, "test.toml").notify.receivers.empty());
}
