#include "suppression/suppression.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>

#include "background/checkpoints.h"
#include "base/log.h"
#include "database/quote.h"
#include "mautic/do_not_contact.h"
#include "rights/remedy.h"
#include "suppression/opt_out_cover.h"

namespace gdprd::suppression {

using background::Outcome;
using background::Run;
using background::Sighting;
using background::Sightings;
using database::quote_identifier;
using database::quote_text;
using database::Value;

namespace {

constexpr std::size_t young_max = 10'000;  // beyond them the round over all contacts finds them
constexpr std::string_view comments = "Erased before; suppressed by mautic-gdprd";

// What leads to an erasure: staff put somebody on the list by hand, and where the triggers do not cover that,
// the address once unsubscribed.
policy::Reason reason_for(const policy::Triggers& triggers) {
    return triggers.covers(policy::Reason::manual, "email") ? policy::Reason::manual
                                                            : policy::Reason::unsubscribed;
}

// As today's key, or none, made or wrapped them.
std::vector<std::string> hashes_of(std::span<const policy::Hasher> hashers, std::string_view address) {
    std::vector<std::string> hashes;
    for (const policy::Hasher& hasher : hashers) {
        auto made = hasher.hashes_of_address(address);
        hashes.insert(hashes.end(), std::make_move_iterator(made.begin()),
                      std::make_move_iterator(made.end()));
    }
    return hashes;
}

}  // namespace

Suppression::Suppression(const background::SuppressionOptions& suppression,
                         const background::SweepOptions& sweep, health::Metrics& metrics,
                         Milliseconds overlap, Milliseconds consent_within)
    : options_(suppression),
      sweep_(sweep),
      metrics_(metrics),
      consent_within_(consent_within),
      new_contacts_("contacts_seen", overlap),
      changed_contacts_("contacts_changed", overlap),
      lost_opt_outs_(sweep.page_rows, overlap, metrics) {}

void Suppression::run(const Run& run) {
    behind_ = false;
    if (options_.mode == background::SuppressionMode::off) return;
    if (!installed_at_) {
        installed_at_ = background::Checkpoints(run.connection, run.rules->ledger_database).installed_at();
    }
    tell_of_other_keys(run);
    if (!lost_opt_outs_.scan(run)) behind_ = true;
    const ContactPages contacts(run.connection, *run.rules->plan);
    scan_young(run, contacts);
    scan_new(run, contacts);
    scan_changed(run, contacts);
}

void Suppression::judge(const Run& run, const Page& page) {
    for (Reappearance& found : find(run, page)) {
        if (!came_back(found, *installed_at_)) continue;
        if (Sightings(run.connection, run.rules->ledger_database)
                .has(Sighting::reappeared, found.contact, found.former)) {
            continue;
        }
        complete(run, found);
        const auto outcome = suppression::judge(found, options_, *installed_at_);
        if (outcome && !must_wait(found, *outcome)) act(run, found, *outcome);
    }
}

// Only what rests on a form that is not there has to wait.
bool Suppression::must_wait(const Reappearance& found, Outcome outcome) {
    if (!options_.form_is_consent || outcome == Outcome::consented) return false;
    const Timestamp at = now();
    const auto known = young_.find(found.contact);
    const Timestamp judge_at = known != young_.end() ? known->second : settled_at(found, at, consent_within_);
    if (judge_at <= at) return false;
    if (young_.size() < young_max) young_.emplace(found.contact, judge_at);
    return true;
}

// Text without parameters: hashes and words of our own. Erasures that others of the same id followed count
// like any other. Where an address was erased more than once, its last erasure counts. Somebody who was two
// contacts and re-subscribed as one of them since, or is on hold as one, is not somebody who must not come
// back. An id that is erased itself is the sweep's business.
std::vector<Reappearance> Suppression::find(const Run& run, const Page& page) {
    const erasure::Rules& rules = *run.rules;
    const auto hashers = rules.hasher.with_former();
    std::map<std::string, std::vector<const AddressedContact*>> by_hash;
    std::string hashes;
    for (const AddressedContact& contact : page) {
        if (contact.address.empty()) continue;
        for (const std::string& hash : hashes_of(hashers, contact.address)) by_hash[hash].push_back(&contact);
    }
    if (by_hash.empty()) return {};
    for (const auto& [hash, contacts] : by_hash) hashes += (hashes.empty() ? "" : ",") + quote_text(hash);
    const std::string ledger = quote_identifier(rules.ledger_database);
    const std::string of_these = " WHERE e.subject_hash IN (" + hashes +
                                 ") AND e.erased_at IS NOT NULL AND e.status IN ("
                                 "'settling','complete','partial','erasing'";
    // Of a former record what counts is what the contact is now.
    auto rows = run.connection.select(
        "SELECT e.subject_hash, e.contact_id, e.erased_at, e.status IN ('superseded','held') FROM " + ledger +
            ".`erasure` e" + of_these +
            ",'superseded','held') UNION ALL SELECT e.subject_hash, e.contact_id,"
            " IF(c.status = 'superseded', COALESCE(c.erased_at, e.erased_at), e.erased_at),"
            " COALESCE(c.status IN ('superseded','held'), FALSE) + COALESCE(c.status = 'held', FALSE) FROM " +
            ledger + ".`former_erasure` e LEFT JOIN " + ledger +
            ".`erasure` c ON c.contact_id = e.contact_id" + of_these + ")",
        {}, "ledger: look for addresses");
    std::map<ContactId, Reappearance> found;
    std::map<ContactId, Timestamp> may_come_back;
    std::vector<ContactId> erased_themselves;
    while (rows.next()) {
        constexpr std::uint64_t on_hold = 2;
        const ContactId former = rows.number(1);
        const Timestamp erased_at = rows.time(2).value_or(Timestamp{});
        const std::uint64_t state = rows.number(3);
        for (const AddressedContact* contact : by_hash[rows.text(0)]) {
            if (state != 0) {
                Timestamp& until = may_come_back[contact->id];
                until = std::max(until, state == on_hold ? Timestamp::max() : erased_at);
                continue;
            }
            if (former == contact->id) erased_themselves.push_back(former);
            Reappearance& one = found[contact->id];
            if (one.former == 0 || one.erased_at < erased_at) {
                one = {contact->id, former, erased_at, contact->came_at, false, false};
            }
        }
    }
    for (const ContactId id : erased_themselves) found.erase(id);
    std::vector<Reappearance> all;
    for (const auto& [contact, one] : found) {
        const auto until = may_come_back.find(contact);
        if (until == may_come_back.end() || until->second < one.erased_at) all.push_back(one);
    }
    return all;
}

void Suppression::complete(const Run& run, Reappearance& found) {
    found.has_opt_out = is_opted_out(run.connection, *run.rules, found.contact);
    auto forms = run.connection.select(
        "SELECT 1 FROM " + quote_identifier(run.rules->plan->table_prefix + "form_submissions") +
            " WHERE lead_id = ? AND date_submitted >= ? LIMIT 1",
        std::vector<Value>{found.contact,
                           format_utc(std::chrono::ceil<std::chrono::seconds>(found.erased_at))},
        "form_submissions: look for consent");
    found.sent_form = forms.next();
}

void Suppression::act(const Run& run, const Reappearance& found, Outcome outcome) {
    const bool is_new = outcome == Outcome::do_not_contact
                            ? put_on_list(run, found)
                            : Sightings(run.connection, run.rules->ledger_database)
                                  .add(Sighting::reappeared, found.contact, found.former, outcome);
    if (!is_new) return;
    metrics_.reappeared(name_of(outcome));
    if (outcome == Outcome::consented) {
        log::info("an erased person returned through a form; left alone",
                  {{"contact", found.contact}, {"former", found.former}});
    } else {
        log::warning("an erased person reappeared as a new contact",
                     {{"contact", found.contact}, {"former", found.former}, {"done", name_of(outcome)}});
    }
}

// In one transaction with the note that it was done. Asked again under the contact's lock: its address may
// have changed, and somebody may have opted it out, since the page was read.
bool Suppression::put_on_list(const Run& run, const Reappearance& found) {
    const erasure::Rules& rules = *run.rules;
    database::Transaction transaction(run.connection);
    auto contact = run.connection.select(
        "SELECT email FROM " + quote_identifier(rules.plan->contact_table) + " WHERE id = ? FOR UPDATE",
        std::vector<Value>{found.contact}, "leads: lock");
    if (!contact.next()) return false;
    const auto hashes = hashes_of(rules.hasher.with_former(), contact.text(0));
    ledger::Ledger ledger(run.connection, rules.ledger_database);
    const auto known = ledger.find_by_subject(hashes);
    const bool is_former = std::any_of(
        known.begin(), known.end(), [&](const ledger::Record& row) { return row.contact == found.former; });
    if (!is_former) return false;
    const bool may_come_back = std::any_of(known.begin(), known.end(), [&](const ledger::Record& row) {
        const auto current = ledger.find(row.contact);
        return current && (current->status == ledger::Status::held ||
                           (current->status == ledger::Status::superseded &&
                            (row.contact == found.former || current->erased_at >= found.erased_at)));
    });
    if (may_come_back) return false;
    if (is_opted_out(run.connection, rules, found.contact)) return false;
    Sightings sightings(run.connection, rules.ledger_database);
    if (!sightings.add(Sighting::reappeared, found.contact, found.former, Outcome::do_not_contact)) {
        return false;
    }
    const mautic::DoNotContact row{static_cast<std::int64_t>(reason_for(rules.triggers)), "email",
                                   std::chrono::floor<std::chrono::seconds>(now())};
    try {
        mautic::insert_do_not_contact(run.connection, rules.plan->table_prefix, {{found.contact, row}},
                                      comments);
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::privilege) tell_of_missing_right(found.contact);
        throw;
    }
    transaction.commit();
    return true;
}

// Every contact after this one waits too, so that nobody is passed over when the right is given.
void Suppression::tell_of_missing_right(ContactId contact) {
    if (is_right_told_) return;
    is_right_told_ = true;
    log::error(
        "[suppression] mode = \"do-not-contact\" needs INSERT on lead_donotcontact. Who comes back waits "
        "until it is granted",
        {{"first_contact", contact}, {"remedy", rights::remedy}});
}

// Once, after a start: reading the whole ledger for it takes a page a run.
void Suppression::tell_of_other_keys(const Run& run) {
    if (!keys_looked_until_) return;
    auto rows = run.connection.select(
        "SELECT contact_id, algorithm, COALESCE(key_id, ''), subject_hash IS NULL FROM " +
            quote_identifier(run.rules->ledger_database) + ".`erasure` WHERE contact_id > " +
            std::to_string(*keys_looked_until_) + " ORDER BY contact_id LIMIT " +
            std::to_string(sweep_.page_rows),
        {}, "ledger: look for other keys");
    std::size_t read = 0;
    for (; rows.next(); ++read) {
        keys_looked_until_ = rows.number(0);
        if (rows.number(3) == 1 || !is_other_key(run, rows.text(1), rows.text(2))) continue;
        return keys_looked_until_.reset();
    }
    if (read == sweep_.page_rows) return;
    keys_looked_until_.reset();
    auto former = run.connection.select("SELECT DISTINCT algorithm, COALESCE(key_id, '') FROM " +
                                            quote_identifier(run.rules->ledger_database) +
                                            ".`former_erasure` WHERE subject_hash IS NOT NULL",
                                        {}, "ledger: look for other keys in former records");
    while (former.next()) {
        if (is_other_key(run, former.text(0), former.text(1))) return;
    }
}

bool Suppression::is_other_key(const Run& run, const std::string& algorithm, const std::string& key_id) {
    const policy::Hasher& today = run.rules->hasher;
    if (today.of(algorithm, key_id)) return false;
    log::warning(
        "the ledger has erasures by another hash algorithm or key; if these people come back, "
        "they are not recognised",
        {{"algorithm", algorithm}, {"key_id", key_id}});
    return true;
}

}  // namespace gdprd::suppression
