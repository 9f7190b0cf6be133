// What a session must be like before anything is done over it, whatever the server's administrator made the
// default: a server runs its `init_connect` for every ordinary user, and may ignore what the client asks for
// when it logs in (`skip-character-set-client-handshake`).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "database/connection.h"

namespace sql {
class Connection;
}

namespace gdprd::database {

// The session's variables of these names that the server has: names and values in lower case. Throws
// sql::SQLException.
std::map<std::string, std::string> session_variables(sql::Connection& session,
                                                     const std::vector<std::string>& names);

// Sets every variable that a statement of ours depends on, as far as this server has it, and reads all of
// them again. Throws ConfigurationError, naming the variable, when one is not as it must be afterwards, and
// sql::SQLException.
void set_up_session(sql::Connection& session, const ConnectionOptions& options);

// Sends a text and has it come back, in the words of a statement and as a parameter: a proxy in between can
// read the character set wrong, too. Hashes of addresses that arrive as other bytes could not be looked up
// again by anybody. Throws ConfigurationError and sql::SQLException.
void prove_text_arrives(sql::Connection& session);

}  // namespace gdprd::database
