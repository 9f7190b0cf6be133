#include "daemon/command/check/instances.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/command/common.h"

namespace gdprd::command {

namespace fs = std::filesystem;

namespace {

// One that may not be looked at counts as there.
bool may_be_there(const fs::path& file) {
    std::error_code error;
    return fs::exists(file, error) || error == std::errc::permission_denied;
}

std::string server_of(const database::ConnectionOptions& database) {
    return database.unix_socket.empty() ? database.host + ":" + std::to_string(database.port)
                                        : database.unix_socket;
}

void add_listener(const http::Listener& listener, std::vector<std::string>& things) {
    if (!listener.unix_socket.empty()) {
        things.push_back("the socket " + listener.unix_socket);
    } else if (listener.port != 0) {
        things.push_back("the listener " + listener.address + ":" + std::to_string(listener.port));
    }
}

// What only one may have.
std::vector<std::string> own_things(const config::Config& config) {
    const std::string server = " on the database server " + server_of(config.database);
    std::vector<std::string> things{
        "the queue in " + config.queue.directory.lexically_normal().string(),
        "the ledger " + config.ledger.database + server,
        "the Mautic in the database " + config.database.database +
            (config.mautic.table_prefix.empty() ? ""
                                                : " with the table prefix " + config.mautic.table_prefix) +
            server};
    add_listener(config.webhook_listener, things);
    if (config.separate_health_listener) add_listener(config.health_listener, things);
    return things;
}

}  // namespace

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

CheckReport check_apart(const std::vector<Instance>& instances) {
    std::map<std::string, std::vector<std::string>> owners;
    for (const Instance& instance : instances) {
        try {
            for (const std::string& thing : own_things(config::load_config(instance.config_file))) {
                owners[thing].push_back(instance.config_file.string());
            }
        } catch (const ConfigurationError&) {
            continue;
        }
    }
    CheckReport report;
    for (const auto& [thing, files] : owners) {
        if (files.size() < 2) continue;
        report.problem("instances", thing + " is shared by " + join(files, " and "),
                       "Give each a name of its own, as `mautic-gdprd init --instance NAME` does");
    }
    return report;
}

}  // namespace gdprd::command
