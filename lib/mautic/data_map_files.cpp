// The files of the data map: the program's own, the operator's, and those of plugins.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "base/hex.h"
#include "mautic/data_map.h"
#include "mautic/map_entries.h"
#include "mautic/map_reader.h"

namespace gdprd::mautic {

namespace {

toml::table parsed(const std::string& text, const std::string& name) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        throw ConfigurationError(name + ":" + std::to_string(error.source().begin.line) + ": " +
                                 std::string(error.description()));
    }
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
        throw ConfigurationError("data map " + file.string() + ": cannot be read",
                                 "Set [mautic] data_map to the contact-data.toml that came with the program, "
                                 "and [mautic] own_data_maps to files that exist");
    }
    return text.str();
}

using Files = std::vector<std::filesystem::path>;

Files files_in(const std::filesystem::path& directory) {
    Files files;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(directory, error)) {
        if (file.path().extension() == ".toml") files.push_back(file.path());
    }
    if (error) {
        throw ConfigurationError(
            "maps of plugins " + directory.string() + ": cannot be read: " + error.message(),
            "Set [mautic] plugin_maps to the directory that came with the program, or to "
            "\"\" to use none");
    }
    std::sort(files.begin(), files.end());
    return files;
}

// The map of a plugin depends on nothing but the program's own map and itself.
PluginMap read_plugin(const DataMap& program_map, const std::filesystem::path& file) {
    const std::string text = read_file(file);
    const toml::table root = parsed(text, file.string());
    const toml::table* head = root["plugin"].as_table();
    if (head == nullptr) throw ConfigurationError(file.string() + ": [plugin] is missing");
    MapReader reader(*head, file.string(), "plugin");
    PluginMap plugin;
    plugin.name = reader.text("name", true);
    plugin.source = reader.text("source", true);
    plugin.marks = entry_columns(reader, "marks");
    if (plugin.marks.empty()) reader.fail("'marks' is missing");
    reader.finish();
    plugin.file = file.filename().string();
    plugin.digest = sha256_hex(text);
    DataMap both;
    both.entries = program_map.entries;
    add_entries(both, root, file.string(), TableEntry::Origin::plugin);
    plugin.entries.assign(both.entries.begin() + static_cast<std::ptrdiff_t>(program_map.entries.size()),
                          both.entries.end());
    return plugin;
}

// Which of two maps would decide about a table must not depend on the names of their files.
void refuse_repeated_tables(const std::vector<PluginMap>& plugins, const PluginMap& plugin,
                            const DataMap& program_map) {
    for (const TableEntry& entry : plugin.entries) {
        for (const PluginMap& other : plugins) {
            for (const TableEntry& known : other.entries) {
                const bool is_repeated = program_map.knows_table(entry.table)
                                             ? known.key() == entry.key()
                                             : known.is_about(entry.table) || entry.is_about(known.table);
                if (!is_repeated) continue;
                throw ConfigurationError("maps of plugins: " + other.file + " and " + plugin.file +
                                         " both describe table '" + entry.key() + "'");
            }
        }
    }
}

}  // namespace

DataMap parse_data_map(const std::string& text, const std::string& name) {
    DataMap map;
    add_entries(map, parsed(text, name), name, TableEntry::Origin::program);
    map.digest = sha256_hex(text);
    return map;
}

DataMap load_data_map(const std::filesystem::path& file, std::span<const std::filesystem::path> own_maps,
                      const std::filesystem::path& plugin_directory) {
    DataMap map = parse_data_map(read_file(file), file.string());
    if (!plugin_directory.empty()) {
        for (const auto& plugin_file : files_in(plugin_directory)) {
            PluginMap plugin = read_plugin(map, plugin_file);
            refuse_repeated_tables(map.plugins, plugin, map);
            map.plugins.push_back(std::move(plugin));
        }
    }
    std::string all = map.digest;
    for (const auto& own : own_maps) {
        const std::string text = read_file(own);
        add_entries(map, parsed(text, own.string()), own.string(), TableEntry::Origin::own);
        all += sha256_hex(text);
    }
    if (!own_maps.empty()) map.digest = sha256_hex(all);
    return map;
}

}  // namespace gdprd::mautic
