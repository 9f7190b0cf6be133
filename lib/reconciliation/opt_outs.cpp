#include "reconciliation/opt_outs.h"

#include <algorithm>
#include <array>

#include "database/quote.h"
#include "database/server_traits.h"
#include "ledger/recorded_name.h"
#include "mautic/column_name.h"
#include "rights/rights.h"

namespace gdprd::reconciliation {

using database::quote_identifier;
using database::quote_text;
using ledger::Status;

namespace {

// erasure::came_back() as far as the contact's row tells. An address does whatever the policy was when it was
// erased, if today's erases it; what else says who somebody is may have been kept by another policy or map.
std::string condition_is_back(const plan::Plan& plan) {
    const plan::Step* contact = plan.contact_step();
    if (contact == nullptr) return "FALSE";
    std::string address = "FALSE";
    std::string others;
    for (const columns::ColumnStep& step : contact->columns) {
        if (mautic::is_same_column(step.column, "email")) {
            address = "l.email LIKE '%@%'";
        } else if (step.tells_return) {
            const std::string value = "CONVERT(l." + quote_identifier(step.column) + " USING utf8mb4)";
            others += (others.empty() ? "" : " OR ") + value + " <> '' AND " + value + " NOT REGEXP " +
                      quote_text("^[0-9a-f]{" + std::to_string(policy::hash_digits_min) + ',' +
                                 std::to_string(policy::hash_digits_max) + "}$");
        }
    }
    if (others.empty()) return address;
    return address + " OR (e.policy_digest = " + quote_text(plan.policy_digest) +
           " AND e.map_digest = " + quote_text(plan.map_digest) + " AND (" + others + "))";
}

// A word that a newer program wrote counts as dealt with: that program has the contact in hand.
Status status_from(const std::string& word) {
    return ledger::status_names.value_of(word).value_or(Status::complete);
}

std::string condition_has_waited(const erasure::Rules& rules) {
    std::string columns;
    for (const auto& [table, column] : rights::columns_done_waiting(*rules.plan)) {
        columns += (columns.empty() ? "(" : ",(") + quote_text(ledger::recorded_name(table)) + ',' +
                   quote_text(ledger::recorded_name(column)) + ')';
    }
    if (columns.empty()) return "FALSE";
    const std::string ledger = quote_identifier(rules.ledger_database);
    return "(e.status = 'partial' AND EXISTS (SELECT 1 FROM " + ledger + ".`finding` f JOIN " + ledger +
           ".`covered_column` c ON c.id = f.column_id WHERE f.contact_id = e.contact_id AND"
           " (c.table_name, c.column_name) IN (" +
           columns + ")))";
}

OptOut read_row(const database::Rows& rows) {
    OptOut row;
    row.id = rows.number(0);
    row.contact = rows.number(1);
    row.reason = rows.signed_number(2);
    row.channel = rows.text(3);
    row.since = rows.time(4).value_or(Timestamp{});
    if (rows.is_null(5)) return row;
    row.status = status_from(rows.text(5));
    row.last_pass_at = rows.time(6);
    row.policy_is_current = rows.number(7) != 0;
    row.right_is_back = rows.number(8) != 0;
    row.has_address = rows.number(9) != 0;
    row.is_back = rows.number(10) != 0;
    row.erased_opt_out_at = rows.time(11);
    return row;
}

}  // namespace

OptOuts::OptOuts(database::Connection& connection, const erasure::Rules& rules)
    : connection_(connection),
      table_(rules.plan->table_prefix + "lead_donotcontact"),
      ledger_(quote_identifier(rules.ledger_database) + ".`erasure`"),
      contacts_(quote_identifier(rules.plan->contact_table)),
      policy_digest_(rules.plan->policy_digest),
      has_waited_(condition_has_waited(rules)),
      is_back_(condition_is_back(*rules.plan)) {}

// Text without parameters: a digest of our own, numbers and times. An address does not leave the server, and
// the contact's row is looked up for erased contacts only (no row has the id NULL).
std::string OptOuts::select(const std::string& hint) const {
    std::string sql =
        "SELECT d.id, d.lead_id, d.reason, d.channel, d.date_added, e.status, e.last_pass_at,"
        " e.policy_digest = " +
        quote_text(policy_digest_);
    sql += ", COALESCE(" + has_waited_ + ", 0)";
    sql += ", COALESCE(l.email LIKE '%@%', 0), COALESCE(" + is_back_ + ", 0), e.opted_out_at";
    sql += " FROM " + quote_identifier(table_) + " d " + hint + " LEFT JOIN " + ledger_ +
           " e ON e.contact_id = d.lead_id LEFT JOIN " + contacts_ +
           " l ON l.id = IF(e.status IN ('complete','partial','settling'), d.lead_id, NULL)";
    return sql;
}

std::string OptOuts::statement_after(std::uint64_t id, std::size_t rows_max) const {
    return select("FORCE INDEX (PRIMARY)") + " WHERE d.id > " + std::to_string(id) + " ORDER BY d.id LIMIT " +
           std::to_string(rows_max);
}

std::string OptOuts::statement_since(const background::DatePlace& place, Timestamp until,
                                     const std::string& index, std::size_t rows_max) const {
    const std::string from = quote_text(format_utc(place.at));
    return select("FORCE INDEX (" + quote_identifier(index) + ")") + " WHERE d.date_added >= " + from +
           " AND d.date_added < " + quote_text(format_utc(until)) + " AND (d.date_added > " + from +
           " OR d.id > " + std::to_string(place.id) + ") ORDER BY d.date_added, d.id LIMIT " +
           std::to_string(rows_max);
}

std::string OptOuts::statement_of(std::span<const std::uint64_t> ids) const {
    std::string list;
    for (const std::uint64_t id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    return select("FORCE INDEX (PRIMARY)") + " WHERE d.id IN (" + list + ") ORDER BY d.id";
}

std::vector<OptOut> OptOuts::after(std::uint64_t id, std::size_t rows_max) const {
    return read(statement_after(id, rows_max));
}

std::vector<OptOut> OptOuts::since(const background::DatePlace& place, Timestamp until,
                                   const std::string& index, std::size_t rows_max) const {
    return read(statement_since(place, until, index, rows_max));
}

std::vector<OptOut> OptOuts::of(std::span<const std::uint64_t> ids) const {
    return ids.empty() ? std::vector<OptOut>{} : read(statement_of(ids));
}

std::vector<OptOut> OptOuts::read(const std::string& sql) const {
    auto rows = connection_.select(sql, {}, "lead_donotcontact: compare");
    std::vector<OptOut> page;
    while (rows.next()) page.push_back(read_row(rows));
    return page;
}

std::uint64_t OptOuts::highest_id() const {
    auto rows = connection_.select("SELECT MAX(id) FROM " + quote_identifier(table_), {},
                                   "lead_donotcontact: highest id");
    return rows.next() ? rows.number(0) : 0;
}

std::string OptOuts::date_index() const {
    auto rows = connection_.select(
        "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
        " AND TABLE_NAME = ? AND COLUMN_NAME = 'date_added' AND SEQ_IN_INDEX = 1 AND " +
            database::usable_index(connection_) + " ORDER BY 1 LIMIT 1",
        std::vector<database::Value>{table_}, "lead_donotcontact: look for an index");
    return rows.next() ? rows.text(0) : "";
}

}  // namespace gdprd::reconciliation
