// A configuration file for a daemon under test, with its secrets beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "database/connection.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

struct DaemonConfig {
    // What every test needs: the database, a free port, a queue directory, secrets, the sample's policy,
    // short pauses. Nothing is written yet. The directory must outlive the file.
    DaemonConfig(const TemporaryDirectory& directory, const database::ConnectionOptions& database,
                 std::string table_prefix = "");

    // Options by dotted name with their TOML value, e.g. {"worker.settle", "[\"1s\"]"}. Change them, then
    // write.
    std::map<std::string, std::string> options;
    std::uint16_t port;
    std::string webhook_secret = "a webhook secret of the tests";
    std::string database_password;  // as given with the database; "" sends none

    // Writes the configuration and the secrets, again after every change; returns the configuration's path.
    std::filesystem::path write() const;
    std::filesystem::path queue_directory() const { return directory_ / "state"; }

  private:
    const TemporaryDirectory& directory_;
};

// A server that is not there, for whatever does not ask one.
database::ConnectionOptions no_database();

// As a TOML string.
std::string toml_text(const std::string& text);

}  // namespace gdprd::test
