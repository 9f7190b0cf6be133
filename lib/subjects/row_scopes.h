// Which rows of a step are meant, and whose each of them is. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "plan/plan.h"
#include "statements/statements.h"

namespace gdprd::subjects {

// Whose a row is, by the value of its scope's owner column. It may be several contacts': it is searched for
// what identifies each of them, and counted for the first one in the order of their ids.
using Owners = std::map<std::string, std::set<ContactId>>;

struct RowScope {
    statements::Scope scope;
    Owners owners;  // empty: the owner column is the contact id itself

    // All of them, at least one; `owner` is the value of the owner column.
    std::vector<ContactId> owners_of(const std::string& owner) const;
    // The one for whom the row is counted.
    ContactId owner_of(const std::string& owner) const { return owners_of(owner).front(); }
};

using RowScopes = std::vector<RowScope>;

// The rows with these primary keys, so many in a scope.
RowScopes scopes_of_keys(const plan::Step& step, const Owners& owners);

// The primary keys, so many in a part.
std::vector<std::vector<database::Value>> keys_in_parts(const plan::Step& step, const Owners& owners);

void merge(Owners& owners, const Owners& more);

}  // namespace gdprd::subjects
