// The whole configuration of the daemon: one struct, one loader. Every option's meaning, unit, default and
// trade-off is in docs/reference/configuration.md and, commented, in config/mautic-gdprd.toml; a test holds
// the three together.
//
// load_config() reads TOML, then the secret files it names. An unknown key, a wrong type, a number out of its
// range, a duration without a unit: ConfigurationError naming file, line, option, offending value and what to
// do. All mistakes of a file are told in one error, one a line. A broken file changes nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "background/options.h"
#include "base/clock.h"
#include "base/log.h"
#include "database/connection.h"
#include "http/options.h"
#include "notify/options.h"
#include "policy/field_policy.h"
#include "policy/hash.h"
#include "policy/holds.h"
#include "policy/triggers.h"
#include "queue/options.h"
#include "words/language.h"
#include "worker/options.h"

namespace gdprd::config {

struct MauticOptions {
    std::string table_prefix;  // as in Mautic's local.php, e.g. "mtc_"; "" for none
    // Relative names are looked up beside the configuration file, then where the program's own files are.
    std::filesystem::path data_map_file = "contact-data.toml";
    std::vector<std::filesystem::path> own_data_map_files;  // for tables of plugins; looked up the same way
    // Maps of plugins that came with the program; empty: none are used.
    std::filesystem::path plugin_map_directory;
    // Where Mautic is installed, for the files it keeps of contacts; empty: they are not covered.
    std::filesystem::path directory;
};

struct WebhookOptions {
    std::string path = "/webhook";       // what Mautic posts to
    std::string url;                     // the same as Mautic knows it; "": any URL that ends in the path
    bool secrets_from_database = false;  // of Mautic's webhooks that point here, besides those of the files
    std::vector<std::string> secret_files;  // several at once for rotation
    std::vector<std::string> secrets;       // read from them; never printed
};

struct LedgerOptions {
    std::string database = "mautic_gdprd";  // on the same server, so that it commits with the erasure

    bool operator==(const LedgerOptions&) const = default;
};

struct LookupOptions {
    bool case_required = false;  // no look-up without the reference of a case
};

struct SealOptions {
    std::string key;                // to sign with, in PEM, read from key_file; "": nothing is sealed
    Milliseconds every{3'600'000};  // how often the daemon seals
    std::filesystem::path file;     // outside the database; empty: none

    bool operator==(const SealOptions&) const = default;
};

// Of the officer's desk, a process of its own.
struct DeskOptions {
    http::Listener listener;
    std::string database_user = "mautic_gdprd_desk";
    std::string database_password;        // read from database_password_file; never printed
    std::filesystem::path accounts_file;  // where the accounts are, resolved
    std::string trusted_header;           // in lower case; "": people sign in at the desk
    bool codes_required = false;          // nobody signs in without a one-time code
    Milliseconds idle_timeout{900'000};
    Milliseconds session_timeout{28'800'000};
    std::string time_zone = "UTC";
    words::Language language = words::Language::en;
    std::string daemon_url;  // of its health endpoints; "": as [listen] says

    bool operator==(const DeskOptions&) const = default;
};

struct HealthOptions {
    Milliseconds backlog_age_max{600'000};  // /readyz answers 503 when the oldest due job waits longer

    bool operator==(const HealthOptions&) const = default;
};

struct LogOptions {
    log::Level level = log::Level::info;
    log::Format format =
        log::Format::text;  // "auto" in the file: journald when started by systemd, else text

    bool operator==(const LogOptions&) const = default;
};

struct Config {
    MauticOptions mautic;
    database::ConnectionOptions database;
    LedgerOptions ledger;
    LookupOptions lookup;
    SealOptions seal;
    notify::NotifyOptions notify;
    // listeners[0] is the webhook's; listeners[1], when there is one, is for health and metrics.
    http::Limits limits;
    http::Listener webhook_listener;
    http::Listener health_listener;
    bool separate_health_listener =
        false;  // false: /healthz, /readyz, /metrics are on the webhook's listener
    WebhookOptions webhook;
    policy::Triggers triggers;
    policy::Holds holds;
    policy::FieldPolicy policy;
    policy::HashOptions hash;
    background::SweepOptions sweep;
    background::SuppressionOptions suppression;
    background::AuditOptions audit;
    background::RetentionOptions retention;
    background::DeletedContacts deleted_contacts = background::DeletedContacts::since_installation;
    queue::QueueOptions queue;
    worker::WorkerOptions worker;
    HealthOptions health;
    DeskOptions desk;
    LogOptions log;
    // What works but is unwise or surprising (a hash without a key, a secret everybody can read), one
    // sentence each, for `check` and the log at start.
    std::vector<std::string> warnings;
};

// Who reads it: no process needs the secrets of another one, nor should it have them. A secret that is not
// for the reader stays "", and its file need not be there.
enum class Reads {
    daemon,  // serve, and the commands beside it: all but the secrets of the desk
    desk,    // not the password of the account that erases, nor the secrets of webhooks and notifications
    all,
};

// Reads and checks `file` and the secrets it names. Throws ConfigurationError.
Config load_config(const std::filesystem::path& file, Reads reads = Reads::daemon);

// The same from text, with secret files resolved as usual; `name` stands for the file in errors.
Config parse_config(const std::string& text, const std::string& name, Reads reads = Reads::daemon);

}  // namespace gdprd::config
