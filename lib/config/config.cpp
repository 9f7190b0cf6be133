#include "config/config.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "config/document.h"
#include "config/known_options.h"
#include "config/sections.h"
#include "config/template.h"

namespace gdprd::config {

namespace {

// The order is that of the sample and the documentation.
Config read_all(Reader& reader, const std::filesystem::path& directory) {
    Config config;
    read_mautic(reader, directory, config);
    read_database(reader, config);
    read_ledger(reader, config);
    read_lookup(reader, config);
    read_seal(reader, config);
    read_notify(reader, config);
    read_listen(reader, config);
    read_webhook(reader, config);
    read_limits(reader, config);
    read_trigger(reader, config);
    read_hold(reader, config);
    read_policy(reader, config);
    read_ways_back(reader, config);
    read_companies(reader, config);
    read_text_search(reader, config);
    read_hash(reader, config);
    read_sweep(reader, config);
    read_safety(reader, config);
    read_suppression(reader, config);
    read_deleted_contacts(reader, config);
    read_audit(reader, config);
    read_retention(reader, config);
    read_queue(reader, config);
    read_worker(reader, config);
    read_health(reader, config);
    read_desk(reader, config);
    read_log(reader, config);
    reader.report_unknown();
    return config;
}

}  // namespace

Config parse_config(const std::string& text, const std::string& name, Reads reads) {
    const Document document = parse_document(text, name);
    Reader reader(document, name, reads);
    Config config = read_all(reader, std::filesystem::path(name).parent_path());
    reader.throw_if_any_problem();
    return config;
}

namespace {

std::string text_of(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_fifo(std::filesystem::symlink_status(file, ignored))) {
        throw ConfigurationError(file.string() + ": a pipe, not a file");
    }
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream.is_open() || stream.bad() || errno != 0) {
        const bool is_missing = errno == ENOENT;
        throw ConfigurationError(file.string() + ": cannot be read: " + std::strerror(errno),
                                 is_missing ? "`mautic-gdprd init` writes one"
                                            : "Run as the administrator (root), or as the daemon's own user");
    }
    return text.str();
}

}  // namespace

Config load_config(const std::filesystem::path& file, Reads reads) {
    return parse_config(text_of(file), file.string(), reads);
}

std::set<std::filesystem::path> named_files(const std::filesystem::path& file, Reads reads) {
    const Document document = parse_document(text_of(file), file.string());
    const auto directory = std::filesystem::absolute(file).parent_path();
    Reader reader(document, file.string(), reads);
    const Config config = read_all(reader, {directory});
    std::set<std::filesystem::path> files;
    for (const std::string& name : reader.files()) files.insert((directory / name).lexically_normal());
    for (const std::string& name : reader.withheld_files())
        files.erase((directory / name).lexically_normal());
    std::error_code ignored;
    for (const auto& map : std::filesystem::directory_iterator(config.mautic.plugin_map_directory, ignored)) {
        if (map.path().extension() == ".toml") files.insert(map.path().lexically_normal());
    }
    return files;
}

std::vector<KnownOption> known_options(const std::string& text) {
    const Document document = parse_document(text, "known options");
    Reader reader(document, "known options");
    read_all(reader, {});
    return reader.known();
}

policy::FieldPolicy sample_policy() {
    const Document document = parse_document(sample_text(), "sample");
    Reader reader(document, "sample");
    return read_all(reader, {}).policy;
}

}  // namespace gdprd::config
