#include "retention/choice.h"

#include <algorithm>
#include <vector>

namespace gdprd::retention {

using ledger::ContactRows;
using ledger::ForgettingRule;
using ledger::Record;
using ledger::Status;

namespace {

bool is_made_with(const std::string& algorithm, const std::string& key_id, const ledger::HashKey& key) {
    const bool names_key =
        key.key_id.empty() ? key_id.empty() : key_id.starts_with(key.key_id) || key_id.ends_with(key.key_id);
    return names_key &&
           std::find(key.algorithms.begin(), key.algorithms.end(), algorithm) != key.algorithms.end();
}

bool is_finished(const Record& current) {
    return current.status == Status::complete || current.status == Status::superseded;
}

// Of an address that no record tells of: what was left of a contact that Mautic had deleted.
bool is_of(const ledger::ErasedAddress& address, const ForgettingRule& rule) {
    return (!rule.before || address.noted_at < *rule.before) &&
           (!rule.key || is_made_with(address.algorithm, address.key_id, *rule.key));
}

}  // namespace

bool is_of(const Record& row, const ForgettingRule& rule) {
    return !row.forgotten_at && row.tells_of_erasure() &&
           (!rule.before || ledger::last_told(row) < *rule.before) &&
           (!rule.key || is_made_with(row.algorithm, row.key_id, *rule.key));
}

Choice choose(const ContactRows& contact, const ForgettingRule& rule) {
    Choice choice;
    if (contact.current && !is_finished(*contact.current)) return choice;
    std::vector<const Record*> records;
    for (const auto& former : contact.former) records.push_back(&former.record);
    if (contact.current) records.push_back(&*contact.current);

    std::set<const Record*> going;
    std::set<std::string> staying;
    bool any_stays = false;
    for (const Record* row : records) {
        if (is_of(*row, rule)) {
            going.insert(row);
            choice.gone.insert(row->subject_hash);
        } else if (!row->forgotten_at && row->tells_of_erasure()) {
            any_stays = true;
            staying.insert(row->subject_hash);
        }
    }
    for (const auto& former : contact.former) {
        if (going.contains(&former.record)) choice.rows.former.push_back(former.id);
    }
    if (contact.current && going.contains(&*contact.current)) {
        choice.rows.records.push_back(contact.current->contact);
        choice.marks = contact.current->marks;
        choice.recorded_hash = contact.current->subject_hash;
    }
    for (const auto& one : contact.addresses) {
        const Record* met = ledger::erasure_of(records, one.address.noted_at);
        const bool goes = met != nullptr && (going.contains(met) || met->forgotten_at)
                              ? true
                              : is_of(one.address, rule) && (rule.key || met == nullptr);
        if (goes) choice.rows.addresses.push_back(one.id);
        (goes ? choice.gone : staying).insert(one.address.hash);
    }
    for (const std::string& hash : staying) choice.gone.erase(hash);
    choice.gone.erase("");
    choice.is_all = !any_stays && !choice.rows.empty();
    return choice;
}

}  // namespace gdprd::retention
