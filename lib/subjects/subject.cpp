#include "subjects/subject.h"

#include <algorithm>

#include "base/text.h"
#include "matching/address_candidates.h"
#include "policy/address.h"

namespace gdprd::subjects {

using database::quote_identifier;
using database::Rows;

namespace {

// As text, because the columns of `SELECT *` must be today's, not those of a statement prepared yesterday. It
// leaves invisible columns out; one that is visible by now comes twice, and is noticed.
std::string select_contacts(const plan::Plan& plan, std::span<const ContactId> contacts) {
    std::string sql = "SELECT *";
    for (const std::string& column : plan.invisible_columns) sql += ", " + quote_identifier(column);
    sql += " FROM " + quote_identifier(plan.contact_table) + " WHERE " +
           quote_identifier(plan.contact_step()->tie.column) + " IN (";
    for (std::size_t i = 0; i < contacts.size(); ++i) {
        sql += (i == 0 ? "" : ",") + std::to_string(contacts[i]);
    }
    return sql + ") ORDER BY 1";
}

Subjects subjects_of(Rows rows, const plan::Plan& plan, const policy::Hasher& hasher) {
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < rows.column_count(); ++i) columns.push_back(rows.column_name(i));
    if (columns != plan.contact_columns) {
        throw StaleSchema(plan.contact_table + ": its columns have changed since the plan was made");
    }
    const auto key = static_cast<std::size_t>(
        std::find(columns.begin(), columns.end(), plan.contact_step()->tie.column) - columns.begin());
    Subjects subjects;
    while (rows.next()) {
        Subject& subject = subjects[rows.number(key)];
        for (matching::Identity* identity : {&subject.identity, &subject.addresses}) {
            identity->expect_hashes_of(hasher.length(policy::Normalisation::plain));
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (auto value = rows.optional_text(i)) subject.values.emplace(columns[i], std::move(*value));
        }
    }
    return subjects;
}

// Of several in one value it is not known which one is the contact's.
void add_address(std::string_view value, matching::Identity& addresses) {
    if (matching::is_address(trimmed(value))) addresses.add(value);
    const auto within = matching::addresses_in(value);
    if (within.size() == 1) addresses.add(within.front());
}

}  // namespace

void Counts::add(const plan::Step& step, std::uint64_t rows) {
    if (rows == 0) return;
    if (step.later) rows_planned += rows;
    if (step.delete_rows) {
        rows_deleted += rows;
        return;
    }
    rows_changed += rows;
    std::set<mautic::Action> actions;
    for (const columns::ColumnStep& column : step.columns) actions.insert(column.action);
    for (const mautic::Action action : actions) rows_by_action[action] += rows;
}

Counts& Counts::operator+=(const Counts& other) {
    rows_changed += other.rows_changed;
    rows_deleted += other.rows_deleted;
    rows_planned += other.rows_planned;
    values_emptied += other.values_emptied;
    other_hashes += other.other_hashes;
    for (const auto& [action, rows] : other.rows_by_action) rows_by_action[action] += rows;
    return *this;
}

void Subject::learn_own_address(std::string_view value) {
    learn(value);
    for (const std::string& address : matching::addresses_in(value)) learn(address);
    add_address(value, addresses);
}

void Subject::learn_hash_of_own_address(const std::string& hash, const policy::Hasher& hasher) {
    learn_hash(hash, hasher);
    addresses.add_hash_of_address(hash, hasher);
}

void Subject::learn_present_address(std::string_view value) {
    learn_own_address(value);
    add_address(value, present_address);
}

void Subject::learn_hash_of_present_address(const std::string& hash, const policy::Hasher& hasher) {
    learn_hash_of_own_address(hash, hasher);
    present_address.add_hash_of_address(hash, hasher);
}

void Subject::note_address(std::string_view value, AddressKind kind, const policy::Hasher& hasher,
                           bool may_be_hash) {
    if (may_be_hash && policy::Hasher::has_hash_shape(value)) {
        note_hash_of_address(std::string(value), kind, true);
        return;
    }
    std::set<std::string> addresses_noted;
    if (matching::is_address(trimmed(value))) addresses_noted.insert(policy::normalised_address(value));
    // A mail to several people went to the contact and to somebody else.
    const auto within = matching::addresses_in(value);
    if (within.size() == 1 || kind != AddressKind::seen) {
        for (const std::string& one : within) addresses_noted.insert(policy::normalised_address(one));
    }
    // Normalised whatever the columns of Mautic get: a look-up cannot know how the letters were written.
    for (const std::string& address : addresses_noted) {
        note_hash_of_address(hasher.hash(address, policy::Normalisation::email), kind, false);
    }
}

void Subject::note_hash_of_address(const std::string& hash, AddressKind kind, bool was_hashed) {
    const auto [known, is_new] = own_addresses.try_emplace(hash, OwnAddress{kind, was_hashed});
    if (is_new) return;
    known->second.kind = std::min(known->second.kind, kind);
    known->second.was_hashed = known->second.was_hashed && was_hashed;
}

void Subject::add_finding(const std::string& table, const std::string& column, std::uint64_t cells) {
    const auto known = std::find_if(findings.begin(), findings.end(), [&](const ledger::Finding& finding) {
        return finding.table == table && finding.column == column;
    });
    if (known != findings.end()) {
        known->cells += cells;
    } else {
        findings.push_back({table, column, cells});
    }
}

std::vector<ContactId> ids_of(const Subjects& subjects) {
    std::vector<ContactId> ids;
    ids.reserve(subjects.size());
    for (const auto& [id, subject] : subjects) ids.push_back(id);
    return ids;
}

Subjects lock_subjects(database::Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
                       std::span<const ContactId> contacts) {
    return subjects_of(connection.select(select_contacts(plan, contacts) + " FOR UPDATE", {}, "leads: lock"),
                       plan, hasher);
}

Subjects read_subjects(database::Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
                       std::span<const ContactId> contacts) {
    return subjects_of(connection.select(select_contacts(plan, contacts), {}, "leads: read"), plan, hasher);
}

}  // namespace gdprd::subjects
