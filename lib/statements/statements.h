// The SQL of one step. Pure text: everything that varies is a parameter, everything else comes from the plan.
//
// A scope says which rows: the ones tied to some contacts by a column, or, for rows tied through a parent,
// the ones with these primary keys. Every scope reaches its rows through an index (promise 9).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/value.h"
#include "plan/plan.h"

namespace gdprd::statements {

struct Statement {
    std::string sql;
    std::vector<database::Value> parameters;
};

struct Scope {
    std::string where;  // "`lead_id` IN (?,?) AND `object` IN ('lead')"
    std::vector<database::Value> parameters;
    std::string owner;  // the column whose value tells the rows' owners apart: tie column, or primary key
};

// The value of the step's `row_key` as its column's type asks for.
database::Value key_value(const plan::Step& step, const std::string& key);

// May somebody have had the contacts' ids before them (plan::IdHistory)? Most ids have had one owner, and of
// their rows nothing is asked.
enum class EarlierOwners { possible, none };

// One row or more where it is possible; of a history with a table in which such things are noted.
Statement select_earlier_owners(const plan::IdHistory& history, std::span<const ContactId> contacts);

// Rows tied to the contacts by the step's own column.
Scope scope_of_contacts(const plan::Step& step, std::span<const ContactId> contacts,
                        EarlierOwners earlier = EarlierOwners::possible);
// Rows that these values of the step's `row_key` name.
Scope scope_of_keys(const plan::Step& step, std::span<const database::Value> keys);

// A prepared statement takes 65,535 parameters at most, on every server (error 1390). No statement is given
// more than half of that, however many contacts, tables or columns there are.
constexpr std::size_t placeholders_max = 32'768;
// How many of so many steps fit in one statement that names all the contacts for each.
std::size_t steps_at_a_time(std::size_t contacts);

// Rows of the step's table between two primary keys, the first one excluded, the last one included.
struct KeyRange {
    const plan::Step* step;
    std::optional<std::string> after;  // none: from the first one
    std::optional<std::string> last;   // none: to the last one
};
Scope within(Scope scope, const KeyRange& range);

// Locks the rows with the contact's id at the beginning of a chain of parents; `range`: of that table, or
// none.
Statement lock_beginning(const std::vector<plan::Link>& chain, std::span<const ContactId> contacts,
                         const std::optional<KeyRange>& range);
// Contact id and primary key of the rows at the end of a chain of parents that begins with rows in the range.
Statement select_keys(const plan::Step& step, std::span<const ContactId> contacts,
                      const std::optional<KeyRange>& of_beginning);

// shared: contact id and the row that one of the step's chains refers to.
Statement select_candidates(const plan::Step& step, const std::vector<plan::Link>& chain,
                            std::span<const ContactId> contacts);
// The same of rows within the range only; `at` is the link of the chain whose table it is about.
Statement select_candidates_within(const plan::Step& step, const std::vector<plan::Link>& chain,
                                   std::span<const ContactId> contacts, std::size_t at,
                                   const KeyRange& range);
// The same of the rows of `linked` with these keys only, which is the step of that link's table.
Statement select_candidates_of(const plan::Step& step, const std::vector<plan::Link>& chain,
                               std::span<const ContactId> contacts, std::size_t at, const plan::Step& linked,
                               std::span<const database::Value> keys);
// part: of these rows of `shared`, by primary key, that of the row and the key of each of its parts.
Statement select_parts(const plan::Step& step, const plan::Step& shared,
                       std::span<const database::Value> wholes);
// shared: locks these rows in the order of their keys, so that nobody begins to refer to them.
Statement lock_keys(const plan::Step& step, const Scope& keys);
// shared: those of these rows that nobody refers to, with the columns of `searched`.
Statement select_unreferenced(const plan::Step& step, const Scope& keys);

// text: primary key of the newest rows, how many bytes their text columns hold, and the version of these
// texts: while it is the same, so are they. `before` is the last key of the page before, or nothing. Texts
// can be long: they are read by select_texts(), as many as fit.
Statement select_newest(const plan::Step& step, const std::optional<std::string>& before,
                        std::size_t page_size);

// text, by the value of a field: primary key of the rows with one of these values, through an index.
Statement select_with_values(const plan::Step& step, std::span<const database::Value> values);
// The columns of the holder's rows that hold one of these common parts (matching/own_value.h), perhaps; the
// contacts' own rows left out.
Statement select_holders(const plan::Step& step, const plan::Holders& holders,
                         std::span<const std::string> parts, std::span<const ContactId> contacts);
// The addresses of contacts beside these that have one of them, perhaps: what the column's collation takes
// for the same is selected.
Statement select_addresses_held(const plan::Plan& plan, std::span<const std::string> addresses,
                                std::span<const ContactId> contacts);
// How many rows the table has; counting ends at `most`.
Statement count_up_to(const std::string& real_table, std::uint64_t most);

// Primary key, text columns, their version, and of a visitor's row whose it is.
Statement select_texts(const plan::Step& step, const Scope& keys);
// Primary key of the rows and what they refer to by the column, where they do.
Statement select_referred(const plan::Step& step, const Scope& keys, const std::string& column);

// text, by range: a row that is older than the newest ones, if there is one.
Statement select_older(const plan::Step& step);

// The numbers (positions in `steps`) of those that have rows: tied by a column, or to be searched as text.
Statement select_steps_with_rows(std::span<const plan::Step* const> steps,
                                 std::span<const ContactId> contacts,
                                 EarlierOwners earlier = EarlierOwners::possible);

// The number (position in `steps`) of one that has more than `rows` rows in its scope, if any.
Statement select_long_steps(std::span<const plan::Step* const> steps, std::span<const Scope> scopes,
                            std::size_t rows);
// The primary key of the row at `position`, counted from 0 in the order of the primary key.
Statement select_key_at(const plan::Step& step, const Scope& scope, std::size_t position);

// Owner and the different values of a column.
Statement select_different(const plan::Step& step, const Scope& scope, const std::string& column);

// What an UPDATE needs to know besides the plan.
struct Context {
    std::string anonymous_ip;  // id of the `*.*.*.*` row as a literal; "" when no step needs it
    std::string random;        // parameter of new_random: fresh for each statement
    std::size_t hash_digits = policy::hash_digits_max;  // of hashes that are none of addresses
    EarlierOwners earlier_owners = EarlierOwners::possible;
};

// A row to rewrite: its key and what the rewritten and the hashed columns get, in that order.
struct RewrittenRow {
    std::string key;
    std::vector<database::Value> values;
    std::vector<std::size_t> new_hashes = {};  // places of the hashes that do not stand there yet
    ContactId owner = 0;                       // for whom the row is counted
};

// So many rows like this one may be named, each with its own values, by one statement: a power of two, so
// that few different statements are prepared, and no more than `rows_max`. `left`: how many there are.
std::size_t rows_at_a_time(std::size_t left, std::size_t rows_max, const RewrittenRow& like);

// Changes every column of the step but the hashed and the rewritten ones, in all rows of the scope.
Statement update_columns(const plan::Step& step, const Scope& scope, const Context& context);
// The rows of the scope that an update or a delete would change: owner, count. A hashed column with the shape
// of a hash is taken for done; a rewritten one is not looked at.
Statement count_pending(const plan::Step& step, const Scope& scope, const Context& context);
// Can the server tell whether the column is done? A hash of what is no address may have another length than
// today's, and such values may look like one.
bool tells_pending(const columns::ColumnStep& column);
// The same of rows in which some column is not what it was made, by column: owner, a count for each of the
// step's columns, in its order; 0 for rewritten ones and for those of which the server cannot tell.
Statement count_unchanged(const plan::Step& step, const Scope& scope, const Context& context);
Statement count_rows(const plan::Step& step, const Scope& scope);  // owner, count
Statement count_filled(const plan::Step& step, const Scope& scope, const std::string& column);
// The same of a table with system versioning: its rows of today and all their former versions.
Statement count_versions(const plan::Step& step, const Scope& scope);
// Contact id and count of the rows of a step that cannot be carried out. Not for the kind text.
Statement count_left(const plan::Step& step, const std::vector<plan::Link>& chain,
                     std::span<const ContactId> contacts);
// The same of the rows that the value of a contact's field leads to, and that may be somebody else's.
Statement count_doubtful(const plan::Step& step, const std::vector<plan::Link>& chain,
                         std::span<const ContactId> contacts);
Statement delete_rows(const plan::Step& step, const Scope& scope);
Statement select_row_keys(const plan::Step& step, const Scope& scope);  // primary keys

// unschedule: why the steps that are still to come did not happen, as Mautic notes it when it cancels them,
// but without a word; once a step.
Statement insert_failed_log(const plan::Step& step, const Scope& scope);

// Owner, primary key and the hashed columns of each row. Where many rows have the same value
// select_hashed() is the better question.
Statement select_hashed_rows(const plan::Step& step, const Scope& scope);
// Owner, the different values of the hashed columns, in how many rows, and in how many of these another
// column is not yet what it should be.
Statement select_hashed(const plan::Step& step, const Scope& scope, const Context& context);
// What a hashed column (its place among the step's hashed ones) gets in the rows of one owner that hold
// exactly `before`.
struct HashedValue {
    std::string owner;
    std::size_t column = 0;
    std::string before;
    database::Value after;
};
// As update_columns(), and the hashed columns too. Values that are not named stay.
Statement update_hashed(const plan::Step& step, const Scope& scope, const Context& context,
                        std::span<const HashedValue> values);

// Rows with the values of their hashed columns each: the contacts' own, and rows each of which has a value of
// its own. Which of them would change: their keys.
Statement select_own_pending(const plan::Step& step, const Context& context,
                             std::span<const RewrittenRow> rows);
Statement update_own(const plan::Step& step, const Context& context, std::span<const RewrittenRow> rows);

// Owner, primary key, the rewritten columns and the hashed ones, of rows with something to rewrite; then,
// with an `address_age`, whether the row is about the contact. At most `limit` of them.
Statement select_rewritable(const plan::Step& step, const Scope& scope, std::size_t limit);
Statement select_rewritable_keys(const plan::Step& step, const Scope& scope);  // owner and primary key
// As update_columns(), and the rewritten and hashed columns too, each row its own.
Statement update_rewritten(const plan::Step& step, const Context& context,
                           std::span<const RewrittenRow> rows);

// Owner and the names of uploaded files.
Statement select_uploads(const plan::Step& step, const Scope& scope);
// Owner and the different values of a column with addresses of the contact itself: only what has an '@'.
Statement select_addresses(const plan::Step& step, const Scope& scope, const plan::AddressColumn& address);
// Which of these names rows outside the scope hold in this column. Reads the whole table: the column is a
// LONGTEXT that no index can help with.
Statement select_uploads_of_others(const plan::Step& step, const Scope& scope,
                                   const plan::UploadColumn& upload, std::span<const std::string> names);

// Owner, primary key (the owner again where it has several columns) and the searched columns.
Statement select_searched(const plan::Step& step, const Scope& scope);
Statement empty_column(const plan::Step& step, const Scope& scope, const columns::SearchedColumn& column);

bool has_hashed_columns(const plan::Step& step);
bool has_rewritten_columns(const plan::Step& step);
bool has_plain_columns(const plan::Step& step);  // neither hashed nor rewritten
bool needs_anonymous_ip(const plan::Step& step);

}  // namespace gdprd::statements
