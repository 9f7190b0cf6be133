#include "statements/id_history.h"

#include "base/text.h"
#include "database/quote.h"
#include "mautic/id_list.h"

namespace gdprd::statements {

using database::quote_identifier;
using plan::IdHistory;

namespace {

// A form makes a contact and merges it in one request.
constexpr const char* a_minute = "1 MINUTE";
constexpr const char* an_hour = "1 HOUR";
constexpr const char* a_day = "1 DAY";

// Unknown where the date is none (0000-00-00, 2025-00-00), or at the end of time: to count from such a one is
// an error in a statement that changes rows.
std::string shifted(const std::string& date, char sign, const std::string& interval) {
    return "IF(" + date + " BETWEEN '1000-01-02' AND '9999-12-30' AND MONTH(" + date +
           ") > 0 AND DAYOFMONTH(" + date + ") > 0, " + date + ' ' + sign + " INTERVAL " + interval +
           ", NULL)";
}
std::string after(const std::string& date, const std::string& interval) {
    return shifted(date, '+', interval);
}
std::string before(const std::string& date, const std::string& interval) {
    return shifted(date, '-', interval);
}

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
    const std::string is_after_merge = row + " > " + after(merged, an_hour);
    std::string text = unless_other(
        history.contact_table, "l", "`id`", id,
        "(l.`date_added` <= " + merged + " OR " + row + " >= l.`date_added` OR " + is_after_merge + ")");
    text +=
        unless_other(history.merge_table, "o", "`merged_id`", id + " AND o.`contact_id` <> c0.`contact_id`",
                     "IF(o.`date_added` > " + merged + ", " + is_after_merge + ", " + row +
                         " <= " + after("o.`date_added`", an_hour) + ")");
    if (history.log_table.empty()) return text;
    // Mautic logs the deletion of whom it merges as well, at the same time.
    const std::string log = "g.`date_added`";
    return text +
           unless_other(history.log_table, "g",
                        "`object` = 'lead' AND g.`action` IN ('create', 'delete') AND g.`object_id`", id,
                        "CASE WHEN g.`action` = 'create' THEN " + log + " > " + after(merged, a_minute) +
                            " AND " + row + " >= " + log + " WHEN " + log + " > " + after(merged, a_day) +
                            " THEN " + is_after_merge + " ELSE " + after(log, an_hour) + " < " + merged +
                            " AND " + row + " <= " + log + " END");
}

namespace {

// How well it is known that a row is a former owner's.
enum class Known { perhaps, for_certain };

// Merged into another contact before the one who has the id now was made.
std::string was_merged(const IdHistory& history, const std::string& id, const std::string& row, Known known) {
    const bool certain = known == Known::for_certain;
    return "EXISTS (SELECT 1 FROM " + quote_identifier(history.merge_table) + " o JOIN " +
           quote_identifier(history.contact_table) +
           " l ON l.`id` = o.`merged_id` WHERE o.`merged_id` = " + id +
           " AND o.`contact_id` <> o.`merged_id` AND " + row +
           " <= " + (certain ? std::string("o.`date_added`") : after("o.`date_added`", an_hour)) +
           " AND COALESCE(o.`date_added` < l.`date_added` AND " + row + " < l.`date_added`, " +
           (certain ? "FALSE" : "TRUE") + "))";
}

// "n": the one who was made under the number after the deletion "g", as the log says.
std::string is_made_after_deletion(const std::string& n) {
    return n + ".`object` = g.`object` AND " + n + ".`object_id` = g.`object_id` AND " + n +
           ".`action` = 'create' AND (" + n + ".`date_added` > g.`date_added` OR (" + n +
           ".`id` > g.`id` AND " + n + ".`date_added` > " + before("g.`date_added`", an_hour) + "))";
}

// An entry of the log itself is older than the deletion "g" by its date or, within the hour, its number.
std::string is_logged_before(const std::string& entry, const std::string& date) {
    return "(" + date + " < " + before("g.`date_added`", an_hour) + " OR (" + date +
           " <= " + after("g.`date_added`", an_hour) + " AND " + entry + "`id` <= g.`id`))";
}

// Deletions of these contacts, each with the time at which the log says that the next one was made. Grouped,
// so that it is a table by itself: a statement that changes the log may not read it otherwise.
std::string deletions_of(const IdHistory& history, std::span<const ContactId> contacts,
                         std::vector<database::Value>& parameters) {
    const mautic::IdList ids(contacts);
    const std::string log = quote_identifier(history.log_table);
    parameters.insert(parameters.end(), ids.parameters().begin(), ids.parameters().end());
    return "(SELECT g.`object_id`, g.`id`, g.`date_added`, MIN(n.`date_added`) AS made FROM " + log +
           " g LEFT JOIN " + log + " n ON " + is_made_after_deletion("n") +
           " WHERE g.`object` = 'lead' AND g.`action` = 'delete' AND g.`object_id` IN " + ids.placeholders() +
           " GROUP BY g.`object_id`, g.`id`, g.`date_added`)";
}

std::string was_deleted(const plan::Step& step, const std::string& id, const std::string& row, Known known,
                        std::span<const ContactId> contacts, std::vector<database::Value>& parameters) {
    const IdHistory& history = *step.id_history;
    const bool certain = known == Known::for_certain;
    const std::string of_now = "IF(l.`date_added` >= g.`date_added`, l.`date_added`, NULL)";
    const std::string made = "LEAST(COALESCE(g.made, " + of_now + "), COALESCE(" + of_now + ", g.made))";
    const std::string unknown = certain ? "FALSE" : "TRUE";
    std::string is_older;
    if (history.is_log) {
        is_older = is_logged_before(quote_identifier(step.real_table) + ".", row) + " AND (" + made +
                   " IS NOT NULL" + (certain ? "" : " OR l.`date_added` IS NULL") + ")";
    } else {
        is_older = "COALESCE(" + row +
                   " <= " + (certain ? std::string("g.`date_added`") : after("g.`date_added`", an_hour)) +
                   ", " + unknown + ") AND IF(" + made + " IS NULL, " +
                   (certain ? "FALSE" : "l.`date_added` IS NULL") + ", COALESCE(" + row + " < " + made +
                   ", " + unknown + "))";
    }
    return "EXISTS (SELECT 1 FROM " + deletions_of(history, contacts, parameters) + " g JOIN " +
           quote_identifier(history.contact_table) +
           " l ON l.`id` = g.`object_id` WHERE g.`object_id` = " + id + " AND " + is_older + ")";
}

// How a row may have come to the id by somebody else; none when nothing is noted here.
std::vector<std::string> ways_to_another(const plan::Step& step, Known known,
                                         std::span<const ContactId> contacts,
                                         std::vector<database::Value>& parameters) {
    const IdHistory& history = *step.id_history;
    const std::string table = quote_identifier(step.real_table) + ".";
    const std::string id = table + quote_identifier(step.tie.column);
    const std::string row = table + quote_identifier(history.date_column);
    std::vector<std::string> ways;
    if (!history.merge_table.empty()) ways.push_back(was_merged(history, id, row, known));
    if (!history.log_table.empty()) {
        ways.push_back(was_deleted(step, id, row, known, contacts, parameters));
    }
    return ways;
}

}  // namespace

std::string render_present_owner(const plan::Step& step, std::span<const ContactId> contacts,
                                 std::vector<database::Value>& parameters) {
    const IdHistory& history = *step.id_history;
    if (history.date_column.empty()) return {};
    std::string text;
    const auto perhaps = ways_to_another(step, Known::perhaps, contacts, parameters);
    if (!history.doubtful) {
        for (const std::string& way : perhaps) text += " AND NOT " + way;
        return text;
    }
    text += " AND (" + join(perhaps, " OR ") + ")";
    for (const std::string& way : ways_to_another(step, Known::for_certain, contacts, parameters)) {
        text += " AND NOT " + way;
    }
    return text;
}

std::string render_present_parent(const plan::Step& step, const std::string& parent) {
    const IdHistory& history = *step.id_history;
    const std::string made = parent + "." + quote_identifier(step.tie.parent_date);
    const std::string row = "t." + quote_identifier(history.date_column);
    std::string text = " AND COALESCE(" + row + " >= " + before(made, an_hour) + ", TRUE)";
    if (!history.is_log) return text;
    const std::string log = quote_identifier(history.log_table);
    return text + " AND NOT EXISTS (SELECT 1 FROM " + log + " g WHERE g.`object` = t.`object`" +
           " AND g.`object_id` = t.`object_id` AND g.`action` = 'delete' AND (COALESCE(g.`date_added` <= " +
           made + ", TRUE) OR EXISTS (SELECT 1 FROM " + log + " n WHERE " + is_made_after_deletion("n") +
           ")) AND " + is_logged_before("t.", row) + ")";
}

}  // namespace gdprd::statements
