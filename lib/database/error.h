// What can go wrong at the database, sorted by what the caller has to do about it.
//
// A server's error text can quote a row ("Duplicate entry 'ann@example.org' for key …"), and a trigger has
// its own. So what() is made of our own words, the code and the SQLSTATE (promise 6). Passed on are only the
// texts of connections that cannot be made, which name servers and users, and the client library's (code 0).
#pragma once

#include <string>

#include "base/error.h"

namespace gdprd::database {

enum class ErrorClass {
    connection,  // server gone, timed out, not ready, full or read-only: make a new connection, then again
    conflict,    // deadlock, lock wait timeout, cluster certification (1213, 1205…): roll back, again
    schema,      // unknown table or column (1146, 1054…): the schema changed, read it again
    privilege,   // access denied (1044, 1045, 1142, 1143, 1227): an operator must grant something
    permanent,   // anything else: trying again would do the same
};

// "connection", "conflict", …: for logs, the queue's error code and metrics.
const char* name_of(ErrorClass error_class);

class DatabaseError : public Error {
  public:
    // `label` names the statement. `server_text` is the server's message about a connection that could not be
    // made, empty for a statement; it is used only for the classes `connection` and `privilege`.
    DatabaseError(int code, const std::string& sql_state, const std::string& label,
                  const std::string& server_text);

    int code() const noexcept { return code_; }
    ErrorClass error_class() const noexcept { return error_class_; }

  private:
    int code_;
    ErrorClass error_class_;
};

ErrorClass classify(int code) noexcept;

// The rows were not deleted, and a foreign key of other rows is why. The statement is undone, the transaction
// goes on.
bool is_still_referred_to(const DatabaseError& error) noexcept;

}  // namespace gdprd::database
