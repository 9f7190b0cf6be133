#include "audit/erased_people.h"

#include <algorithm>
#include <utility>

#include "ledger/ledger.h"

namespace gdprd::audit {

using database::quote_identifier;
using database::quote_text;
using database::Rows;

namespace {

constexpr std::size_t page_rows = 10'000;
constexpr std::size_t hashes_a_question = 256;

std::string quoted_list(std::span<const AddressHash> hashes) {
    std::string list;
    for (const AddressHash& one : hashes) list += (list.empty() ? "" : ",") + quote_text(one.hash);
    return list;
}

// What counts of a table of records. An erasure of long ago whose contact re-subscribed, or was put on hold,
// under the same id does not.
std::string erasures(const PeopleOptions& options, const char* table, const std::string& columns) {
    const std::string database = quote_identifier(options.ledger_database);
    std::string sql = "SELECT " + columns + " FROM " + database + '.' + quote_identifier(table) +
                      " r WHERE subject_hash IS NOT NULL AND erased_at < " +
                      quote_text(format_utc(options.before)) +
                      " AND status IN ('settling','complete','partial','erasing')";
    if (std::string_view(table) == "former_erasure") {
        sql += " AND NOT EXISTS (SELECT 1 FROM " + database +
               ".`erasure` c WHERE c.contact_id = r.contact_id AND c.status IN ('superseded','held'))";
    }
    return sql;
}

}  // namespace

// One for each algorithm and key that there are records of.
HashesInUse hashes_in_use(database::Connection& ledger, const PeopleOptions& options) {
    HashesInUse in_use;
    const auto possible = policy::all_hash_options(options.keys);
    const std::string columns = "algorithm, COALESCE(key_id, '') AS key_name, COUNT(*) AS records";
    Rows rows = ledger.select("SELECT algorithm, key_name, SUM(records) FROM (" +
                                  erasures(options, "erasure", columns) + " GROUP BY 1, 2 UNION ALL " +
                                  erasures(options, "former_erasure", columns) +
                                  " GROUP BY 1, 2) AS of_both GROUP BY 1, 2 ORDER BY 1, 2",
                              {}, "ledger: read the key ids");
    while (rows.next()) {
        const auto known =
            std::find_if(possible.begin(), possible.end(), [&](const policy::HashOptions& one) {
                const policy::Hasher hasher(one);
                return hasher.algorithm_name() == rows.text(0) && hasher.key_id() == rows.text(1);
            });
        if (known != possible.end()) {
            in_use.known.push_back(*known);
        } else {
            in_use.missing.push_back({rows.text(0), rows.text(1), rows.number(2)});
        }
    }
    return in_use;
}

ErasedPeople::ErasedPeople(database::Connection& ledger, const PeopleOptions& options, const GoOn& go_on)
    : options_(options), filter_(ledger::Ledger(ledger, options.ledger_database).count()) {
    make_hashers(ledger);
    read_records(ledger, "erasure", "contact_id", go_on);
    read_records(ledger, "former_erasure", "id", go_on);
}

void ErasedPeople::make_hashers(database::Connection& ledger) {
    HashesInUse in_use = hashes_in_use(ledger, options_);
    for (const policy::HashOptions& options : in_use.known) hashers_.emplace_back(options);
    hash_options_ = std::move(in_use.known);
    missing_keys_ = std::move(in_use.missing);
}

void ErasedPeople::read_records(database::Connection& ledger, const char* table, const char* key,
                                const GoOn& go_on) {
    const std::string columns = std::string(key) + ", subject_hash";
    for (std::uint64_t after = 0;;) {
        Rows rows = ledger.select(erasures(options_, table, columns) + " AND r." + key + " > " +
                                      std::to_string(after) + " ORDER BY r." + key + " LIMIT " +
                                      std::to_string(page_rows),
                                  {}, "ledger: read the hashes");
        std::size_t count = 0;
        for (; rows.next(); ++count) {
            after = rows.number(0);
            filter_.add(beginning_of_hash(rows.text(1)));
            ++addresses_;
        }
        if (count < page_rows || !go_on()) return;
    }
}

void ErasedPeople::read_contacts(database::Connection& mautic, database::Connection& ledger,
                                 const std::string& contact_table, const GoOn& go_on) {
    for (ContactId after = 0;;) {
        Rows rows =
            mautic.select("SELECT id, email FROM " + quote_identifier(contact_table) + " WHERE id > " +
                              std::to_string(after) + " ORDER BY id LIMIT " + std::to_string(page_rows),
                          {}, "leads: read the addresses");
        std::size_t count = 0;
        std::map<AddressHash, std::vector<ContactId>> contacts;
        std::vector<AddressHash> suspects;
        for (; rows.next(); ++count) {
            after = rows.number(0);
            suspects.clear();
            const std::string address = rows.text(1);
            if (address.find('@') != std::string::npos) add_suspects(address, suspects);
            for (AddressHash& one : suspects) contacts[std::move(one)].push_back(after);
        }
        suspects.clear();
        for (const auto& [hash, ids] : contacts) suspects.push_back(hash);
        for (const auto& [hash, erased] : find(ledger, suspects)) {
            // The erased contact's own row is filled again: that is no other contact.
            const auto& ids = contacts[hash];
            const bool is_another = std::any_of(ids.begin(), ids.end(), [&](ContactId id) {
                return std::find(erased.begin(), erased.end(), id) == erased.end();
            });
            if (is_another) returned_.insert(beginning_of_hash(hash.hash));
        }
        if (count < page_rows || !go_on()) return;
    }
}

QuickLook::QuickLook(const ErasedPeople& people) : people_(people) {
    for (const policy::HashOptions& options : people.hash_options_) hashes_.emplace_back(options);
}

// The spellings that policy::address_spellings() has of such an address: in lower case, and as it is.
bool QuickLook::is_harmless(std::string_view address) {
    lower_.assign(address);
    bool has_capitals = false;
    for (char& byte : lower_) {
        if (static_cast<unsigned char>(byte) >= 0x80 || byte <= ' ') return false;
        if (byte < 'A' || byte > 'Z') continue;
        byte = static_cast<char>(byte - 'A' + 'a');
        has_capitals = true;
    }
    if (lower_.find("xn--") != std::string::npos) return false;
    return std::none_of(hashes_.begin(), hashes_.end(), [&](policy::ManyHashes& hashes) {
        return people_.filter_.may_contain(hashes.beginning(lower_)) ||
               (has_capitals && people_.filter_.may_contain(hashes.beginning(address)));
    });
}

void ErasedPeople::add_suspects(std::string_view address, std::vector<AddressHash>& suspects) const {
    for (std::size_t i = 0; i < hashers_.size(); ++i) {
        for (std::string& hash : hashers_[i].hashes_of_address(address)) {
            if (filter_.may_contain(beginning_of_hash(hash))) suspects.push_back({std::move(hash), i});
        }
    }
}

std::map<AddressHash, std::vector<ContactId>> ErasedPeople::find(
    database::Connection& ledger, std::span<const AddressHash> suspects) const {
    std::map<AddressHash, std::vector<ContactId>> found;
    const std::string columns = "subject_hash, contact_id, algorithm, COALESCE(key_id, '')";
    for (std::size_t done = 0; done < suspects.size(); done += hashes_a_question) {
        const auto some = suspects.subspan(done, std::min(hashes_a_question, suspects.size() - done));
        const std::string among = " AND subject_hash IN (" + quoted_list(some) + ")";
        Rows rows = ledger.select(erasures(options_, "erasure", columns) + among + " UNION ALL " +
                                      erasures(options_, "former_erasure", columns) + among,
                                  {}, "ledger: look for addresses");
        while (rows.next()) {
            for (const AddressHash& one : some) {
                const policy::Hasher& hasher = hashers_[one.hasher];
                if (one.hash == rows.text(0) && hasher.algorithm_name() == rows.text(2) &&
                    hasher.key_id() == rows.text(3)) {
                    found[one].push_back(rows.number(1));
                }
            }
        }
    }
    return found;
}

std::vector<Person> ErasedPeople::ask(database::Connection& ledger,
                                      std::span<const AddressHash> suspects) const {
    const auto found = find(ledger, suspects);
    std::vector<Person> people;
    for (const AddressHash& one : suspects) {
        const auto contacts = found.find(one);
        if (contacts == found.end()) {
            people.emplace_back();
            continue;
        }
        const bool returned = returned_.contains(beginning_of_hash(one.hash));
        Person person{returned ? Standing::returned : Standing::erased,
                      *std::min_element(contacts->second.begin(), contacts->second.end()), contacts->second};
        std::erase_if(person.contacts,
                      [&](const ContactId contact) { return options_.unnamed.contains(contact); });
        people.push_back(std::move(person));
    }
    return people;
}

}  // namespace gdprd::audit
