#include "suppression/contact_pages.h"

#include <algorithm>

#include "database/server_traits.h"

namespace gdprd::suppression {

using database::quote_identifier;

namespace {

constexpr const char* columns =
    "SELECT id, IF(email LIKE '%@%', email, NULL), date_added, date_identified, date_modified FROM ";

std::string quoted(Timestamp at) { return "'" + format_utc(at) + "'"; }

}  // namespace

ContactPages::ContactPages(database::Connection& connection, const plan::Plan& plan)
    : connection_(connection), table_(plan.contact_table) {}

std::string ContactPages::statement_after(std::uint64_t id, std::size_t rows_max) const {
    return columns + quote_identifier(table_) + " FORCE INDEX (PRIMARY) WHERE id > " + std::to_string(id) +
           " ORDER BY id LIMIT " + std::to_string(rows_max);
}

std::string ContactPages::statement_changed(const background::DatePlace& place, Timestamp until,
                                            const std::string& index, std::size_t rows_max) const {
    const std::string from = quoted(place.at);
    return columns + quote_identifier(table_) + " FORCE INDEX (" + quote_identifier(index) +
           ") WHERE date_modified >= " + from + " AND date_modified < " + quoted(until) +
           " AND (date_modified > " + from + " OR id > " + std::to_string(place.id) +
           ") ORDER BY date_modified, id LIMIT " + std::to_string(rows_max);
}

std::vector<AddressedContact> ContactPages::after(std::uint64_t id, std::size_t rows_max) const {
    return read(statement_after(id, rows_max));
}

std::vector<AddressedContact> ContactPages::of(const std::vector<ContactId>& ids) const {
    if (ids.empty()) return {};
    std::string list;
    for (const ContactId id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    return read(columns + quote_identifier(table_) + " FORCE INDEX (PRIMARY) WHERE id IN (" + list +
                ") ORDER BY id");
}

std::vector<AddressedContact> ContactPages::changed(const background::DatePlace& place, Timestamp until,
                                                    const std::string& index, std::size_t rows_max) const {
    return read(statement_changed(place, until, index, rows_max));
}

std::vector<AddressedContact> ContactPages::read(const std::string& sql) const {
    auto rows = connection_.select(sql, {}, "leads: look for erased addresses");
    std::vector<AddressedContact> page;
    while (rows.next()) {
        const Timestamp added = rows.time(2).value_or(Timestamp{});
        page.push_back({rows.number(0), rows.text(1), std::max(added, rows.time(3).value_or(added)),
                        rows.time(4).value_or(Timestamp{})});
    }
    return page;
}

std::uint64_t ContactPages::highest_id() const {
    auto rows =
        connection_.select("SELECT MAX(id) FROM " + quote_identifier(table_), {}, "leads: highest id");
    return rows.next() ? rows.number(0) : 0;
}

std::string ContactPages::change_index() const {
    auto rows = connection_.select(
        "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
        " AND TABLE_NAME = ? AND COLUMN_NAME = 'date_modified' AND SEQ_IN_INDEX = 1 AND " +
            database::usable_index(connection_) + " ORDER BY 1 LIMIT 1",
        std::vector<database::Value>{table_}, "leads: look for an index");
    return rows.next() ? rows.text(0) : "";
}

}  // namespace gdprd::suppression
