// One transaction's work on contacts whose rows are locked: find what is theirs, change it, check that
// nothing is left.
//
// Valid once made; serves one transaction. Threads: that of its connection. Errors: DatabaseError and
// StaleSchema; the caller rolls back.
#pragma once

#include <span>

#include "erasure/rules.h"
#include "execution/long_history.h"
#include "execution/post_condition_check.h"
#include "execution/row_changer.h"
#include "subjects/hash_recognition.h"
#include "subjects/plan_statements.h"
#include "subjects/row_finder.h"
#include "subjects/subject.h"
#include "text_search/text_search.h"

namespace gdprd::erasure {

using subjects::Progress;
using subjects::Subjects;

class Pass {
  public:
    // Learns what identifies the subjects. `progress` is that of the only subject; without it a long history
    // is found, but not processed. Everything given outlives the object.
    Pass(database::Connection& connection, const Rules& rules, ledger::Fingerprints& fingerprints,
         Subjects& subjects, const Progress* progress);

    // Set: the contacts have more rows in it than one transaction should change. Then run_chunk() instead of
    // run().
    const plan::Step* long_table() const { return long_history_.table(); }

    // All steps for all subjects, then the check. Fills counts, marks, subject_hash, identity and findings.
    void run();
    // The next rows of the progress's contact in long_table(), and their check. Fills counts and findings.
    void run_chunk(Progress& progress);

  private:
    void learn_history(bool before_first_chunk);
    void learn_values(const plan::Step& step, const columns::ColumnStep& column,
                      std::span<const ContactId> contacts);
    void run_texts();
    void run_shared();

    const Rules& rules_;
    Subjects& subjects_;
    subjects::PlanStatements statements_;
    subjects::HashRecognition hashes_;
    execution::RowChanger changer_;
    subjects::RowFinder finder_;
    subjects::HoldFinder holds_;
    text_search::TextSearch texts_;
    execution::LongHistory long_history_;
    execution::PostConditionCheck check_;
};

}  // namespace gdprd::erasure
