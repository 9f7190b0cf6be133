#include "lookup/lookup.h"

#include <algorithm>

#include "base/error.h"
#include "base/names.h"
#include "base/text.h"
#include "database/placeholders.h"
#include "policy/address.h"

namespace gdprd::lookup {

using database::quote_identifier;
using database::Rows;
using database::Value;

struct Lookup::Candidate {
    std::string algorithm;
    std::string key_id;
    std::string hash;
};

namespace {

// The column's collation takes "ä" for "a"; an answer about somebody else would be worse than none.
bool is_one_of(const std::string& value, const std::set<std::string>& texts) {
    return texts.contains(value) || texts.contains(policy::normalised_address(value));
}

// Counts the current row's mails into `mails`; first and last follow each other from `column` on.
void add_mails(Mails& mails, std::uint64_t sent, const std::optional<Timestamp>& first,
               const std::optional<Timestamp>& last) {
    mails.sent += sent;
    if (first && (!mails.first || *first < *mails.first)) mails.first = first;
    if (last && (!mails.last || *last > *mails.last)) mails.last = last;
}

Trace trace_of(AddressKind kind) {
    switch (kind) {
        case AddressKind::current:
            return Trace::ledger;
        case AddressKind::former:
            return Trace::former_address;
        case AddressKind::merged:
            return Trace::merged_address;
        case AddressKind::seen:
            break;
    }
    return Trace::seen_address;
}

Trace trace_of(const std::string& value, Trace of_hash, Trace of_address) {
    return policy::Hasher::has_hash_shape(value) ? of_hash : of_address;
}

}  // namespace

constexpr auto trace_names = make_names<Trace>({{Trace::ledger, "ledger"},
                                                {Trace::former_address, "former_address"},
                                                {Trace::merged_address, "merged_address"},
                                                {Trace::seen_address, "seen_address"},
                                                {Trace::contact_address, "contact_address"},
                                                {Trace::contact_hash, "contact_hash"},
                                                {Trace::mail_address, "mail_address"},
                                                {Trace::mail_hash, "mail_hash"}});

const char* name_of(Trace trace) { return trace_names.of(trace); }

Lookup::Lookup(database::Connection& connection, LookupOptions options)
    : connection_(connection),
      options_(std::move(options)),
      ledger_(connection, options_.ledger_database),
      erased_addresses_(connection, options_.ledger_database) {}

std::optional<AddressKind> FoundContact::kind_in(const ledger::Record& row) const {
    if (hashes.contains(row.subject_hash)) return AddressKind::current;
    std::vector<const ledger::Record*> records;
    for (auto one = former.rbegin(); one != former.rend(); ++one) records.push_back(&*one);
    if (erasure) records.push_back(&*erasure);
    std::optional<AddressKind> closest;
    for (const ledger::ErasedAddress& one : addresses) {
        if (erasure_of(records, one.noted_at) != &row) continue;
        closest = closest ? std::min(*closest, one.kind) : one.kind;
    }
    return closest;
}

bool FoundContact::is_recorded() const {
    return (erasure && kind_in(*erasure)) ||
           std::any_of(former.begin(), former.end(),
                       [&](const ledger::Record& row) { return kind_in(row).has_value(); });
}

bool LookupAnswer::lacks_key_of(const ledger::Record& row) const {
    return !row.subject_hash.empty() &&
           std::any_of(missing_keys.begin(), missing_keys.end(), [&](const MissingKey& key) {
               return key.algorithm == row.algorithm && key.key_id == row.key_id;
           });
}

// Which keys there are, the index tells without reading all of it; only what was made with those that are
// missing is counted: records, or where none has a hash of theirs, the contacts of filed addresses.
std::vector<MissingKey> find_missing_keys(database::Connection& connection,
                                          const std::string& ledger_database,
                                          const std::set<std::string>& key_ids) {
    const std::string database = quote_identifier(ledger_database);
    const auto keys_in = [&](const char* table) {
        return "SELECT DISTINCT algorithm, key_id FROM " + database + table;
    };
    std::vector<MissingKey> missing;
    {
        Rows rows =
            connection.select("SELECT DISTINCT algorithm, key_id FROM (" + keys_in(".erasure") +
                                  " UNION ALL " + keys_in(".former_erasure") + " UNION ALL " +
                                  keys_in(".erased_address") + ") AS of_all WHERE key_id <> '' ORDER BY 1, 2",
                              {}, "ledger: read the key ids");
        while (rows.next()) {
            if (!key_ids.contains(rows.text(1))) missing.push_back({rows.text(0), rows.text(1), 0});
        }
    }
    const std::string made_so = " WHERE algorithm = ? AND key_id = ?";
    const std::string of_records = made_so + " AND subject_hash IS NOT NULL";
    const auto count = [&](const std::string& sql, const std::vector<Value>& parameters) {
        Rows rows = connection.select(sql, parameters, "ledger: count what a missing key made");
        return rows.next() ? rows.number(0) : 0;
    };
    for (MissingKey& key : missing) {
        key.contacts =
            count("SELECT (SELECT COUNT(*) FROM " + database + ".erasure" + of_records +
                      ") + (SELECT COUNT(*) FROM " + database + ".former_erasure" + of_records + ")",
                  {key.algorithm, key.key_id, key.algorithm, key.key_id});
        if (key.contacts == 0) {
            key.contacts =
                count("SELECT COUNT(DISTINCT contact_id) FROM " + database + ".erased_address" + made_so,
                      {key.algorithm, key.key_id});
        }
    }
    std::erase_if(missing, [](const MissingKey& key) { return key.contacts == 0; });
    return missing;
}

std::string Lookup::table(std::string_view name) const {
    return quote_identifier(options_.table_prefix + std::string(name));
}

// Every way in which this program may have hashed the address: the settings may have changed since.
std::vector<Lookup::Candidate> Lookup::candidates(std::string_view address) const {
    std::vector<std::string> keys = options_.other_keys;
    keys.push_back(options_.hash.key);
    std::vector<Candidate> result;
    for (const policy::HashOptions& one : policy::all_hash_options(keys)) {
        const policy::Hasher hasher(one);
        for (const std::string& hash : hasher.hashes_of_address(address)) {
            result.push_back({hasher.algorithm_name(), hasher.key_id(), hash});
        }
    }
    return result;
}

void Lookup::search_ledger(const std::vector<Candidate>& candidates, Traces& traces, LookupAnswer& answer) {
    std::vector<std::string> hashes;
    std::set<std::string> key_ids;
    for (const Candidate& candidate : candidates) {
        hashes.push_back(candidate.hash);
        key_ids.insert(candidate.key_id);
    }
    for (const ledger::Record& row : ledger_.find_by_subject(hashes)) {
        const bool made_so =
            std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
                return candidate.hash == row.subject_hash && candidate.algorithm == row.algorithm &&
                       candidate.key_id == row.key_id;
            });
        if (!made_so) continue;
        traces[row.contact].insert(Trace::ledger);
        recorded_[row.contact].insert(row.subject_hash);
    }
    answer.missing_keys = find_missing_keys(connection_, options_.ledger_database, key_ids);
}

// By the hash alone: that it is the same with another key does not happen.
void Lookup::search_addresses(const std::vector<Candidate>& candidates, Traces& traces,
                              LookupAnswer& answer) {
    std::vector<std::string> hashes;
    for (const Candidate& candidate : candidates) hashes.push_back(candidate.hash);
    for (ledger::ErasedAddress& one : erased_addresses_.find(hashes)) {
        if (one.contact == 0) {
            const auto first = answer.deleted_contact_first_erased_at.value_or(one.noted_at);
            const auto last = answer.deleted_contact_erased_at.value_or(one.noted_at);
            answer.deleted_contact_first_erased_at = std::min(first, one.noted_at);
            answer.deleted_contact_erased_at = std::max(last, one.noted_at);
            continue;
        }
        traces[one.contact].insert(trace_of(one.kind));
        noted_[one.contact].push_back(std::move(one));
    }
}

void Lookup::tell_forgotten(LookupAnswer& answer) {
    for (const char* name : {"erasure", "former_erasure"}) {
        Rows rows = connection_.select("SELECT COUNT(*), MIN(erased_at), MAX(erased_at) FROM " +
                                           quote_identifier(options_.ledger_database) + ".`" + name +
                                           "` WHERE forgotten_at IS NOT NULL",
                                       {}, "ledger: count what is forgotten");
        if (!rows.next() || rows.number(0) == 0) continue;
        auto& forgotten = answer.forgotten;
        forgotten.count += rows.number(0);
        if (const auto first = rows.time(1))
            forgotten.first = std::min(*first, forgotten.first.value_or(*first));
        if (const auto last = rows.time(2)) forgotten.last = std::max(*last, forgotten.last.value_or(*last));
    }
}

// "column IN (?,?)"; nothing when the table is empty.
std::optional<std::string> Lookup::is_one_of_marks(std::string_view table_name, const std::string& column,
                                                   std::size_t count) {
    Rows rows = connection_.select("SELECT COLLATION(" + column + ") FROM " + table(table_name) + " LIMIT 1",
                                   {}, std::string(table_name) + ": read a column's collation");
    if (!rows.next()) return std::nullopt;
    const std::string collation = rows.text(0);
    return database::comparable_column(column, collation) + " IN (" +
           database::question_marks(count, collation) + ")";
}

void Lookup::search_contacts(const std::set<std::string>& texts, Traces& traces) {
    const auto is_wanted = is_one_of_marks("leads", "email", texts.size());
    if (!is_wanted) return;
    Rows rows =
        connection_.select("SELECT id, email FROM " + table("leads") + " WHERE " + *is_wanted,
                           std::vector<Value>(texts.begin(), texts.end()), "leads: look an address up");
    while (rows.next()) {
        if (!is_one_of(rows.text(1), texts)) continue;
        traces[rows.number(0)].insert(trace_of(rows.text(1), Trace::contact_hash, Trace::contact_address));
    }
}

void Lookup::search_mails(const std::set<std::string>& texts, Traces& traces, LookupAnswer& answer) {
    const auto is_wanted = is_one_of_marks("email_stats", "email_address", texts.size());
    if (!is_wanted) return;
    // Grouped byte by byte, for the same reason as in is_one_of().
    Rows rows = connection_.select(
        "SELECT lead_id, CONVERT(email_address USING utf8mb4) COLLATE utf8mb4_bin AS value,"
        " COUNT(*), MIN(date_sent), MAX(date_sent) FROM " +
            table("email_stats") + " WHERE " + *is_wanted + " GROUP BY lead_id, value",
        std::vector<Value>(texts.begin(), texts.end()), "email_stats: look an address up");
    while (rows.next()) {
        if (!is_one_of(rows.text(1), texts)) continue;
        if (rows.is_null(0)) {
            add_mails(answer.mails_without_contact, rows.number(2), rows.time(3), rows.time(4));
            const bool is_hash = policy::Hasher::has_hash_shape(rows.text(1));
            if (!is_hash) answer.clear_mails_without_contact += rows.number(2);
        } else {
            traces[rows.number(0)].insert(trace_of(rows.text(1), Trace::mail_hash, Trace::mail_address));
        }
    }
}

namespace {

// One more than is told of each, because none is told of itself.
void tell_who_else_has_it(LookupAnswer& answer) {
    std::vector<ContactId> now;
    std::vector<ContactId> last;
    for (const FoundContact& found : answer.contacts) {
        const bool has_it = found.traces.contains(Trace::contact_address);
        std::vector<ContactId>& group = has_it ? now : last;
        const bool is_told = has_it || found.traces.contains(Trace::ledger);
        if (is_told && group.size() <= FoundContact::others_max) group.push_back(found.contact);
    }
    const auto tell = [](const std::vector<ContactId>& group, ContactId to) {
        std::vector<ContactId> others = group;
        std::erase(others, to);
        others.resize(std::min(others.size(), FoundContact::others_max));
        return others;
    };
    for (FoundContact& found : answer.contacts) {
        found.used_now_by = tell(now, found.contact);
        found.used_last_by = tell(last, found.contact);
    }
}

// Did an erasure of this address leave its hash in the contact's row, or is the row younger than that?
bool has_to_have_hash(const FoundContact& found, const std::optional<Timestamp>& added) {
    const auto tells = [&](const ledger::Record& row) {
        return found.is_of_address(row) && (row.marks.contains("email", row.subject_hash) ||
                                            (added && row.erased_at && *added > *row.erased_at));
    };
    return (found.erasure && tells(*found.erasure)) ||
           std::any_of(found.former.begin(), found.former.end(), tells);
}

// Where only the ledger leads from the address to the id, and the row with the id has another address, or
// none, without a record that an erasure of this one emptied it.
bool is_of_another(const FoundContact& found, std::string_view address,
                   const std::optional<Timestamp>& added) {
    const auto is_in_mautic = [](Trace trace) {
        return trace == Trace::contact_address || trace == Trace::contact_hash ||
               trace == Trace::mail_address || trace == Trace::mail_hash;
    };
    if (std::any_of(found.traces.begin(), found.traces.end(), is_in_mautic)) return false;
    if (trimmed(address).empty()) return !found.is_recorded() || has_to_have_hash(found, added);
    return !policy::Hasher::has_hash_shape(trimmed(address)) || !found.is_recorded();
}

}  // namespace

FoundContact Lookup::describe(ContactId contact, const std::set<Trace>& traces, bool has_ledger) {
    FoundContact found;
    found.contact = contact;
    found.traces = traces;
    if (has_ledger) {
        found.erasure = ledger_.find(contact);
        found.former = ledger::latest_of_each(ledger_.former(std::span(&contact, 1)));
        std::reverse(found.former.begin(), found.former.end());
        found.hashes = recorded_[contact];
        found.addresses = noted_[contact];
    }
    Rows lead = connection_.select("SELECT date_added, email FROM " + table("leads") + " WHERE id = ?",
                                   std::vector<Value>{contact}, "leads: read the first date");
    found.in_mautic = lead.next();
    found.is_reused = found.in_mautic && is_of_another(found, lead.text(1), lead.time(0));
    if (found.is_reused) return found;
    if (found.in_mautic) found.first_seen = lead.time(0);
    describe_mails(found);
    return found;
}

void Lookup::describe_mails(FoundContact& found) {
    const std::vector<Value> id{found.contact};
    Rows mails = connection_.select(
        "SELECT COUNT(*), MIN(date_sent), MAX(date_sent) FROM " + table("email_stats") + " WHERE lead_id = ?",
        id, "email_stats: count");
    if (mails.next()) add_mails(found.mails, mails.number(0), mails.time(1), mails.time(2));
    Rows opt_outs =
        connection_.select("SELECT reason, channel, date_added FROM " + table("lead_donotcontact") +
                               " WHERE lead_id = ? ORDER BY date_added, id",
                           id, "lead_donotcontact: read");
    while (opt_outs.next()) {
        found.opt_outs.push_back({opt_outs.signed_number(0), opt_outs.text(1), opt_outs.time(2)});
    }
}

LookupAnswer Lookup::find(std::string_view address) {
    const std::string wanted(trimmed(address));
    LookupAnswer answer;
    const auto format = ledger_.format_found();
    if (format && *format != ledger::Ledger::format) {
        throw ConfigurationError("ledger " + options_.ledger_database + ": has format " +
                                     std::to_string(*format) + ", this program reads " +
                                     std::to_string(ledger::Ledger::format),
                                 "Starting the daemon, or `mautic-gdprd init --ledger-only`, brings an older "
                                 "one up to date");
    }
    answer.has_ledger = format.has_value();
    const auto hashes = candidates(wanted);
    const auto spellings = policy::address_spellings(wanted);
    std::set<std::string> texts(spellings.begin(), spellings.end());
    for (const Candidate& candidate : hashes) texts.insert(candidate.hash);
    Traces traces;
    recorded_.clear();
    noted_.clear();
    if (answer.has_ledger) {
        search_ledger(hashes, traces, answer);
        search_addresses(hashes, traces, answer);
        tell_forgotten(answer);
    }
    // The long one first: whose the address is now is the time of the answer.
    if (options_.read_history) search_mails(texts, traces, answer);
    search_contacts(texts, traces);
    for (const auto& [contact, where] : traces) {
        answer.contacts.push_back(describe(contact, where, answer.has_ledger));
    }
    tell_who_else_has_it(answer);
    return answer;
}

}  // namespace gdprd::lookup
