#include "retention/wrapping.h"

#include <algorithm>

#include "database/placeholders.h"
#include "ledger/columns.h"

namespace gdprd::retention {

using database::quote_text;
using database::Rows;
using database::Value;

namespace {

constexpr std::size_t values_per_statement = 256;

Value text_or_null(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }

}  // namespace

Wrapping::Wrapping(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), database_(database::quote_identifier(ledger_database)) {}

std::string Wrapping::table(const char* name) const { return database_ + ".`" + name + "`"; }

std::vector<ContactId> Wrapping::contacts(const HashKey& made_by, ContactId from, std::size_t max) {
    std::string algorithms;
    for (const std::string& one : made_by.algorithms) {
        algorithms += (algorithms.empty() ? "" : ",") + quote_text(one);
    }
    return select_contacts(
        "algorithm IN (" + algorithms + ") AND COALESCE(key_id, '') = " + quote_text(made_by.key_id), from,
        max);
}

std::vector<ContactId> Wrapping::wrapped_contacts(const std::string& key_id, ContactId from,
                                                  std::size_t max) {
    return select_contacts("algorithm LIKE 'wrapped-%' AND LEFT(key_id, 16) = " + quote_text(key_id), from,
                           max);
}

// What is forgotten has neither hash nor marks.
std::vector<ContactId> Wrapping::select_contacts(const std::string& condition, ContactId from,
                                                 std::size_t max) {
    const std::string next = " WHERE contact_id >= " + std::to_string(std::max<ContactId>(from, 1)) + " AND ";
    const std::string limit = " LIMIT " + std::to_string(max);
    std::string sql;
    for (const char* name : {"erasure", "former_erasure", "erased_address"}) {
        const bool is_address = std::string_view(name) == "erased_address";
        sql += std::string(sql.empty() ? "" : " UNION ") + "(SELECT DISTINCT contact_id FROM " + table(name) +
               next + condition +
               (is_address ? " AND address_hash IS NOT NULL"
                           : " AND (subject_hash IS NOT NULL OR hash_marks <> '')") +
               " ORDER BY contact_id" + limit + ")";
    }
    Rows rows = connection_.select(sql + " ORDER BY 1" + limit, {}, "ledger: look for hashes of a kind");
    std::vector<ContactId> found;
    while (rows.next()) found.push_back(rows.number(0));
    return found;
}

std::map<std::string, Wrapping::MadeBy> Wrapping::find(const std::set<std::string>& hashes) {
    std::map<std::string, MadeBy> found;
    const std::vector<Value> all(hashes.begin(), hashes.end());
    for (std::size_t done = 0; done < all.size(); done += values_per_statement) {
        const auto some = std::span(all).subspan(done, std::min(values_per_statement, all.size() - done));
        std::vector<Value> parameters;
        const std::string list = database::in_list(some, parameters);
        const std::vector<Value> once = parameters;
        for (int again = 0; again < 2; ++again) parameters.insert(parameters.end(), once.begin(), once.end());
        const auto of_records = [&](const char* name) {
            return "SELECT subject_hash, algorithm, COALESCE(key_id, '') FROM " + table(name) +
                   " WHERE subject_hash IN " + list + " UNION ";
        };
        Rows rows = connection_.select(of_records("erasure") + of_records("former_erasure") +
                                           "SELECT address_hash, algorithm, key_id FROM " +
                                           table("erased_address") + " WHERE address_hash IN " + list,
                                       parameters, "ledger: ask how hashes were made");
        while (rows.next()) found[rows.text(0)].emplace(rows.text(1), rows.text(2));
    }
    return found;
}

void Wrapping::change_record(const char* name, const char* key, std::uint64_t id, const Record& record) {
    connection_.change(
        "UPDATE " + table(name) +
            " SET subject_hash = ?, algorithm = ?, key_id = ?, hash_marks = ?, salt = ?"
            " WHERE " +
            key + " = ?",
        std::vector<Value>{text_or_null(record.subject_hash), record.algorithm, text_or_null(record.key_id),
                           record.marks.text(), ledger::new_salt(), id},
        "ledger: wrap a hash");
}

void Wrapping::change(const Record& current) {
    change_record("erasure", "contact_id", current.contact, current);
}

void Wrapping::change(const FormerRecord& former) {
    change_record("former_erasure", "id", former.id, former.record);
}

void Wrapping::change(const FiledAddress& address) {
    connection_.change("UPDATE " + table("erased_address") +
                           " SET address_hash = ?, algorithm = ?, key_id = ?, salt = ? WHERE id = ?",
                       std::vector<Value>{address.address.hash, address.address.algorithm,
                                          address.address.key_id, ledger::new_salt(), address.id},
                       "ledger: wrap a hash");
}

void Wrapping::copy_months(const std::vector<std::pair<Fingerprint, Fingerprint>>& from_to) {
    for (std::size_t done = 0; done < from_to.size(); done += values_per_statement) {
        const auto some =
            std::span(from_to).subspan(done, std::min(values_per_statement, from_to.size() - done));
        std::string cases;
        std::string list;
        for (const auto& [from, to] : some) {
            cases += " WHEN " + std::to_string(from) + " THEN " + std::to_string(to);
            list += (list.empty() ? "" : ",") + std::to_string(from);
        }
        connection_.change("INSERT IGNORE INTO " + table("hash_fingerprint") +
                               " (fingerprint, noted_on) SELECT CASE fingerprint" + cases +
                               " END, noted_on FROM " + table("hash_fingerprint") +
                               " WHERE fingerprint IN (" + list + ")",
                           {}, "ledger: note wrapped hashes");
    }
}

}  // namespace gdprd::retention
