#include "config/template.h"

#include <map>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "config/document.h"

namespace gdprd::config {

namespace {

using Place = std::pair<std::string, std::string>;  // section, option
using Replacements = std::map<Place, std::string>;

std::string list_of(const std::vector<std::string>& texts) {
    std::vector<std::string> parts;
    for (const auto& text : texts) parts.push_back(in_quotes(text));
    return '[' + join(parts, ", ") + ']';
}

Replacements replacements_of(const SampleValues& values) {
    Replacements replacements;
    const auto set = [&](const char* section, const char* option, const std::optional<std::string>& text) {
        if (text) replacements[{section, option}] = in_quotes(*text);
    };
    set("mautic", "table_prefix", values.table_prefix);
    set("mautic", "data_map", values.data_map);
    set("database", "host", values.database_host);
    set("database", "unix_socket", values.database_unix_socket);
    set("database", "user", values.database_user);
    set("database", "password_file", values.database_password_file);
    set("database", "name", values.database_name);
    set("ledger", "database", values.ledger_database);
    set("hash", "algorithm", values.hash_algorithm);
    set("hash", "key_file", values.hash_key_file);
    set("seal", "key_file", values.seal_key_file);
    set("listen", "unix_socket", values.listen_unix_socket);
    set("webhook", "url", values.webhook_url);
    set("queue", "directory", values.queue_directory);
    if (values.database_port) replacements[{"database", "port"}] = std::to_string(*values.database_port);
    if (!values.webhook_secret_files.empty()) {
        replacements[{"webhook", "secret_files"}] = list_of(values.webhook_secret_files);
    }
    return replacements;
}

// "port" of both "port = 3306" and "#port = 3306"; "" for every other line. Prose has a blank after its '#'.
std::string option_of(std::string_view line) {
    if (line.starts_with('#')) line.remove_prefix(1);
    const auto end = line.find(" = ");
    if (end == std::string_view::npos || line.starts_with(' ') || line.starts_with('"')) return {};
    return std::string(line.substr(0, end));
}

}  // namespace

std::string render_sample(const SampleValues& values) {
    Replacements replacements = replacements_of(values);
    std::istringstream sample(sample_text());
    std::string rendered;
    std::string section;
    for (std::string line; std::getline(sample, line);) {
        if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1);
        const std::string option = option_of(line);
        const auto found = replacements.find({section, option});
        if (found != replacements.end()) {
            line = option;
            line += " = " + found->second;
            replacements.erase(found);
        }
        rendered += line + '\n';
    }
    // Only a sample that lost an option gets here.
    for (const auto& [place, value] : replacements) {
        throw Error("the configuration sample has no option [" + place.first + "] " + place.second);
    }
    return rendered;
}

}  // namespace gdprd::config
