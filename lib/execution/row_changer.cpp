#include "execution/row_changer.h"

#include <algorithm>
#include <map>

namespace gdprd::execution {

using database::Rows;
using mautic::Action;
using plan::Step;
using statements::Context;
using statements::RewrittenRow;
using subjects::HashRecognition;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::Subject;
using subjects::Subjects;

namespace {

constexpr std::size_t structured_rows_per_statement = 64;
constexpr std::size_t structured_bytes_per_statement = 4 * 1024 * 1024;
constexpr std::size_t own_rows_per_statement = 128;
// A statement that gives each contact's addresses their hashes compares every row with its contact's values.
constexpr std::size_t addresses_per_statement = 512;

// Every changed row is this one's; nullptr when there are several and rows have to be asked whose they are.
Subject* only_one(Subjects& subjects) { return subjects.size() == 1 ? &subjects.begin()->second : nullptr; }

}  // namespace

void RowChanger::run(const Step& step, const RowScopes& scopes, Subjects& subjects) {
    const bool changes_nothing = !step.delete_rows && step.columns.empty();
    if (changes_nothing && step.addresses.empty()) return;
    for (const RowScope& scope : scopes) {
        note_addresses(step, scope, subjects);
        if (changes_nothing) continue;
        if (files_covered_ && !step.uploads.empty()) note_uploads(step, scope, subjects);
        if (step.delete_rows) {
            delete_rows(step, scope, subjects);
            continue;
        }
        if (!step.failed_log.empty()) {
            statements_.change(statements::insert_failed_log(step, scope.scope), step);
        }
        if (statements::has_rewritten_columns(step)) change_structured(step, scope, subjects);
        if (statements::has_hashed_columns(step)) {
            change_hashed(step, scope, subjects);
        } else if (statements::has_plain_columns(step)) {
            change_plain(step, scope, subjects);
        }
    }
}

void RowChanger::delete_rows(const Step& step, const RowScope& scope, Subjects& subjects) {
    if (Subject* subject = only_one(subjects)) {
        subject->counts.add(step, delete_free_rows(step, scope.scope));
        return;
    }
    const auto counts = [&] {
        std::map<std::string, std::uint64_t> by_owner;
        Rows rows = statements_.select(statements::count_rows(step, scope.scope), step);
        while (rows.next()) by_owner[rows.text(0)] = rows.number(1);
        return by_owner;
    };
    const auto before = counts();
    std::uint64_t there = 0;
    for (const auto& [owner, rows] : before) there += rows;
    const std::uint64_t gone = delete_free_rows(step, scope.scope);
    const auto left = gone < there ? counts() : std::map<std::string, std::uint64_t>{};
    for (const auto& [owner, rows] : before) {
        const auto stays = left.find(owner);
        const std::uint64_t of_owner = rows - (stays == left.end() ? 0 : std::min(rows, stays->second));
        if (of_owner > 0) subjects[scope.owner_of(owner)].counts.add(step, of_owner);
    }
}

// A foreign key that the account cannot see may hold some of the rows. These are left, which the proof
// counts, and the others go one by one.
std::uint64_t RowChanger::delete_free_rows(const Step& step, const statements::Scope& scope) {
    try {
        return statements_.change(statements::delete_rows(step, scope), step);
    } catch (const database::DatabaseError& error) {
        if (!database::is_still_referred_to(error)) throw;
    }
    if (step.primary_key.empty()) return 0;
    std::vector<database::Value> keys;
    {
        Rows rows = statements_.select(statements::select_row_keys(step, scope), step);
        while (rows.next()) keys.push_back(statements::key_value(step, rows.text(0)));
    }
    std::uint64_t gone = 0;
    for (const database::Value& key : keys) {
        try {
            gone += statements_.change(
                statements::delete_rows(step, statements::scope_of_keys(step, {&key, 1})), step);
        } catch (const database::DatabaseError& error) {
            if (!database::is_still_referred_to(error)) throw;
        }
    }
    return gone;
}

// With one subject every changed row is its own; with several they are counted by owner first, and the UPDATE
// is spared where nothing is left to do.
void RowChanger::change_plain(const Step& step, const RowScope& scope, Subjects& subjects) {
    const Context context = statements_.context_for(step);
    const auto statement = statements::update_columns(step, scope.scope, context);
    if (Subject* subject = only_one(subjects)) {
        subject->counts.add(step, statements_.change(statement, step));
        return;
    }
    Rows rows = statements_.select(statements::count_pending(step, scope.scope, context), step);
    bool any = false;
    while (rows.next()) {
        any = true;
        subjects[scope.owner_of(rows.text(0))].counts.add(step, rows.number(1));
    }
    if (any) statements_.change(statement, step);
}

void RowChanger::run_contact_step(const Step& step, Subjects& subjects) {
    std::vector<RewrittenRow> rows;
    for (auto& [id, subject] : subjects) rows.push_back(hashes_.own_row(step, id, subject));
    if (step.columns.empty()) return;
    const Context context = statements_.context_for(step);
    for (std::size_t done = 0; done < rows.size();) {
        const std::size_t size =
            statements::rows_at_a_time(rows.size() - done, own_rows_per_statement, rows[done]);
        change_own_rows(step, context, std::span(rows).subspan(done, size), subjects);
        done += size;
    }
}

// With one subject a changed row is its own; with several the pending ones are asked for first.
void RowChanger::change_own_rows(const Step& step, const Context& context, std::span<const RewrittenRow> rows,
                                 Subjects& subjects) {
    if (rows.size() == 1) {
        const auto changed = writer_.write_rows(statements::update_own, step, context, rows, subjects);
        subjects[rows[0].owner].counts.add(step, changed);
        return;
    }
    bool any = false;
    Rows pending = statements_.select(statements::select_own_pending(step, context, rows), step);
    while (pending.next()) {
        any = true;
        subjects[pending.number(0)].counts.add(step, 1);
    }
    if (any) writer_.write_rows(statements::update_own, step, context, rows, subjects);
}

// All columns of such a row are changed in one statement, so that it is counted once.
void RowChanger::change_structured(const Step& step, const RowScope& scope, Subjects& subjects) {
    structured_.each_pending(step, scope, subjects, [&](std::vector<PendingRow> pending) {
        change_pending(step, std::move(pending), subjects);
    });
}

void RowChanger::change_pending(const Step& step, std::vector<PendingRow> pending, Subjects& subjects) {
    if (pending.empty()) return;
    const Context context = statements_.context_for(step);
    for (std::size_t done = 0; done < pending.size();) {
        std::size_t size = statements::rows_at_a_time(pending.size() - done, structured_rows_per_statement,
                                                      pending[done].row);
        const auto bytes_of = [&](std::size_t rows) {
            std::size_t bytes = 0;
            for (std::size_t i = 0; i < rows; ++i) bytes += pending[done + i].bytes;
            return bytes;
        };
        while (size > 1 && bytes_of(size) > structured_bytes_per_statement) size /= 2;
        std::vector<RewrittenRow> rows;
        for (std::size_t i = 0; i < size; ++i) {
            subjects[pending[done + i].row.owner].counts.add(step, 1);
            rows.push_back(std::move(pending[done + i].row));
        }
        writer_.write_rows(statements::update_rewritten, step, context, rows, subjects);
        done += size;
    }
}

struct RowChanger::HashedRow {
    std::string owner;
    std::vector<std::optional<std::string>> values;  // of the hashed columns
    std::uint64_t rows = 0;                          // with these values
    std::uint64_t rows_otherwise_pending = 0;        // of these, with something else to change
};

// All of them before the first is changed: what looks like a hash is asked for with few statements.
std::vector<RowChanger::HashedRow> RowChanger::read_hashed(const Step& step, const RowScope& scope,
                                                           const Context& context) {
    std::vector<HashedRow> hashed;
    Rows rows = statements_.select(statements::select_hashed(step, scope.scope, context), step);
    while (rows.next()) {
        HashedRow row;
        row.owner = rows.text(0);
        std::size_t position = 1;
        for (const columns::ColumnStep& column : step.columns) {
            if (column.action == Action::hash) row.values.push_back(rows.optional_text(position++));
        }
        row.rows = rows.number(position);
        row.rows_otherwise_pending = rows.number(position + 1);
        hashed.push_back(std::move(row));
    }
    std::vector<HashRecognition::Cell> cells;
    for (const HashedRow& row : hashed) {
        std::size_t place = 0;
        for (const columns::ColumnStep& column : step.columns) {
            if (column.action != Action::hash) continue;
            if (const auto& value = row.values[place++]) cells.push_back({&column, *value});
        }
    }
    hashes_.look_up(cells);
    return hashed;
}

// Each different address gets the hash of its own value. All values of the scope's rows are changed by one
// statement, a bounded number of them.
void RowChanger::change_hashed(const Step& step, const RowScope& scope, Subjects& subjects) {
    const Context context = statements_.context_for(step);
    std::vector<statements::HashedValue> values;
    bool any = false;
    const auto flush = [&] {
        if (any) writer_.write_values(step, scope, context, values, subjects);
        values.clear();
        any = false;
    };
    for (const HashedRow& row : read_hashed(step, scope, context)) {
        const auto owners = scope.owners_of(row.owner);
        bool is_changed = false;
        std::size_t place = 0;
        for (const columns::ColumnStep& column : step.columns) {
            if (column.action != Action::hash) continue;
            if (const auto& before = row.values[place]) {
                std::string after = hashes_.hash_of_row(owners, subjects, column, *before);
                if (after != *before) {
                    is_changed = true;
                    values.push_back({row.owner, place, *before, std::move(after)});
                }
            }
            ++place;
        }
        const std::uint64_t rows_changed = is_changed ? row.rows : row.rows_otherwise_pending;
        any = any || rows_changed > 0;
        subjects[owners.front()].counts.add(step, rows_changed);
        if (values.size() >= addresses_per_statement) flush();
    }
    flush();
}

void RowChanger::note_addresses(const Step& step, const RowScope& scope, Subjects& subjects) {
    for (const plan::AddressColumn& address : step.addresses) {
        Rows rows = statements_.select(statements::select_addresses(step, scope.scope, address), step);
        while (rows.next()) {
            const auto owners = scope.owners_of(rows.text(0));
            if (owners.size() != 1) continue;
            subjects[owners.front()].note_address(rows.text(1), address.rule.kind, hashes_.hasher());
        }
    }
}

// The name in a form's results proves nothing: Mautic keeps what was typed there when no file came with it,
// so anybody can name somebody else's file. A name that others' rows hold too may be theirs, and the file
// stays. Finding that out reads the form's results once for each of its upload columns, but only for contacts
// that have an upload in it.
void RowChanger::note_uploads(const Step& step, const RowScope& scope, Subjects& subjects) {
    std::vector<std::map<std::string, std::set<ContactId>>> owners_of(step.uploads.size());
    {
        Rows rows = statements_.select(statements::select_uploads(step, scope.scope), step);
        while (rows.next()) {
            const ContactId owner = scope.owner_of(rows.text(0));
            for (std::size_t i = 0; i < step.uploads.size(); ++i) {
                const std::string name = rows.text(i + 1);
                if (!name.empty()) owners_of[i][name].insert(owner);
            }
        }
    }
    for (std::size_t i = 0; i < step.uploads.size(); ++i) {
        if (owners_of[i].empty()) continue;
        const plan::UploadColumn& upload = step.uploads[i];
        std::vector<std::string> names;
        for (const auto& [name, owners] : owners_of[i]) names.push_back(name);
        std::set<std::string> of_others;
        Rows rows =
            statements_.select(statements::select_uploads_of_others(step, scope.scope, upload, names), step);
        while (rows.next()) of_others.insert(rows.text(0));
        for (const auto& [name, owners] : owners_of[i]) {
            const bool shared = owners.size() > 1 || of_others.contains(name);
            for (const ContactId owner : owners) {
                Subject& subject = subjects[owner];
                if (shared) {
                    ++subject.uploads_of_others;
                } else {
                    subject.uploads.push_back({upload.form, upload.field, name});
                }
            }
        }
    }
}

}  // namespace gdprd::execution
