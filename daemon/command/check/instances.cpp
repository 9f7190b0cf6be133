#include "daemon/command/check/instances.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/command/common.h"
#include "database/connection.h"

namespace gdprd::command {

namespace fs = std::filesystem;

namespace {

// One that may not be looked at counts as there.
bool may_be_there(const fs::path& file) {
    std::error_code error;
    return fs::exists(file, error) || error == std::errc::permission_denied;
}

// One file or directory under one name, whatever links lead to it.
std::string real_name(const fs::path& path) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(path, error);
    return (error ? path.lexically_normal() : real).string();
}

// The ways to the database server of this machine are one, unless the port or the socket says otherwise.
std::string server_of(const database::ConnectionOptions& database) {
    constexpr const char* of_this_machine = "127.0.0.1";
    constexpr const char* usual_socket = "/run/mysqld/mysqld.sock";
    constexpr int usual_port = 3306;
    if (!database.unix_socket.empty() && real_name(database.unix_socket) != real_name(usual_socket)) {
        return real_name(database.unix_socket);
    }
    std::string host = to_lower(database.host);
    const bool is_local = !database.unix_socket.empty() || host == "localhost" || host == "::1";
    if (is_local) host = of_this_machine;
    return host + ":" + std::to_string(database.unix_socket.empty() ? database.port : usual_port);
}

constexpr Milliseconds quick{2'000};

// Which server it is, said by itself: MySQL has an id of its own; MariaDB is told by machine, port and data.
std::string identity_of(const database::ConnectionOptions& options) try {
    database::ConnectionOptions hurried = options;
    hurried.connect_timeout = std::min(options.connect_timeout, quick);
    hurried.database.clear();  // it need not be there
    database::Connection connection(hurried);
    database::Rows uuid =
        connection.select("SHOW GLOBAL VARIABLES LIKE 'server_uuid'", {}, "server: read its id");
    if (uuid.next()) return uuid.text(1);
    database::Rows rows = connection.select("SELECT CONCAT_WS(' ', @@hostname, @@port, @@datadir)", {},
                                            "server: read its place");
    return rows.next() ? rows.text(0) : std::string();
} catch (const Error&) {
    return {};  // its own check says why
}

struct Servers {
    // What the first configuration that led to a server calls it, by what the server says of itself.
    std::map<std::string, std::string> names;

    std::string name_of(const database::ConnectionOptions& options) {
        const std::string said = server_of(options);
        const std::string identity = identity_of(options);
        return identity.empty() ? said : names.try_emplace(identity, said).first->second;
    }
};

std::vector<http::Listener> listeners_of(const config::Config& config) {
    std::vector<http::Listener> listeners{config.webhook_listener};
    if (config.separate_health_listener) listeners.push_back(config.health_listener);
    return listeners;
}

// What only one may have, but for a port.
std::vector<std::string> own_things(const config::Config& config, Servers& servers) {
    const std::string server = " on the database server " + servers.name_of(config.database);
    std::vector<std::string> things{
        "the queue in " + real_name(config.queue.directory), "the ledger " + config.ledger.database + server,
        "the Mautic in the database " + config.database.database +
            (config.mautic.table_prefix.empty() ? ""
                                                : " with the table prefix " + config.mautic.table_prefix) +
            server};
    for (const http::Listener& listener : listeners_of(config)) {
        if (!listener.unix_socket.empty()) things.push_back("the socket " + real_name(listener.unix_socket));
    }
    return things;
}

struct Port {
    http::Listener listener;
    std::string file;  // of the configuration
};

void add_ports(const config::Config& config, const std::string& file, std::vector<Port>& ports) {
    for (const http::Listener& listener : listeners_of(config)) {
        if (listener.unix_socket.empty() && listener.port != 0) ports.push_back({listener, file});
    }
}

bool is_every_address(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// A listener on every address takes the port on each.
bool collide(const http::Listener& one, const http::Listener& other) {
    return one.port == other.port &&
           (one.address == other.address || is_every_address(one.address) || is_every_address(other.address));
}

std::string name_of(const http::Listener& listener) {
    return listener.address + ":" + std::to_string(listener.port);
}

constexpr const char* advice = "Give each a name of its own, as `mautic-gdprd init --instance NAME` does";

void report_ports(const std::vector<Port>& ports, CheckReport& report) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
        for (std::size_t k = i + 1; k < ports.size(); ++k) {
            const Port& one = ports[i];
            const Port& other = ports[k];
            if (!collide(one.listener, other.listener)) continue;
            const std::string names =
                one.listener.address == other.listener.address
                    ? name_of(one.listener)
                    : name_of(one.listener) + ", which is " + name_of(other.listener) + " too,";
            report.problem("instances",
                           "the listener " + names + " is shared by " + one.file + " and " + other.file,
                           "Give each a port of its own, or a socket: [listen] unix_socket");
        }
    }
}

}  // namespace

std::vector<std::string> skipped_in(const fs::path& directory) {
    std::vector<std::string> skipped;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        std::error_code unknown;
        if (!at->is_directory(unknown)) continue;
        const bool is_configured = may_be_there(at->path() / config_file_name);
        if (!is_instance_name(at->path().filename().string())) {
            skipped.push_back(at->path().string() + ": not looked at, an instance cannot have this name");
        } else if (!is_configured) {
            skipped.push_back(at->path().string() + ": not looked at, it has no " + config_file_name);
        }
    }
    std::ranges::sort(skipped);
    return skipped;
}

std::vector<Instance> find_instances(const fs::path& directory) {
    std::vector<Instance> instances;
    if (may_be_there(directory / config_file_name)) instances.push_back({"", directory / config_file_name});
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (is_instance_name(name) && may_be_there(at->path() / config_file_name)) {
            instances.push_back({name, at->path() / config_file_name});
        }
    }
    if (error) {
        throw ConfigurationError(directory.string() + ": cannot be read: " + error.message(),
                                 "Run `mautic-gdprd check` as root");
    }
    std::ranges::sort(instances, {}, &Instance::name);
    return instances;
}

CheckReport check_apart(const std::vector<Instance>& instances, const std::vector<std::string>& skipped) {
    CheckReport report;
    for (const std::string& one : skipped) report.warning("instances", one);
    Servers servers;
    std::map<std::string, std::vector<std::string>> owners;
    std::vector<Port> ports;
    for (const Instance& instance : instances) {
        try {
            const config::Config config = config::load_config(instance.config_file);
            for (const std::string& thing : own_things(config, servers)) {
                owners[thing].push_back(instance.config_file.string());
            }
            add_ports(config, instance.config_file.string(), ports);
        } catch (const ConfigurationError&) {
            report.warning(
                "instances",
                instance.config_file.string() + ": cannot be used, so it was compared with no other",
                "Run `mautic-gdprd check --all-instances` again when it is mended");
        }
    }
    for (const auto& [thing, files] : owners) {
        if (files.size() < 2) continue;
        report.problem("instances", thing + " is shared by " + join(files, " and "), advice);
    }
    report_ports(ports, report);
    return report;
}

}  // namespace gdprd::command
