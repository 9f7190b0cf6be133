// What Mautic's own config/local.php says of its database and its address, for `init`. The file is read by
// content/php_source.h and never executed. Mautic's account and its password are not taken from it.
//
// Throws ConfigurationError, which never has a value of the file in it but the directory's name.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd::mautic {

inline constexpr const char* not_in_file = "is not in the file";

struct LocalSetting {
    std::string key;                  // "db_host"
    std::optional<std::string> text;  // "" where the file says null
    // Why there is none: "comes from the environment variable MAUTIC_DB_HOST, which is not set here".
    std::string reason;

    bool is_set() const { return text && !text->empty(); }
};

struct LocalConfig {
    std::filesystem::path file;
    LocalSetting host;
    LocalSetting port;
    LocalSetting unix_socket;
    LocalSetting database;
    LocalSetting table_prefix;
    LocalSetting site_url;
    LocalSetting queue_mode;
};

// The value of an environment variable of this process; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Where Mautic 3 to 7 keep the file below a directory: config/ (5 and newer) or app/config/, either one below
// docroot/ when Mautic was installed by Composer. `place` may also be the file itself, or docroot/.
std::filesystem::path find_local_config(const std::filesystem::path& place);

LocalConfig read_local_config(const std::filesystem::path& place, const Environment& environment);

// Of a file's content; `file` stands for it in errors. Pure but for `environment`.
LocalConfig parse_local_config(std::string_view source, const std::filesystem::path& file,
                               const Environment& environment);

}  // namespace gdprd::mautic
