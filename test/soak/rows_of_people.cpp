#include "soak/rows_of_people.h"

#include <algorithm>

#include "base/text.h"
#include "system/traces.h"

namespace gdprd::soak {

namespace {

std::string text_of(const std::string& table, const database::Rows& row) {
    std::string text = table;
    for (std::size_t column = 0; column < row.column_count(); ++column) {
        text += ' ' + row.column_name(column) + '=' + row.optional_text(column).value_or("NULL");
    }
    return text;
}

// 0: none.
ContactId contact_of(const database::Rows& row) {
    for (std::size_t column = 0; column < row.column_count(); ++column) {
        if (row.column_name(column) == "lead_id") return row.number(column);
    }
    return 0;
}

void add(const std::string& text, ContactId contact, OwnedRows& owned) {
    std::map<ContactId, std::size_t> markers;
    test::count_markers(to_lower(text), markers);
    for (const auto& [who, times] : markers) owned.by_marker[who].push_back(text);
    if (markers.empty() && contact != 0) owned.by_contact[contact].push_back(text);
}

// Of those that the other has not.
std::string first_missing(const std::vector<std::string>& of, const std::vector<std::string>& other) {
    std::vector<std::string> missing;
    std::set_difference(of.begin(), of.end(), other.begin(), other.end(), std::back_inserter(missing));
    return missing.empty() ? "" : missing.front();
}

}  // namespace

OwnedRows rows_of_people(const database::ConnectionOptions& options) {
    database::Connection connection(options);
    OwnedRows owned;
    database::Rows tables =
        connection.select("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()");
    while (tables.next()) {
        const std::string table = tables.text(0);
        database::Rows rows = connection.select("SELECT * FROM " + database::quote_identifier(table));
        while (rows.next()) add(text_of(table, rows), contact_of(rows), owned);
    }
    for (RowsOfPeople* each : {&owned.by_marker, &owned.by_contact}) {
        for (auto& [who, rows] : *each) std::sort(rows.begin(), rows.end());
    }
    return owned;
}

std::string first_difference(const RowsOfPeople& are, const RowsOfPeople& expected, ContactId who) {
    static const std::vector<std::string> none;
    const auto of = [who](const RowsOfPeople& people) -> const std::vector<std::string>& {
        const auto found = people.find(who);
        return found == people.end() ? none : found->second;
    };
    const std::string lost = first_missing(of(expected), of(are)),
                      added = first_missing(of(are), of(expected));
    if (lost.empty() && added.empty() && of(are) == of(expected)) return "";
    return "this should be:\n  " + lost + "\nand is:\n  " + added;
}

}  // namespace gdprd::soak
