#include "daemon/command/check/holds.h"

#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "daemon/command/common.h"
#include "files/contact_files.h"
#include "mautic/holds.h"

namespace gdprd::command {

namespace {

std::string advice_for(const std::string& nearest) {
    return nearest.empty() ? "A hold that is misspelt holds nobody" : "Did you mean '" + nearest + "'?";
}

std::vector<std::string> aliases_of(const mautic::Schema& schema) {
    std::vector<std::string> aliases;
    for (const auto& field : schema.contact_fields) aliases.push_back(field.alias);
    return aliases;
}

}  // namespace

void check_holds(database::Connection& connection, const config::Config& config, const mautic::Schema& schema,
                 CheckReport& report) {
    const policy::Holds& holds = config.holds;
    if (holds.empty()) return;
    const auto warnings_before = report.count(CheckLine::Kind::warning);
    const auto findings = mautic::look_for_holds(connection, schema.prefix, holds);
    for (const auto& missing : findings.missing) {
        report.warning(
            "hold",
            policy::describe(missing.hold) + ": there is no such " + policy::name_of(missing.hold.kind),
            advice_for(missing.nearest));
    }
    for (const auto& twins : findings.twins) {
        report.warning("hold",
                       policy::describe(twins.hold) + ": this Mautic has " + std::to_string(twins.names) +
                           " that read the same; all of them hold",
                       "Mautic stores some names HTML-escaped; give them different names, or merge them");
    }
    for (const auto& field : holds.fields) {
        if (schema.find_field(field.alias) != nullptr) continue;
        report.warning("hold", "[hold.fields] " + field.alias + ": there is no such field",
                       advice_for(nearest_name(field.alias, aliases_of(schema))));
    }
    if (report.count(CheckLine::Kind::warning) > warnings_before) return;
    report.ok("hold", counted(holds.tags.size(), "tag") + ", " + counted(holds.segments.size(), "segment") +
                          ", " + counted(holds.fields.size(), "field") + "; looked at again after " +
                          format_duration(holds.look_again));
}

void check_files(const config::Config& config, CheckReport& report) {
    const auto& directory = config.mautic.directory;
    if (directory.empty()) {
        report.ok("files", "not covered: [mautic] directory is not set");
        return;
    }
    std::error_code error;
    if (const auto status = std::filesystem::status(directory, error);
        status.type() != std::filesystem::file_type::unknown && !std::filesystem::is_directory(status)) {
        report.problem("files", directory.string() + ": there is no such directory; contacts are not erased",
                       "Correct [mautic] directory");
        return;
    }
    const auto problems = files::ContactFiles(directory).problems();
    for (const std::string& problem : problems) {
        report.warning("files", problem,
                       "Until then contacts are not erased; docs/guide/files.md says how to "
                       "give the daemon access");
    }
    if (problems.empty()) report.ok("files", directory.string() + ": avatars and uploads can be removed");
}

}  // namespace gdprd::command
