// A configuration file for one installation, made from the commented sample config/mautic-gdprd.toml, which
// is compiled in. What `init` writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/field_policy.h"

namespace gdprd::config {

// What is not set stays as the sample has it.
struct SampleValues {
    std::optional<std::string> table_prefix;
    std::optional<std::string> data_map;
    std::optional<std::string> database_host;
    std::optional<std::uint16_t> database_port;
    std::optional<std::string> database_unix_socket;
    std::optional<std::string> database_user;
    std::optional<std::string> database_password_file;  // "": no password
    std::optional<std::string> database_name;
    std::optional<std::string> ledger_database;
    std::optional<std::string> webhook_url;
    std::vector<std::string> webhook_secret_files;
    std::optional<std::string> hash_algorithm;
    std::optional<std::string> hash_key_file;  // "": no key
    std::optional<std::string> seal_key_file;
    std::optional<std::string> queue_directory;
    std::optional<std::string> listen_unix_socket;
};

// The sample as it is in the source tree.
const std::string& sample_text();

// The sample with `values` in place of its own, comments and all. Load it again before relying on it: the
// values are not checked here.
std::string render_sample(const SampleValues& values);

// The policy of the sample, without looking at the files it names.
policy::FieldPolicy sample_policy();

}  // namespace gdprd::config
