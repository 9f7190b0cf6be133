// The loader, the sample and docs/reference/configuration.md say the same: same options, defaults and ranges.
#include <map>
#include <sstream>

#include "config/config.h"
#include "config/known_options.h"
#include "config_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using config::KnownOption;

namespace {

const std::string sample_file = GDPRD_SOURCE_DIR "/config/mautic-gdprd.toml";
const std::string documentation_file = GDPRD_SOURCE_DIR "/docs/reference/configuration.md";

std::string full_name(const std::string& section, const std::string& name) {
    return '[' + section + "] " + name;
}

bool is_free(const KnownOption& option) { return option.name.starts_with('<'); }

struct SampleLine {
    bool commented;
    std::string value;
};

bool is_option_name(const std::string& text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string::npos;
}

// Every line "option = value" or "#option = value" by its full name.
std::map<std::string, SampleLine> sample_lines() {
    std::map<std::string, SampleLine> lines;
    std::istringstream stream(test::read_file(sample_file));
    std::string section;
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1);
        const bool commented = line.starts_with('#');
        const auto equals = line.find(" = ");
        if (equals == std::string::npos) continue;
        const std::string name = line.substr(commented ? 1 : 0, equals - (commented ? 1 : 0));
        if (!is_option_name(name)) continue;
        lines[full_name(section, name)] = {commented, line.substr(equals + 3)};
    }
    return lines;
}

std::string uncommented_sample() {
    std::istringstream stream(test::read_file(sample_file));
    std::string text;
    for (std::string line; std::getline(stream, line);) {
        const auto equals = line.find(" = ");
        const bool option = line.starts_with('#') && equals != std::string::npos &&
                            is_option_name(line.substr(1, equals - 1));
        text += (option ? line.substr(1) : line) + '\n';
    }
    return text;
}

struct Documented {
    std::map<std::string, std::string> items;  // "Default" → "`16`"
};

// "<alias>" stands in back-quotes, or it would be taken for a tag.
std::string without_backticks(std::string text) {
    std::erase(text, '`');
    return text;
}

// "## [section]", "### option", "- Default: `16`".
std::map<std::string, Documented> documented_options() {
    std::map<std::string, Documented> options;
    std::istringstream stream(test::read_file(documentation_file));
    std::string section;
    std::string name;
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("## ")) section = name = {};
        if (line.starts_with("## [")) section = line.substr(4, line.find(']') - 4);
        if (line.starts_with("### ") && !section.empty()) {
            name = full_name(section, without_backticks(line.substr(4)));
            options[name];
        }
        const auto colon = line.find(": ");
        if (name.empty() || !line.starts_with("- ") || colon == std::string::npos) continue;
        options[name].items[line.substr(2, colon - 2)] = line.substr(colon + 2);
    }
    return options;
}

std::map<std::string, KnownOption> by_name(const std::vector<KnownOption>& options) {
    std::map<std::string, KnownOption> result;
    for (const auto& option : options) result.emplace(full_name(option.section, option.name), option);
    return result;
}

}  // namespace

TEST_CASE("the sample has every option; a commented one shows the default") {
    const auto known = by_name(config::known_options());
    const auto lines = sample_lines();
    for (const auto& [name, option] : known) {
        INFO(name);
        if (is_free(option)) continue;
        const auto line = lines.find(name);
        CHECK(line != lines.end());
        if (line == lines.end() || !line->second.commented) continue;
        CHECK(line->second.value == option.default_value);
    }
    for (const auto& [name, line] : lines) {
        INFO(name);
        CHECK((known.contains(name) || name.starts_with("[policy.fields] ")));
    }
}

TEST_CASE("the sample can be used as it is, with the policy customers expect") {
    const test::SecretDirectory secrets;
    const auto config = config::load_config(sample_file);
    CHECK(config.warnings.empty());
    CHECK(config.mautic.data_map_file == GDPRD_SOURCE_DIR "/config/contact-data.toml");
    CHECK(config.database.password == "correct horse");
    CHECK(config.hash.key == "0123456789abcdef-hash");
    for (const char* alias : {"email", "firstname", "lastname", "mobile", "phone"}) {
        CHECK(config.policy.rule_for(alias) == policy::FieldRule::hash);
    }
    for (const char* alias :
         {"country", "preferred_locale", "timezone", "points", "attribution_date", "last_active"}) {
        CHECK(config.policy.rule_for(alias) == policy::FieldRule::keep);
    }
    CHECK(config.policy.rule_for("created_tomorrow") == policy::FieldRule::remove);
    CHECK(config.policy.fields.size() == 11);
}

TEST_CASE("uncommenting every option of the sample changes nothing") {
    const test::SecretDirectory secrets;
    const std::string uncommented = uncommented_sample();
    REQUIRE(uncommented != test::read_file(sample_file));
    CHECK_NOTHROW(config::parse_config(uncommented, sample_file));
    const auto before = config::known_options(test::read_file(sample_file));
    const auto after = config::known_options(uncommented);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        INFO(full_name(before[i].section, before[i].name));
        CHECK(before[i].value == after[i].value);
    }
}

TEST_CASE("the documentation has every option with the loader's default and range") {
    const auto known = by_name(config::known_options());
    const auto documented = documented_options();
    for (const auto& [name, option] : known) {
        INFO(name);
        const auto entry = documented.find(name);
        CHECK(entry != documented.end());
        if (entry == documented.end()) continue;
        const auto& items = entry->second.items;
        for (const char* item : {"Purpose", "Range", "Default", "Missing", "Advice", "See also"}) {
            INFO(item);
            CHECK(items.contains(item));
        }
        if (!items.contains("Range") || !items.contains("Default")) continue;
        CHECK_THAT(items.at("Range"), ContainsSubstring(option.range));
        CHECK_THAT(
            items.at("Default"),
            ContainsSubstring(option.default_value.empty() ? "none" : '`' + option.default_value + '`'));
    }
    for (const auto& [name, entry] : documented) {
        INFO(name);
        CHECK(known.contains(name));
    }
}
