// Every option of the configuration either takes effect with a reload or is named as waiting for a restart.
#include "daemon/restart_needed.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "../config/config_fixture.h"
#include "base/error.h"
#include "support/catch.h"

using namespace gdprd;

namespace {

struct Option {
    std::string section;
    std::string name;
};

// Those of the sample file, which holds every option, commented or not.
std::vector<Option> every_option() {
    std::ifstream file(GDPRD_SOURCE_DIR "/config/mautic-gdprd.toml");
    std::vector<Option> options;
    std::string section;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1);
        if (line.starts_with('#')) line.erase(0, 1);
        const auto sign = line.find(" = ");
        const bool is_name = sign != std::string::npos &&
                             line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == sign;
        if (is_name && !section.empty()) options.push_back({section, line.substr(0, sign)});
    }
    return options;
}

std::string file_with(const std::string& option, const std::string& value) {
    std::map<std::string, std::string> lines{{"database.name", "\"mautic\""},
                                             {"webhook.secret_files", "[\"webhook-secret\"]"}};
    if (!option.empty()) lines[option] = value;
    std::string text;
    for (const auto& [name, one] : lines) text += name + " = " + one + "\n";
    return text;
}

// One of these is another value than the default for any option.
const char* const values[] = {"true",
                              "false",
                              "1",
                              "3",
                              "70",
                              "700",
                              "7000",
                              "\"7s\"",
                              "\"70s\"",
                              "\"7m\"",
                              "\"3h\"",
                              "\"5MiB\"",
                              "32",
                              "\"70MiB\"",
                              "\"20KiB\"",
                              "[\"7m\"]",
                              "[\"other\"]",
                              "[\"manual\"]",
                              "\"other\"",
                              "\"/other\"",
                              "\"127.0.0.2\"",
                              "\"debug\"",
                              "\"json\"",
                              "\"off\"",
                              "\"all\"",
                              "\"md5\"",
                              "\"none\"",
                              "\"stop\"",
                              "\"keep\"",
                              "\"delete\"",
                              "\"same-name\"",
                              "\"from-database\"",
                              "\"http://other/webhook\"",
                              "\"3y\"",
                              "\"seal-key\"",
                              "\"hash-key\"",
                              "[\"hash-key\"]"};

const std::set<std::string> live_sections = {
    "trigger",   "trigger.grace", "hold",        "hold.fields", "policy",  "policy.fields", "policy.columns",
    "ways_back", "companies",     "text_search", "hash",        "webhook", "lookup"};
const std::set<std::string> live_options = {"mautic.data_map", "mautic.own_data_maps", "mautic.plugin_maps",
                                            "mautic.directory"};
// Say nothing by themselves.
const std::set<std::string> need_others = {"listen.allow_plain_http_on_public_address",
                                           "listen.health_port",
                                           "listen.certificate_file",
                                           "listen.key_file",
                                           "database.tls_ca_file",
                                           "listen.unix_socket_mode",
                                           "listen.unix_socket_group"};

}  // namespace

TEST_CASE("every option takes effect with a reload or is named as waiting for a restart") {
    const test::SecretDirectory secrets;
    const config::Config running = config::parse_config(file_with("", ""), "test");
    const auto options = every_option();
    REQUIRE(options.size() > 60);
    for (const Option& option : options) {
        const std::string name = option.section + "." + option.name;
        if (need_others.contains(name)) continue;
        if (option.section == "desk") continue;  // another process reads it
        CAPTURE(name);
        std::set<std::string> told;
        for (const char* value : values) {
            try {
                told.insert(
                    daemon::restart_needed(running, config::parse_config(file_with(name, value), "test")));
            } catch (const ConfigurationError&) {
                // no value for this option
            }
        }
        if (live_sections.contains(option.section) || live_options.contains(name)) {
            CHECK(told == std::set<std::string>{""});
        } else {
            CHECK(told.contains("[" + option.section + "]"));
        }
    }
}

TEST_CASE("what waits for a restart stays as it was, all of it") {
    const test::SecretDirectory secrets;
    const config::Config running = config::parse_config(file_with("", ""), "test");
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"ledger.database", "\"other\""}, {"worker.slice_rows", "777"}, {"listen.path", "\"/other\""}}) {
        CAPTURE(name);
        const auto live = daemon::live_part(running, config::parse_config(file_with(name, value), "test"));
        CHECK(live.ledger.database == running.ledger.database);
        CHECK(live.worker.slice_rows == running.worker.slice_rows);
        CHECK(live.webhook.path == running.webhook.path);
    }
    const auto live =
        daemon::live_part(running, config::parse_config(file_with("policy.unknown", "\"stop\""), "test"));
    CHECK(live.policy.unknown == policy::UnknownRule::stop);
}
