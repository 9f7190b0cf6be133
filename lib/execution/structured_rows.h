// Rows with structured values, which lose what identifies and keep their shape, each row its own: which of
// them are not yet as they should be, and what they get. Changes nothing.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "subjects/hash_recognition.h"
#include "subjects/plan_statements.h"
#include "subjects/row_scopes.h"
#include "subjects/subject.h"

namespace gdprd::execution {

using subjects::HashRecognition;
using subjects::PlanStatements;
using subjects::RowScope;
using subjects::Subjects;

struct PendingRow {
    statements::RewrittenRow row;
    std::size_t bytes = 0;
};

class StructuredRows {
  public:
    // Both outlive the object.
    StructuredRows(PlanStatements& statements, HashRecognition& hashes)
        : statements_(statements), hashes_(hashes) {}

    // Hands the pending rows of the scope to `handle`, a bounded number at a time. What is learned from them
    // is noted of the subjects.
    void each_pending(const plan::Step& step, const RowScope& scope, Subjects& subjects,
                      const std::function<void(std::vector<PendingRow>)>& handle);

  private:
    std::optional<PendingRow> pending_row(const plan::Step& step, const database::Rows& row,
                                          const std::vector<ContactId>& owners, Subjects& subjects);
    void note_addresses(const columns::ColumnStep& column, const std::string& value,
                        const std::vector<ContactId>& owners, Subjects& subjects);

    PlanStatements& statements_;
    HashRecognition& hashes_;
};

}  // namespace gdprd::execution
