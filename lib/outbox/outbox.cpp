#include "outbox/outbox.h"

#include <map>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "database/placeholders.h"
#include "mautic/id_list.h"

namespace gdprd::outbox {

using database::Rows;
using database::Value;

namespace {

constexpr std::size_t message_bytes = 16;
constexpr std::size_t former_hashes_max = 100;
constexpr std::uint64_t rows_per_prune = 1'000;
constexpr Milliseconds claim_max{3'600'000};   // no sender has a message in hand for that long
constexpr std::uint64_t candidates_max = 500;  // among which those with the fewest attempts go first

constexpr std::string_view columns_told =
    "receiver, message, contact_id, subject_hash, algorithm, key_id, opted_out_at, erased_at, state, "
    "attempts,"
    " due_at, last_error";

std::string literal_text(const std::string& text) {
    return text.empty() ? "NULL" : database::quote_text(text);
}

std::string literal_time(const std::optional<Timestamp>& time) {
    return time ? database::quote_text(format_utc(*time)) : "NULL";
}

std::string row_for(const Record& record, const std::string& receiver, const std::string& message) {
    return '(' + database::quote_text(receiver) + ',' + database::quote_text(message) + ',' +
           std::to_string(record.contact) + ',' + literal_text(record.subject_hash) + ',' +
           database::quote_text(record.algorithm) + ',' + literal_text(record.key_id) + ',' +
           literal_time(record.opted_out_at) + ',' + literal_time(record.erased_at) + ",'waiting',0," +
           literal_time(now()) + ",'')";
}

DeliveryState state_from(const std::string& name) {
    if (const auto state = delivery_state_names.value_of(name)) return *state;
    throw Error("ledger: state of a notification '" + name + "' is not one this program knows");
}

Notification read_notification(const Rows& rows) {
    Notification one;
    one.row = rows.number(0);
    one.receiver = rows.text(1);
    one.message = rows.text(2);
    one.contact = rows.number(3);
    one.subject_hash = rows.text(4);
    one.algorithm = rows.text(5);
    one.key_id = rows.text(6);
    one.opted_out_at = rows.time(7);
    one.erased_at = rows.time(8).value_or(Timestamp{});
    one.state = state_from(rows.text(9));
    one.attempts = rows.number(10);
    one.due_at = rows.time(11).value_or(Timestamp{});
    one.last_error = rows.text(12);
    return one;
}

// Somebody dropped it, or the ledger was restored in part.
void tell_if_gone(const database::DatabaseError& error, const std::string& label) {
    constexpr int no_such_table = 1146;
    if (error.code() != no_such_table) return;
    throw database::DatabaseError(
        no_such_table, "42S02",
        label +
            ": the table `notification` is gone: restore it, or give up what waited in it by DELETE FROM "
            "ledger_format WHERE version > 8 in the ledger's database, and a restart, which makes an empty "
            "one",
        "");
}

std::vector<Value> rows_of(std::span<const Notification> some) {
    std::vector<Value> rows;
    for (const Notification& one : some) rows.emplace_back(one.row);
    return rows;
}

}  // namespace

Outbox::Outbox(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      database_(database::quote_identifier(ledger_database)),
      table_(database_ + ".`notification`") {}

Rows Outbox::read(const std::string& sql, std::span<const Value> parameters, const std::string& label) {
    try {
        return connection_.select(sql, parameters, label);
    } catch (const database::DatabaseError& error) {
        tell_if_gone(error, label);
        throw;
    }
}

std::uint64_t Outbox::write(const std::string& sql, std::span<const Value> parameters,
                            const std::string& label) {
    try {
        return connection_.change(sql, parameters, label);
    } catch (const database::DatabaseError& error) {
        tell_if_gone(error, label);
        throw;
    }
}

// As text: a prepared statement for each number of rows would drive others out of the cache.
void Outbox::add(std::span<const Record> erased, std::span<const std::string> receivers) {
    if (erased.empty() || receivers.empty()) return;
    std::string rows;
    for (const Record& record : erased) {
        const std::string message = random_hex(message_bytes);
        for (const std::string& receiver : receivers) {
            rows += (rows.empty() ? "" : ",") + row_for(record, receiver, message);
        }
    }
    write("INSERT INTO " + table_ + " (" + std::string(columns_told) + ") VALUES " + rows, {},
          "ledger: note whom to notify");
}

std::vector<Notification> Outbox::select(const std::string& condition, std::span<const Value> parameters) {
    Rows rows = read("SELECT id, " + std::string(columns_told) + " FROM " + table_ + " WHERE " + condition,
                     parameters, "ledger: read notifications");
    std::vector<Notification> found;
    while (rows.next()) found.push_back(read_notification(rows));
    return found;
}

// Candidates are read without a lock, and each is taken by its key: of two senders one gets it, and erasures
// that add rows meanwhile wait for neither. The inner limit bounds what is read and sorted.
std::vector<Notification> Outbox::claim(const std::string& receiver, const std::string& claim, Timestamp at,
                                        Timestamp until, std::size_t max) {
    const std::string due = format_utc(at);
    Rows candidates =
        read("SELECT id FROM (SELECT id, attempts, due_at FROM " + table_ +
                 " WHERE state = 'waiting' AND receiver = ? AND due_at <= ? ORDER BY due_at LIMIT ?) AS due"
                 " ORDER BY attempts, due_at, id LIMIT ?",
             std::vector<Value>{receiver, due, candidates_max, std::uint64_t{max}},
             "ledger: look for notifications");
    std::vector<Value> ids;
    while (candidates.next()) ids.emplace_back(candidates.number(0));
    if (ids.empty()) return {};
    std::vector<Value> parameters{claim, format_utc(until)};
    const std::string in = database::in_list(ids, parameters);
    parameters.emplace_back(due);
    const auto taken = write("UPDATE " + table_ + " SET claim = ?, due_at = ? WHERE id IN " + in +
                                 " AND state = 'waiting' AND due_at <= ?",
                             parameters, "ledger: claim notifications");
    if (taken == 0) return {};
    std::vector<Value> claimed;
    const std::string among = database::in_list(ids, claimed);
    claimed.emplace_back(claim);
    auto found = select("id IN " + among + " AND claim = ? ORDER BY attempts, id", claimed);
    add_former_hashes(found);
    return found;
}

// By the times of this erasure: the same in each attempt, whatever later passes and erasures meet. Addresses
// that mails went to may be somebody else's, and are not told.
void Outbox::add_former_hashes(std::vector<Notification>& claimed) {
    if (claimed.empty()) return;
    std::vector<Value> parameters;
    const std::string in = database::in_list(rows_of(claimed), parameters);
    Rows rows = read(
        "SELECT DISTINCT n.id, a.address_hash FROM " + table_ + " n JOIN " + database_ +
            ".`erased_address` a ON a.contact_id = n.contact_id AND a.algorithm = n.algorithm AND a.key_id ="
            " COALESCE(n.key_id, '') AND a.kind IN ('former','merged') AND a.address_hash <> n.subject_hash"
            " AND a.noted_at <= n.erased_at AND a.noted_at > COALESCE((SELECT MAX(f.last_pass_at) FROM " +
            database_ +
            ".`former_erasure` f WHERE f.contact_id = n.contact_id AND f.last_pass_at < n.erased_at),"
            " '1000-01-01') WHERE n.id IN " +
            in + " ORDER BY n.id, a.address_hash",
        parameters, "ledger: read the former addresses of whom to tell");
    std::map<std::uint64_t, Notification*> by_row;
    for (Notification& one : claimed) by_row.emplace(one.row, &one);
    while (rows.next()) {
        auto& hashes = by_row.at(rows.number(0))->former_hashes;
        if (hashes.size() < former_hashes_max) hashes.push_back(rows.text(1));
    }
}

void Outbox::delivered(const Notification& one, Timestamp at) {
    write("UPDATE " + table_ +
              " SET state = 'delivered', due_at = ?, subject_hash = NULL, claim = NULL,"
              " last_error = '' WHERE id = ? AND state <> 'delivered'",
          std::vector<Value>{format_utc(at), one.row}, "ledger: note a delivery");
}

void Outbox::failed(const Notification& one, const std::string& claim) {
    write("UPDATE " + table_ +
              " SET state = ?, attempts = ?, due_at = ?, last_error = ?, claim = NULL WHERE id "
              "= ? AND claim = ?",
          std::vector<Value>{std::string(name_of(one.state)), one.attempts, format_utc(one.due_at),
                             one.last_error, one.row, claim},
          "ledger: note a failed delivery");
}

void Outbox::release(std::span<const Notification> unsent, const std::string& claim, Timestamp due_at) {
    if (unsent.empty()) return;
    std::vector<Value> parameters{format_utc(due_at)};
    const std::string in = database::in_list(rows_of(unsent), parameters);
    parameters.emplace_back(claim);
    write("UPDATE " + table_ + " SET due_at = ?, claim = NULL WHERE id IN " + in + " AND claim = ?",
          parameters, "ledger: give notifications back");
}

std::uint64_t Outbox::count(DeliveryState state, const std::string& receiver) {
    Rows rows = read("SELECT COUNT(*) FROM (SELECT 1 FROM " + table_ +
                         " WHERE state = ? AND receiver = ? LIMIT ?) AS found",
                     std::vector<Value>{std::string(name_of(state)), receiver, OutboxFigures::count_max},
                     "ledger: count notifications");
    return rows.next() ? rows.number(0) : 0;
}

// The index gives the oldest at once; a server that chose another would read all that waits.
OutboxFigures Outbox::figures(const std::string& receiver) {
    OutboxFigures found{receiver, count(DeliveryState::waiting, receiver),
                        count(DeliveryState::parked, receiver), std::nullopt};
    Rows rows = read("SELECT MIN(erased_at) FROM " + table_ +
                         " FORCE INDEX (oldest) WHERE state = 'waiting' AND receiver = ?",
                     std::vector<Value>{receiver}, "ledger: look for the oldest notification");
    if (rows.next()) found.oldest = rows.time(0);
    return found;
}

std::vector<OutboxFigures> Outbox::figures() {
    std::vector<OutboxFigures> all;
    for (const std::string& receiver : receivers()) {
        OutboxFigures one = figures(receiver);
        if (one.waiting + one.parked > 0) all.push_back(std::move(one));
    }
    return all;
}

// Each answer is one step in the index: nobody counts rows to know a handful of names.
std::vector<std::string> Outbox::receivers() {
    std::set<std::string> names;
    for (const auto& state : delivery_state_names) {
        std::string last;
        while (true) {
            Rows rows = read("SELECT MIN(receiver) FROM " + table_ +
                                 " FORCE INDEX (oldest) WHERE state = ? AND receiver > ?",
                             std::vector<Value>{std::string(state.name), last}, "ledger: look for receivers");
            if (!rows.next() || rows.is_null(0)) break;
            names.insert(last = rows.text(0));
        }
    }
    return {names.begin(), names.end()};
}

std::vector<Notification> Outbox::list(std::optional<DeliveryState> state, std::size_t max) {
    std::vector<Value> parameters;
    if (state) parameters.emplace_back(std::string(name_of(*state)));
    parameters.emplace_back(std::uint64_t{max});
    return select(std::string(state ? "state = ?" : "TRUE") + " ORDER BY id LIMIT ?", parameters);
}

std::uint64_t Outbox::retry(std::span<const ContactId> contacts, Timestamp at) {
    if (contacts.empty()) return 0;
    std::vector<Value> parameters;
    const std::string in =
        database::in_list(std::vector<Value>(contacts.begin(), contacts.end()), parameters);
    return retry_where("contact_id IN " + in, std::move(parameters), at);
}

std::uint64_t Outbox::retry_all(Timestamp at) { return retry_where("TRUE", {}, at); }

// A claim that ends that late was made while a clock was ahead.
std::uint64_t Outbox::retry_where(const std::string& condition, std::vector<Value> parameters, Timestamp at) {
    const std::string due = format_utc(at);
    parameters.insert(parameters.begin(), due);
    parameters.insert(parameters.end(), {due, format_utc(at + claim_max)});
    return write("UPDATE " + table_ +
                     " SET state = 'waiting', attempts = 0, due_at = ?, claim = NULL WHERE " + condition +
                     " AND (state = 'parked' OR (state = 'waiting' AND due_at > ? AND"
                     " (claim IS NULL OR due_at > ?)))",
                 parameters, "ledger: retry notifications");
}

std::uint64_t Outbox::discard(const std::string& receiver) {
    return write("DELETE FROM " + table_ + " WHERE state IN ('waiting', 'parked') AND receiver = ?",
                 std::vector<Value>{receiver}, "ledger: discard notifications");
}

std::uint64_t Outbox::prune(const std::string& receiver, Timestamp before) {
    Rows old = read(
        "SELECT id FROM " + table_ + " WHERE state = 'delivered' AND receiver = ? AND due_at < ? LIMIT ?",
        std::vector<Value>{receiver, format_utc(before), rows_per_prune},
        "ledger: look for old notifications");
    std::vector<Value> ids;
    while (old.next()) ids.emplace_back(old.number(0));
    if (ids.empty()) return 0;
    std::vector<Value> parameters;
    const std::string in = database::in_list(ids, parameters);
    return write("DELETE FROM " + table_ + " WHERE id IN " + in, parameters,
                 "ledger: remove old notifications");
}

}  // namespace gdprd::outbox
