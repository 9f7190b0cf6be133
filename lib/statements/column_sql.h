// What a step's columns mean in SQL: what each gets, and whether it has it already. Pure; used by the
// statements of this room only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "database/value.h"
#include "statements/statements.h"

namespace gdprd::statements {

// The column compared byte by byte: its own collation takes "ä" for "a".
std::string exact(const std::string& column);

// The column as something that can be read, and what stands for a value that it gets. A value of MySQL's own
// JSON type cannot be read by a prepared statement of the client library, and takes no text without a
// character set, which is how the library sends a long one.
std::string readable(const plan::Step& step, const std::string& column);
std::string placeholder(const plan::Step& step, const std::string& column);

// The column as a value that it keeps, beside others that it gets: a server refuses to choose between a
// column of another character set and an expression in utf8mb4, or tries to make the latter's letters the
// column's.
std::string unchanged(const plan::Step& step, const std::string& column);

// Hashed and rewritten columns get a value of their own in each row; all others get the same everywhere.
bool is_by_row(const columns::ColumnStep& change);
std::vector<const columns::ColumnStep*> columns_with(const plan::Step& step, mautic::Action action);
std::vector<const columns::ColumnStep*> hashed_columns(const plan::Step& step);

// True in rows where the column is not yet what it should be.
std::string pending_condition(const plan::Step& step, const columns::ColumnStep& change,
                              const Context& context);
// The same for any of the columns that are not by row.
std::string others_pending(const plan::Step& step, const Context& context);

// "a=NULL, b=''": all columns that are not by row; adds the parameters of new_random.
std::string assignments(const plan::Step& step, const Context& context,
                        std::vector<database::Value>& parameters);

// Is the row as old as the contact at most? Of a contact that is gone, or without a date, it is not known.
std::string is_not_older_than_contact(const plan::Step& step, const plan::RowAge& age);

void append(std::vector<database::Value>& to, std::span<const database::Value> from);

}  // namespace gdprd::statements
