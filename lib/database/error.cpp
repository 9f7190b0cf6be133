#include "database/error.h"

#include "base/names.h"
#include "database/error_table.h"

namespace gdprd::database {

namespace {

// The SQLSTATE says something about codes we do not know: 08 is the connection, 40 a rolled back transaction.
// The client library cannot take a value of a type that the statement was not made for (a native JSON
// column): the column had another type when the plan was made.
ErrorClass class_of(int code, const std::string& sql_state, const std::string& server_text) {
    if (code == 0 && server_text.find("invalid rbind data type") != std::string::npos) {
        return ErrorClass::schema;
    }
    if (find_known_error(code) == nullptr) {
        if (sql_state.starts_with("08")) return ErrorClass::connection;
        if (sql_state.starts_with("40")) return ErrorClass::conflict;
    }
    return classify(code);
}

std::string words_for(int code, const std::string& sql_state, const std::string& server_text) {
    constexpr const char* of_signal = "45000";  // somebody else's words
    const KnownError* known = find_known_error(code);
    if (code == 0 && !server_text.empty()) return "the client library says: " + server_text;
    if (known == nullptr) return "database error";
    const bool harmless = sql_state != of_signal && (known->error_class == ErrorClass::connection ||
                                                     known->error_class == ErrorClass::privilege);
    return harmless && !server_text.empty() ? server_text : known->words;
}

std::string message(int code, const std::string& sql_state, const std::string& label,
                    const std::string& server_text) {
    std::string text = label.empty() ? "database: " : label + ": ";
    text += words_for(code, sql_state, server_text) + " (error " + std::to_string(code);
    if (!sql_state.empty()) text += ", SQLSTATE " + sql_state;
    return text + ")";
}

std::string advice_for(ErrorClass error_class) {
    if (error_class != ErrorClass::privilege) return {};
    return "Check the database user, its password and its grants";
}

}  // namespace

constexpr auto error_class_names = make_names<ErrorClass>({{ErrorClass::connection, "connection"},
                                                           {ErrorClass::conflict, "conflict"},
                                                           {ErrorClass::schema, "schema"},
                                                           {ErrorClass::privilege, "privilege"},
                                                           {ErrorClass::permanent, "permanent"}});

const char* name_of(ErrorClass error_class) { return error_class_names.of(error_class); }

ErrorClass classify(int code) noexcept {
    const KnownError* known = find_known_error(code);
    return known == nullptr ? ErrorClass::permanent : known->error_class;
}

// MySQL says the second to an account that may not know of the other table.
bool is_still_referred_to(const DatabaseError& error) noexcept {
    return error.code() == 1451 || error.code() == 1217;
}

DatabaseError::DatabaseError(int code, const std::string& sql_state, const std::string& label,
                             const std::string& server_text)
    : Error(message(code, sql_state, label, server_text), advice_for(class_of(code, sql_state, server_text))),
      code_(code),
      error_class_(class_of(code, sql_state, server_text)) {}

}  // namespace gdprd::database
