// [mautic], [database], [ledger], [lookup], [seal]: where the data is.
#include <system_error>

#include "base/error.h"
#include "base/shared_directory.h"
#include "base/signing_key.h"
#include "config/secret_file.h"
#include "config/sections.h"

namespace gdprd::config {

namespace {

using namespace std::chrono_literals;

std::filesystem::path data_map_of(const std::string& name, const std::filesystem::path& directory) {
    const std::filesystem::path beside = directory / name;  // `name` itself when it is absolute
    const std::filesystem::path shared = shared_directory() / name;
    std::error_code ignored;
    return !std::filesystem::exists(beside, ignored) && std::filesystem::exists(shared, ignored) ? shared
                                                                                                 : beside;
}

// Where the program's own files are; beside the data map only if the program was not installed and runs where
// it was built. What lies beside an operator's maps is the operator's.
std::filesystem::path default_plugin_maps(Config& config) {
    std::error_code ignored;
    const std::filesystem::path shared = shared_directory();
    const bool is_installed = std::filesystem::is_directory(shared, ignored);
    const auto plugins = (is_installed ? shared : config.mautic.data_map_file.parent_path()) / "plugins";
    if (!std::filesystem::is_directory(plugins, ignored)) return {};
    for (const auto& own : config.mautic.own_data_map_files) {
        if (!std::filesystem::equivalent(own.parent_path(), plugins, ignored)) continue;
        config.warnings.push_back(
            "[mautic] plugin_maps: no maps of plugins are used, because " + own.string() +
            " is one of own_data_maps; move it to another directory, or set plugin_maps");
        return {};
    }
    return plugins;
}

constexpr Milliseconds connect_timeout_advised{30s};

// The client library counts these in seconds.
Milliseconds whole_seconds(Section& section, const std::string& option, Milliseconds fallback,
                           Milliseconds most) {
    const Milliseconds duration = section.duration(option, fallback, 1s, most);
    if (duration % 1s != 0ms) {
        section.problem(option, "must be whole seconds, not " + in_quotes(format_duration(duration)));
    }
    return duration;
}

bool is_local(const std::string& host) { return host == "localhost" || is_loopback(host); }

void read_timeouts(Section& section, database::ConnectionOptions& options) {
    options.connect_timeout = whole_seconds(section, "connect_timeout", options.connect_timeout, 5min);
    options.read_timeout = whole_seconds(section, "read_timeout", options.read_timeout, 1h);
    options.lock_wait_timeout = whole_seconds(section, "lock_wait_timeout", options.lock_wait_timeout, 1h);
    if (options.read_timeout <= options.lock_wait_timeout) {
        section.problem(section.has("read_timeout") ? "read_timeout" : "lock_wait_timeout",
                        "read_timeout " + in_quotes(format_duration(options.read_timeout)) +
                            " is not longer than lock_wait_timeout " +
                            in_quotes(format_duration(options.lock_wait_timeout)),
                        "Otherwise a wait for a lock looks like a lost connection");
    }
}

}  // namespace

void read_mautic(Reader& reader, const std::filesystem::path& directory, Config& config) {
    Section section = reader.section("mautic");
    config.mautic.table_prefix = section.text("table_prefix", config.mautic.table_prefix, identifier);
    const std::string name = section.text("data_map", config.mautic.data_map_file.string(), file_name);
    config.mautic.data_map_file = data_map_of(name, directory);
    for (const auto& own : section.texts_or_none("own_data_maps", file_name)) {
        config.mautic.own_data_map_files.push_back(data_map_of(own, directory));
    }
    const std::string plugins = section.text("plugin_maps", "plugins", directory_name);
    if (!section.has("plugin_maps")) {
        config.mautic.plugin_map_directory = default_plugin_maps(config);
    } else if (!plugins.empty()) {
        config.mautic.plugin_map_directory = data_map_of(plugins, directory);
    }
    config.mautic.directory = section.text("directory", "", absolute_path);
}

void read_database(Reader& reader, Config& config) {
    Section section = reader.section("database");
    auto& options = config.database;
    options.host = section.text("host", options.host, any_text);
    if (options.host.starts_with('[') &&
        options.host.ends_with(']')) {  // as in a URL, and in Mautic's local.php
        options.host = options.host.substr(1, options.host.size() - 2);
    }
    options.port = section.integer("port", options.port, 1, 65535);
    options.unix_socket = section.text("unix_socket", options.unix_socket, absolute_path);
    options.user = section.text("user", options.user, any_text);
    const std::string password_file = section.text("password_file", "", file_name);
    if (!password_file.empty()) {
        options.password = read_secret_of(section, "password_file", password_file, config.warnings);
    }
    options.database = section.text("name", options.database, database_name);
    section.require("name", "Name Mautic's own database, 'db_name' in its local.php");
    options.tls_ca_file =
        resolve_credential(section.text("tls_ca_file", options.tls_ca_file, file_name), section.directory());
    if (!options.tls_ca_file.empty()) require_readable(section, "tls_ca_file", options.tls_ca_file);
    read_timeouts(section, options);
    if (options.connect_timeout > connect_timeout_advised) {
        config.warnings.push_back(
            "[database] connect_timeout: " + format_duration(options.connect_timeout) +
            " is long; while a server is silent, a stop waits for an attempt to connect");
    }
    if (options.unix_socket.empty() && options.tls_ca_file.empty() && !is_local(options.host)) {
        config.warnings.push_back("[database] host: the connection to " + options.host +
                                  " is not encrypted; set tls_ca_file");
    }
    if (!options.unix_socket.empty() && !options.tls_ca_file.empty()) {
        config.warnings.push_back("[database] tls_ca_file: has no effect on a Unix socket");
    }
}

void read_ledger(Reader& reader, Config& config) {
    Section section = reader.section("ledger");
    config.ledger.database = section.text("database", config.ledger.database, database_name);
    if (config.ledger.database == config.database.database) {
        section.problem(
            "database", "is Mautic's own database, " + in_quotes(config.ledger.database),
            "The ledger needs a database of its own on the same server: `mautic-gdprd init` makes it");
    }
}

void read_lookup(Reader& reader, Config& config) {
    Section section = reader.section("lookup");
    config.lookup.case_required = section.boolean("case_required", config.lookup.case_required);
}

void read_seal(Reader& reader, Config& config) {
    Section section = reader.section("seal");
    SealOptions& options = config.seal;
    const std::string key_file = section.text("key_file", "", file_name);
    if (!key_file.empty()) options.key = read_pem_of(section, "key_file", key_file, config.warnings);
    options.every = section.duration("every", options.every, std::chrono::seconds{1}, std::chrono::hours{24});
    options.file = section.text("file", "", absolute_path);
    if (options.key.empty()) return;
    try {
        const SigningKey key(options.key);
    } catch (const Error& error) {
        section.problem("key_file", error.what(), error.advice());
    }
}

}  // namespace gdprd::config
