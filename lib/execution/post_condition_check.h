// The post-condition check, or proof: before the transaction commits, the contacts' rows are read again and
// searched for the values that were just removed (promise 7). In the last pass the server is asked, too,
// whether each column is what it was made. What this database makes impossible to change is counted. Fills
// the subjects' findings.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "execution/structured_rows.h"
#include "subjects/row_finder.h"
#include "subjects/subject.h"
#include "text_search/text_search.h"

namespace gdprd::execution {

using subjects::HashRecognition;
using subjects::PlanStatements;
using subjects::RowFinder;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::Subjects;
using text_search::TextSearch;

class PostConditionCheck {
  public:
    // All outlive the object. `chunk_rows`: so many rows of a long history are read at a time.
    PostConditionCheck(PlanStatements& statements, RowFinder& finder, TextSearch& texts,
                       HashRecognition& hashes, std::size_t chunk_rows)
        : statements_(statements),
          finder_(finder),
          texts_(texts),
          structured_(statements, hashes),
          chunk_rows_(chunk_rows) {}

    // Before anything is changed: what is left, or may be somebody else's, and cannot be found any more
    // afterwards.
    void count_what_loses_its_way(Subjects& subjects);
    // After everything was done.
    void run(Subjects& subjects);
    // After a chunk of a long history: these rows only.
    using Chunk = std::vector<std::pair<const plan::Step*, RowScope>>;
    void run(const Chunk& chunk, Subjects& subjects);

  private:
    void check(const plan::Step& step, const RowScope& scope, Subjects& subjects, bool may_empty = true);
    void check_deleted(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void count_unchanged(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void check_processed_chunks(const plan::Step& step, const std::string& last, Subjects& subjects);
    void empty(const plan::Step& step, const columns::SearchedColumn& column,
               std::span<const database::Value> keys);
    void count_kept(const plan::Step& step, const RowScopes& scopes, Subjects& subjects);
    void count_former_rows(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void count_left(const plan::Step& step, Subjects& subjects);
    void count_left_by_chains(const plan::Step& step, Subjects& subjects);
    void count_left_texts(const plan::Step& step, Subjects& subjects);
    void count_doubtful_by_chain(const plan::Step& step, Subjects& subjects);
    void count_pending(const plan::Step& step, const RowScope& scope, Subjects& subjects);
    void count_pending_structured(const plan::Step& step, const RowScope& scope,
                                  const statements::Context& context, Subjects& subjects);

    PlanStatements& statements_;
    RowFinder& finder_;
    TextSearch& texts_;
    StructuredRows structured_;
    const std::size_t chunk_rows_;
    std::map<ContactId, std::vector<ledger::Finding>> without_way_;  // counted before they lost it
};

}  // namespace gdprd::execution
