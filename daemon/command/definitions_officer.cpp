#include "daemon/command/audit.h"
#include "daemon/command/certificate.h"
#include "daemon/command/coverage.h"
#include "daemon/command/definition_parts.h"
#include "daemon/command/describe.h"
#include "daemon/command/lookup.h"
#include "daemon/command/report.h"
#include "daemon/command/verify.h"

namespace gdprd::command {

void define_coverage(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "coverage", "List every column tied to contacts in this database, and what becomes of it");
    auto options = std::make_shared<CommonOptions>();
    add_common(command, *options);
    command.footer(
        "The data map names all tables of Mautic. Any other table is undecided, and named with what leads "
        "from it to\n"
        "contacts: keys in both directions and over any number of tables, and what its columns are called. "
        "See\n"
        "[policy] unknown.\n\n"
        "Exit codes: 0 everything is decided, 1 no database, 2 the policy does not fit the schema, 3 "
        "something is\n"
        "undecided.");
    choose(command, chosen, options, coverage);
}

namespace {

void add_language(CLI::App& command, std::string& language, const char* description) {
    command.add_option("--language", language, description)
        ->type_name("en|hu|de")
        ->check(CLI::IsMember({"en", "hu", "de"}).description(""))
        ->capture_default_str();
}

void add_output(CLI::App& command, std::optional<std::filesystem::path>& output, bool& force) {
    add_optional(command, "--output", output, "Where to write it; standard output if not named", "FILE");
    command.add_flag("--force", force, "In place of a file that is there already");
}

}  // namespace

void define_describe(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("describe", "Print the data map in plain words, for whoever answers for it");
    auto options = std::make_shared<DescribeOptions>();
    command
        .add_option("--data-map", options->data_maps,
                    "The data map that came with the program, then files of your own")
        ->type_name("FILE")
        ->expected(1, 100)
        ->capture_default_str();
    command
        .add_option("--plugin-maps", options->plugin_maps,
                    "The maps of plugins that came with the program; beside the data map if not named")
        ->type_name("DIRECTORY");
    add_language(command, options->language, "Of its words; reasons are in English only");
    command.footer(
        "Markdown. Contact fields are described as the sample configuration treats them; `plan` and "
        "`coverage`\n"
        "go by yours. Needs neither a database nor a configuration.\n\n"
        "Exit codes: 0 printed, 2 a data map cannot be used.");
    choose(command, chosen, options, describe);
}

namespace {

void add_lookup_options(CLI::App& command, std::vector<std::string>& key_files, LookupWords& words) {
    command.add_option("--key-file", key_files, "A hash key of former times, to search by it too")
        ->type_name("FILE")
        ->expected(1, 100);
    command.add_option("--officer", words.officer, "Who asks, for the log")->type_name("NAME");
    command.add_option("--case", words.case_reference, "For which case, for the log")->type_name("REFERENCE");
    command.add_option("--reason", words.reason, "Why, for the log")->type_name("TEXT");
}

CLI::App* define_certificate_verify(CLI::App& certificate, Chosen& chosen) {
    CLI::App& command =
        *certificate.add_subcommand("verify", "Is a certificate as it was issued, and by whom?");
    auto options = std::make_shared<CertificateVerifyOptions>();
    command.add_option("file", options->file, "The certificate, PDF or JSON")->type_name("FILE")->required();
    command
        .add_option("--public-key", options->public_key,
                    "The public key of the seals as it was written down: its digits, or a file with them")
        ->type_name("KEY");
    command.add_flag("--json", options->json, "Answer in JSON, for programs");
    command.footer(
        "Needs neither a configuration nor a database nor a network. A file in which a single byte was "
        "changed is\nnot authentic, nor is one that another program saved anew.\n\n"
        "Example: mautic-gdprd certificate verify certificate.pdf --public-key seal-key.pub\n\n"
        "Exit codes: 0 authentic, 2 the file or the key cannot be read, 3 not authentic, or no key was "
        "given.");
    choose(command, chosen, options, certificate_verify);
    return &command;
}

}  // namespace

void define_certificate(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("certificate", "Write down, signed, what became of a person's data");
    auto options = std::make_shared<CertificateOptions>();
    add_config(command, options->config_file);
    command.add_option("--contact", options->contact, "Of the contact with this number, without an address")
        ->type_name("ID")
        ->check(is_contact_id());
    command.add_flag("--address", options->ask_address,
                     "Ask for an address, too: it must lead to the contact of --contact");
    command.add_flag("--with-address", options->with_address,
                     "Put the address into the certificate, in clear");
    command.add_flag("--history", options->history,
                     "Look through all mails too, for the address in clear without a contact");
    command.add_option("--format", options->format, "To read, or for programs")
        ->type_name("pdf|json")
        ->check(CLI::IsMember({"pdf", "json"}).description(""))
        ->capture_default_str();
    add_language(command, options->language, "Of its words");
    add_output(command, options->output, options->force);
    add_lookup_options(command, options->key_files, options->words);
    CLI::App* verify = define_certificate_verify(command, chosen);
    command.footer(
        "Asks for the address, or reads it from standard input, unless --contact names the contact. An "
        "address on\nthe command line is refused. By address the certificate is about that person alone; a "
        "number "
        "may have\nbeen somebody else's before a restore.\n\n"
        "It says what was done, when, how long that took, what the rules are, what it does not cover, and "
        "which\nseal covers the record. It is signed with the key of [seal]. Of a contact that is not "
        "erased, is on "
        "hold,\nhas something left, or came back, it says that, and certifies nothing.\n\n"
        "Every certificate is a look-up, and logged as one before it is written (`ledger lookups`).\n\n"
        "Example: mautic-gdprd certificate --contact 4711 --language de --output certificate.pdf\n\n"
        "Exit codes: 0 an erasure is certified, 1 failed, 2 bad usage or configuration, 3 something else is "
        "stated,\n4 nothing is known, which is stated.");
    command.callback([&chosen, options, verify] {
        if (verify->parsed()) return;
        chosen = [options] { return certificate(*options); };
    });
}

void define_report(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "report", "Write down what was erased in a period, how long it took, and what is open");
    auto options = std::make_shared<ReportOptions>();
    add_config(command, options->config_file);
    command.add_option("--from", options->from, "The first day of the period, in UTC")
        ->type_name("YYYY-MM-DD")
        ->required();
    command.add_option("--to", options->to, "The day before which it ends, in UTC")
        ->type_name("YYYY-MM-DD")
        ->required();
    command.add_option("--format", options->format, "To read, or for programs")
        ->type_name("pdf|html|csv|json")
        ->check(CLI::IsMember({"pdf", "html", "csv", "json"}).description(""))
        ->capture_default_str();
    add_language(command, options->language, "Of the words of PDF and HTML");
    add_output(command, options->output, options->force);
    command.footer(
        "The day of --to does not belong to the period: --from 2026-01-01 --to 2027-01-01 is the year 2026. "
        "Days\nbegin at 00:00 UTC.\n\n"
        "Erasures by day, origin and state, with a chart; the time from opt-out to erasure (median, 95th\n"
        "percentile, longest) and the month of Article 12(3) GDPR; what is partial or on hold and why; lost\n"
        "webhooks; people who came back; tables that nobody decided about; look-ups; what the database "
        "server's\nlogs keep. Figures only: no name, no address, no hash, no number of a contact. CSV and "
        "JSON are in words\nof programs, whatever the language.\n\n"
        "Reads only, as of one moment.\n\n"
        "Example: mautic-gdprd report --from 2026-01-01 --to 2027-01-01 --language de --output 2026.pdf\n\n"
        "Exit codes: 0 written, 1 failed, 2 bad usage or configuration.");
    choose(command, chosen, options, report);
}

void define_lookup(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("lookup", "Was this address ever here, and what became of it?");
    auto options = std::make_shared<LookupOptions>();
    add_common(command, options->common);
    auto* history = command.add_flag("--history", options->history,
                                     "Look through all mails too, for earlier addresses of anybody");
    command.add_flag("--fast", options->fast, "In no case look through all mails")->excludes(history);
    add_lookup_options(command, options->key_files, options->words);
    command.footer(
        "Asks for the address, or reads it from standard input. It is never taken from the command line, "
        "which\n"
        "other users can see and the shell keeps. The address is not printed and not logged.\n\n"
        "Finds everybody who was erased, by every address an erasure has met: the one they had then, "
        "earlier\n"
        "ones, those of contacts that were merged into theirs. With --history, and where addresses of "
        "earlier\n"
        "erasures are not filed yet (`ledger addresses`), all of email_stats is read once, because nothing "
        "there\nis indexed by address: some seconds for each ten million mails. No row is locked.\n\n"
        "Every look-up is logged before it is answered: account, time, the three options above, a keyed hash "
        "of\n"
        "the address, the outcome (`ledger lookups` shows it). What cannot be logged is not answered.\n\n"
        "Example: mautic-gdprd lookup --case 2026-17 --json < address.txt\n\n"
        "Exit codes: 0 found, 1 failed, 2 bad usage or configuration, 4 not found.");
    choose(command, chosen, options, lookup);
}

void define_verify(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("verify", "Search the whole database for what identified a person");
    auto options = std::make_shared<VerifyOptions>();
    add_common(command, options->common);
    command.add_flag("--strong-only", options->strong_only,
                     "Leave out what could be somebody else, like a first name");
    command.add_flag("--logs", options->logs, "Search Mautic's log files, too; needs [mautic] directory");
    command.add_flag("--no-progress", options->no_progress, "No progress bar");
    command.footer(
        "Asks for the values (addresses, names, phone numbers), or reads them from standard input, one a "
        "line;\n"
        "200 at most. They are never taken from the command line, not sent to the server, not printed and "
        "not\n"
        "logged.\n\n"
        "Reads every text, JSON and blob column of every table, the ledger's among them, as of one moment "
        "and\n"
        "without locking a row. Finds values as they are, URL-encoded, JSON-escaped, in HTML, in base64 and "
        "in\n"
        "zlib streams. Ctrl-C ends it and prints what was found so far.\n\n"
        "Example: mautic-gdprd verify --logs < values.txt\n\n"
        "Exit codes: 0 nothing found, 1 ended early, or nothing found and not everything searched,\n"
        "2 bad usage or configuration, 3 something was found.");
    choose(command, chosen, options, verify);
}

void define_audit(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("audit", "Search the whole database for addresses of anybody who was erased");
    auto options = std::make_shared<AuditOptions>();
    add_common(command, options->common);
    command.add_option("--table", options->tables, "Only these tables, and no log files")
        ->type_name("NAME")
        ->expected(1, 1000);
    command
        .add_option("--key-file", options->key_files, "A hash key of former times, to recognise by it too")
        ->type_name("FILE")
        ->expected(1, 100);
    command.add_option("--threads", options->threads, "Tables read at the same time")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{32}).description(""))
        ->capture_default_str();
    command.add_flag("--restart", options->restart, "Begin anew, even if one was left half-way")
        ->excludes("--table");
    command.add_flag("--last", options->last, "Read nothing; say what the last one found in the tables")
        ->excludes("--table")
        ->excludes("--restart");
    command.add_flag("--repair", options->repair, "Erase again whoever is found, and look once more");
    command.add_flag("--yes", options->yes, "--repair: do not ask")->needs("--repair");
    command.add_flag("--no-progress", options->no_progress, "No progress bar");
    command.footer(
        "Reads every text, JSON and blob column of every table once, hashes every address in it as the "
        "ledger\n"
        "does, and asks the ledger whether it belongs to anybody who was erased. Mautic's log files too, "
        "where\n"
        "[mautic] directory is set. Answers by table, column, key and count, never by value.\n"
        "Pauses while the server is busy ([sweep] busy_threads).\n\n"
        "Changes nothing without --repair. That makes another pass for every contact found, with free text\n"
        "searched as far back as it can be, then reads the tables again and names what no rule reaches.\n\n"
        "Ctrl-C ends it after the chunks in hand; the same command goes on with it. With --table nothing is\n"
        "kept.\n\n"
        "Example: mautic-gdprd audit --json\n\n"
        "Exit codes: 0 nothing found, 1 ended early, or nothing found and not everything searched,\n"
        "2 bad usage or configuration, 3 an address of somebody erased was found, with --repair: is left.");
    choose(command, chosen, options, audit_now);
}

}  // namespace gdprd::command
