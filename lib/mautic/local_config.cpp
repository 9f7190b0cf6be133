#include "mautic/local_config.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "content/php_source.h"

namespace gdprd::mautic {

namespace {

namespace fs = std::filesystem;

using content::PhpConstant;
using ConstantKind = PhpConstant::Kind;

constexpr const char* by_options =
    "Give the values themselves: --database-name, --database-host or --database-socket, --table-prefix";

// Symfony's own way to name a variable: "%env(MAUTIC_DB_HOST)%", "%env(int:MAUTIC_DB_PORT)%".
std::optional<std::string> variable_in(const std::string& text) {
    constexpr std::string_view begin = "%env(";
    constexpr std::string_view end = ")%";
    if (!text.starts_with(begin) || !text.ends_with(end)) return std::nullopt;
    const std::string inner = text.substr(begin.size(), text.size() - begin.size() - end.size());
    const std::size_t colon = inner.rfind(':');
    if (colon == std::string::npos) return inner;
    // Others than these make another value of it: the content of a file, for one.
    const std::string processor = inner.substr(0, colon);
    if (processor != "string" && processor != "int") return std::nullopt;
    return inner.substr(colon + 1);
}

class Settings {
  public:
    Settings(const PhpConstant& parameters, const Environment& environment)
        : parameters_(parameters), environment_(environment) {}

    LocalSetting find(const std::string& key) const {
        const PhpConstant* found = parameters_.find(key);
        if (found == nullptr) return {key, std::nullopt, not_in_file};
        switch (found->kind) {
            case ConstantKind::null:
                return {key, "", ""};
            case ConstantKind::integer:
                return {key, found->text, ""};
            case ConstantKind::environment:
                return from_environment(key, found->text);
            case ConstantKind::string:
                break;
            default:
                return {key, std::nullopt, "is computed, or no text"};
        }
        if (const auto variable = variable_in(found->text)) return from_environment(key, *variable);
        // A parameter of Symfony, which may come from anywhere.
        if (found->text.find('%') != std::string::npos)
            return {key, std::nullopt, "refers to another setting"};
        return {key, found->text, ""};
    }

  private:
    LocalSetting from_environment(const std::string& key, const std::string& variable) const {
        auto value = environment_(variable);
        // In the place of an empty one "?:" puts another value, which is not read here.
        if (value && !value->empty()) return {key, std::move(value), ""};
        return {key, std::nullopt,
                "comes from the environment variable " + variable + ", which is " +
                    (value ? "empty here" : "not set here")};
    }

    const PhpConstant& parameters_;
    const Environment& environment_;
};

bool is_file(const fs::path& path) {
    std::error_code error;
    const bool answer = fs::is_regular_file(path, error);
    if (error == std::errc::permission_denied) {
        throw ConfigurationError(path.string() + ": " + error.message(), "Run init as root");
    }
    return answer;
}

}  // namespace

fs::path find_local_config(const fs::path& place) {
    if (is_file(place)) return place;
    std::vector<fs::path> found;
    std::vector<fs::path> directories{place, place / "docroot"};
    if (place.filename() == "docroot") directories.push_back(place.parent_path());
    for (const fs::path& directory : directories) {
        for (const char* below : {"config/local.php", "app/config/local.php"}) {
            const fs::path file = directory / below;
            if (!is_file(file)) continue;
            std::error_code ignored;
            const bool is_known = !found.empty() && fs::equivalent(found.front(), file, ignored);
            if (!is_known) found.push_back(file);
        }
    }
    if (found.empty()) {
        throw ConfigurationError(place.string() + ": no config/local.php is in it",
                                 "Give the directory that Mautic was installed in, or the file itself");
    }
    if (found.size() > 1) {
        throw ConfigurationError(place.string() + ": has " + found[0].string() + " and " + found[1].string(),
                                 "Give the one that this Mautic uses as --mautic FILE");
    }
    return found.front();
}

LocalConfig parse_local_config(std::string_view source, const fs::path& file,
                               const Environment& environment) {
    try {
        const PhpConstant parameters = content::read_php_assignments(source, "parameters");
        const Settings settings(parameters, environment);
        return {file,
                settings.find("db_host"),
                settings.find("db_port"),
                settings.find("db_unix_socket"),
                settings.find("db_name"),
                settings.find("db_table_prefix"),
                settings.find("site_url"),
                settings.find("queue_mode")};
    } catch (const content::PhpSourceError& error) {
        throw ConfigurationError(
            file.string() + ": " + error.what(),
            std::string("It is read, not executed, and what was read might not hold. ") + by_options);
    }
}

LocalConfig read_local_config(const fs::path& place, const Environment& environment) {
    const fs::path file = find_local_config(place);
    // Mautic reads it after the other one, and takes its word (CoreBundle/Loader/ParameterLoader.php).
    const fs::path above = file.parent_path() / "parameters_local.php";
    if (is_file(above)) {
        throw ConfigurationError(above.string() + ": changes what " + file.string() + " says",
                                 "Leave --mautic out and give --database-name and the others yourself");
    }
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw ConfigurationError(file.string() + ": " + std::strerror(errno), "Run init as root");
    // One byte more than is read, so that a larger file is refused and not cut.
    std::string source(content::PhpSourceLimits{}.bytes_max + 1, '\0');
    stream.read(source.data(), static_cast<std::streamsize>(source.size()));
    if (stream.bad()) throw ConfigurationError(file.string() + ": " + std::strerror(errno));
    source.resize(static_cast<std::size_t>(stream.gcount()));
    return parse_local_config(source, file, environment);
}

}  // namespace gdprd::mautic
