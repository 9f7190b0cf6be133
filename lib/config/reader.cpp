#include "config/reader.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/config.h"

namespace gdprd::config {

namespace {

std::string place_of(const std::string& section, const std::string& option) {
    return section.empty() ? option : '[' + section + "] " + option;
}

}  // namespace

bool is_inline_secret(const std::string& option) {
    constexpr std::array<std::string_view, 8> names{"password", "passwd", "secret",   "secrets",
                                                    "key",      "token",  "hash_key", "webhook_secret"};
    return std::find(names.begin(), names.end(), to_lower(option)) != names.end();
}

Reader::Reader(const Document& document, const std::string& file) : Reader(document, file, Reads::daemon) {}

Reader::Reader(const Document& document, const std::string& file, Reads reads)
    : document_(document),
      reads_(reads),
      directory_(std::filesystem::path(file).parent_path()),
      problems_(file) {}

Section Reader::section(const std::string& name) {
    known_sections_.insert(name);
    return {*this, name};
}

void Reader::report_unknown() {
    for (const auto& [name, section] : document_.sections) {
        if (!name.empty() && !known_sections_.contains(name)) {
            report_unknown_section(name, section);
            continue;
        }
        for (const auto& [option, value] : section.options) {
            if (!is_known(name, option)) report_unknown_option(name, option, value.line);
        }
    }
}

void Reader::report_unknown_section(const std::string& name, const DocumentSection& section) {
    const auto dot = name.rfind('.');
    if (dot != std::string::npos && free_sections_.contains(name.substr(0, dot)) &&
        !section.options.empty()) {
        const std::string parent = name.substr(0, dot);
        const auto& [option, value] = *section.options.begin();
        const std::string whole = name.substr(dot + 1) + '.' + option;
        problems_.add(value.line, place_of(parent, whole), "the name is not in quotes",
                      "Write " + in_quotes(whole) + " = " + shown(value));
        return;
    }
    const std::vector<std::string> names(known_sections_.begin(), known_sections_.end());
    const std::string nearest = nearest_name(name, names);
    problems_.add(section.line, '[' + name + ']',
                  "no such section" + (nearest.empty() ? "" : "; did you mean '[" + nearest + "]'?"),
                  nearest.empty() ? "The sections are [" + join(names, "], [") + ']' : "");
}

void Reader::report_unknown_option(const std::string& section, const std::string& option, std::size_t line) {
    if (is_inline_secret(option)) {
        problems_.add(line, place_of(section, option), "secrets do not belong in the configuration file",
                      "Put it into a file with mode 0600 and name that file: password_file in [database], "
                      "secret_files in [webhook], key_file in [hash], [notify.secret_files]");
        return;
    }
    if (known_sections_.contains(option) && section.empty()) {
        problems_.add(line, option, "is a section, not an option",
                      "Write [" + option + "] above its options");
        return;
    }
    const std::string nearest = nearest_option(section, option);
    problems_.add(line, place_of(section, option),
                  "no such option" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"),
                  nearest.empty() ? "`man mautic-gdprd.toml` lists every option" : "");
}

// The right name in the wrong section is the likelier slip than a similar name in the right one.
std::string Reader::nearest_option(const std::string& section, const std::string& option) const {
    std::vector<std::string> names;
    for (const auto& known : known_) {
        if (known.name == option) return place_of(known.section, option);
        if (known.section == section) names.push_back(known.name);
    }
    return nearest_name(option, names);
}

bool Reader::is_known(const std::string& section, const std::string& option) const {
    return free_sections_.contains(section) ||
           std::any_of(known_.begin(), known_.end(), [&](const KnownOption& known) {
               return known.section == section && known.name == option;
           });
}

Section::Section(Reader& reader, std::string name) : reader_(reader), name_(std::move(name)) {}

std::vector<std::string> Section::free_options(const std::string& placeholder, const std::string& range) {
    reader_.free_sections_.insert(name_);
    remember(placeholder, range, "", "");
    std::vector<std::string> names;
    const auto found = reader_.document_.sections.find(name_);
    if (found == reader_.document_.sections.end()) return names;
    for (const auto& entry : found->second.options) names.push_back(entry.first);
    return names;
}

bool Section::is_withheld(const std::string& option) const {
    switch (reader_.reads_) {
        case Reads::all:
            return false;
        case Reads::daemon:
            return name_ == "desk" && (option == "database_password_file" || option == "accounts_file");
        case Reads::desk:
            break;
    }
    return (name_ == "database" && option == "password_file") ||
           (name_ == "webhook" && option == "secret_files") || name_ == "notify.secret_files";
}

bool Section::has(const std::string& option) const { return find(option) != nullptr; }

void Section::require(const std::string& option, const std::string& advice) {
    KnownOption& known = reader_.known_.back();
    known.default_value.clear();
    if (!has(option)) {
        problem(option, "missing", advice);
    } else if (known.value == in_quotes("")) {
        problem(option, "must not be empty", advice);
    }
}

void Section::problem(const std::string& option, const std::string& what, const std::string& advice) {
    const Value* value = find(option);
    reader_.problems_.add(value == nullptr ? 0 : value->line, place_of(name_, option), what, advice);
}

const Value* Section::find(const std::string& option) const {
    const auto section = reader_.document_.sections.find(name_);
    if (section == reader_.document_.sections.end()) return nullptr;
    const auto found = section->second.options.find(option);
    return found == section->second.options.end() ? nullptr : &found->second;
}

void Section::remember(const std::string& option, const std::string& range, const std::string& default_value,
                       const std::string& value) {
    reader_.known_.push_back({name_, option, range, default_value, value});
}

void Section::wrong_kind(const std::string& option, const Value& value, const std::string& wanted) {
    problem(option, "must be " + wanted + ", not " + kind_of(value) + ": " + shown(value));
}

}  // namespace gdprd::config
