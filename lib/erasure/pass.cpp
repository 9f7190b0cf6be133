#include "erasure/pass.h"

#include "execution/shared_rows.h"

namespace gdprd::erasure {

using subjects::HashRecognition;
using subjects::PassContacts;
using subjects::RowScopes;
using subjects::Subject;

using database::Rows;
using mautic::Tie;
using plan::Step;

namespace {

// What is known of the subjects before anything of theirs is searched for.
PassContacts begin(const plan::Plan& plan, HashRecognition& hashes, Subjects& subjects,
                   const Progress* progress) {
    hashes.recognise(subjects);
    subjects::learn_identities(plan, hashes, subjects);
    for (auto& [contact, subject] : subjects) subject.older_rows_unsearched = plan.texts_unsearched;
    // What the transactions before have found out belongs to the contact's pass.
    if (progress != nullptr && progress->has_begun()) {
        Subject& subject = subjects.at(progress->contact);
        subject.identity.add(progress->identity);
        subject.addresses.add(progress->addresses);
        subject.findings = progress->findings;
        subject.counts_before = progress->counts;
    }
    return subjects::contacts_of(subjects);
}

}  // namespace

Pass::Pass(database::Connection& connection, const Rules& rules, ledger::Fingerprints& fingerprints,
           Subjects& subjects, const Progress* progress)
    : rules_(rules),
      subjects_(subjects),
      statements_(connection, *rules.plan, subjects::ids_of(subjects)),
      hashes_(rules.hasher, &fingerprints),
      changer_(statements_, hashes_, rules.files != nullptr),
      finder_(statements_, begin(*rules.plan, hashes_, subjects, progress), progress),
      holds_(connection, *rules.plan, rules.holds, rules.ledger_database),
      texts_(statements_, finder_, rules.hasher, holds_, rules.text_index.get()),
      long_history_(statements_, finder_, rules.slice_rows),
      check_(statements_, finder_, texts_, hashes_, rules.slice_rows) {
    learn_history(progress != nullptr && !progress->has_begun() && long_table() != nullptr);
}

// Addresses of earlier times are learned where they are erased, in the mails sent to them, and by then other
// tables may have been done. So they are asked for first. Of those that a transaction before, perhaps one of
// a process that was killed, has hashed already, the hash is there: it finds the address just as well. So
// does a later pass, to which nothing else tells of them.
void Pass::learn_history(bool before_first_chunk) {
    std::vector<ContactId> contacts;
    for (const auto& [contact, subject] : subjects_) {
        if (before_first_chunk || subject.half_erased || subject.in_ledger) contacts.push_back(contact);
    }
    if (contacts.empty()) return;
    // What the first chunk knows, the transactions after it must not take for news: they only have the hash.
    for (const ContactId contact : contacts) {
        Subject& subject = subjects_.at(contact);
        const auto email = subject.values.find("email");
        if (email == subject.values.end() || email->second.empty()) continue;
        subject.learn_hash_of_present_address(
            hashes_.hash_of_own(subject, "email", policy::Normalisation::email, email->second),
            rules_.hasher);
    }
    for (const Step& step : rules_.plan->steps) {
        if (step.tie.kind != Tie::Kind::column || finder_.is_empty(step)) continue;
        for (const columns::ColumnStep& column : step.columns) {
            if (column.action == mautic::Action::hash && column.identifies) {
                learn_values(step, column, contacts);
            }
        }
    }
}

void Pass::learn_values(const Step& step, const columns::ColumnStep& column,
                        std::span<const ContactId> contacts) {
    std::vector<std::pair<ContactId, std::string>> found;
    Rows rows = statements_.select(
        statements::select_different(step, statements_.scope_of_contacts(step, contacts), column.column),
        step);
    while (rows.next()) {
        if (!rows.is_null(1)) found.emplace_back(rows.number(0), rows.text(1));
    }
    std::vector<HashRecognition::Cell> cells;
    for (const auto& [contact, value] : found) cells.push_back({&column, value});
    hashes_.look_up(cells);
    for (const auto& [contact, value] : found) {
        Subject& subject = subjects_.at(contact);
        const bool is_hash = hashes_.is_our_hash(subject, column, value);
        const bool is_own = column.address.has_value();
        if (!is_hash) is_own ? subject.learn_own_address(value) : subject.learn(value);
        if (column.normalisation != policy::Normalisation::email) continue;
        const std::string hash = is_hash ? value : rules_.hasher.hash(value, policy::Normalisation::email);
        is_own ? subject.learn_hash_of_own_address(hash, rules_.hasher)
               : subject.learn_hash(hash, rules_.hasher);
    }
}

// The order: what hangs on parents is found, then everything is changed that an index leads to, then what
// only its text ties, and at the very end shared rows, once the contacts themselves do not refer to them any
// more.
void Pass::run() {
    hashes_.note_contacts(subjects_);
    finder_.lock_parents();
    finder_.find_associated_rows();
    check_.count_what_loses_its_way(subjects_);
    for (const Step& step : rules_.plan->steps) {
        if (step.tie.kind == Tie::Kind::contact) {
            changer_.run_contact_step(step, subjects_);
        } else if (step.tie.kind == Tie::Kind::column || step.tie.kind == Tie::Kind::parent) {
            changer_.run(step, finder_.scopes_of(step), subjects_);
        }
    }
    run_texts();
    run_shared();
    check_.run(subjects_);
}

void Pass::run_texts() {
    for (const Step& step : rules_.plan->steps) {
        if (step.tie.kind != Tie::Kind::text) continue;
        const RowScopes& scopes = finder_.keep(step, texts_.scopes_of(step, subjects_));
        finder_.find_shared_by_text(step, scopes);
        changer_.run(step, scopes, subjects_);
    }
}

void Pass::run_shared() {
    for (const Step& step : rules_.plan->steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        auto changed =
            execution::change_shared_rows(statements_, changer_, step, finder_.candidates(step), subjects_);
        for (auto& [of_step, scopes] : changed) finder_.keep(*of_step, std::move(scopes));
    }
}

void Pass::run_chunk(Progress& progress) {
    const auto changed = long_history_.run_chunk(changer_, subjects_, progress);
    // Of a contact whose erasure begins here every hash will have been noted, whatever ends it.
    if (!subjects_.at(progress.contact).others_by_shape) hashes_.note_contacts(subjects_);
    check_.run(changed, subjects_);
}

}  // namespace gdprd::erasure
