#include "daemon/command/init.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <system_error>

#include "base/error.h"
#include "base/random.h"
#include "base/signing_key.h"
#include "config/config.h"
#include "config/template.h"
#include "daemon/assembly.h"
#include "daemon/command/common.h"
#include "daemon/command/init/local_mautic.h"
#include "daemon/command/seals.h"
#include "daemon/command/terminal/new_files.h"
#include "daemon/command/terminal/text_table.h"
#include "ledger/ledger.h"
#include "ledger/owner.h"
#include "lookup/log.h"

namespace gdprd::command {

namespace {

namespace fs = std::filesystem;

// Root's alone; the systemd unit hands the daemon's own user what it needs.
constexpr mode_t file_mode = S_IRUSR | S_IWUSR;
constexpr mode_t directory_mode = S_IRWXU;
constexpr std::size_t secret_bytes = 32;

// Names without a path: beside the configuration, from where the systemd unit hands them over.
constexpr const char* webhook_secret_name = "webhook-secret";
constexpr const char* hash_key_name = "hash-key";
constexpr const char* password_name = "database-password";

struct Paths {
    fs::path config_file;
    fs::path webhook_secret;
    fs::path hash_key;
    fs::path seal_key;
    fs::path password;
    bool make_password = false;
};

Paths paths_of(const InitOptions& options) {
    Paths paths;
    const fs::path usual =
        options.instance ? directory_of_instance(*options.instance) : fs::path(configuration_directory);
    paths.config_file = options.config_file.value_or(options.directory.value_or(usual) / config_file_name);
    const fs::path directory = paths.config_file.parent_path();
    paths.webhook_secret = directory / webhook_secret_name;
    paths.hash_key = directory / hash_key_name;
    paths.seal_key = directory / seal_key_name;
    paths.password = directory / options.password_file.value_or(password_name);
    std::error_code ignored;
    // One that is there already is the operator's; it is used as it is.
    paths.make_password = !options.password_file && !fs::exists(paths.password, ignored);
    return paths;
}

config::SampleValues values_of(const InitOptions& options) {
    config::SampleValues values;
    values.table_prefix = options.table_prefix;
    values.data_map = options.data_map;
    values.database_host = options.database_host;
    values.database_port = options.database_port;
    values.database_unix_socket = options.database_socket;
    values.database_user = options.database_user;
    values.database_password_file = options.password_file.value_or(password_name);
    values.database_name = options.database_name;
    values.ledger_database = options.ledger_database;
    values.webhook_url = options.url;
    values.webhook_secret_files = {webhook_secret_name};
    values.hash_algorithm = options.hash;
    values.hash_key_file = options.no_key ? "" : hash_key_name;
    values.seal_key_file = seal_key_name;
    values.queue_directory = options.queue_directory;
    values.listen_unix_socket = options.unix_socket;
    return values;
}

// Those that are missing, for root alone as the files.
void make_directories(const fs::path& directory) {
    std::error_code error;
    if (directory.empty() || fs::is_directory(directory, error)) return;
    make_directories(directory.parent_path());
    if (::mkdir(directory.c_str(), directory_mode) == 0) return;
    throw Error(directory.string() + ": cannot be made: " + std::strerror(errno));
}

// Returns the webhook's secret.
std::string write_files(const InitOptions& options, const Paths& paths) {
    refuse_existing(paths.config_file);
    refuse_existing(paths.webhook_secret);
    refuse_existing(paths.seal_key);
    if (!options.no_key) refuse_existing(paths.hash_key);
    make_directories(paths.config_file.parent_path());
    const std::string secret = random_hex(secret_bytes);
    NewFiles files;
    files.write(paths.webhook_secret, secret + '\n', file_mode);
    if (!options.no_key) files.write(paths.hash_key, random_hex(secret_bytes) + '\n', file_mode);
    files.write(paths.seal_key, make_signing_key(), file_mode);
    if (paths.make_password) files.write(paths.password, random_hex(secret_bytes) + '\n', file_mode);
    files.write(paths.config_file, config::render_sample(values_of(options)), file_mode);
    // What the options put into it is judged here, a data map that was named too: a broken configuration is
    // not left behind.
    config::load_config(paths.config_file);
    if (options.data_map) const daemon::Assembly judged(paths.config_file);
    files.keep();
    return secret;
}

void print_files(const Paths& paths, bool has_key) {
    TextTable table;
    table.add({paths.config_file.string(), "the configuration; read it through"});
    table.add({paths.webhook_secret.string(), "the webhook's secret"});
    if (has_key) {
        table.add({paths.hash_key.string(),
                   "the hash key; keep a copy in a safe place, no address is found without it"});
    }
    table.add({paths.seal_key.string(), "the key that seals of the ledger are signed with"});
    if (paths.make_password) table.add({paths.password.string(), "a random password for the database user"});
    std::cout << "Written:\n";
    table.print(std::cout, 2);
}

void print_hash(const config::Config& config) {
    std::cout
        << "\nAddresses are hashed by " << policy::Hasher(config.hash).algorithm_name() << ".\n"
        << "  --hash md5     32 digits; without a key, Mautic's own search finds a contact by md5(address)\n"
        << "  --hash sha256  64 digits, the default; shortened where a column is too narrow\n"
        << "  --no-key       anybody with a list of addresses can reverse it; a key, which must not be lost, "
           "prevents that\n";
}

void print_seal_key(const config::Config& config) {
    std::cout
        << "\nThe ledger is sealed every hour. Keep the public key outside this machine, to verify seals "
           "with:\n  "
        << SigningKey(config.seal.key).public_key() << '\n';
}

void print_mautic(const config::Config& config, const InitOptions& options, const std::string& secret) {
    const auto& listener = config.webhook_listener;
    // A Unix socket has no URL; the proxy in front of it has.
    const std::string own_url =
        listener.unix_socket.empty()
            ? "http://" + listener.address + ':' + std::to_string(listener.port) + config.webhook.path
            : "the reverse proxy's, ending in " + config.webhook.path;
    const std::string url = options.url.value_or(own_url);
    std::cout << "\nIn Mautic, under Settings > Webhooks > New, or by `mautic-gdprd webhook create`:\n";
    TextTable table;
    table.add({"Webhook POST Url", url});
    table.add({"Secret", secret});
    table.add({"Webhook Events", "Contact Channel Subscription Change, Contact Deleted"});
    table.print(std::cout, 2);
    std::cout
        << "  Mautic 7 sends nothing to a private or loopback address, and says so in the webhook's log "
           "only:\n"
           "  list the URL's host in webhook_allowed_private_addresses (Configuration > Webhook Settings).\n";
    if (!url.ends_with(config.webhook.path)) {
        std::cout << "  The daemon listens on the path " << config.webhook.path
                  << "; the reverse proxy must pass on that one, or set [listen] path.\n";
    }
}

void make_ledger(const config::Config& config) {
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    ledger::open_ledger(connection, config.ledger.database, config.mautic.table_prefix,
                        ledger::Missing::made);
    lookup::LookupLog(connection, config.ledger.database).create();
    std::cout << "\nThe ledger is there: database " << config.ledger.database
              << ". The log of look-ups too: " << lookup::lookup_log_database(config.ledger.database)
              << ".\n";
}

// Where the account is missing, as a rule.
void print_ledger_help(const Error& error, const config::Config& config, const Paths& paths) {
    const std::string what = describe(error);
    std::cout << "\nThe ledger is not there yet: " << what << (what.ends_with('.') ? "" : ".") << '\n';
    const auto* of_database = dynamic_cast<const database::DatabaseError*>(&error);
    if (of_database != nullptr && of_database->error_class() == database::ErrorClass::connection) {
        std::cout << "  0. See that the database server runs, and that [database] in "
                  << paths.config_file.string() << " says where.\n";
    }
    std::cout << "  1. Run `mautic-gdprd grants --apply --admin root --config " << paths.config_file.string()
              << "`, with the\n     name of the database server's administrator: it makes the account \""
              << config.database.user << '"';
    if (!config.database.password.empty())
        std::cout << ",\n     with the password in the file " << paths.password.string();
    std::cout << ".\n  2. Run `mautic-gdprd init --ledger-only --config " << paths.config_file.string()
              << "`.\n";
}

// What instances on one machine, and their ledgers on one server, must not share.
void keep_apart(InitOptions& options) {
    std::string name = *options.instance;
    const std::string directory = "mautic-gdprd-" + name;
    std::replace(name.begin(), name.end(), '-', '_');  // no instance has a name with an underscore
    const auto set_unless_given = [](std::optional<std::string>& option, const std::string& value) {
        if (!option) option = value;
    };
    set_unless_given(options.database_user, "mautic_gdprd_" + name);
    set_unless_given(options.ledger_database, "mautic_gdprd_" + name);
    set_unless_given(options.queue_directory, "/var/lib/" + directory);
    set_unless_given(options.unix_socket, "/run/" + directory + "/webhook.socket");
}

}  // namespace

ExitCode init(const InitOptions& given) {
    InitOptions options = given;
    if (options.instance) keep_apart(options);
    const Paths paths = paths_of(options);
    if (options.ledger_only) {
        make_ledger(config::load_config(paths.config_file));
        return ExitCode::done;
    }
    if (options.mautic) take_from_mautic(options);
    const std::string secret = write_files(options, paths);
    print_files(paths, !options.no_key);
    if (!options.database_name) {
        std::cout
            << "\nMautic's database is taken to be \"mautic\", because neither --mautic nor --database-name "
               "said otherwise.\nCorrect [database] name in "
            << paths.config_file.string() << " if it is not.\n";
    }
    const config::Config config = config::load_config(paths.config_file);
    print_hash(config);
    print_seal_key(config);
    ExitCode code = ExitCode::done;
    try {
        make_ledger(config);
    } catch (const Error& error) {
        print_ledger_help(error, config, paths);
        code = ExitCode::not_everything;
    }
    print_mautic(config, options, secret);
    std::cout << "\nThen `mautic-gdprd check --config " << paths.config_file.string() << "`.\n";
    return code;
}

}  // namespace gdprd::command
