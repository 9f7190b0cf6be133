#include "lookup/log_writer.h"

#include <utility>

namespace gdprd::lookup {

using policy::Algorithm;
using policy::Hasher;
using policy::Normalisation;

namespace {

std::string key_from(const std::string& hash_key) {
    return Hasher({Algorithm::sha256, hash_key, true})
        .hash("mautic-gdprd log of look-ups", Normalisation::plain);
}

}  // namespace

Hasher log_hasher_of(const std::string& hash_key) {
    return Hasher({Algorithm::sha256, key_from(hash_key), true});
}

std::vector<Hasher> log_hashers_of(const std::vector<std::string>& keys) {
    std::vector<Hasher> hashers;
    for (const std::string& key : keys) {
        hashers.push_back(log_hasher_of(key));
        hashers.push_back(Hasher({Algorithm::sha256, key, true}));
    }
    return hashers;
}

LoggedLookup logged(const LookupAnswer& answer, const std::string& account, const LookupWords& words,
                    bool history) {
    LoggedLookup entry;
    entry.at = now();
    entry.account = account;
    entry.officer = words.officer;
    entry.case_reference = words.case_reference;
    entry.reason = words.reason;
    entry.searched = history ? LookupReach::history : LookupReach::index;
    entry.found = answer.found();
    entry.contact_count = answer.contacts.size();
    for (const auto& found : answer.contacts) {
        if (entry.contacts.size() < LoggedLookup::contacts_max) entry.contacts.push_back(found.contact);
    }
    return entry;
}

LoggedLookup logged(ContactId contact, bool found, const std::string& account, const LookupWords& words) {
    LookupAnswer answer;
    if (found) answer.contacts.emplace_back().contact = contact;
    return logged(answer, account, words, false);
}

LogWriter::LogWriter(database::Connection& connection, const std::string& ledger_database, Hasher hasher)
    : log_(connection, ledger_database), hasher_(std::move(hasher)) {
    log_.create();
}

void LogWriter::add_address(LoggedLookup entry, const std::string& address) {
    entry.asked = hasher_.hash(address, Normalisation::email);
    add(entry);
}

void LogWriter::add_contact(LoggedLookup entry, ContactId contact) {
    entry.asked = hasher_.hash("contact " + std::to_string(contact), Normalisation::plain);
    add(entry);
}

AskedOfLog LogWriter::ask(LoggedLookup entry, const std::string& address, std::size_t max,
                          const std::vector<Hasher>& former) {
    std::vector<std::string> hashes{hasher_.hash(address, Normalisation::email)};
    std::vector<std::string> key_ids{hasher_.key_id()};
    for (const Hasher& one : former) {
        hashes.push_back(one.hash(address, Normalisation::email));
        key_ids.push_back(one.key_id());
    }
    AskedOfLog answer{log_.newest(max, hashes), log_.count_of_other_keys(key_ids)};
    entry.asked = hashes.front();
    entry.searched = LookupReach::log;
    entry.found = !answer.lookups.empty();
    add(entry);
    return answer;
}

void LogWriter::add(LoggedLookup& entry) {
    entry.key_id = hasher_.key_id();
    log_.add(entry);
}

}  // namespace gdprd::lookup
