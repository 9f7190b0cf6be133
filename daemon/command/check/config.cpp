#include "daemon/command/check/config.h"

#include <unistd.h>

#include <iostream>

#include "base/error.h"
#include "config/known_options.h"
#include "daemon/assembly.h"
#include "daemon/command/check.h"
#include "daemon/command/copy_config.h"
#include "daemon/web.h"
#include "http/usable.h"

namespace gdprd::command {

namespace {

namespace fs = std::filesystem;

bool everybody_may(const fs::path& path, fs::perms right) {
    std::error_code error;
    const auto status = fs::status(path, error);
    return error || (status.permissions() & right) != fs::perms::none;
}

bool everybody_can_read(const fs::path& file) {
    for (fs::path directory = file.parent_path(); directory.has_relative_path();
         directory = directory.parent_path()) {
        if (!everybody_may(directory, fs::perms::others_exec)) return false;
    }
    return everybody_may(file, fs::perms::others_read);
}

}  // namespace

void check_listeners(const config::Config& config, CheckReport& report) {
    try {
        for (const http::Listener& listener : daemon::server_options(config).listeners) {
            http::require_usable(listener);
        }
        report.ok("listener", config.webhook_listener.unix_socket.empty()
                                  ? config.webhook_listener.address + " port " +
                                        std::to_string(config.webhook_listener.port)
                                  : config.webhook_listener.unix_socket);
    } catch (const ConfigurationError& error) {
        report.problem("listener", error);
    }
}

void check_readable_for_service(const fs::path& config_file, CheckReport& report) {
    if (::geteuid() != 0) return;
    const auto directory = fs::absolute(config_file).parent_path().lexically_normal();
    if (everybody_may(directory, fs::perms::others_read)) {
        report.warning("files", directory.string() + ": everybody can list it",
                       "chmod 0700 " + directory.string());
    }
    for (const fs::path& file : config::named_files(config_file)) {
        const bool handed_over = is_within(file, directory);
        if (handed_over || everybody_can_read(file)) continue;
        report.warning("files", file.string() + ": not everybody can read it, and the service is not root",
                       "Put it into " + directory.string() +
                           ", which the service gets a copy of; or give the service's user the right to it");
    }
}

ExitCode check_config(const CommonOptions& options) {
    const daemon::Assembly assembly(options.config_file);
    for (const http::Listener& listener : daemon::server_options(assembly.config).listeners) {
        http::require_usable(listener);
    }
    std::cout << "The configuration can be used: " << options.config_file.string() << ", data map "
              << assembly.config.mautic.data_map_file.string() << ", "
              << counted(assembly.map.entries.size(), "entry", "entries") << ".\n"
              << "Whether it fits Mautic's database, `mautic-gdprd check` says.\n";
    return ExitCode::done;
}

}  // namespace gdprd::command
