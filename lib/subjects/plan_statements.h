// Runs the statements of a plan's steps over one connection; every error names the step.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "database/connection.h"
#include "plan/plan.h"
#include "statements/statements.h"

namespace gdprd::subjects {

// Rows that are found first are named by primary key, so many in a statement.
constexpr std::size_t keys_per_statement = 256;

class PlanStatements {
  public:
    // Both outlive the object.
    PlanStatements(database::Connection& connection, const plan::Plan& plan)
        : connection_(connection), plan_(plan) {}
    // For contacts whose rows are locked: asks whether somebody had their ids before them.
    PlanStatements(database::Connection& connection, const plan::Plan& plan,
                   std::span<const ContactId> contacts);

    const plan::Plan& plan() const { return plan_; }
    database::Connection& connection() { return connection_; }

    // Rows of some of the contacts.
    statements::Scope scope_of_contacts(const plan::Step& step, std::span<const ContactId> contacts) const {
        return statements::scope_of_contacts(step, contacts, earlier_owners_);
    }
    statements::EarlierOwners earlier_owners() const { return earlier_owners_; }

    database::Rows select(const statements::Statement& statement, const plan::Step& step);
    // For a statement about several steps; `label` stands in errors.
    database::Rows select(const statements::Statement& statement, std::string_view label);
    std::uint64_t change(const statements::Statement& statement, const plan::Step& step);

    // What an UPDATE of the step needs. Adds Mautic's anonymous row to `ip_addresses` where the step points
    // rows at it and Mautic has none yet.
    statements::Context context_for(const plan::Step& step);
    // The id of that row if the step needs it, "" when there is none; adds nothing.
    std::string anonymous_ip_for(const plan::Step& step);

  private:
    void find_anonymous_ip();

    database::Connection& connection_;
    const plan::Plan& plan_;
    statements::EarlierOwners earlier_owners_ = statements::EarlierOwners::possible;
    std::string anonymous_ip_;  // "" until it was needed and found
};

}  // namespace gdprd::subjects
