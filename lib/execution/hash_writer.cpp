#include "execution/hash_writer.h"

#include "statements/column_sql.h"

namespace gdprd::execution {

using columns::ColumnStep;
using database::Rows;
using plan::Step;
using statements::Context;
using statements::RewrittenRow;
using statements::Statement;
using subjects::RowScope;
using subjects::Subject;
using subjects::Subjects;

namespace {

constexpr std::size_t taken_rows_per_statement = 64;

bool is_taken(const database::DatabaseError& error) {
    return error.code() == 1062 || error.code() == 1586;  // ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME
}

}  // namespace

// Nothing when another row has one of the values.
std::optional<std::uint64_t> HashWriter::change_unless_taken(const Statement& statement, const Step& step) {
    try {
        return statements_.change(statement, step);
    } catch (const database::DatabaseError& error) {
        if (!is_taken(error)) throw;
        return std::nullopt;
    }
}

// Half and half, until the row that the table refuses stands alone.
std::uint64_t HashWriter::write_rows(UpdateByKey update, const Step& step, const Context& context,
                                     std::span<const RewrittenRow> rows, Subjects& subjects) {
    if (const auto changed = change_unless_taken(update(step, context, rows), step)) return *changed;
    if (rows.size() == 1) return write_other_hash(update, step, context, rows[0], subjects);
    const std::size_t half = rows.size() / 2;
    const std::uint64_t changed = write_rows(update, step, context, rows.first(half), subjects);
    return changed + write_rows(update, step, context, rows.subspan(half), subjects);
}

// As few as will do: one, whichever the index is about, else all that are new. A hash that stands there
// already stays. Throws what the server says when that is not what it refuses.
std::uint64_t HashWriter::write_other_hash(UpdateByKey update, const Step& step, const Context& context,
                                           const RewrittenRow& row, Subjects& subjects) {
    const auto hashed = statements::hashed_columns(step);
    const std::size_t first = row.values.size() - hashed.size();
    const auto with_other = [&](std::span<const std::size_t> places) {
        RewrittenRow other = row;
        for (const std::size_t place : places) {
            auto& hash = std::get<std::string>(other.values[place]);
            hash = hashes_.hasher().other_hash(hash, row.key);
        }
        return other;
    };
    const auto note = [&](const RewrittenRow& other, std::span<const std::size_t> places) {
        Subject& subject = subjects[row.owner];
        for (const std::size_t place : places) {
            const ColumnStep& column = *hashed[place - first];
            const auto& hash = std::get<std::string>(other.values[place]);
            if (step.tie.kind == mautic::Tie::Kind::contact) subject.marks.add(column.column, hash);
            if (column.normalisation != policy::Normalisation::email) hashes_.note(hash);
        }
        subject.counts.other_hashes += places.size();
    };
    const std::span<const std::size_t> all(row.new_hashes);
    for (std::size_t i = 0; i < all.size() && all.size() > 1; ++i) {
        const RewrittenRow other = with_other(all.subspan(i, 1));
        const auto changed = change_unless_taken(update(step, context, std::span(&other, 1)), step);
        if (!changed) continue;
        note(other, all.subspan(i, 1));
        return *changed;
    }
    const RewrittenRow other = with_other(all);
    const std::uint64_t changed = statements_.change(update(step, context, std::span(&other, 1)), step);
    note(other, all);
    return changed;
}

std::vector<RewrittenRow> HashWriter::rows_of(const Step& step, const RowScope& scope, Subjects& subjects) {
    std::vector<RewrittenRow> found;
    Rows rows = statements_.select(statements::select_hashed_rows(step, scope.scope), step);
    while (rows.next()) {
        const auto owners = scope.owners_of(rows.text(0));
        RewrittenRow row{rows.text(1), {}, {}, owners.front()};
        std::size_t position = 2;
        for (const ColumnStep* column : statements::hashed_columns(step)) {
            const auto before = rows.optional_text(position++);
            if (!before) {
                row.values.emplace_back(nullptr);
                continue;
            }
            std::string after = hashes_.hash_of_row(owners, subjects, *column, *before);
            if (after != *before) row.new_hashes.push_back(row.values.size());
            row.values.emplace_back(std::move(after));
        }
        found.push_back(std::move(row));
    }
    return found;
}

void HashWriter::write_values(const Step& step, const RowScope& scope, const Context& context,
                              std::span<const statements::HashedValue> values, Subjects& subjects) {
    const Statement statement = statements::update_hashed(step, scope.scope, context, values);
    if (step.primary_key.empty()) {
        statements_.change(statement, step);
        return;
    }
    if (change_unless_taken(statement, step)) return;
    const auto found = rows_of(step, scope, subjects);
    for (std::size_t done = 0; done < found.size();) {
        const std::size_t size =
            statements::rows_at_a_time(found.size() - done, taken_rows_per_statement, found[done]);
        write_rows(statements::update_own, step, context, std::span(found).subspan(done, size), subjects);
        done += size;
    }
}

}  // namespace gdprd::execution
