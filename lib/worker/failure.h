// What an error means for whoever wants to go on: one answer for workers, background tasks and commands.
// Pure.
#pragma once

#include <exception>
#include <string>

#include "database/error.h"

namespace gdprd::worker {

enum class Failure {
    retry,      // a conflict, or the tables have changed: again, by rules that were read again
    lost,       // the connection, or the server refuses to work over it: again over a new one
    permanent,  // again would be the same: somebody has to do something
};

Failure classify(const std::exception& error);

// The connection broke under a statement, or is no longer the one that was made: the server went away, the
// session was killed, or the statement took longer than `read_timeout`. These look the same.
bool went_away(const database::DatabaseError& error);

// For a log. Our own texts hold no data; those of others might, and are left out.
std::string reason_of(const std::exception& error);

}  // namespace gdprd::worker
