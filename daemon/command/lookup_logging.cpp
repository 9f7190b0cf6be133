#include "daemon/command/lookup_logging.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"
#include "daemon/command/ledger.h"
#include "daemon/command/terminal/new_files.h"
#include "ledger/ledger.h"

namespace gdprd::command {

namespace {

using policy::Algorithm;
using policy::Hasher;

constexpr std::size_t key_bytes = 32;

const char* option_of(lookup::WordsField field) {
    switch (field) {
        case lookup::WordsField::officer:
            return "--officer";
        case lookup::WordsField::case_reference:
            return "--case";
        case lookup::WordsField::reason:
            break;
    }
    return "--reason";
}

std::string words_for(const lookup::RefusedWords& refused) {
    switch (refused.fault) {
        case lookup::WordsFault::has_address:
            return "must hold no address, and so no @";
        case lookup::WordsFault::too_long:
            return "is longer than " + std::to_string(lookup::bytes_max_of(refused.field)) + " bytes";
        case lookup::WordsFault::control_characters:
            return "has control characters";
        case lookup::WordsFault::no_utf8:
        case lookup::WordsFault::missing:
            break;
    }
    return "is not in UTF-8, as the terminal or its locale sends it";
}

// The kernel keeps who logged in, whatever account they have become since; a service has nobody.
uid_t asking_user() {
    std::ifstream file("/proc/self/loginuid");
    constexpr std::uint64_t nobody = 4'294'967'295;
    std::uint64_t login = nobody;
    if (file >> login && login < nobody) return static_cast<uid_t>(login);
    return ::getuid();
}

// Whole or not at all, also when this is killed. Of several look-ups that make it at once the first one's
// stays.
void make_key(const std::filesystem::path& file) {
    NewFiles files;  // not kept: the link is
    const std::filesystem::path written = file.string() + '.' + random_hex(8);
    files.write(written, random_hex(key_bytes) + '\n', 0600);
    if (::link(written.c_str(), file.c_str()) != 0 && errno != EEXIST) {
        throw Error(file.string() + ": cannot be written: " + std::strerror(errno));
    }
}

std::string key_of_its_own(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / "lookup-log-key";
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error == std::errc::no_such_file_or_directory) make_key(file);
    if (!error && size == 0) {
        throw ConfigurationError(file.string() + ": is empty",
                                 "Bring it back from a backup. Without one remove it: the next look-up makes "
                                 "a new key, and what was asked before cannot be told any more");
    }
    return read_secret(file.string());
}

}  // namespace

void check_words(const LookupWords& words, bool case_required) {
    const auto refused = lookup::refused_words(words, case_required);
    if (!refused) return;
    if (refused->fault == lookup::WordsFault::missing) {
        throw ConfigurationError("lookup: [lookup] case_required is set, and no case was given",
                                 "Give its reference with --case");
    }
    throw ConfigurationError(std::string("lookup: ") + option_of(refused->field) + ": " + words_for(*refused),
                             "It is kept in the log of look-ups. Name the case, not the person");
}

Hasher lookup_log_hasher(const config::Config& config) {
    const std::string& key = config.hash.key;
    if (!key.empty()) return lookup::log_hasher_of(key);
    return Hasher({Algorithm::sha256, key_of_its_own(config.queue.directory), true});
}

std::string system_account() {
    const uid_t user = asking_user();
    std::array<char, 16'384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
    const std::string name = found == nullptr ? "uid " + std::to_string(user) : found->pw_name;
    constexpr std::size_t characters_max = 64;
    return name.substr(0, characters_max);
}

lookup::LoggedLookup logged(const lookup::LookupAnswer& answer, const LookupWords& words, bool history) {
    return lookup::logged(answer, system_account(), words, history);
}

lookup::LoggedLookup logged(ContactId contact, bool found, const LookupWords& words) {
    return lookup::logged(contact, found, system_account(), words);
}

namespace {

template <typename Do>
void or_no_answer(Do work) {
    try {
        work();
    } catch (const Error& error) {
        const std::string advice =
            error.advice().empty() ? "`mautic-gdprd check` says what is wrong" : error.advice();
        throw Error(
            std::string("lookup: there is no answer, because the look-up cannot be logged: ") + error.what(),
            advice);
    }
}

void require_place_for_log(database::Connection& connection, const config::Config& config) {
    if (ledger::Ledger(connection, config.ledger.database).format_found()) {
        return require_ledger(connection, config);
    }
    throw ConfigurationError(
        "lookup: there is no ledger " + config.ledger.database +
            ", and so no log of look-ups beside it, without which nothing is answered",
        "`mautic-gdprd init --ledger-only` makes both. If the ledger was lost, bring it back "
        "first");
}

}  // namespace

LookupLogWriter::LookupLogWriter(database::Connection& connection, const config::Config& config) {
    require_place_for_log(connection, config);
    or_no_answer([&] { log_.emplace(connection, config.ledger.database, lookup_log_hasher(config)); });
}

void LookupLogWriter::add_address(lookup::LoggedLookup entry, const std::string& address) {
    or_no_answer([&] { log_->add_address(std::move(entry), address); });
}

void LookupLogWriter::add_contact(lookup::LoggedLookup entry, ContactId contact) {
    or_no_answer([&] { log_->add_contact(std::move(entry), contact); });
}

}  // namespace gdprd::command
