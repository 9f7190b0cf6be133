#include "certificate/reader.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "erasure/case.h"
#include "erasure/preview.h"
#include "ledger/addresses.h"
#include "policy/hash.h"
#include "subjects/subject.h"

namespace gdprd::certificate {

namespace {

using database::Rows;
using database::Value;
using lookup::FoundContact;
using lookup::Trace;

RulesOf rules_of(const ledger::Record& record, const plan::Plan& plan) {
    if (record.policy_digest != plan.policy_digest || record.map_digest != plan.map_digest)
        return RulesOf::today;
    return record.schema_digest == plan.schema_digest ? RulesOf::the_pass : RulesOf::the_pass_but_schema;
}

std::vector<ledger::Record> former_records(ledger::Ledger& ledger, ContactId contact) {
    auto former = ledger::latest_of_each(ledger.former(std::span(&contact, 1)));
    std::reverse(former.begin(), former.end());
    return former;
}

// A hold, and what began and changed nothing, has no address in its record: it is about whoever has the
// number now.
bool is_of_present_contact(const ledger::Record& record, const FoundContact& found) {
    return record.subject_hash.empty() && !record.tells_of_erasure() &&
           found.traces.contains(Trace::contact_address);
}

Elsewhere elsewhere_of(const lookup::LookupAnswer& answer, const FoundContact* found, bool mails_searched) {
    Elsewhere elsewhere;
    for (const FoundContact& other : answer.contacts) {
        if (&other == found) continue;
        if (other.traces.contains(Trace::contact_address) || other.traces.contains(Trace::mail_address)) {
            ++elsewhere.contacts;
        } else if (other.traces.contains(Trace::ledger)) {
            ++elsewhere.erased_contacts;
        }
    }
    elsewhere.mails = answer.clear_mails_without_contact;
    elsewhere.mails_searched = mails_searched;
    return elsewhere;
}

}  // namespace

Facts FactReader::of_contact(ContactId contact) {
    Facts facts;
    facts.contact = contact;
    ledger::Ledger ledger(connection_, rules_.ledger_database);
    facts.record = ledger.find(contact);
    facts.earlier = former_records(ledger, contact);
    add_state(facts);
    if (!facts.record) {
        add_leftovers(
            facts,
            ledger::ErasedAddresses(connection_, rules_.ledger_database).of_contacts(std::span(&contact, 1)));
    }
    add_rest(facts);
    return facts;
}

Facts FactReader::of_address(const lookup::LookupAnswer& answer, const FoundContact* found,
                             bool mails_searched) {
    Facts facts;
    facts.by_address = true;
    facts.forgotten = answer.forgotten;
    facts.elsewhere = elsewhere_of(answer, found, mails_searched);
    if (found == nullptr) {
        facts.leftovers_from = answer.deleted_contact_first_erased_at;
        facts.leftovers_to = answer.deleted_contact_erased_at;
        add_rest(facts);
        return facts;
    }
    facts.contact = found->contact;
    const auto take = [&](const ledger::Record& record, bool is_current) {
        const auto kind = found->kind_in(record);
        if (!kind && !(is_current && is_of_present_contact(record, *found))) {
            const bool is_untold = record.forgotten_at || answer.lacks_key_of(record);
            ++(is_untold ? facts.untold_records : facts.other_records);
        } else if (!facts.record) {
            facts.address_was = kind;
            facts.record = record;
        } else {
            facts.earlier.push_back(record);
        }
    };
    if (found->erasure) take(*found->erasure, true);
    for (const ledger::Record& record : found->former) take(record, false);
    facts.now.is_others = found->is_reused;
    add_state(facts);
    if (!facts.record) add_leftovers(facts, found->addresses);
    add_rest(facts);
    return facts;
}

void FactReader::add_leftovers(Facts& facts, const std::vector<ledger::ErasedAddress>& addresses) {
    for (const ledger::ErasedAddress& one : addresses) {
        facts.leftovers_from = std::min(facts.leftovers_from.value_or(one.noted_at), one.noted_at);
        facts.leftovers_to = std::max(facts.leftovers_to.value_or(one.noted_at), one.noted_at);
    }
}

// Reads only: no row is locked.
void FactReader::add_state(Facts& facts) {
    const ContactId contact = *facts.contact;
    const auto subjects =
        subjects::read_subjects(connection_, *rules_.plan, rules_.hasher, std::span(&contact, 1));
    const auto subject = subjects.find(contact);
    facts.now.in_mautic = subject != subjects.end();
    if (facts.now.is_others) return;
    if (facts.now.in_mautic) {
        const auto& values = subject->second.values;
        const auto email = values.find("email");
        const std::string address(email == values.end() ? "" : trimmed(email->second));
        facts.now.has_hash = policy::Hasher::has_hash_shape(address);
        facts.now.has_clear_address = !address.empty() && !facts.now.has_hash;
        facts.now.is_back = erasure::has_new_address(*rules_.plan, values);
    }
    add_list(facts);
    if (!facts.record || !facts.record->erased_at) return;
    const auto previews = erasure::preview(connection_, rules_, contact);
    std::uint64_t pending = 0;
    for (std::size_t i = 0; i < previews.size(); ++i) {
        pending += rules_.plan->steps[i].delete_rows ? previews[i].rows : previews[i].pending;
    }
    facts.now.rows_pending = pending;
}

void FactReader::add_list(Facts& facts) {
    Rows rows =
        connection_.select("SELECT reason, channel, date_added FROM " +
                               database::quote_identifier(rules_.plan->table_prefix + "lead_donotcontact") +
                               " WHERE lead_id = ?",
                           std::vector<Value>{*facts.contact}, "lead_donotcontact: read");
    Requests& requests = facts.requests;
    requests.is_known = facts.now.in_mautic;
    while (rows.next()) {
        facts.now.on_list = true;
        const auto reason = policy::reason_from_code(rows.signed_number(0));
        facts.now.is_due = facts.now.is_due || (reason && rules_.triggers.covers(*reason, rows.text(1)));
        if (reason != policy::Reason::unsubscribed && reason != policy::Reason::manual) continue;
        const auto at = rows.time(2);
        if (at && facts.record && facts.record->erased_at && *at > *facts.record->erased_at) continue;
        if (at && rules_.triggers.channels.contains(rows.text(1))) {
            requests.first_at = std::min(*at, requests.first_at.value_or(*at));
        } else {
            requests.are_others = true;
        }
    }
}

void FactReader::add_rest(Facts& facts) {
    for (const auto* one : rules_.plan->tied_unknown()) {
        if (!one->emptied) facts.undecided.push_back(one->name());
    }
    if (!facts.record) return;
    facts.rules_of = rules_of(*facts.record, *rules_.plan);
    if (facts.rules_of != RulesOf::today) facts.rules = table_rules(*rules_.plan);
    facts.sealed = sealed_record(connection_, rules_.ledger_database, *facts.record);
}

}  // namespace gdprd::certificate
