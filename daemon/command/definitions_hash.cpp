#include "daemon/command/definition_parts.h"
#include "daemon/command/hashes.h"

namespace gdprd::command {

void define_hash(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("hash", "Hashes of former times");
    command.require_subcommand(1);

    CLI::App& migrate = *command.add_subcommand(
        "migrate", "Wrap hashes that were made without a key, so that a list of addresses reverses none");
    auto options = std::make_shared<HashMigrateOptions>();
    add_common(migrate, options->common);
    CLI::Option* made_by =
        migrate
            .add_option("--made-by", options->made_by,
                        "The id of a former key, md5 or sha256 (without a key); both of these if not given")
            ->type_name("KEYID");
    migrate
        .add_flag("--again", options->again,
                  "Wrap what a restore of an older backup brought back into Mautic's tables")
        ->excludes(made_by);
    migrate.add_option("--batch", options->batch, "Contacts in one transaction")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    migrate.add_flag("--dry-run", options->dry_run, "Count; change nothing");
    migrate.add_flag("--yes", options->yes, "Do not ask");
    migrate.footer(
        "A hash becomes an HMAC, with the key of [hash] key_file, over the old hash: in Mautic's tables and "
        "in the\nledger. `lookup`, `reapply`, `audit` and the suppression guard find both kinds. In batches, "
        "beside a running\ndaemon; if it is interrupted, the same command goes on. See "
        "docs/guide/hashes.md.\n\n"
        "Example: mautic-gdprd hash migrate --dry-run\n\n"
        "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 not confirmed, or contacts or hashes "
        "were left\nalone.");
    choose(migrate, chosen, options, hash_migrate);
}

}  // namespace gdprd::command
