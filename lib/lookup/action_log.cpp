#include "lookup/action_log.h"

#include <algorithm>

#include "base/text.h"
#include "lookup/log.h"

namespace gdprd::lookup {

using database::Rows;
using database::Value;

namespace {

// The words of `kind` are those of action_names; new ones need no other table, which nobody may change.
constexpr const char* action_table = R"(CREATE TABLE IF NOT EXISTS {db}.`desk_action` (
    id      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    at      DATETIME(3) NOT NULL,
    kind    VARCHAR(32) NOT NULL,
    account VARCHAR(64) NOT NULL,
    remote  VARCHAR(64) NOT NULL,
    detail  VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_is_a_word      CHECK (kind REGEXP '^[a-z_]+$'),
    CONSTRAINT account_is_a_name   CHECK (account REGEXP '^[A-Za-z0-9._-]*$'),
    CONSTRAINT detail_is_no_person CHECK (detail REGEXP '^[A-Za-z0-9 .:,-]*$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)";

// Whoever asks may have written there what they liked.
std::string as_remote(const std::string& text) {
    constexpr std::size_t characters_max = 45;  // of an IPv6 address
    const bool is_address =
        text.size() <= characters_max && std::all_of(text.begin(), text.end(), [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':';
        });
    return is_address ? text : text == "unix socket" ? text : "unknown";
}

}  // namespace

ActionLog::ActionLog(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      database_(connection, lookup_log_database(ledger_database), "log of the desk", "desk_action"),
      table_(database_.quoted() + ".`desk_action`") {}

bool ActionLog::exists() { return database_.exists(); }

void ActionLog::create() { database_.create("utf8mb4", {action_table}); }

void ActionLog::add(const Action& action) {
    connection_.change("INSERT INTO " + table_ + " (at, kind, account, remote, detail) VALUES (?,?,?,?,?)",
                       std::vector<Value>{format_utc(action.at), std::string(action_names.of(action.kind)),
                                          action.account, as_remote(action.remote), action.detail},
                       "log of the desk: write");
}

std::vector<Action> ActionLog::newest(std::size_t max, std::optional<std::uint64_t> before) {
    std::vector<Value> parameters;
    if (before) parameters.emplace_back(*before);
    parameters.emplace_back(std::uint64_t{max});
    Rows rows = connection_.select("SELECT id, at, kind, account, remote, detail FROM " + table_ +
                                       (before ? " WHERE id < ?" : "") + " ORDER BY id DESC LIMIT ?",
                                   parameters, "log of the desk: read");
    std::vector<Action> found;
    while (rows.next()) {
        const auto kind = action_names.value_of(rows.text(2));
        found.push_back({rows.number(0), rows.time(1).value_or(Timestamp{}),
                         kind.value_or(ActionKind::sign_in), rows.text(3), rows.text(4), rows.text(5),
                         kind ? "" : rows.text(2)});
    }
    return found;
}

}  // namespace gdprd::lookup
