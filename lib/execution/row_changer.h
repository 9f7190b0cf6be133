// Changes or deletes the rows of a step, and counts whose they were.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <span>
#include <vector>

#include "execution/hash_writer.h"
#include "execution/structured_rows.h"
#include "subjects/hash_recognition.h"
#include "subjects/plan_statements.h"
#include "subjects/row_scopes.h"
#include "subjects/subject.h"

namespace gdprd::execution {

using subjects::HashRecognition;
using subjects::PlanStatements;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::Subjects;

class RowChanger {
  public:
    // `files_covered`: false leaves the subjects' uploads empty, which costs a search of a form's results to
    // fill. Both references outlive the object.
    RowChanger(PlanStatements& statements, HashRecognition& hashes, bool files_covered)
        : statements_(statements),
          hashes_(hashes),
          structured_(statements, hashes),
          writer_(statements, hashes),
          files_covered_(files_covered) {}

    // What the step does, in these rows. Fills counts and uploads, and what identifies the subjects.
    void run(const plan::Step& step, const RowScopes& scopes, Subjects& subjects);
    // The contacts' own rows. Fills marks and subject_hash, too.
    void run_contact_step(const plan::Step& step, Subjects& subjects);

  private:
    struct HashedRow;

    void delete_rows(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    std::uint64_t delete_free_rows(const plan::Step& step, const statements::Scope& scope);
    void change_plain(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void change_structured(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void change_pending(const plan::Step& step, std::vector<PendingRow> pending, Subjects& subjects);
    void change_hashed(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void change_own_rows(const plan::Step& step, const statements::Context& context,
                         std::span<const statements::RewrittenRow> rows, Subjects& subjects);
    std::vector<HashedRow> read_hashed(const plan::Step& step, const RowScope& scope,
                                       const statements::Context& context);
    void note_addresses(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void note_uploads(const plan::Step& step, const RowScope& scope, Subjects& subjects);

    PlanStatements& statements_;
    HashRecognition& hashes_;
    StructuredRows structured_;
    HashWriter writer_;
    const bool files_covered_;
};

}  // namespace gdprd::execution
