// [desk]: the officer's desk, a process of its own (`mautic-gdprd desk`).
#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "config/secret_file.h"
#include "config/sections.h"

namespace gdprd::config {

namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t desk_port = 8482;
constexpr const char* default_accounts_file = "desk-accounts";

// Nobody but this machine, or over TLS: passwords come this way.
void read_listener(Section& section, http::Listener& listener) {
    listener.address = section.text("address", listener.address, ip_address);
    listener.port = section.integer("port", desk_port, 0, 65535);
    listener.unix_socket = section.text("unix_socket", "", absolute_path);
    listener.unix_socket_mode = section.choice<std::uint32_t>(
        "unix_socket_mode", 0660, {{"0600", 0600}, {"0660", 0660}, {"0666", 0666}});
    listener.unix_socket_group = section.text("unix_socket_group", "", any_text);
    const std::string certificate = section.text("certificate_file", "", file_name);
    const std::string key = section.text("key_file", "", file_name);
    if (certificate.empty() != key.empty()) {
        section.problem(key.empty() ? "certificate_file" : "key_file",
                        "certificate_file and key_file belong together; only one is set");
    }
    if (!listener.unix_socket.empty()) {
        for (const char* option : {"address", "port", "certificate_file", "key_file"}) {
            if (!section.has(option)) continue;
            section.problem(option, "the desk's listener has a Unix socket",
                            "Leave out either this or unix_socket");
        }
        return;
    }
    if (!certificate.empty()) {
        listener.certificate_file = resolve_credential(certificate, section.directory());
        listener.key_file = resolve_credential(key, section.directory());
    } else if (!is_loopback(listener.address)) {
        section.problem("address",
                        "not a loopback address, and there is no certificate: " + in_quotes(listener.address),
                        "Passwords and answers about people cross the network. Set certificate_file and "
                        "key_file, or listen on 127.0.0.1 or a Unix socket behind a TLS proxy");
    }
}

void read_signing_in(Section& section, DeskOptions& desk) {
    const std::string accounts = section.text("accounts_file", default_accounts_file, file_name);
    desk.accounts_file = resolve_credential(accounts, section.directory());
    desk.trusted_header = to_lower(section.text("trusted_header", "", header_name));
    if (!desk.trusted_header.empty() && desk.listener.unix_socket.empty()) {
        section.problem("trusted_header", "whoever can connect could say that they are anybody",
                        "Set unix_socket, which only the proxy may use");
    }
    desk.codes_required =
        section.choice<bool>("one_time_codes", false, {{"optional", false}, {"required", true}});
    desk.idle_timeout = section.duration("idle_timeout", desk.idle_timeout, 1min, 24h);
    desk.session_timeout = section.duration("session_timeout", desk.session_timeout, 1min, 24h);
    if (desk.session_timeout < desk.idle_timeout) {
        section.problem("session_timeout", "must not be shorter than idle_timeout");
    }
}

void read_daemon_url(Section& section, DeskOptions& desk) {
    desk.daemon_url = section.text("daemon_url", "", any_text);
    while (desk.daemon_url.ends_with('/')) desk.daemon_url.pop_back();
    if (desk.daemon_url.empty() || parse_url(desk.daemon_url)) return;
    section.problem("daemon_url",
                    "must be an absolute URL of http or https, without a user's name or password");
}

}  // namespace

void read_desk(Reader& reader, Config& config) {
    Section section = reader.section("desk");
    DeskOptions& desk = config.desk;
    read_listener(section, desk.listener);
    desk.database_user = section.text("database_user", desk.database_user, any_text);
    const std::string password_file = section.text("database_password_file", "", file_name);
    if (!password_file.empty()) {
        desk.database_password =
            read_secret_of(section, "database_password_file", password_file, config.warnings);
    }
    if (section.has("database_user") && desk.database_user == config.database.user) {
        section.problem(
            "database_user",
            "is the account of [database], which may change Mautic's data: " + in_quotes(desk.database_user),
            "Leave it out, or name another one; `mautic-gdprd grants --desk` says what it needs");
    }
    read_signing_in(section, desk);
    desk.time_zone = section.text("time_zone", desk.time_zone, any_text);
    desk.language = section.choice<words::Language>(
        "language", desk.language,
        {{"en", words::Language::en}, {"hu", words::Language::hu}, {"de", words::Language::de}});
    read_daemon_url(section, desk);
}

}  // namespace gdprd::config
