// Rows that only a former address of a contact ties to it, and who has that address now. Addresses pass from
// one person to another: what quotes somebody's present address may be about that one. Such a row is left
// and counted, as is a value that others hold too (value_search.cpp). A company is left and not counted.
//
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "subjects/plan_statements.h"
#include "subjects/row_scopes.h"
#include "subjects/subject.h"

namespace gdprd::text_search {

using subjects::Owners;
using subjects::PlanStatements;
using subjects::Subjects;

// Does the text name one of the pass by a former address only, and is one of these somebody else's now?
bool may_name_successor(PlanStatements& statements, const plan::Step& step, const Subjects& pass,
                        ContactId contact, const std::string& text);

// Of the rows of one search.
class AddressHolders {
  public:
    // What the rows of a search name somebody in, and whom.
    using OwnersByColumn = std::map<std::string, Owners>;
    // The rows' primary keys.
    using DoubtfulRows = std::map<ContactId, std::set<std::string>>;

    // Both outlive the object.
    AddressHolders(PlanStatements& statements, const Subjects& subjects)
        : statements_(statements), subjects_(subjects) {}

    // An address in these texts, and no id, names the contact in that row.
    void note(const std::string& column, const std::string& key, ContactId contact,
              std::span<const std::string> texts);

    // Takes the contacts out of `owners` whose former addresses are all that ties the row to them, and are
    // each somebody else's now. What is nobody's any more then is doubtful.
    DoubtfulRows take_doubtful(const plan::Step& step, OwnersByColumn& owners);

  private:
    struct Claim {
        std::string column;
        std::string key;
        ContactId contact = 0;
        std::set<std::string> addresses;  // former ones, normalised
    };

    PlanStatements& statements_;
    const Subjects& subjects_;
    std::vector<Claim> claims_;
};

}  // namespace gdprd::text_search
