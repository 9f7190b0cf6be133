#include "records/register.h"

#include <algorithm>

#include "database/quote.h"
#include "records/latest.h"

namespace gdprd::records {

using database::Rows;
using database::Value;

namespace {

struct Condition {
    std::string sql = "TRUE";
    std::vector<Value> parameters{};

    void add(const std::string& more, std::initializer_list<Value> values = {}) {
        sql += " AND " + more;
        parameters.insert(parameters.end(), values.begin(), values.end());
    }
};

// Names are our own, and written as literals: so nothing is converted, and the index alone is read.
Condition condition_of(const RegisterFilter& filter) {
    Condition condition;
    if (filter.from) condition.add("r.erased_at >= ?", {format_utc(*filter.from)});
    if (filter.to) condition.add("r.erased_at < ?", {format_utc(*filter.to)});
    if (filter.status) condition.add("r.status = '" + std::string(name_of(*filter.status)) + '\'');
    if (filter.origin) condition.add("r.origin = '" + std::string(name_of(*filter.origin)) + '\'');
    if (filter.reason) condition.add("r.reason = '" + std::string(policy::name_of(*filter.reason)) + '\'');
    return condition;
}

// As ranges of the index; no place is after all that has no time but one without a time.
void add_place(Condition& condition, const RegisterPlace& after, const RegisterFilter& filter,
               const std::string& among_equals, std::initializer_list<Value> values) {
    if (!after.erased_at) {
        condition.add("r.erased_at IS NULL AND " + among_equals, values);
        return;
    }
    const std::string time = format_utc(*after.erased_at);
    const char* without = filter.from || filter.to ? "" : " OR r.erased_at IS NULL";
    condition.add(
        "(r.erased_at < ?" + std::string(without) + " OR (r.erased_at = ? AND " + among_equals + "))",
        {time, time});
    condition.parameters.insert(condition.parameters.end(), values.begin(), values.end());
}

// A current record stands before the former ones of its contact and time, and of these the later one first.
bool comes_before(const RegisterEntry& one, const RegisterEntry& other) {
    const auto [time, contact, former_id] = one.place;
    const auto [other_time, other_contact, other_id] = other.place;
    if (time != other_time) return time > other_time;  // nothing is less than any time
    if (contact != other_contact) return contact > other_contact;
    if (former_id == 0 || other_id == 0) return former_id < other_id;
    return former_id > other_id;
}

RegisterEntry entry_of(const Rows& rows) {
    RegisterEntry entry;
    entry.place = {rows.time(2), rows.number(0), rows.number(1)};
    entry.status = ledger::status_names.value_of(rows.text(3)).value();
    entry.origin = origin_names.value_of(rows.text(4)).value();
    entry.reason = policy::reason_from_name(rows.text(5)).value_or(policy::Reason::manual);
    entry.opted_out_at = rows.time(6);
    return entry;
}

}  // namespace

Register::Register(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), database_(database::quote_identifier(ledger_database)) {}

// Rows are found in the index, and then those of the page are read, in this order whatever the server
// expects to be less. What counts among former rows is asked
// as a number: some servers would look all of them up before the first one when they are asked whether there
// is one.
void Register::read(Kind kind, const RegisterFilter& filter, const std::optional<RegisterPlace>& after,
                    std::size_t max, std::vector<RegisterEntry>& entries) {
    const bool is_former = kind == Kind::former;
    const std::string table = database_ + (is_former ? ".former_erasure" : ".erasure");
    Condition condition = condition_of(filter);
    if (after && !is_former) {
        add_place(condition, *after, filter, "r.contact_id < ?", {after->contact});
    } else if (after && after->former_id == 0) {
        add_place(condition, *after, filter, "r.contact_id <= ?", {after->contact});
    } else if (after) {
        add_place(condition, *after, filter, "(r.contact_id < ? OR (r.contact_id = ? AND r.id < ?))",
                  {after->contact, after->contact, after->former_id});
    }
    if (is_former) {
        condition.add("(SELECT COUNT(*) FROM " + database_ +
                      ".erasure c WHERE c.contact_id = r.contact_id AND c.erased_at = r.erased_at) = 0");
        condition.add(
            "(SELECT COUNT(*) FROM " + table + " f JOIN " + table +
            " g ON g.contact_id = f.contact_id AND g.erased_at = f.erased_at WHERE f.id = r.id AND " +
            former_rank("g") + " > " + former_rank("f") + ") = 0");
    }
    condition.parameters.push_back(std::uint64_t{max});
    const char* key = is_former ? "id" : "contact_id";
    Rows rows = connection_.select(
        "SELECT STRAIGHT_JOIN e.contact_id, " + std::string(is_former ? "e.id" : "0") +
            ", e.erased_at, e.status, e.origin, e.reason, e.opted_out_at FROM (SELECT r." + key + " FROM " +
            table + " r FORCE INDEX (by_time) WHERE " + condition.sql +
            " ORDER BY r.erased_at DESC, r.contact_id DESC" + (is_former ? ", r.id DESC" : "") +
            " LIMIT ?) k JOIN " + table + " e ON e." + key + " = k." + key,
        condition.parameters, "ledger: page of the register");
    while (rows.next()) entries.push_back(entry_of(rows));
}

std::vector<RegisterEntry> Register::page(const RegisterFilter& filter,
                                          const std::optional<RegisterPlace>& after, std::size_t max) {
    std::vector<RegisterEntry> entries;
    read(Kind::current, filter, after, max, entries);
    if (!filter.current_only) read(Kind::former, filter, after, max, entries);
    std::sort(entries.begin(), entries.end(), comes_before);
    if (entries.size() > max) entries.resize(max);
    return entries;
}

}  // namespace gdprd::records
