#include "daemon/command/lookup_logging.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"
#include "daemon/command/ledger.h"
#include "daemon/command/terminal/new_files.h"
#include "ledger/ledger.h"
#include "policy/address.h"

namespace gdprd::command {

namespace {

using policy::Algorithm;
using policy::Hasher;
using policy::Normalisation;

constexpr std::size_t words_bytes_max = 128;
constexpr std::size_t reason_bytes_max = 255;
constexpr std::size_t key_bytes = 32;

bool is_utf8(const std::string& text) try {
    return !nlohmann::json(text).dump().empty();
} catch (const nlohmann::json::type_error&) {
    return false;
}

void check_text(const char* option, const std::string& text, std::size_t bytes_max) {
    const auto refuse = [&](const std::string& what) {
        throw ConfigurationError(std::string("lookup: ") + option + ": " + what,
                                 "It is kept in the log of look-ups. Name the case, not the person");
    };
    if (text.find('@') != std::string::npos) refuse("must hold no address, and so no @");
    if (text.size() > bytes_max) refuse("is longer than " + std::to_string(bytes_max) + " bytes");
    const bool has_control_characters = std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (has_control_characters) refuse("has control characters");
    if (!is_utf8(text)) refuse("is not in UTF-8, as the terminal or its locale sends it");
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

// Not the hash key itself, whose hashes stand in the ledger.
std::string key_from(const std::string& hash_key) {
    return Hasher({Algorithm::sha256, hash_key, true})
        .hash("mautic-gdprd log of look-ups", Normalisation::plain);
}

}  // namespace

void check_words(const LookupWords& words, bool case_required) {
    check_text("--officer", words.officer, words_bytes_max);
    check_text("--case", words.case_reference, words_bytes_max);
    check_text("--reason", words.reason, reason_bytes_max);
    // Without blanks and invisible characters of any script, as an address.
    if (case_required && policy::normalised_address(words.case_reference).empty()) {
        throw ConfigurationError("lookup: [lookup] case_required is set, and no case was given",
                                 "Give its reference with --case");
    }
}

Hasher lookup_log_hasher(const config::Config& config) {
    const std::string& key = config.hash.key;
    return Hasher(
        {Algorithm::sha256, key.empty() ? key_of_its_own(config.queue.directory) : key_from(key), true});
}

std::vector<Hasher> lookup_log_hashers(const config::Config& config,
                                       const std::vector<std::string>& key_files) {
    std::vector<Hasher> hashers{lookup_log_hasher(config)};
    for (const std::string& file : key_files) {
        const std::string key = read_secret(file);
        hashers.push_back(Hasher({Algorithm::sha256, key_from(key), true}));
        hashers.push_back(Hasher({Algorithm::sha256, key, true}));
    }
    return hashers;
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
    lookup::LoggedLookup lookup;
    lookup.at = now();
    lookup.account = system_account();
    lookup.officer = words.officer;
    lookup.case_reference = words.case_reference;
    lookup.reason = words.reason;
    lookup.searched = history ? lookup::LookupReach::history : lookup::LookupReach::index;
    lookup.found = answer.found();
    lookup.contact_count = answer.contacts.size();
    for (const auto& found : answer.contacts) {
        if (lookup.contacts.size() < lookup::LoggedLookup::contacts_max) {
            lookup.contacts.push_back(found.contact);
        }
    }
    return lookup;
}

lookup::LoggedLookup logged(ContactId contact, bool found, const LookupWords& words) {
    lookup::LookupAnswer answer;
    if (found) answer.contacts.emplace_back().contact = contact;
    return logged(answer, words, false);
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

LookupLogWriter::LookupLogWriter(database::Connection& connection, const config::Config& config)
    : log_(connection, config.ledger.database) {
    require_place_for_log(connection, config);
    or_no_answer([&] {
        log_.create();
        hasher_ = lookup_log_hasher(config);
    });
}

void LookupLogWriter::add_address(lookup::LoggedLookup entry, const std::string& address) {
    or_no_answer([&] {
        entry.asked = hasher_->hash(address, Normalisation::email);
        add(entry);
    });
}

void LookupLogWriter::add_contact(lookup::LoggedLookup entry, ContactId contact) {
    or_no_answer([&] {
        entry.asked = hasher_->hash("contact " + std::to_string(contact), Normalisation::plain);
        add(entry);
    });
}

void LookupLogWriter::add(lookup::LoggedLookup& entry) {
    entry.key_id = hasher_->key_id();
    log_.add(entry);
}

}  // namespace gdprd::command
