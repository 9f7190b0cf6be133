#include "lookup/log.h"

#include <sstream>

#include "database/placeholders.h"

namespace gdprd::lookup {

using database::Rows;
using database::Value;

namespace {

// Names of staff and of cases may have any letter. An address has no business here, whoever typed it where.
constexpr const char* table_definition = R"(CREATE TABLE IF NOT EXISTS {db}.`lookup` (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    at             DATETIME(3) NOT NULL,
    account        VARCHAR(64) NOT NULL,
    officer        VARCHAR(128) NULL,
    case_reference VARCHAR(128) NULL,
    reason         VARCHAR(255) NULL,
    asked          CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    key_id         CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    searched       ENUM('index','history','log') NOT NULL,
    outcome        ENUM('found','not_found') NOT NULL,
    contact_count  INT UNSIGNED NOT NULL,
    contact_ids    VARCHAR(4096) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id),
    KEY asked (asked),
    CONSTRAINT asked_is_hex        CHECK (asked REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT asked_key_is_hex    CHECK (key_id REGEXP '^[0-9a-f]{16}$'),
    CONSTRAINT contacts_are_ids    CHECK (contact_ids REGEXP '^[0-9,]*$'),
    CONSTRAINT words_have_no_address CHECK (LOCATE('@', CONCAT_WS('', officer, case_reference, reason)) = 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)";

Value text_or_null(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }

std::string list_of(const std::vector<ContactId>& contacts) {
    std::string list;
    for (const ContactId contact : contacts) list += (list.empty() ? "" : ",") + std::to_string(contact);
    return list;
}

std::vector<ContactId> contacts_in(const std::string& list) {
    std::vector<ContactId> contacts;
    std::istringstream ids(list);
    for (std::string id; std::getline(ids, id, ',');) contacts.push_back(std::stoull(id));
    return contacts;
}

}  // namespace

std::string lookup_log_database(const std::string& ledger_database) {
    return ledger::side_database_name("lookups_of_", ledger_database);
}

LookupLog::LookupLog(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      database_(connection, lookup_log_database(ledger_database), "log of look-ups", "lookup"),
      table_(database_.quoted() + ".`lookup`") {}

bool LookupLog::exists() { return database_.exists(); }

void LookupLog::create() { database_.create("utf8mb4", {table_definition}); }

void LookupLog::add(const LoggedLookup& lookup) {
    connection_.change(
        "INSERT INTO " + table_ +
            " (at, account, officer, case_reference, reason, asked, key_id, searched, outcome,"
            " contact_count, contact_ids) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        std::vector<Value>{format_utc(lookup.at), lookup.account, text_or_null(lookup.officer),
                           text_or_null(lookup.case_reference), text_or_null(lookup.reason), lookup.asked,
                           lookup.key_id, std::string(lookup_reach_names.of(lookup.searched)),
                           std::string(lookup.found ? "found" : "not_found"), lookup.contact_count,
                           list_of(lookup.contacts)},
        "log of look-ups: write");
}

std::vector<LoggedLookup> LookupLog::newest(std::size_t max,
                                            const std::optional<std::vector<std::string>>& asked,
                                            std::optional<std::uint64_t> before) {
    std::vector<Value> parameters;
    std::string condition;
    if (asked) {
        const std::vector<Value> hashes(asked->begin(), asked->end());
        condition = " WHERE asked IN " + database::in_list(hashes, parameters);
    }
    if (before) {
        condition += (condition.empty() ? " WHERE id < ?" : " AND id < ?");
        parameters.emplace_back(*before);
    }
    parameters.emplace_back(std::uint64_t{max});
    Rows rows = connection_.select(
        "SELECT id, at, account, officer, case_reference, reason, asked, key_id, searched, outcome,"
        " contact_count, contact_ids FROM " +
            table_ + condition + " ORDER BY id DESC LIMIT ?",
        parameters, "log of look-ups: read");
    std::vector<LoggedLookup> found;
    while (rows.next()) {
        found.push_back({rows.number(0), rows.time(1).value_or(Timestamp{}), rows.text(2), rows.text(3),
                         rows.text(4), rows.text(5), rows.text(6), rows.text(7),
                         lookup_reach_names.value_of(rows.text(8)).value_or(LookupReach::index),
                         rows.text(9) == "found", rows.number(10), contacts_in(rows.text(11))});
    }
    return found;
}

LookupCounts LookupLog::count(Timestamp from, Timestamp to) {
    Rows rows = connection_.select(
        "SELECT COUNT(*), COALESCE(SUM(outcome = 'found'), 0), COALESCE(SUM(searched = 'history'), 0),"
        " COALESCE(SUM(searched = 'log'), 0), COALESCE(SUM(case_reference IS NULL), 0),"
        " COUNT(DISTINCT account) FROM " +
            table_ + " WHERE at >= ? AND at < ?",
        std::vector<Value>{format_utc(from), format_utc(to)}, "log of look-ups: count");
    rows.next();
    return {rows.number(0), rows.number(1), rows.number(2), rows.number(3), rows.number(4), rows.number(5)};
}

std::uint64_t LookupLog::count_of_other_keys(const std::vector<std::string>& key_ids) {
    std::vector<Value> parameters;
    const std::vector<Value> ids(key_ids.begin(), key_ids.end());
    const std::string list = database::in_list(ids, parameters);
    Rows rows = connection_.select("SELECT COUNT(*) FROM " + table_ + " WHERE key_id NOT IN " + list,
                                   parameters, "log of look-ups: count those of other keys");
    return rows.next() ? rows.number(0) : 0;
}

}  // namespace gdprd::lookup
