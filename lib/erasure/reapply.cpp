#include "erasure/reapply.h"

#include <algorithm>

#include "mautic/id_list.h"

namespace gdprd::erasure {

namespace {

using database::Rows;
using mautic::DoNotContact;

struct Present {
    std::string address;
    std::optional<Timestamp> modified_at;
};

std::map<ContactId, Present> read_contacts(database::Connection& connection, const std::string& prefix,
                                           const std::vector<ContactId>& contacts, bool lock) {
    const mautic::IdList ids(contacts);
    Rows rows = connection.select("SELECT id, email, date_modified FROM " +
                                      database::quote_identifier(prefix + "leads") + " WHERE id IN " +
                                      ids.placeholders() + (lock ? " FOR UPDATE" : ""),
                                  ids.parameters(), "leads: read addresses");
    std::map<ContactId, Present> found;
    while (rows.next()) found.emplace(rows.number(0), Present{rows.text(1), rows.time(2)});
    return found;
}

bool changed_since_erasure(const LedgerRow& row, const Present& contact) {
    return row.erased_at && contact.modified_at && *contact.modified_at > *row.erased_at;
}

template <typename Map>
std::vector<ContactId> keys_of(const Map& map) {
    std::vector<ContactId> keys;
    for (const auto& [contact, value] : map) keys.push_back(contact);
    return keys;
}

void append(std::vector<ContactId>& names, const std::vector<ContactId>& more) {
    for (const ContactId contact : more) {
        if (names.size() < ReapplyFindings::named_max) names.push_back(contact);
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
    const auto same = contacts.find(Recognition::same_person);
    return same == contacts.end() ? 0 : same->second - not_triggered - returned;
}

bool ReapplyFindings::needs_a_look() const {
    return not_triggered > 0 || returned > 0 || contacts.contains(Recognition::other_address) ||
           contacts.contains(Recognition::unknown_key) || contacts.contains(Recognition::no_address);
}

void ReapplyFindings::add(const ReapplyFindings& page) {
    for (const auto& [what, count] : page.contacts) contacts[what] += count;
    for (const auto& [key, count] : page.unknown_keys) unknown_keys[key] += count;
    opt_outs_lost += page.opt_outs_lost;
    not_triggered += page.not_triggered;
    returned += page.returned;
    append(other_address, page.other_address);
    append(no_address, page.no_address);
    append(not_triggered_contacts, page.not_triggered_contacts);
    append(returned_contacts, page.returned_contacts);
}

// The ledger knows the channel "other" for everything that is neither mail nor text message.
std::optional<DoNotContact> recorded_opt_out(const LedgerRow& row, const policy::Triggers& triggers) {
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

Reapply::Reapply(ReapplyOptions options) : options_(std::move(options)), hashes_(options_.hash_keys) {}

std::optional<std::vector<ContactId>> Reapply::next(database::Connection& connection, Mode mode) {
    Ledger ledger(connection, options_.ledger_database);
    const auto rows = ledger.page_of_erased(after_, options_.page_rows, options_.since);
    if (rows.empty()) return std::nullopt;
    ReapplyFindings page;
    const Back back = look(connection, rows, page);
    auto contacts = back.empty() ? std::vector<ContactId>{} : decide(connection, back, mode, page);
    findings_.add(page);
    after_ = rows.back().contact;
    return contacts;
}

Reapply::Back Reapply::look(database::Connection& connection, const std::vector<LedgerRow>& rows,
                            ReapplyFindings& page) const {
    std::vector<ContactId> ids;
    for (const LedgerRow& row : rows) ids.push_back(row.contact);
    const auto contacts = read_contacts(connection, options_.table_prefix, ids, false);
    Back back;
    for (const LedgerRow& row : rows) {
        const auto contact = contacts.find(row.contact);
        const Recognition found = recognise(
            row, contact == contacts.end() ? std::nullopt : std::optional(contact->second.address), hashes_);
        ++page.contacts[found];
        if (found == Recognition::same_person) back.emplace(row.contact, row);
        if (found == Recognition::other_address) page.other_address.push_back(row.contact);
        if (found == Recognition::no_address) page.no_address.push_back(row.contact);
        if (found == Recognition::unknown_key) ++page.unknown_keys[{row.algorithm, row.key_id}];
    }
    return back;
}

// In one transaction, in the order of locks of every other one of ours: contacts, then opt-outs.
std::vector<ContactId> Reapply::decide(database::Connection& connection, const Back& back, Mode mode,
                                       ReapplyFindings& page) const {
    const std::string& prefix = options_.table_prefix;
    const auto ids = keys_of(back);
    database::Transaction transaction(connection);
    const auto contacts = read_contacts(connection, prefix, ids, true);
    const auto opt_outs = mautic::lock_do_not_contact(connection, prefix, ids);
    std::vector<ContactId> to_erase;
    std::map<ContactId, DoNotContact> lost;
    for (const auto& [id, row] : back) {
        const auto contact = contacts.find(id);
        // Between the two looks it was changed or deleted.
        if (contact == contacts.end() || !hashes_.match(row, contact->second.address)) continue;
        const auto present = opt_outs.find(id);
        if (present == opt_outs.end() || !any_covered(present->second, options_.triggers)) {
            if (changed_since_erasure(row, contact->second)) {
                ++page.returned;
                page.returned_contacts.push_back(id);
                continue;
            }
            const auto recorded = recorded_opt_out(row, options_.triggers);
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

}  // namespace gdprd::erasure
