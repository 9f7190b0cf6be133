// Values that a table wants once only: somebody put a UNIQUE index on a hashed column, and another row has
// the hash already. People come back under an address that was erased, and two spellings of one address have
// one hash.
//
// The server alone knows what it takes for the same (indexes of several columns, on expressions, with a
// collation, a row that another transaction has not committed yet), so nobody is asked before: the statement
// is tried, and nothing of it remains when it fails. Then each row is tried by itself, and where its hash is
// taken it gets another one, of that hash and the row's primary key. It looks like any hash of ours, is noted
// like any, and the next pass finds nothing to do. The other row is not touched, and the ledger has the hash
// of the address itself.
#include "erasure/executor.h"
#include "statements/column_sql.h"

namespace gdprd::erasure {

using database::Rows;
using plan::ColumnStep;
using plan::Step;
using statements::Context;
using statements::RewrittenRow;
using statements::Statement;

namespace {

constexpr std::size_t taken_rows_per_statement = 64;

bool is_taken(const database::DatabaseError& error) {
    return error.code() == 1062 || error.code() == 1586;  // ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME
}

}  // namespace

// Nothing when another row has one of the values.
std::optional<std::uint64_t> Executor::change_unless_taken(const Statement& statement, const Step& step) {
    try {
        return change(statement, step);
    } catch (const database::DatabaseError& error) {
        if (!is_taken(error)) throw;
        return std::nullopt;
    }
}

// Half and half, until the row that the table refuses stands alone. Returns how many rows changed.
std::uint64_t Executor::change_by_key(UpdateByKey update, const Step& step, const Context& context,
                                      std::span<const RewrittenRow> rows, Subjects& subjects) {
    if (const auto changed = change_unless_taken(update(step, context, rows), step)) return *changed;
    if (rows.size() == 1) return change_with_other_hash(update, step, context, rows[0], subjects);
    const std::size_t half = rows.size() / 2;
    const std::uint64_t changed = change_by_key(update, step, context, rows.first(half), subjects);
    return changed + change_by_key(update, step, context, rows.subspan(half), subjects);
}

// As few as will do: one, whichever the index is about, else all that are new. A hash that stands there
// already stays. Throws what the server says when that is not what it refuses.
std::uint64_t Executor::change_with_other_hash(UpdateByKey update, const Step& step, const Context& context,
                                               const RewrittenRow& row, Subjects& subjects) {
    const auto hashed = statements::hashed_columns(step);
    const std::size_t first = row.values.size() - hashed.size();
    const auto with_other = [&](std::span<const std::size_t> places) {
        RewrittenRow other = row;
        for (const std::size_t place : places) {
            auto& hash = std::get<std::string>(other.values[place]);
            hash = hasher_.other_hash(hash, row.key);
        }
        return other;
    };
    const auto keep = [&](const RewrittenRow& other, std::span<const std::size_t> places) {
        Subject& subject = subjects[row.owner];
        for (const std::size_t place : places) {
            const ColumnStep& column = *hashed[place - first];
            const auto& hash = std::get<std::string>(other.values[place]);
            if (step.tie.kind == mautic::Tie::Kind::contact) subject.marks.add(column.column, hash);
            if (column.normalisation != policy::Normalisation::email) note(hash);
        }
        subject.counts.other_hashes += places.size();
    };
    const std::span<const std::size_t> all(row.new_hashes);
    for (std::size_t i = 0; i < all.size() && all.size() > 1; ++i) {
        const RewrittenRow other = with_other(all.subspan(i, 1));
        const auto changed = change_unless_taken(update(step, context, std::span(&other, 1)), step);
        if (!changed) continue;
        keep(other, all.subspan(i, 1));
        return *changed;
    }
    const RewrittenRow other = with_other(all);
    const std::uint64_t changed = change(update(step, context, std::span(&other, 1)), step);
    keep(other, all);
    return changed;
}

// The values of the scope's rows, or, where the table refuses one, the rows one by one. They are counted
// already.
void Executor::change_hashed(const Step& step, const ResolvedScope& resolved, const Context& context,
                             std::span<const statements::HashedValue> values, Subjects& subjects) {
    const Statement statement = statements::update_hashed(step, resolved.scope, context, values);
    if (step.primary_key.empty()) {
        change(statement, step);
        return;
    }
    if (change_unless_taken(statement, step)) return;
    std::vector<RewrittenRow> found;
    Rows rows = select(statements::select_hashed_rows(step, resolved.scope), step);
    while (rows.next()) {
        const auto owners = owners_of(resolved, rows.text(0));
        RewrittenRow row{rows.text(1), {}, {}, owners.front()};
        std::size_t position = 2;
        for (const ColumnStep* column : statements::hashed_columns(step)) {
            const auto before = rows.optional_text(position++);
            if (!before) {
                row.values.emplace_back(nullptr);
                continue;
            }
            std::string after = hash_of_row(owners, subjects, *column, *before);
            if (after != *before) row.new_hashes.push_back(row.values.size());
            row.values.emplace_back(std::move(after));
        }
        found.push_back(std::move(row));
    }
    for (std::size_t done = 0; done < found.size();) {
        const std::size_t size =
            statements::rows_at_a_time(found.size() - done, taken_rows_per_statement, found[done]);
        change_by_key(statements::update_own, step, context, std::span(found).subspan(done, size), subjects);
        done += size;
    }
}

}  // namespace gdprd::erasure
