// What the definitions of the commands share. Used by definitions*.cpp only.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/contact_id.h"
#include "daemon/command/bulk/mass_erasure.h"
#include "daemon/command/common.h"
#include "daemon/command/definitions.h"

namespace gdprd::command {

// --config, and --instance in its place.
void add_config(CLI::App& command, std::filesystem::path& config_file);
void add_config(CLI::App& command, CommonOptions& options);
CLI::Option* add_instance(CLI::App& command, std::function<void(const std::string&)> take);
void add_common(CLI::App& command, CommonOptions& options);  // --config and --json
CLI::Validator is_contact_id();
CLI::Option* add_contacts(CLI::App& command, std::vector<ContactId>& contacts, const char* description);

// --dry-run, --yes, --batch, --threads, --rate and --no-progress of a command that erases many.
void add_mass_options(CLI::App& command, MassOptions& options);
// --since: a date, or a date and time, in UTC.
void add_since(CLI::App& command, std::optional<Timestamp>& since, const char* description);

template <typename T>
void add_optional(CLI::App& command, const char* name, std::optional<T>& value, const char* description,
                  const char* type) {
    command.add_option(name, value, description)->type_name(type);
}

// Options live as long as the callback that reads them.
template <typename Options, typename Run>
void choose(CLI::App& command, Chosen& chosen, std::shared_ptr<Options> options, Run run) {
    command.callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
}

// The commands of whoever answers for the data: what is erased, who was here, is anything left.
void define_coverage(CLI::App& app, Chosen& chosen);
void define_describe(CLI::App& app, Chosen& chosen);
void define_lookup(CLI::App& app, Chosen& chosen);
void define_certificate(CLI::App& app, Chosen& chosen);
void define_report(CLI::App& app, Chosen& chosen);
void define_verify(CLI::App& app, Chosen& chosen);
void define_audit(CLI::App& app, Chosen& chosen);

// The commands of whoever installs the daemon.
void define_init(CLI::App& app, Chosen& chosen);
void define_grants(CLI::App& app, Chosen& chosen);
void define_copy_config(CLI::App& app, Chosen& chosen);

// The commands for Mautic's webhook.
void define_webhook(CLI::App& app, Chosen& chosen);

// The commands for notifications of erasures.
void define_notify(CLI::App& app, Chosen& chosen);

// The commands of the officer's desk.
void define_desk(CLI::App& app, Chosen& chosen);

// The command for opt-outs of the past.
void define_sweep(CLI::App& app, Chosen& chosen);

// The command for hashes of former times.
void define_hash(CLI::App& app, Chosen& chosen);

// The commands for the time after a restore.
void define_reapply(CLI::App& app, Chosen& chosen);
void define_ledger(CLI::App& app, Chosen& chosen);

}  // namespace gdprd::command
