// A database of its own beside the ledger's, because a grant on the whole of the ledger's cannot leave a
// table out: here the account has SELECT, INSERT and CREATE and nothing else, so that it can neither change
// nor remove what is there. CREATE, which makes the tables once, changes nothing in those that are there.
//
// Threads: that of its connection. Errors: ConfigurationError, naming the remedy, when the account may not do
// what is asked; else DatabaseError.
#pragma once

#include <string>
#include <vector>

#include "database/connection.h"

namespace gdprd::ledger {

// "lookups_of_mautic_gdprd"; a digest stands for a ledger's name that is too long for that.
std::string side_database_name(const std::string& prefix, const std::string& ledger_database);

class SideDatabase {
  public:
    // `what` it holds, for errors: "log of look-ups". `last_table`: the one that is made last.
    SideDatabase(database::Connection& connection, std::string name, std::string what,
                 const std::string& last_table);

    bool exists();
    // `charset` and its binary collation; in each of `definitions` {db} stands for the database.
    void create(const std::string& charset, const std::vector<std::string>& definitions);
    const std::string& quoted() const { return quoted_; }

  private:
    [[noreturn]] void refuse(const database::DatabaseError& error) const;

    database::Connection& connection_;
    const std::string name_;
    const std::string what_;
    const std::string quoted_;
    const std::string last_table_;  // quoted, with the database
};

}  // namespace gdprd::ledger
