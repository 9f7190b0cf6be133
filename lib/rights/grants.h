// The statements by which an administrator of the database server gives the daemon's account what it needs,
// and nothing more. They mean the same in every sql_mode: names are in back-quotes, which ANSI_QUOTES leaves
// alone, and no text in them needs a backslash as an escape.
//
// config/grants.sql is the same for people to read; a test compares the two.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/connection.h"
#include "erasure/rules.h"
#include "rights/needed.h"

namespace gdprd::rights {

struct Grant {
    std::string privileges;  // "UPDATE"; "SELECT, INSERT"
    std::string database;    // as it is called, without any escape
    std::string table;       // "": the whole database, also what is made in it later

    bool operator==(const Grant&) const = default;
};

// What is needed besides an erasure: to put opt-outs into the list. For `reapply`, and for [suppression] mode
// = "do-not-contact".
enum class OptOuts { read, added };

// All that the daemon needs in this database: to read all of Mautic's, to change the tables of the plan, to
// make and keep its ledger. Pure.
std::vector<Grant> all_grants(const erasure::Rules& rules, const std::string& mautic_database,
                              OptOuts opt_outs);

// All that the officer's desk needs: to read, and to add to the logs beside the ledger. Pure.
std::vector<Grant> desk_grants(const std::string& mautic_database, const std::string& ledger_database);
// Of these what its account lacks, as SHOW GRANTS has it. And what it has beyond them and should not: names
// of privileges by which it could change Mautic's data or the ledger.
std::vector<Grant> missing_desk_grants(database::Connection& desk, const std::string& mautic_database,
                                       const std::string& ledger_database);
std::vector<std::string> broader_desk_grants(database::Connection& desk, const std::string& mautic_database,
                                             const std::string& ledger_database);

// Of these what the account of `daemon` lacks; Mautic's database is the connection's. What cannot be tried
// without using it (to make tables) is read from SHOW GRANTS. Nothing when the server lets nobody try just
// now. Throws DatabaseError.
std::optional<std::vector<Grant>> missing_grants(database::Connection& daemon, const erasure::Rules& rules,
                                                 OptOuts opt_outs);
// The part of that about the ledger's database, for a connection that may have no other one.
std::optional<std::vector<Grant>> missing_ledger_grants(database::Connection& daemon,
                                                        const std::string& ledger_database);

// Of what a look-up needs on its log the privileges that the account lacks; nothing when the server lets
// nobody try just now. And those by which it could change or remove what the log says.
std::optional<std::vector<std::string>> missing_on_lookup_log(database::Connection& daemon,
                                                              const std::string& ledger_database);
std::vector<std::string> broader_on_lookup_log(database::Connection& daemon,
                                               const std::string& ledger_database);

// The same of the seals.
std::optional<std::vector<std::string>> missing_on_seals(database::Connection& daemon,
                                                         const std::string& ledger_database);
std::vector<std::string> broader_on_seals(database::Connection& daemon, const std::string& ledger_database);

// All of its privileges on the database of the seals.
Grant seals_grant(const std::string& ledger_database);
// All of its privileges on the database of the log of look-ups.
Grant lookup_log_grant(const std::string& ledger_database);
// All of its privileges on the ledger's database.
Grant ledger_grant(const std::string& ledger_database);

// "GRANT UPDATE ON `mautic`.`leads` TO 'mautic_gdprd'@'localhost';" In a grant on a whole database `_` and
// `%` stand for other characters on most servers; `literally` says that this one takes names as they are
// written (database/server_traits.h). `account` is quoted already.
std::string to_sql(const Grant& grant, const std::string& account, bool literally);

}  // namespace gdprd::rights
