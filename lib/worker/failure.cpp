#include "worker/failure.h"

#include "base/error.h"
#include "erasure/eraser.h"

namespace gdprd::worker {

using database::DatabaseError;
using database::ErrorClass;

Failure classify(const std::exception& error) {
    if (dynamic_cast<const erasure::StaleSchema*>(&error) != nullptr) return Failure::retry;
    const auto* of_database = dynamic_cast<const DatabaseError*>(&error);
    if (of_database == nullptr) return Failure::permanent;
    switch (of_database->error_class()) {
        case ErrorClass::connection:
            return Failure::lost;
        case ErrorClass::conflict:
        case ErrorClass::schema:
            return Failure::retry;
        case ErrorClass::privilege:
        case ErrorClass::permanent:
            break;
    }
    return Failure::permanent;
}

bool went_away(const DatabaseError& error) {
    constexpr int unknown_prepared_statement = 1243;  // behind a proxy another server has taken over
    constexpr int connection_killed = 1927;
    constexpr int session_killed = 3169;
    constexpr int closed_while_idle = 4031;
    constexpr int first_of_client = 2000;
    constexpr int last_of_client = 2999;
    if (error.error_class() != ErrorClass::connection) return false;
    switch (const int code = error.code()) {
        case unknown_prepared_statement:
        case connection_killed:
        case session_killed:
        case closed_while_idle:
            return true;
        default:
            return code >= first_of_client && code <= last_of_client;
    }
}

std::string reason_of(const std::exception& error) {
    const auto* ours = dynamic_cast<const Error*>(&error);
    return ours != nullptr ? describe(*ours) : "internal error";
}

}  // namespace gdprd::worker
