#include "restore/reapply.h"

#include <algorithm>

#include "base/text.h"
#include "ledger/addresses.h"
#include "mautic/id_list.h"

namespace gdprd::restore {

using columns::ColumnStep;

namespace {

using database::Rows;
using mautic::DoNotContact;

// The columns of a contact's own row by which somebody is recognised, the address apart.
std::vector<const ColumnStep*> telling_columns(const plan::Plan* plan) {
    std::vector<const ColumnStep*> columns;
    const plan::Step* own = plan == nullptr ? nullptr : plan->contact_step();
    if (own == nullptr) return columns;
    for (const ColumnStep& change : own->columns) {
        const bool identifies = std::find(plan->identifying.begin(), plan->identifying.end(),
                                          change.column) != plan->identifying.end();
        if (identifies && change.column != "email") columns.push_back(&change);
    }
    return columns;
}

bool changed_since_erasure(const ledger::Record& row, const restore::Present& contact) {
    const auto erased_at = row.erased_at ? row.erased_at : row.last_pass_at;  // half of it
    return erased_at && contact.changed_at > *erased_at;
}

template <typename Map>
std::vector<ContactId> keys_of(const Map& map) {
    std::vector<ContactId> keys;
    for (const auto& [contact, value] : map) keys.push_back(contact);
    return keys;
}

void append_contacts(std::vector<ContactId>& names, const std::vector<ContactId>& more) {
    for (const ContactId contact : more) {
        if (names.size() < ReapplyFindings::named_max) names.push_back(contact);
    }
}

// By an id and an address that mails went to somebody is known as well as by the last one. What only Mautic's
// log has may be of whoever had the id before: that log outlives the contacts it is about.
bool tells_person(const ledger::ErasedAddress& address) {
    return address.kind == AddressKind::current || address.kind == AddressKind::seen;
}

void add_addresses(ledger::Record& current, std::vector<ledger::Record>& former,
                   std::span<const ledger::ErasedAddress> addresses) {
    std::vector<ledger::Record*> records;
    for (ledger::Record& row : former) records.push_back(&row);
    records.push_back(&current);
    const std::vector<const ledger::Record*> in_order(records.begin(), records.end());
    for (const ledger::ErasedAddress& one : addresses) {
        if (!tells_person(one)) continue;
        const ledger::Record* met = erasure_of(in_order, one.noted_at);
        // Noted when the contact was erased already: it may be of whoever had the id then, and was deleted.
        if (met != nullptr && met->last_pass_at && *met->last_pass_at < one.noted_at) continue;
        for (ledger::Record* row : records) {
            if (row == met) row->address_hashes.push_back(one.hash);
        }
    }
}

bool any_covered(const std::vector<DoNotContact>& rows, const policy::Triggers& triggers) {
    return std::any_of(rows.begin(), rows.end(), [&](const DoNotContact& row) {
        const auto reason = policy::reason_from_code(row.reason);
        return reason && triggers.covers(*reason, row.channel);
    });
}

}  // namespace

std::uint64_t ReapplyFindings::looked_at() const {
    std::uint64_t total = 0;
    for (const auto& [what, count] : contacts) total += count;
    return total;
}

std::uint64_t ReapplyFindings::to_erase() const {
    const auto same = contacts.find(restore::Recognition::same_person);
    return same == contacts.end() ? 0 : same->second - not_triggered - returned;
}

bool ReapplyFindings::needs_a_look() const {
    return not_triggered > 0 || returned > 0 || under_other_ids > 0 ||
           contacts.contains(restore::Recognition::not_erased) ||
           contacts.contains(restore::Recognition::forgotten) ||
           contacts.contains(restore::Recognition::other_address) ||
           contacts.contains(restore::Recognition::unknown_key) ||
           contacts.contains(restore::Recognition::no_address);
}

void ReapplyFindings::add(const ReapplyFindings& page) {
    for (const auto& [what, count] : page.contacts) contacts[what] += count;
    for (const auto& [key, count] : page.unknown_keys) unknown_keys[key] += count;
    opt_outs_lost += page.opt_outs_lost;
    not_triggered += page.not_triggered;
    returned += page.returned;
    under_other_ids += page.under_other_ids;
    append_contacts(under_other_id_contacts, page.under_other_id_contacts);
    append_contacts(other_address, page.other_address);
    append_contacts(no_address, page.no_address);
    append_contacts(not_erased, page.not_erased);
    append_contacts(forgotten, page.forgotten);
    append_contacts(not_triggered_contacts, page.not_triggered_contacts);
    append_contacts(returned_contacts, page.returned_contacts);
}

// The ledger knows the channel "other" for everything that is neither mail nor text message.
std::optional<DoNotContact> recorded_opt_out(const ledger::Record& row, const policy::Triggers& triggers) {
    std::string channel = row.channel;
    if (channel == "other") {
        const auto named =
            std::find_if(triggers.channels.begin(), triggers.channels.end(),
                         [](const std::string& name) { return name != "email" && name != "sms"; });
        if (named != triggers.channels.end()) channel = *named;
    }
    if (!triggers.covers(row.reason, channel)) return std::nullopt;
    const Timestamp since = row.opted_out_at.value_or(row.erased_at.value_or(now()));
    return DoNotContact{static_cast<std::int64_t>(row.reason), channel, since};
}

Reapply::Reapply(ReapplyOptions options)
    : options_(std::move(options)),
      hashes_(options_.hash_keys),
      other_ids_(options_.table_prefix, options_.ledger_database, hashes_, options_.since,
                 options_.page_rows) {}

std::optional<std::vector<ContactId>> Reapply::next(database::Connection& connection, Mode mode) {
    ledger::Ledger ledger(connection, options_.ledger_database);
    const auto rows = ledger.page_of_erased(after_, options_.page_rows);
    ReapplyFindings page;
    if (rows.empty()) {
        if (mode != Mode::look) return std::nullopt;
        auto named = other_ids_.next(connection);
        if (!named) return std::nullopt;
        page.under_other_ids = named->size();
        page.under_other_id_contacts = *std::move(named);
        findings_.add(page);
        return std::vector<ContactId>{};
    }
    const Back back = look(connection, rows, page);
    auto contacts = back.empty() ? std::vector<ContactId>{} : decide(connection, back, mode, page);
    findings_.add(page);
    after_ = rows.back().contact;
    return contacts;
}

std::map<ContactId, restore::Present> Reapply::read_contacts(database::Connection& connection,
                                                             const std::vector<ContactId>& contacts,
                                                             bool lock) const {
    const auto telling = telling_columns(options_.plan.get());
    std::string columns = "id, email, date_added, date_modified";
    for (const ColumnStep* one : telling) columns += ", " + database::quote_identifier(one->column);
    const mautic::IdList ids(contacts);
    Rows rows = connection.select("SELECT " + columns + " FROM " +
                                      database::quote_identifier(options_.table_prefix + "leads") +
                                      " WHERE id IN " + ids.placeholders() + (lock ? " FOR UPDATE" : ""),
                                  ids.parameters(), "leads: read what tells a contact");
    std::map<ContactId, restore::Present> found;
    while (rows.next()) {
        restore::Present& contact = found[rows.number(0)];
        contact.address = rows.text(1);
        const Timestamp added = rows.time(2).value_or(Timestamp{});
        contact.changed_at = std::max(added, rows.time(3).value_or(added));
        std::size_t column = 4;
        for (const ColumnStep* one : telling) {
            std::string value = rows.text(column++);
            if (trimmed(value).empty() || policy::Hasher::has_hash_shape(value)) continue;
            contact.values.push_back(
                {one->column, std::move(value), one->normalisation, one->action == mautic::Action::hash});
        }
    }
    return found;
}

// Those by which the contact may be recognised, the last one first. Older ones are in the backup; what a
// re-subscription closed is over.
std::vector<ledger::Record> Reapply::erasures_of(const ledger::Record& current,
                                                 const std::vector<ledger::Record>& former) const {
    std::vector<ledger::Record> erasures(former.rbegin(), former.rend());
    erasures.insert(erasures.begin(), current);
    std::erase_if(erasures, [&](const ledger::Record& row) {
        const bool is_open = row.status != ledger::Status::superseded && row.status != ledger::Status::held;
        return !row.tells_of_erasure() || !is_open ||
               (options_.since && row.erased_at.value_or(now()) < *options_.since);
    });
    return erasures;
}

Reapply::Back Reapply::look(database::Connection& connection, const std::vector<ledger::Record>& rows,
                            ReapplyFindings& page) const {
    std::vector<ContactId> ids;
    for (const ledger::Record& row : rows) ids.push_back(row.contact);
    std::map<ContactId, std::vector<ledger::Record>> former;
    for (ledger::Record& row : ledger::Ledger(connection, options_.ledger_database).former(ids)) {
        former[row.contact].push_back(std::move(row));
    }
    std::map<ContactId, std::vector<ledger::ErasedAddress>> addresses;
    for (ledger::ErasedAddress& one :
         ledger::ErasedAddresses(connection, options_.ledger_database).of_contacts(ids)) {
        addresses[one.contact].push_back(std::move(one));
    }
    const auto contacts = read_contacts(connection, ids, false);
    Back back;
    for (ledger::Record row : rows) {
        // On hold means untouched, also where the backup is from before the mark was set in Mautic.
        if (row.status == ledger::Status::held) continue;
        add_addresses(row, former[row.contact], addresses[row.contact]);
        auto erasures = erasures_of(row, former[row.contact]);
        if (erasures.empty()) continue;
        const auto contact = contacts.find(row.contact);
        const restore::Recognition found =
            restore::recognise(
                erasures, contact == contacts.end() ? std::nullopt : std::optional(contact->second), hashes_)
                .what;
        const bool has_resubscribed = row.status == ledger::Status::superseded;
        if (has_resubscribed && found != restore::Recognition::same_person) continue;
        ++page.contacts[found];
        if (has_resubscribed) {
            ++page.returned;
            page.returned_contacts.push_back(row.contact);
            continue;
        }
        if (found == restore::Recognition::same_person) back.emplace(row.contact, std::move(erasures));
        if (found == restore::Recognition::other_address) page.other_address.push_back(row.contact);
        if (found == restore::Recognition::no_address) page.no_address.push_back(row.contact);
        if (found == restore::Recognition::not_erased) page.not_erased.push_back(row.contact);
        if (found == restore::Recognition::forgotten) page.forgotten.push_back(row.contact);
        if (found == restore::Recognition::unknown_key) {
            for (const ledger::Record& one : erasures) {
                if (!hashes_.know(one)) ++page.unknown_keys[{one.algorithm, one.key_id}];
            }
        }
    }
    return back;
}

// In one transaction, in the order of locks of every other one of ours: contacts, then opt-outs.
std::vector<ContactId> Reapply::decide(database::Connection& connection, const Back& back, Mode mode,
                                       ReapplyFindings& page) const {
    const std::string& prefix = options_.table_prefix;
    const auto ids = keys_of(back);
    database::Transaction transaction(connection);
    const auto contacts = read_contacts(connection, ids, true);
    const auto opt_outs = mautic::lock_do_not_contact(connection, prefix, ids);
    std::vector<ContactId> to_erase;
    std::map<ContactId, DoNotContact> lost;
    for (const auto& [id, erasures] : back) {
        const auto contact = contacts.find(id);
        if (contact == contacts.end()) continue;
        const restore::Recognised found = restore::recognise(erasures, contact->second, hashes_);
        if (found.what != restore::Recognition::same_person)
            continue;  // it was changed between the two looks
        const auto present = opt_outs.find(id);
        if (present == opt_outs.end() || !any_covered(present->second, options_.triggers)) {
            if (changed_since_erasure(*found.row, contact->second)) {
                ++page.returned;
                page.returned_contacts.push_back(id);
                continue;
            }
            const auto recorded = recorded_opt_out(*found.row, options_.triggers);
            if (!recorded) {
                ++page.not_triggered;
                page.not_triggered_contacts.push_back(id);
                continue;
            }
            lost.emplace(id, *recorded);
        }
        to_erase.push_back(id);
    }
    page.opt_outs_lost = lost.size();
    if (mode == Mode::look || lost.empty()) return to_erase;
    mautic::insert_do_not_contact(connection, prefix, lost);
    transaction.commit();
    return to_erase;
}

}  // namespace gdprd::restore
