// Finds rows that nothing but their text ties to a contact: the newest rows of a table are read and searched.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "execution/hold_finder.h"
#include "execution/row_finder.h"
#include "execution/subject.h"
#include "matching/identity.h"
#include "policy/hash.h"

namespace gdprd::execution {

class TextSearch {
  public:
    // Rows of visitors whom `holds` keeps are left alone. Everything given outlives the object.
    TextSearch(PlanStatements& statements, const RowFinder& finder, const policy::Hasher& hasher,
               HoldFinder& holds)
        : statements_(statements), finder_(finder), hasher_(hasher), holds_(holds) {}

    // By the column, or the first of all columns, in which the rows name somebody. Notes of each subject
    // whether all rows were searched.
    using OwnersByColumn = std::map<std::string, Owners>;
    OwnersByColumn search(const plan::Step& step, Subjects& subjects);
    // The same as scopes of the step.
    RowScopes scopes_of(const plan::Step& step, Subjects& subjects);

  private:
    std::size_t rows_to_search(const plan::Step& step) const;
    Owners search_visitors(const plan::Step& step, Subjects& subjects);
    void read_texts(const plan::Step& step, std::span<const database::Value> keys, const Subjects& subjects,
                    const matching::Identity& anyone, OwnersByColumn& owners);
    void leave_held_visitors(const std::map<std::string, ContactId>& visitors, OwnersByColumn& owners);

    PlanStatements& statements_;
    const RowFinder& finder_;
    const policy::Hasher& hasher_;
    HoldFinder& holds_;
    std::map<std::string, OwnersByColumn> of_visitors_;  // what an entry's search has found
};

}  // namespace gdprd::execution
