#include "daemon/command/definition_parts.h"
#include "daemon/command/forget.h"
#include "daemon/command/ledger.h"
#include "daemon/command/lookups.h"
#include "daemon/command/reapply.h"
#include "daemon/command/seals.h"

namespace gdprd::command {

void define_reapply(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "reapply", "After a restore: erase again whom the ledger names and the backup brought back");
    auto options = std::make_shared<ReapplyOptions>();
    add_common(command, options->common);
    add_since(command, options->since,
              "Only contacts erased since then (UTC): the time of the backup, or somewhat before");
    command
        .add_option("--key-file", options->key_files, "A hash key of former times, to recognise by it too")
        ->type_name("FILE")
        ->expected(1, 100);
    add_mass_options(command, options->mass);
    command.footer(
        "A contact is erased again when its id is in the ledger and its address has the hash that is "
        "recorded\n"
        "there. An id that belongs to somebody else by now is left alone and named. Where the backup is "
        "older\n"
        "than the opt-out, the do-not-contact row is put back from the ledger first; that takes the right "
        "to\n"
        "INSERT into lead_donotcontact. Who re-subscribed (status superseded) or is on hold is left "
        "alone.\n\n"
        "Ctrl-C ends it after the batches in hand; the same command continues.\n\n"
        "Example: mautic-gdprd reapply --since \"2026-03-01 02:00\" --dry-run\n\n"
        "Exit codes: 0 all are erased again, or nobody is back, 1 failed, 2 bad usage or configuration,\n"
        "3 interrupted, one was skipped or erased in part, or contacts are named that somebody has to look "
        "at.");
    choose(command, chosen, options, reapply);
}

namespace {

void define_seals(CLI::App& command, Chosen& chosen) {
    CLI::App& key = *command.add_subcommand("seal-key", "Make the key that seals are signed with");
    auto key_options = std::make_shared<SealKeyOptions>();
    add_config(key, key_options->config_file);
    key.add_option("file", key_options->file, "Where to; beside the configuration if not named")
        ->type_name("FILE");
    key.footer(
        "Prints the public key, too, of a key that is there already; none is ever overwritten. Needs no "
        "database.\n\n"
        "Exit codes: 0 printed, 1 the file cannot be written, 2 the file holds no such key.");
    choose(key, chosen, key_options, ledger_seal_key);

    CLI::App& now = *command.add_subcommand("seal", "Seal now what is new in the ledger");
    auto seal_options = std::make_shared<LedgerSealOptions>();
    add_common(now, seal_options->common);
    now.add_flag("--accept", seal_options->accept,
                 "Seal also what somebody changed, as it is: after a restore, and a look at `ledger verify`");
    now.footer(
        "The daemon does it by itself every [seal] every, and when it stops. What was changed otherwise than "
        "the\nprogram does is not sealed, until --accept.\n\n"
        "Exit codes: 0 sealed, 1 failed, 2 bad usage or configuration, 3 rows are not what was sealed.");
    choose(now, chosen, seal_options, ledger_seal);

    CLI::App& verify = *command.add_subcommand("verify", "Compare the ledger with its seals");
    auto verify_options = std::make_shared<LedgerVerifyOptions>();
    add_common(verify, verify_options->common);
    verify
        .add_option("--seals", verify_options->copies,
                    "A copy of the seals outside: of [seal] file, or a journal's lines")
        ->type_name("FILE")
        ->expected(1, 100);
    verify
        .add_option("--public-key", verify_options->public_keys,
                    "The key of the last seal; that of [seal] key_file if not given")
        ->type_name("KEY")
        ->expected(1, 100);
    verify.footer(
        "Finds rows of the ledger and of the log of look-ups that were changed, added or removed, and names "
        "row and\nseal; seals that were changed or removed. As of one moment, beside a running daemon.\n\n"
        "Example: mautic-gdprd ledger verify --seals /mnt/notary/seals --json\n\n"
        "Exit codes: 0 everything agrees, 1 failed, 2 bad usage or configuration, or no seals, 3 something "
        "does not.");
    choose(verify, chosen, verify_options, ledger_verify);
}

}  // namespace

namespace {

void define_forgetting(CLI::App& command, Chosen& chosen) {
    CLI::App& forget =
        *command.add_subcommand("forget", "Forget who was erased long ago: their hashes go for good");
    auto options = std::make_shared<ForgetCommandOptions>();
    add_common(forget, options->common);
    CLI::Option* age =
        forget
            .add_option_function<std::string>(
                "--older-than",
                [options](const std::string& text) {
                    options->older_than = parse_retention(text);
                    if (!options->older_than) {
                        throw CLI::ValidationError("--older-than",
                                                   "not years or days such as 3y or 1095d, at least 30d");
                    }
                },
                "Since the last pass of the erasure: 3y, 1095d; [retention] hashes if not given")
            ->type_name("AGE");
    forget
        .add_flag("--again", options->again,
                  "Remove what a restore of an older backup brought back of those who are forgotten already")
        ->excludes(age);
    forget.add_flag("--dry-run", options->dry_run, "Count; change nothing");
    forget.add_flag("--yes", options->yes, "Do not ask");
    forget.footer(
        "The hashes in Mautic's tables and in the ledger go. The ledger keeps that somebody was erased, when "
        "and "
        "how,\nand that contact's id; by an address they cannot be found any more, nor recognised when they "
        "come "
        "back. The\ndaemon does it by itself with [retention] hashes. In batches, beside a running daemon; "
        "if it "
        "is interrupted,\nthe same command goes on. See docs/guide/retention.md.\n\n"
        "Example: mautic-gdprd ledger forget --older-than 3y --dry-run\n\n"
        "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 not confirmed, or contacts on hold or "
        "with an\nunfinished erasure were left alone.");
    choose(forget, chosen, options, ledger_forget);

    CLI::App& forget_key =
        *command.add_subcommand("forget-key", "Forget at once whoever was hashed with a key");
    auto key_options = std::make_shared<ForgetKeyOptions>();
    add_common(forget_key, key_options->common);
    forget_key.add_option("key", key_options->key, "The id of the key; md5 or sha256: hashed without a key")
        ->type_name("KEYID")
        ->required();
    forget_key.add_flag("--dry-run", key_options->dry_run, "Count; change nothing");
    forget_key.add_flag("--yes", key_options->yes, "Do not ask");
    forget_key.footer(
        "As `ledger forget`, whatever the age of the erasures. `mautic-gdprd lookup` shows the id of a "
        "record's "
        "key.\nThe file of the key is not touched.\n\n"
        "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 not confirmed, or contacts on hold or "
        "with an\nunfinished erasure were left alone.");
    choose(forget_key, chosen, key_options, ledger_forget_key);
}

}  // namespace

void define_ledger(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("ledger", "Carry the record of erasures to another place, and back");
    command.require_subcommand(1);
    command.footer("A restore of the server takes the ledger back, too; see docs/guide/restore.md.");

    CLI::App& to_file = *command.add_subcommand("export", "Write the ledger to a file, one line a contact");
    auto export_options = std::make_shared<LedgerExportOptions>();
    add_common(to_file, export_options->common);
    to_file.add_option("--file", export_options->file, "A file that is not there yet; - for standard output")
        ->type_name("FILE")
        ->capture_default_str();
    to_file.footer(
        "JSON, as of one moment, beside a running daemon. The last line has the number of contacts and a "
        "checksum.\nIds, times, counts and hashes, no address and no name; still, whoever has the file and "
        "an "
        "address can\ntell that it was erased, so it is made readable for its owner only.\n\n"
        "Example: mautic-gdprd ledger export --file /backup/ledger-$(date +%F).jsonl\n\n"
        "Exit codes: 0 written, 1 failed, 2 bad usage or configuration, or the file is there already.");
    choose(to_file, chosen, export_options, ledger_export);

    CLI::App& from_file = *command.add_subcommand("import", "Add what a file of `ledger export` knows");
    auto import_options = std::make_shared<LedgerImportOptions>();
    add_common(from_file, import_options->common);
    from_file.add_option("file", import_options->file, "The file")->type_name("FILE")->required();
    from_file.add_flag("--dry-run", import_options->dry_run, "Check the file and count; change nothing");
    from_file.add_flag("--of-former-name", import_options->of_former_name,
                       "The file is of this Mautic, whose database or table prefix had another name then");
    from_file.footer(
        "The whole file is checked first; one bad line, and nothing is imported. Of two records of a contact "
        "the\nnewer one stays. Nothing is ever removed. May be run again, and beside a running daemon.\n\n"
        "Exit codes: 0 imported, 1 failed, 2 bad usage or configuration, or the file cannot be used.");
    choose(from_file, chosen, import_options, ledger_import);

    CLI::App& addresses = *command.add_subcommand(
        "addresses", "File addresses that people had before, for erasures of former versions");
    auto addresses_options = std::make_shared<LedgerAddressesOptions>();
    add_common(addresses, addresses_options->common);
    addresses.add_flag("--dry-run", addresses_options->dry_run, "Count; change nothing");
    addresses.footer(
        "An erasure files every address it meets, so that `lookup` finds the contact by each of them at "
        "once. "
        "For\nerasures by versions that did not, this command files what the history still shows: the "
        "address "
        "of each\nrecord and the hashes that stand in the mails sent to the contact. Until it is through, "
        "`lookup` reads all\nmails. In batches, beside a running daemon; if it is interrupted, the same "
        "command "
        "goes on.\n\n"
        "Exit codes: 0 done, 1 failed, 2 bad usage or configuration.");
    choose(addresses, chosen, addresses_options, ledger_addresses);

    CLI::App& looked_up =
        *command.add_subcommand("lookups", "Who looked whom up, when, why, with what outcome");
    auto lookups_options = std::make_shared<LookupsOptions>();
    add_common(looked_up, lookups_options->common);
    looked_up.add_option("--limit", lookups_options->limit, "At most so many, the newest ones")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
        ->capture_default_str();
    CLI::Option* of_address = looked_up.add_flag("--address", lookups_options->of_address,
                                                 "Ask for an address, and show only look-ups of it");
    looked_up
        .add_option("--key-file", lookups_options->key_files,
                    "A hash key or lookup-log-key of former times, to search by it too")
        ->type_name("FILE")
        ->expected(1, 100)
        ->needs(of_address);
    looked_up.footer(
        "The log holds no address, but a hash of it with a secret key. It is only ever added to: the account "
        "of "
        "the\ndatabase has no right to change or remove what is there. What --address asks is logged, "
        "too.\n\n"
        "Exit codes: 0 shown, 1 failed, 2 bad usage or configuration, 3 some were logged with another key,\n"
        "4 there are none.");
    choose(looked_up, chosen, lookups_options, lookups);

    CLI::App& renamed =
        *command.add_subcommand("adopt", "Take the ledger over after Mautic's database was renamed");
    auto adopt_options = std::make_shared<LedgerAdoptOptions>();
    add_common(renamed, adopt_options->common);
    renamed.footer(
        "A ledger holds the erasures of one Mautic: contacts are known in it by their ids. One that another "
        "database or\nanother table prefix wrote is refused, until this command says that it is the same "
        "Mautic.\n\n"
        "Exit codes: 0 taken over, 1 failed, 2 bad usage or configuration.");
    choose(renamed, chosen, adopt_options, ledger_adopt);
    define_forgetting(command, chosen);
    define_seals(command, chosen);
}

}  // namespace gdprd::command
