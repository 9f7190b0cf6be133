#include "daemon/command/definition_parts.h"
#include "daemon/command/sweep.h"

namespace gdprd::command {

void define_sweep(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "sweep", "Erase everyone on Mautic's do-not-contact list who is not erased yet, old opt-outs too");
    auto options = std::make_shared<SweepOptions>();
    add_common(command, options->common);
    add_since(command, options->since, "Opt-outs since then (UTC); otherwise those since the installation");
    command.add_flag("--all", options->all, "All opt-outs, however old")->excludes("--since");
    add_mass_options(command, options->mass);
    command.footer(
        "Counts first, then asks. Whom the triggers cover counts; who is on hold or in a grace period is "
        "left\n"
        "alone. [safety] max_per_hour does not apply: this is an operator's word. May run beside the "
        "daemon.\n\n"
        "Ctrl-C ends it after the batches in hand; the same command continues.\n\n"
        "Example: a new installation on an old Mautic\n"
        "  mautic-gdprd sweep --all --dry-run\n"
        "  mautic-gdprd sweep --all --rate 200/s\n\n"
        "Exit codes: 0 all are erased, or nobody is to be, 1 failed, 2 bad usage or configuration,\n"
        "3 interrupted, refused at the question, or one was skipped or erased in part.");
    choose(command, chosen, options, sweep_now);
}

}  // namespace gdprd::command
