// [listen], [webhook], [limits]: who may send what.
#include <algorithm>
#include <array>

#include "base/url.h"
#include "config/secret_file.h"
#include "config/sections.h"

namespace gdprd::config {

namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t webhook_port = 8480;
constexpr std::uint16_t health_port = 8481;
constexpr std::size_t secret_length_advised = 16;
constexpr std::array<std::string_view, 3> own_paths{"/healthz", "/readyz", "/metrics"};
constexpr std::size_t KiB = 1024;
constexpr std::size_t MiB = 1024 * KiB;
constexpr std::size_t GiB = 1024 * MiB;

void read_certificate(Section& section, http::Listener& listener) {
    listener.certificate_file =
        resolve_credential(section.text("certificate_file", "", file_name), section.directory());
    listener.key_file = resolve_credential(section.text("key_file", "", file_name), section.directory());
    if (listener.certificate_file.empty() != listener.key_file.empty()) {
        section.problem(listener.key_file.empty() ? "certificate_file" : "key_file",
                        "certificate_file and key_file belong together; only one is set");
        return;
    }
    if (listener.certificate_file.empty()) return;
    require_readable(section, "certificate_file", listener.certificate_file);
    require_readable(section, "key_file", listener.key_file);
}

void check_plain_http(Section& section, const std::string& option, const http::Listener& listener,
                      bool allowed, Config& config) {
    if (!listener.certificate_file.empty() || !listener.unix_socket.empty()) return;
    if (is_loopback(listener.address)) return;
    if (!allowed) {
        section.problem(
            option, "not a loopback address, and there is no certificate: " + in_quotes(listener.address),
            "Payloads hold personal data. Set certificate_file and key_file, or listen on 127.0.0.1 "
            "behind a TLS proxy, or set allow_plain_http_on_public_address = true");
        return;
    }
    config.warnings.push_back("[listen] " + option + ": " + listener.address +
                              " takes plain HTTP; payloads with personal data cross the network unencrypted");
}

void read_unix_socket(Section& section, http::Listener& listener) {
    listener.unix_socket = section.text("unix_socket", "", absolute_path);
    listener.unix_socket_mode = section.choice<std::uint32_t>(
        "unix_socket_mode", 0660, {{"0600", 0600}, {"0660", 0660}, {"0666", 0666}});
    listener.unix_socket_group = section.text("unix_socket_group", "", any_text);
    if (listener.unix_socket.empty()) return;
    for (const char* option : {"address", "port"}) {
        if (section.has(option)) {
            section.problem(option, "the webhook's listener has a Unix socket and no address or port",
                            "Leave out either this or unix_socket");
        }
    }
}

void read_path(Section& section, Config& config) {
    config.webhook.path = section.text("path", config.webhook.path, url_path);
    if (std::find(own_paths.begin(), own_paths.end(), config.webhook.path) != own_paths.end()) {
        section.problem("path", "is taken by the daemon itself: " + in_quotes(config.webhook.path),
                        "Choose another, e.g. \"/webhook\"");
    }
}

void read_health_listener(Section& section, bool plain_allowed, Config& config) {
    const std::string address = section.text("health_address", "", ip_address);
    const auto port = section.integer("health_port", health_port, 0, 65535);
    config.separate_health_listener = !address.empty();
    config.health_listener = config.webhook_listener;  // one certificate for both
    config.health_listener.unix_socket.clear();
    if (!config.separate_health_listener) {
        if (port != health_port) {
            config.warnings.push_back("[listen] health_port: has no effect without health_address");
        }
        return;
    }
    config.health_listener.address = address;
    config.health_listener.port = port;
    if (config.webhook_listener.unix_socket.empty() && port != 0 && port == config.webhook_listener.port &&
        address == config.webhook_listener.address) {
        section.problem("health_address", "address and port are the webhook's own: " + in_quotes(address),
                        "Leave health_address out to have both on one listener");
    }
    check_plain_http(section, "health_address", config.health_listener, plain_allowed, config);
}

// A secret that is too short can be guessed from one recorded request.
void check_secrets(const std::vector<std::string>& files, Config& config) {
    const auto& secrets = config.webhook.secrets;
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        if (secrets[i].size() < secret_length_advised) {
            config.warnings.push_back("secret file " + files[i] + ": shorter than " +
                                      std::to_string(secret_length_advised) + " characters");
        }
        const auto before = secrets.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(secrets.begin(), before, secrets[i]) != before) {
            config.warnings.push_back("secret file " + files[i] + ": holds the same secret as another one");
        }
    }
}

}  // namespace

void read_listen(Reader& reader, Config& config) {
    Section section = reader.section("listen");
    auto& listener = config.webhook_listener;
    listener.address = section.text("address", listener.address, ip_address);
    listener.port = section.integer("port", webhook_port, 0, 65535);
    read_unix_socket(section, listener);
    read_certificate(section, listener);
    const bool plain_allowed = section.boolean("allow_plain_http_on_public_address", false);
    check_plain_http(section, "address", listener, plain_allowed, config);
    read_path(section, config);
    read_health_listener(section, plain_allowed, config);
    if (listener.unix_socket.empty()) return;
    // Nobody is between the two ends of it.
    if (!listener.certificate_file.empty() && !config.separate_health_listener) {
        section.problem("certificate_file", "a Unix socket has no certificate",
                        "Leave it out; it is for an address, such as health_address");
    }
    listener.certificate_file.clear();
    listener.key_file.clear();
}

void read_webhook(Reader& reader, Config& config) {
    Section section = reader.section("webhook");
    auto& webhook = config.webhook;
    webhook.url = section.text("url", "", any_text);
    if (!webhook.url.empty() && !parse_url(webhook.url)) {
        // Not repeated: there may be a password in it.
        section.problem("url", "must be an absolute URL of http or https, without a user's name or password");
    }
    webhook.secrets_from_database =
        section.choice<bool>("secret", false, {{"from-files", false}, {"from-database", true}});
    webhook.secret_files = section.texts("secret_files", {}, file_name);
    if (!webhook.secrets_from_database) {
        section.require("secret_files", "Without the webhook's secret nobody's signature can be checked");
    }
    std::vector<std::string> read_files;
    for (const auto& file : webhook.secret_files) {
        std::string secret = read_secret_of(section, "secret_files", file, config.warnings);
        if (secret.empty()) continue;
        read_files.push_back(file);
        webhook.secrets.push_back(std::move(secret));
    }
    check_secrets(read_files, config);
}

void read_limits(Reader& reader, Config& config) {
    Section section = reader.section("limits");
    auto& limits = config.limits;
    limits.body_bytes_max = section.size("body_size_max", limits.body_bytes_max, KiB, GiB);
    limits.bodies_bytes_max = section.size("bodies_size_max", limits.bodies_bytes_max, KiB, 64 * GiB);
    limits.header_bytes_max = section.size("header_size_max", limits.header_bytes_max, KiB, MiB);
    limits.connections_max = section.integer("connections_max", limits.connections_max, 1, 100'000);
    limits.requests_per_commit_max =
        section.integer("requests_per_commit_max", limits.requests_per_commit_max, 1, 10'000);
    limits.header_timeout = section.duration("header_timeout", limits.header_timeout, 100ms, 10min);
    limits.body_timeout = section.duration("body_timeout", limits.body_timeout, 100ms, 10min);
    limits.idle_timeout = section.duration("idle_timeout", limits.idle_timeout, 100ms, 1h);
    limits.write_timeout = section.duration("write_timeout", limits.write_timeout, 100ms, 10min);
    limits.drain_timeout = section.duration("drain_timeout", limits.drain_timeout, 100ms, 10min);
    if (limits.bodies_bytes_max < limits.body_bytes_max) {
        section.problem(section.has("bodies_size_max") ? "bodies_size_max" : "body_size_max",
                        "bodies_size_max is smaller than body_size_max",
                        "The largest body allowed would never be read");
    }
}

}  // namespace gdprd::config
