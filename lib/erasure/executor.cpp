#include "erasure/executor.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"
#include "matching/address_candidates.h"
#include "mautic/id_list.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;
using mautic::Action;
using mautic::Tie;
using plan::Step;
using statements::Context;
using statements::Statement;

namespace {

std::vector<ContactId> ids_of(const std::map<ContactId, Subject>& subjects) {
    std::vector<ContactId> ids;
    ids.reserve(subjects.size());
    for (const auto& [id, subject] : subjects) ids.push_back(id);
    return ids;
}

}  // namespace

Executor::Executor(database::Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
                   std::size_t slice_rows, bool files_covered)
    : connection_(connection),
      plan_(plan),
      hasher_(hasher),
      files_covered_(files_covered),
      slice_rows_(slice_rows) {}

Rows Executor::select(const Statement& statement, const Step& step) {
    return connection_.select(statement.sql, statement.parameters, step.key() + ": read");
}

std::uint64_t Executor::change(const Statement& statement, const Step& step) {
    return connection_.change(statement.sql, statement.parameters, step.key() + ": change");
}

std::map<ContactId, Subject> Executor::lock_contacts(std::span<const ContactId> contacts) {
    return read_contacts(contacts, true);
}

std::map<ContactId, Subject> Executor::read_contacts(std::span<const ContactId> contacts, bool lock) {
    // As text, because the columns of `SELECT *` must be today's, not those of a statement prepared
    // yesterday. It leaves invisible columns out; one that is visible by now comes twice, and is noticed.
    std::string sql = "SELECT *";
    for (const std::string& column : plan_.invisible_columns) {
        sql += ", " + database::quote_identifier(column);
    }
    sql += " FROM " + database::quote_identifier(plan_.contact_table) + " WHERE " +
           database::quote_identifier(plan_.contact_step()->tie.column) + " IN (";
    for (std::size_t i = 0; i < contacts.size(); ++i) {
        sql += (i == 0 ? "" : ",") + std::to_string(contacts[i]);
    }
    sql += lock ? ") ORDER BY 1 FOR UPDATE" : ") ORDER BY 1";
    Rows rows = connection_.select(sql, {}, "leads: read");

    std::vector<std::string> columns;
    for (std::size_t i = 0; i < rows.column_count(); ++i) columns.push_back(rows.column_name(i));
    if (columns != plan_.contact_columns) {
        throw StaleSchema(plan_.contact_table + ": its columns have changed since the plan was made");
    }
    const auto key = static_cast<std::size_t>(
        std::find(columns.begin(), columns.end(), plan_.contact_step()->tie.column) - columns.begin());
    std::map<ContactId, Subject> subjects;
    while (rows.next()) {
        Subject& subject = subjects[rows.number(key)];
        for (matching::Identity* identity : {&subject.identity, &subject.addresses}) {
            identity->expect_hashes_of(hasher_.length(policy::Normalisation::plain));
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (auto value = rows.optional_text(i)) subject.values.emplace(columns[i], std::move(*value));
        }
    }
    return subjects;
}

// Mautic's own sentinel for "no address kept": see IpAddress and `ip_details` = 'N;' (3.3-7.1).
void Executor::find_anonymous_ip() {
    Rows rows = connection_.select("SELECT id FROM " +
                                       database::quote_identifier(plan_.table_prefix + "ip_addresses") +
                                       " WHERE ip_address = '*.*.*.*' ORDER BY id LIMIT 1",
                                   {}, "ip_addresses: find the anonymous row");
    if (rows.next()) anonymous_ip_ = std::to_string(rows.number(0));
}

Context Executor::context_for(const Step& step) {
    Context context;
    context.random = random_hex(16);
    if (!statements::needs_anonymous_ip(step)) return context;
    if (anonymous_ip_.empty()) find_anonymous_ip();
    if (anonymous_ip_.empty()) {
        connection_.change("INSERT INTO " + database::quote_identifier(plan_.table_prefix + "ip_addresses") +
                               " (ip_address, ip_details) VALUES ('*.*.*.*', 'N;')",
                           {}, "ip_addresses: add the anonymous row");
        anonymous_ip_ = std::to_string(connection_.last_insert_id());
    }
    context.anonymous_ip = anonymous_ip_;
    return context;
}

void Executor::learn(Subject& subject, std::string_view value) {
    subject.identity.add(value);
    if (matching::is_address(trimmed(value))) subject.addresses.add(value);
}

void Executor::learn_identities(Subjects& subjects) const {
    for (const std::string& column : plan_.identifying) {
        for (auto& [id, subject] : subjects) {
            const auto value = subject.values.find(column);
            if (value == subject.values.end() || is_our_hash(subject, column, value->second)) continue;
            learn(subject, value->second);
        }
    }
}

void Executor::begin(Subjects& subjects, const Progress* progress) {
    const auto contacts = ids_of(subjects);
    progress_ = progress;
    find_own_hashes(subjects);
    learn_identities(subjects);
    for (auto& [contact, subject] : subjects) {
        subject.older_rows_unsearched = plan_.texts_unsearched;
        if (subject.later_is_due) later_due_.push_back(contact);
        for (const ledger::Finding& finding : subject.found_before) {
            counted_before_.emplace(finding.table, finding.column);
        }
    }
    if (progress != nullptr && progress->has_begun()) take_over(*progress, subjects);
    find_empty_steps(contacts);
    if (slice_rows_ != SIZE_MAX) find_long_step(contacts);
    learn_history(subjects);
}

// The order: what hangs on parents is found, then everything is changed that an index leads to, then what
// only its text ties, and at the very end shared rows, once the contacts themselves do not refer to them any
// more.
void Executor::run(Subjects& subjects) {
    const auto contacts = ids_of(subjects);
    note_contacts(subjects);
    lock_parents(contacts);
    find_rows_of_parents(contacts);
    for (const Step& step : plan_.steps) {
        if (step.tie.kind == Tie::Kind::contact) {
            run_contact_step(step, subjects);
        } else if (step.tie.kind == Tie::Kind::column || step.tie.kind == Tie::Kind::parent) {
            run_step(step, scopes_of(step, contacts), subjects);
        }
    }
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::text) continue;
        const Scopes& scopes = scopes_[&step] = scopes_by_text(step, subjects);
        find_shared_by_text(step, scopes);
        run_step(step, scopes, subjects);
    }
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        run_shared(step, found_[&step], subjects);
    }
}

void Executor::run_shared(const Step& step, const Owners& candidates, Subjects& subjects) {
    const Owners free = unreferenced(step, candidates, subjects);
    run_step(step, scopes_[&step] = scopes_of_keys(step, free), subjects);
}

void Executor::run_step(const Step& step, const Scopes& scopes, Subjects& subjects) {
    if (!step.delete_rows && step.columns.empty()) return;
    for (const ResolvedScope& resolved : scopes) {
        if (files_covered_ && !step.uploads.empty()) note_uploads(step, resolved, subjects);
        if (step.delete_rows) {
            run_deletion(step, resolved, subjects);
            continue;
        }
        if (!step.failed_log.empty()) change(statements::insert_failed_log(step, resolved.scope), step);
        if (statements::has_rewritten_columns(step)) run_rewritten(step, resolved, subjects);
        if (statements::has_hashed_columns(step)) {
            run_hashed(step, resolved, subjects);
        } else if (statements::has_plain_columns(step)) {
            run_plain(step, resolved, subjects);
        }
    }
}

void Executor::count(Subject& subject, const Step& step, std::uint64_t rows) const {
    if (rows == 0) return;
    if (step.later) subject.counts.rows_planned += rows;
    if (step.delete_rows) {
        subject.counts.rows_deleted += rows;
        return;
    }
    subject.counts.rows_changed += rows;
    std::set<Action> actions;
    for (const plan::ColumnStep& change : step.columns) actions.insert(change.action);
    for (const Action action : actions) subject.counts.rows_by_action[action] += rows;
}

void Executor::run_deletion(const Step& step, const ResolvedScope& resolved, Subjects& subjects) {
    const auto statement = statements::delete_rows(step, resolved.scope);
    if (Subject* subject = only_one(subjects)) return count(*subject, step, change(statement, step));
    Rows rows = select(statements::count_rows(step, resolved.scope), step);
    while (rows.next()) count(subjects[owner_of(resolved, rows.text(0))], step, rows.number(1));
    change(statement, step);
}

// With one subject every changed row is its own; with several they are counted by owner first, and the UPDATE
// is spared where nothing is left to do.
void Executor::run_plain(const Step& step, const ResolvedScope& resolved, Subjects& subjects) {
    const Context context = context_for(step);
    const auto statement = statements::update_columns(step, resolved.scope, context);
    if (Subject* subject = only_one(subjects)) return count(*subject, step, change(statement, step));
    Rows rows = select(statements::count_pending(step, resolved.scope, context), step);
    bool any = false;
    while (rows.next()) {
        any = true;
        count(subjects[owner_of(resolved, rows.text(0))], step, rows.number(1));
    }
    if (any) change(statement, step);
}

}  // namespace gdprd::erasure
