#include "statements/id_history.h"

#include "base/text.h"
#include "database/quote.h"
#include "mautic/id_list.h"
#include "statements/statements.h"

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
std::string dated(const std::string& date) {
    return "IF(" + date + " BETWEEN '1000-01-02' AND '9999-12-30' AND MONTH(" + date +
           ") > 0 AND DAYOFMONTH(" + date + ") > 0, " + date + ", NULL)";
}

// Of a date that is dated().
std::string after(const std::string& date, const std::string& interval) {
    return "(" + date + " + INTERVAL " + interval + ")";
}
std::string before(const std::string& date, const std::string& interval) {
    return "(" + date + " - INTERVAL " + interval + ")";
}

// How well it is known that a row is somebody else's.
enum class Known { perhaps, for_certain };

// The condition is unknown when a date is: then it may hold.
std::string holds(const std::string& condition, Known known) {
    return "COALESCE(" + condition + ", " + (known == Known::for_certain ? "FALSE" : "TRUE") + ")";
}

// Rows that did not come to the id by a way of somebody else. `ways_known` are these for a degree of
// knowledge: what is somebody else's perhaps stays, and is doubtful unless it is so for certain.
template <typename Ways>
std::string render_ways(bool doubtful, Ways ways_known) {
    std::string text;
    const std::vector<std::string> perhaps = ways_known(Known::perhaps);
    if (!doubtful) {
        for (const std::string& way : perhaps) text += " AND NOT " + way;
        return text;
    }
    text = " AND (" + join(perhaps, " OR ") + ")";
    for (const std::string& way : ways_known(Known::for_certain)) text += " AND NOT " + way;
    return text;
}

// An entry of the log itself is older than another one by its date or, within the hour, or where a date is
// missing, its number.
std::string is_logged_before(const std::string& entry, const std::string& date, const std::string& other_date,
                             const std::string& is_before, const std::string& other_id) {
    const std::string by_number = entry + "`id` " + is_before + " " + other_id;
    return "COALESCE(" + date + " < " + before(other_date, an_hour) + " OR (" + date +
           " <= " + after(other_date, an_hour) + " AND " + by_number + "), " + by_number + ")";
}

// A row `t` with the id of a contact that the record `c0` says was merged.
struct GoneRow {
    std::string id;
    std::string date;
    std::string merged = dated("c0.`date_added`");
    bool is_log = false;

    std::string is_after_merge() const { return date + " > " + after(merged, an_hour); }
};

std::string is_of_other(const std::string& table, const std::string& alias, const std::string& id_column,
                        const std::string& id, const std::string& is_others) {
    return "EXISTS (SELECT 1 FROM " + quote_identifier(table) + " " + alias + " WHERE " + alias + "." +
           id_column + " = " + id + " AND " + is_others + ")";
}

// The one who has the id now. One that is older than the merge was put back, or an import dated it.
std::string is_of_present(const IdHistory& history, const GoneRow& row, Known known) {
    const std::string made = dated("l.`date_added`");
    const std::string since = row.date + " >= " + made;
    const std::string is_others =
        known == Known::for_certain
            ? "IF(" + made + " > " + row.merged + ", " + since + ", " + row.is_after_merge() + ")"
            : "(" + made + " <= " + row.merged + " OR " + since + " OR " + row.is_after_merge() + ")";
    return is_of_other(history.contact_table, "l", "`id`", row.id, holds(is_others, known));
}

// Another one who was merged. Which of two merges within the hour was first, and whom the rows went to,
// nobody knows.
std::string is_of_merged(const IdHistory& history, const GoneRow& row, Known known) {
    const bool certain = known == Known::for_certain;
    const std::string other = dated("o.`date_added`");
    const std::string is_others =
        "IF(" + other + " > " + after(row.merged, an_hour) + ", " + row.is_after_merge() + ", IF(" + other +
        " < " + before(row.merged, an_hour) + ", " + row.date +
        " <= " + (certain ? other : after(other, an_hour)) + ", " + (certain ? "FALSE" : "TRUE") + "))";
    return is_of_other(history.merge_table, "o", "`merged_id`",
                       row.id + " AND o.`contact_id` <> c0.`contact_id`", holds(is_others, known));
}

// Somebody else was made: after the merge, or the contact itself was, and the row is older.
std::string is_beyond_creation(const GoneRow& row, Known known) {
    const bool certain = known == Known::for_certain;
    const std::string made = dated("g.`date_added`");
    const std::string before_certainly = row.date + " < " + before(made, an_hour);
    const std::string before_perhaps = row.date + " < " + before(made, a_minute);
    const std::string in_log = is_logged_before("t.", row.date, made, "<", "g.`id`");
    const std::string is_older = row.is_log ? in_log : certain ? before_certainly : before_perhaps;
    const std::string is_newer = row.is_log ? "NOT " + in_log
                                 : certain  ? row.date + " >= " + made
                                            : "NOT " + before_perhaps;
    const std::string is_next = made + " > " + after(row.merged, a_minute);
    const std::string is_own =
        made + (certain ? " < " + before(row.merged, an_hour) : " <= " + after(row.merged, a_minute));
    return "((" + is_next + " AND (" + is_newer + (certain ? "" : " OR " + row.is_after_merge()) + ")) OR (" +
           is_own + " AND " + is_older + "))";
}

// Somebody else was deleted. Mautic logs the deletion of whom it merges as well, at the same time. Who was
// deleted before may have been put back, and be the one who was merged.
std::string is_beyond_deletion(const GoneRow& row, Known known) {
    const std::string deleted = dated("g.`date_added`");
    const std::string is_of_next =
        "(" + deleted + " > " + after(row.merged, a_day) + " AND " + row.is_after_merge() + ")";
    if (known == Known::for_certain) return is_of_next;
    const std::string is_older = row.is_log ? is_logged_before("t.", row.date, deleted, "<=", "g.`id`")
                                            : row.date + " <= " + after(deleted, an_hour);
    return "(" + is_of_next + " OR (" + deleted + " < " + before(row.merged, an_hour) + " AND " + is_older +
           "))";
}

std::string is_of_logged(const IdHistory& history, const GoneRow& row, Known known) {
    const std::string is_others = "IF(g.`action` = 'create', " + is_beyond_creation(row, known) + ", " +
                                  is_beyond_deletion(row, known) + ")";
    return is_of_other(history.log_table, "g",
                       "`object` = 'lead' AND g.`action` IN ('create', 'delete') AND g.`object_id`", row.id,
                       holds(is_others, known));
}

}  // namespace

std::string render_gone_owner(const IdHistory& history, const std::string& id) {
    GoneRow row{id, "NULL"};
    if (!history.date_column.empty()) row.date = dated("t." + quote_identifier(history.date_column));
    row.is_log = history.is_log;
    return render_ways(history.doubtful, [&](Known known) -> std::vector<std::string> {
        if (history.merge_table.empty()) {
            return {is_of_other(history.contact_table, "l", "`id`", id, holds("NULL", known))};
        }
        std::vector<std::string> ways{is_of_present(history, row, known), is_of_merged(history, row, known)};
        if (!history.log_table.empty()) ways.push_back(is_of_logged(history, row, known));
        return ways;
    });
}

namespace {

// Merged into another contact before the one who has the id now was made, if anybody has it.
std::string was_merged(const IdHistory& history, const std::string& id, const std::string& row, Known known) {
    const std::string merged = dated("o.`date_added`");
    const std::string made = dated("l.`date_added`");
    const std::string is_older =
        known == Known::for_certain
            ? merged + " < " + made + " AND " + row + " < " + made + " AND (" + row + " <= " + merged +
                  " OR " + row + " < " + before(made, an_hour) + ")"
            : "IF(" + made + " IS NULL, " + row + " <= " + after(merged, an_hour) + ", " + merged + " < " +
                  after(made, an_hour) + " AND " + row + " < " + made + ")";
    return "EXISTS (SELECT 1 FROM " + quote_identifier(history.merge_table) + " o LEFT JOIN " +
           quote_identifier(history.contact_table) +
           " l ON l.`id` = o.`merged_id` WHERE o.`merged_id` = " + id +
           " AND o.`contact_id` <> o.`merged_id` AND " + holds(is_older, known) + ")";
}

// "n": the one who was made under the number after the deletion "g", as the log says.
std::string is_made_after_deletion() {
    const std::string made = dated("n.`date_added`");
    const std::string deleted = dated("g.`date_added`");
    return "n.`object` = g.`object` AND n.`object_id` = g.`object_id` AND n.`action` = 'create' AND "
           "COALESCE(" +
           made + " > " + deleted + " OR (n.`id` > g.`id` AND " + made + " > " + before(deleted, an_hour) +
           "), n.`id` > g.`id`)";
}

// Deletions of these contacts: when it was, when and under which number the log says that the next one was
// made, and when the one who has the id now says to have been. Grouped, so that it is a table by itself: a
// statement that changes the log may not read it otherwise.
std::string deletions_of(const IdHistory& history, std::span<const ContactId> contacts,
                         std::vector<database::Value>& parameters) {
    const mautic::IdList ids(contacts);
    const std::string log = quote_identifier(history.log_table);
    parameters.insert(parameters.end(), ids.parameters().begin(), ids.parameters().end());
    return "(SELECT g.`object_id`, g.`id`, " + dated("g.`date_added`") + " AS deleted, MIN(" +
           dated("n.`date_added`") + ") AS next_made, MIN(n.`id`) AS next_id, " + dated("l.`date_added`") +
           " AS own_made FROM " + log + " g JOIN " + quote_identifier(history.contact_table) +
           " l ON l.`id` = g.`object_id` LEFT JOIN " + log + " n ON " + is_made_after_deletion() +
           " WHERE g.`object` = 'lead' AND g.`action` = 'delete' AND g.`object_id` IN " + ids.placeholders() +
           " GROUP BY g.`object_id`, g.`id`, g.`date_added`, l.`date_added`)";
}

// When the one who has the id now was made, if that was after the deletion. One that is older was put back,
// or an import dated it: then only the log tells.
std::string own_made(Known known) {
    return known == Known::for_certain
               ? "IF(g.own_made >= g.deleted, g.own_made, NULL)"
               : "IF(COALESCE(g.own_made >= " + before("g.deleted", an_hour) + ", TRUE), g.own_made, NULL)";
}

// The row is older than whoever followed the deletion. Where nobody knows when that was, than the deletion.
std::string is_older_than_next(const std::string& row, Known known) {
    const std::string own = own_made(known);
    if (known == Known::for_certain) {
        const std::string made =
            "LEAST(COALESCE(g.next_made, " + own + "), COALESCE(" + own + ", g.next_made))";
        return row + " < " + made + " AND (" + row + " <= g.deleted OR " + row + " < " +
               before(made, an_hour) + ")";
    }
    const std::string made = "COALESCE(" + before("g.next_made", a_minute) + ", " + own + ")";
    return "IF(" + made + " IS NULL, (g.next_id IS NOT NULL OR g.own_made IS NULL) AND " + row +
           " <= " + after("g.deleted", an_hour) + ", " + row + " < " + made + ")";
}

// The same of an entry of the log, `entry` being its table.
std::string is_entry_older_than_next(const std::string& entry, const std::string& row, Known known) {
    const bool certain = known == Known::for_certain;
    const std::string own = own_made(known);
    const std::string is_older_than_deletion = is_logged_before(entry, row, "g.deleted", "<=", "g.`id`");
    return "CASE WHEN g.next_id IS NOT NULL THEN " +
           is_logged_before(entry, row, "g.next_made", "<", "g.next_id") + " WHEN g.own_made IS NULL THEN " +
           (certain ? "FALSE" : is_older_than_deletion) + " ELSE " + own + " IS NOT NULL AND (" +
           is_older_than_deletion + " OR " + row + " < " + (certain ? before(own, an_hour) : own) + ") END";
}

std::string was_deleted(const plan::Step& step, const std::string& id, const std::string& row, Known known,
                        std::span<const ContactId> contacts, std::vector<database::Value>& parameters) {
    const IdHistory& history = *step.id_history;
    const std::string is_older =
        history.is_log ? is_entry_older_than_next(quote_identifier(step.real_table) + ".", row, known)
                       : is_older_than_next(row, known);
    return "EXISTS (SELECT 1 FROM " + deletions_of(history, contacts, parameters) +
           " g WHERE g.`object_id` = " + id + " AND " + holds(is_older, known) + ")";
}

// How a row may have come to the id by somebody else; none when nothing is noted here.
std::vector<std::string> ways_to_another(const plan::Step& step, Known known,
                                         std::span<const ContactId> contacts,
                                         std::vector<database::Value>& parameters) {
    const IdHistory& history = *step.id_history;
    const std::string table = quote_identifier(step.real_table) + ".";
    const std::string id = table + quote_identifier(step.tie.column);
    const std::string row = dated(table + quote_identifier(history.date_column));
    std::vector<std::string> ways;
    if (!history.merge_table.empty()) ways.push_back(was_merged(history, id, row, known));
    if (!history.log_table.empty()) {
        ways.push_back(was_deleted(step, id, row, known, contacts, parameters));
    }
    return ways;
}

}  // namespace

// What ways_to_another() are about: without such a row none of them leads anywhere.
Statement select_earlier_owners(const IdHistory& history, std::span<const ContactId> contacts) {
    const mautic::IdList ids(contacts);
    Statement statement;
    const auto add = [&](const std::string& table, const std::string& condition) {
        if (table.empty()) return;
        statement.sql += (statement.sql.empty() ? "(SELECT 1 FROM " : " UNION ALL (SELECT 1 FROM ") +
                         quote_identifier(table) + " WHERE " + condition + " IN " + ids.placeholders() +
                         " LIMIT 1)";
        statement.parameters.insert(statement.parameters.end(), ids.parameters().begin(),
                                    ids.parameters().end());
    };
    add(history.merge_table, "`contact_id` <> `merged_id` AND `merged_id`");
    add(history.log_table, "`object` = 'lead' AND `action` = 'delete' AND `object_id`");
    return statement;
}

std::string render_present_owner(const plan::Step& step, std::span<const ContactId> contacts,
                                 std::vector<database::Value>& parameters) {
    const IdHistory& history = *step.id_history;
    if (history.date_column.empty()) return {};
    return render_ways(history.doubtful,
                       [&](Known known) { return ways_to_another(step, known, contacts, parameters); });
}

std::string render_present_parent(const plan::Step& step, const std::string& parent) {
    const IdHistory& history = *step.id_history;
    const std::string made = dated(parent + "." + quote_identifier(step.tie.parent_date));
    const std::string row = dated("t." + quote_identifier(history.date_column));
    const std::string text = " AND COALESCE(" + row + " >= " + before(made, an_hour) + ", TRUE)";
    if (!history.is_log) return text;
    const std::string log = quote_identifier(history.log_table);
    const std::string deleted = dated("g.`date_added`");
    const std::string is_older_than_next =
        "EXISTS (SELECT 1 FROM " + log + " n WHERE " + is_made_after_deletion() + " AND " +
        is_logged_before("t.", row, dated("n.`date_added`"), "<", "n.`id`") + ")";
    return text + render_ways(history.doubtful, [&](Known known) -> std::vector<std::string> {
               const std::string is_older = holds(deleted + " <= " + made, known) + " AND " +
                                            is_logged_before("t.", row, deleted, "<=", "g.`id`");
               return {"EXISTS (SELECT 1 FROM " + log +
                       " g WHERE g.`object` = t.`object` AND g.`object_id` = t.`object_id` AND g.`action` = "
                       "'delete' AND ((" +
                       is_older + ") OR " + is_older_than_next + "))"};
           });
}

}  // namespace gdprd::statements
