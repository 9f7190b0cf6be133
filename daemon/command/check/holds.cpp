#include "daemon/command/check/holds.h"

#include <filesystem>
#include <map>
#include <system_error>

#include "base/text.h"
#include "daemon/command/common.h"
#include "files/contact_files.h"
#include "ledger/hold_memory.h"
#include "ledger/ledger.h"
#include "mautic/hold_values.h"
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

// By the alias, in lower case, what lead_fields says of the values of its field.
std::map<std::string, std::string> read_properties(database::Connection& connection,
                                                   const std::string& prefix) {
    auto rows = connection.select("SELECT alias, COALESCE(properties, '') FROM " +
                                      database::quote_identifier(prefix + "lead_fields") +
                                      " WHERE object = 'lead' AND type IN ('select','multiselect')",
                                  {}, "lead_fields: read what fields offer");
    std::map<std::string, std::string> properties;
    while (rows.next()) properties.emplace(to_lower(rows.text(0)), rows.text(1));
    return properties;
}

// A value that never stands in its column holds nobody either.
void check_values(database::Connection& connection, const policy::Holds& holds, const mautic::Schema& schema,
                  CheckReport& report) {
    const mautic::Table* contacts = schema.find("leads");
    if (holds.fields.empty() || contacts == nullptr) return;
    const auto properties = read_properties(connection, schema.prefix);
    for (const policy::HoldField& rule : holds.fields) {
        const mautic::Column* column = contacts->find(rule.alias);
        if (column == nullptr) continue;
        const mautic::ContactField* field = schema.find_field(rule.alias);
        const auto offered = properties.find(to_lower(rule.alias));
        const auto options =
            offered == properties.end() ? std::nullopt : mautic::options_of_field(offered->second);
        for (std::size_t i = 0; i < rule.values.size(); ++i) {
            const std::string why = mautic::why_never_held(
                rule.values[i], *column, field == nullptr ? std::string() : field->type, options);
            if (why.empty()) continue;
            report.warning("hold",
                           "[hold.fields] " + rule.alias + ", value number " + std::to_string(i + 1) +
                               ": it can never stand there: " + why,
                           "Such a rule holds nobody");
        }
    }
}

// What a rule has named and does not name any more holds on, and only the operator ends it.
void check_memory(database::Connection& connection, const config::Config& config,
                  const mautic::Schema& schema, CheckReport& report) {
    if (!ledger::Ledger(connection, config.ledger.database).format_found()) return;
    const auto remembered = ledger::HoldMemory(connection, config.ledger.database).find(config.holds);
    const auto named = mautic::find_named(connection, schema.prefix, config.holds);
    for (const policy::HeldBy& one : remembered) {
        const auto hold = policy::hold_by_memory(config.holds, one);
        if (named.contains(one) || !hold) continue;
        report.warning(
            "hold",
            policy::describe(*hold) + ": the " + policy::name_of(one.kind) + " with the id " +
                std::to_string(one.id) +
                " had this name once, and has another one now or is gone; whom it held stays on hold",
            "docs/guide/holds.md says how a hold ends");
    }
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
    check_values(connection, holds, schema, report);
    check_memory(connection, config, schema, report);
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
