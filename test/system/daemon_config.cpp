#include "system/daemon_config.h"

#include "system/http_client.h"

namespace gdprd::test {

std::string toml_text(const std::string& text) {
    std::string quoted = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') quoted += '\\';
        quoted += letter;
    }
    return quoted + '"';
}

database::ConnectionOptions no_database() {
    database::ConnectionOptions options;
    options.unix_socket = "/nonexistent/mysqld.sock";
    options.database = "mautic";
    return options;
}

DaemonConfig::DaemonConfig(const TemporaryDirectory& directory, const database::ConnectionOptions& database,
                           std::string table_prefix)
    : port(free_port()), database_password(database.password), directory_(directory) {
    const auto path = [&](const char* name) { return toml_text((directory / name).string()); };
    const auto data_map = std::filesystem::path(GDPRD_SOURCE_DIR) / "config/contact-data.toml";
    options = {
        {"mautic.table_prefix", toml_text(table_prefix)},
        {"mautic.data_map", toml_text(data_map.string())},
        {"database.unix_socket", toml_text(database.unix_socket)},
        {"database.user", toml_text(database.user)},
        {"database.name", toml_text(database.database)},
        {"listen.port", std::to_string(port)},
        {"webhook.secret_files", "[" + path("webhook-secret") + "]"},
        {"hash.algorithm", "\"sha256\""},
        {"hash.key_file", path("hash-key")},
        {"queue.directory", path("state")},
        {"worker.backoff_first", "\"100ms\""},
        {"worker.backoff_max", "\"1s\""},
        {"worker.settle", "[\"1s\"]"},
        {"safety.max_per_hour", "0"},
        {"log.level", "\"debug\""},
        {"log.format", "\"text\""},
    };
    for (const char* alias : {"email", "firstname", "lastname", "mobile", "phone"}) {
        options[std::string("policy.fields.") + alias] = "\"hash\"";
    }
    for (const char* alias :
         {"country", "preferred_locale", "timezone", "points", "attribution_date", "last_active"}) {
        options[std::string("policy.fields.") + alias] = "\"keep\"";
    }
}

std::filesystem::path DaemonConfig::write() const {
    std::filesystem::create_directories(queue_directory());
    std::filesystem::permissions(queue_directory(), std::filesystem::perms::owner_all);
    directory_.write("webhook-secret", webhook_secret + "\n");
    directory_.write("hash-key", "0123456789abcdef0123456789abcdef\n");
    directory_.write("database-password", database_password + "\n");
    for (const char* name : {"webhook-secret", "hash-key", "database-password"}) {
        std::filesystem::permissions(
            directory_ / name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    std::string text =
        "database.password_file = " +
        (database_password.empty() ? "\"\"" : toml_text((directory_ / "database-password").string())) + "\n";
    for (const auto& [name, value] : options) {
        text += name;
        text += " = ";
        text += value;
        text += '\n';
    }
    return directory_.write("mautic-gdprd.toml", text);
}

}  // namespace gdprd::test
