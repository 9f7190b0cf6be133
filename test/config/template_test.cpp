#include "config/template.h"

#include "config/config.h"
#include "config_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using config::parse_config;
using config::render_sample;

TEST_CASE("the sample compiled in is the one in the source tree") {
    CHECK(config::sample_text() == test::read_file(GDPRD_SOURCE_DIR "/config/mautic-gdprd.toml"));
    CHECK(render_sample({}) == config::sample_text());
}

TEST_CASE("a rendered configuration holds the values given and keeps the comments") {
    const test::SecretDirectory secrets;
    config::SampleValues values;
    values.table_prefix = "mtc_";
    values.data_map = "/srv/contact-data.toml";
    values.database_host = "192.0.2.1";
    values.database_port = std::uint16_t{3307};
    values.database_unix_socket = "/run/my\"sql\\d.sock";
    values.database_user = "eraser";
    values.database_password_file = "";
    values.database_name = "mautic5";
    values.ledger_database = "erased";
    values.webhook_url = "https://gdpr.example.org/webhook";
    values.webhook_secret_files = {secrets.write("one", "0123456789abcdef-1"),
                                   secrets.write("two", "0123456789abcdef-2")};
    values.hash_algorithm = "md5";
    values.hash_key_file = secrets.write("three", "0123456789abcdef-3");
    values.queue_directory = "/srv/queue";
    const std::string text = render_sample(values);
    const auto config = parse_config(text, "test.toml");
    CHECK(config.mautic.table_prefix == "mtc_");
    CHECK(config.mautic.data_map_file == "/srv/contact-data.toml");
    CHECK(config.database.host == "192.0.2.1");
    CHECK(config.database.port == 3307);
    CHECK(config.database.unix_socket == "/run/my\"sql\\d.sock");
    CHECK(config.database.user == "eraser");
    CHECK(config.database.password.empty());
    CHECK(config.database.database == "mautic5");
    CHECK(config.ledger.database == "erased");
    CHECK(config.webhook.url == "https://gdpr.example.org/webhook");
    CHECK(config.webhook.secrets == std::vector<std::string>{"0123456789abcdef-1", "0123456789abcdef-2"});
    CHECK(config.hash.algorithm == policy::Algorithm::md5);
    CHECK(config.hash.key == "0123456789abcdef-3");
    CHECK(config.queue.directory == "/srv/queue");
    CHECK(config.webhook_listener.port == 8480);
    CHECK_THAT(text, ContainsSubstring("# Mautic's database, 'db_name' of its config/local.php."));
}
