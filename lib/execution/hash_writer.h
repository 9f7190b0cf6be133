// Writes hashes to rows, also where the table wants each value once: somebody put a UNIQUE index on a hashed
// column, and another row has the hash already. People come back under an address that was erased, and two
// spellings of one address have one hash.
//
// The server alone knows what it takes for the same (indexes of several columns, on expressions, with a
// collation, a row that another transaction has not committed yet), so nobody is asked before: the statement
// is tried, and nothing of it remains when it fails. Then each row is tried by itself, and where its hash is
// taken it gets another one, of that hash and the row's primary key. It looks like any hash of ours, is noted
// like any, and the next pass finds nothing to do. The other row is not touched, and the ledger has the hash
// of the address itself.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <optional>
#include <span>

#include "subjects/hash_recognition.h"
#include "subjects/plan_statements.h"
#include "subjects/row_scopes.h"
#include "subjects/subject.h"

namespace gdprd::execution {

using subjects::HashRecognition;
using subjects::PlanStatements;
using subjects::RowScope;
using subjects::Subjects;

class HashWriter {
  public:
    // Both outlive the object.
    HashWriter(PlanStatements& statements, HashRecognition& hashes)
        : statements_(statements), hashes_(hashes) {}

    using UpdateByKey = statements::Statement (*)(const plan::Step&, const statements::Context&,
                                                  std::span<const statements::RewrittenRow>);
    // Rows that are named by their keys. Returns how many changed.
    std::uint64_t write_rows(UpdateByKey update, const plan::Step& step, const statements::Context& context,
                             std::span<const statements::RewrittenRow> rows, Subjects& subjects);
    // The rows of a scope by the values that stand in them. They are counted already.
    void write_values(const plan::Step& step, const RowScope& scope, const statements::Context& context,
                      std::span<const statements::HashedValue> values, Subjects& subjects);

  private:
    std::optional<std::uint64_t> change_unless_taken(const statements::Statement& statement,
                                                     const plan::Step& step);
    std::uint64_t write_other_hash(UpdateByKey update, const plan::Step& step,
                                   const statements::Context& context, const statements::RewrittenRow& row,
                                   Subjects& subjects);
    std::vector<statements::RewrittenRow> rows_of(const plan::Step& step, const RowScope& scope,
                                                  Subjects& subjects);

    PlanStatements& statements_;
    HashRecognition& hashes_;
};

}  // namespace gdprd::execution
