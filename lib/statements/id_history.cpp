#include "statements/id_history.h"

#include "database/quote.h"

namespace gdprd::statements {

using database::quote_identifier;
using plan::IdHistory;

namespace {

// A form makes a contact and merges it in one request.
constexpr const char* a_minute = " + INTERVAL 1 MINUTE";
constexpr const char* an_hour = " + INTERVAL 1 HOUR";
constexpr const char* a_day = " + INTERVAL 1 DAY";

// The condition is unknown when a date is: then the other one may be meant.
std::string unless_other(const std::string& table, const std::string& alias, const std::string& id_column,
                         const std::string& id, const std::string& is_others) {
    return " AND NOT EXISTS (SELECT 1 FROM " + quote_identifier(table) + " " + alias + " WHERE " + alias +
           "." + id_column + " = " + id + " AND COALESCE(" + is_others + ", TRUE))";
}

}  // namespace

std::string render_gone_owner(const IdHistory& history, const std::string& id) {
    if (history.merge_table.empty()) return unless_other(history.contact_table, "l", "`id`", id, "TRUE");
    const std::string row =
        history.date_column.empty() ? "NULL" : "t." + quote_identifier(history.date_column);
    const std::string merged = "c0.`date_added`";
    const std::string is_after_merge = row + " > " + merged + an_hour;
    std::string text = unless_other(
        history.contact_table, "l", "`id`", id,
        "(l.`date_added` <= " + merged + " OR " + row + " >= l.`date_added` OR " + is_after_merge + ")");
    text +=
        unless_other(history.merge_table, "o", "`merged_id`", id + " AND o.`contact_id` <> c0.`contact_id`",
                     "IF(o.`date_added` > " + merged + ", " + is_after_merge + ", " + row +
                         " <= o.`date_added`" + an_hour + ")");
    if (history.log_table.empty()) return text;
    // Mautic logs the deletion of whom it merges as well, at the same time.
    const std::string log = "g.`date_added`";
    return text + unless_other(history.log_table, "g",
                               "`object` = 'lead' AND g.`action` IN ('create', 'delete') AND g.`object_id`",
                               id,
                               "CASE WHEN g.`action` = 'create' THEN " + log + " > " + merged + a_minute +
                                   " AND " + row + " >= " + log + " WHEN " + log + " > " + merged + a_day +
                                   " THEN " + is_after_merge + " ELSE " + log + an_hour + " < " + merged +
                                   " AND " + row + " <= " + log + " END");
}

std::string render_present_owner(const plan::Step& step) {
    const IdHistory& history = *step.id_history;
    if (history.merge_table.empty() || history.date_column.empty()) return {};
    const std::string table = quote_identifier(step.real_table) + ".";
    const std::string row = table + quote_identifier(history.date_column);
    return " AND NOT EXISTS (SELECT 1 FROM " + quote_identifier(history.merge_table) + " o JOIN " +
           quote_identifier(history.contact_table) +
           " l ON l.`id` = o.`merged_id` WHERE o.`merged_id` = " + table + quote_identifier(step.tie.column) +
           " AND o.`contact_id` <> o.`merged_id` AND " + row + " <= o.`date_added`" + an_hour +
           " AND COALESCE(o.`date_added` < l.`date_added` AND " + row + " < l.`date_added`, TRUE))";
}

}  // namespace gdprd::statements
