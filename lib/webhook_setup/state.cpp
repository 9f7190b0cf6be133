#include "webhook_setup/state.h"

#include <algorithm>
#include <map>

#include "database/server_traits.h"

namespace gdprd::webhook_setup {

using database::Connection;
using database::Rows;
using database::Value;

namespace {

std::string table_of(const std::string& prefix, const char* name) {
    return database::quote_identifier(prefix + name);
}

// How to get at the rows of one webhook in the order in which they were added, and no others. Without a hint
// the server may rather walk through the primary key, past the rows of all other webhooks.
struct WayIn {
    std::string hint;                      // FORCE INDEX (…)
    std::vector<std::string> order{"id"};  // the columns to sort by
    std::string sorted(const char* direction) const {
        std::string text = " ORDER BY ";
        for (const std::string& column : order) {
            if (column != order.front()) text += ", ";
            text += column + ' ' + direction;
        }
        return text;
    }
};

// An index on the webhook alone is in the order of the ids; from Mautic 5 on there is also one with the date.
WayIn way_in(Connection& connection, const std::string& real_table) {
    Rows rows = connection.select(
        "SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS"
        " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND " +
            database::usable_index(connection) + " ORDER BY INDEX_NAME, SEQ_IN_INDEX",
        std::vector<Value>{real_table}, "read the indexes of a webhook table");
    std::map<std::string, std::vector<std::string>> indexes;
    while (rows.next()) indexes[rows.text(0)].push_back(rows.text(1));
    WayIn way;
    for (const auto& [name, columns] : indexes) {
        const std::string hint = " FORCE INDEX (" + database::quote_identifier(name) + ")";
        if (columns == std::vector<std::string>{"webhook_id"}) return {hint, {"id"}};
        if (columns == std::vector<std::string>{"webhook_id", "date_added"}) {
            way = {hint, {"date_added", "id"}};
        }
    }
    return way;
}

bool has_column(Connection& connection, const std::string& real_table, const char* column) {
    return connection
        .select(
            "SELECT 1 FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?",
            std::vector<Value>{real_table, std::string(column)}, "read the columns of a webhook table")
        .next();
}

std::vector<Webhook> read_rows(Connection& connection, const std::string& prefix, const WebhookTarget& target,
                               const std::string& unhealthy) {
    Rows rows =
        connection.select("SELECT id, LEFT(webhook_url, 4096), secret, is_published, date_modified, " +
                              unhealthy + " FROM " + table_of(prefix, "webhooks") + " ORDER BY id LIMIT 1000",
                          {}, "webhooks: read");
    std::vector<Webhook> webhooks;
    while (rows.next()) {
        const std::string url = rows.text(1);
        if (!points_at(url, target)) continue;
        Webhook webhook;
        webhook.id = rows.number(0);
        webhook.url = url;
        webhook.server = server_of(url);
        webhook.secret = rows.text(2);
        webhook.published = rows.number(3) != 0;
        webhook.edited_at = rows.time(4);
        webhook.unhealthy_since = rows.time(5);
        webhooks.push_back(std::move(webhook));
    }
    return webhooks;
}

void read_events(Connection& connection, const std::string& prefix, Webhook& webhook) {
    Rows rows = connection.select(
        "SELECT event_type FROM " + table_of(prefix, "webhook_events") +
            " WHERE webhook_id = ? AND event_type IN (?,?)",
        std::vector<Value>{webhook.id, std::string(opt_out_event), std::string(deletion_event)},
        "webhook_events: read");
    while (rows.next()) {
        webhook.tells_opt_outs |= rows.text(0) == opt_out_event;
        webhook.tells_deletions |= rows.text(0) == deletion_event;
    }
}

// Mautic writes a word instead of a code when there was no answer.
std::string status_code(const std::string& text) {
    const bool is_code = text.size() == 3 &&
                         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_code ? text : "";
}

void count(WebhookRequests& requests, const std::string& status, const std::optional<Timestamp>& at,
           bool private_address_refused, bool& succeeded) {
    ++requests.looked_at;
    if (status.starts_with('2')) {
        if (!succeeded) requests.last_success = at;
        succeeded = true;
    }
    if (succeeded) return;
    if (++requests.failed == 1) {
        requests.last_failure = at;
        requests.private_address_refused = private_address_refused;
    }
    auto& codes = requests.status_codes;
    if (std::find(codes.begin(), codes.end(), status) == codes.end()) codes.push_back(status);
}

void read_log(Connection& connection, const std::string& prefix, const WayIn& way, Webhook& webhook) {
    // The note can hold what a server answered; only this one sentence of Mautic's own is looked for, there.
    const char* refused = "0";
    if (has_column(connection, prefix + "webhook_logs", "note")) {
        refused = "note LIKE '%Access to private addresses is not allowed%'";
    }
    Rows rows =
        connection.select(std::string("SELECT status_code, date_added, ") + refused + " FROM " +
                              table_of(prefix, "webhook_logs") + way.hint + " WHERE webhook_id = ?" +
                              way.sorted("DESC") + " LIMIT " + std::to_string(WebhookRequests::rows_max),
                          std::vector<Value>{webhook.id}, "webhook_logs: read");
    bool succeeded = false;
    while (rows.next())
        count(webhook.requests, status_code(rows.text(0)), rows.time(1), rows.number(2) != 0, succeeded);
}

// Counting needs the index alone; the payloads stay where they are.
void read_queue(Connection& connection, const std::string& prefix, const WayIn& way, Webhook& webhook) {
    const std::string rows_of_webhook =
        " FROM " + table_of(prefix, "webhook_queue") + way.hint + " WHERE webhook_id = ?";
    const std::vector<Value> id{webhook.id};
    Rows counted = connection.select("SELECT COUNT(*) FROM (SELECT 1" + rows_of_webhook + " LIMIT " +
                                         std::to_string(Webhook::waiting_max) + ") waiting",
                                     id, "webhook_queue: count");
    if (counted.next()) webhook.waiting = counted.number(0);
    Rows first = connection.select("SELECT date_added" + rows_of_webhook + way.sorted("ASC") + " LIMIT 1", id,
                                   "webhook_queue: read");
    if (first.next()) webhook.waiting_since = first.time(0);
}

}  // namespace

std::vector<Webhook> read_webhooks(Connection& connection, const std::string& table_prefix,
                                   const WebhookTarget& target) {
    const char* unhealthy = "marked_unhealthy_at";
    if (!has_column(connection, table_prefix + "webhooks", unhealthy)) unhealthy = "NULL";
    auto webhooks = read_rows(connection, table_prefix, target, unhealthy);
    if (webhooks.empty()) return webhooks;
    const WayIn log = way_in(connection, table_prefix + "webhook_logs");
    const WayIn queue = way_in(connection, table_prefix + "webhook_queue");
    for (Webhook& webhook : webhooks) {
        read_events(connection, table_prefix, webhook);
        read_log(connection, table_prefix, log, webhook);
        read_queue(connection, table_prefix, queue, webhook);
    }
    return webhooks;
}

std::vector<std::string> read_webhook_secrets(Connection& connection, const std::string& table_prefix,
                                              const WebhookTarget& target) {
    return secrets_of(read_rows(connection, table_prefix, target, "NULL"));
}

std::vector<std::string> secrets_of(const std::vector<Webhook>& webhooks) {
    std::vector<std::string> secrets;
    for (const Webhook& webhook : webhooks) {
        if (!webhook.secret.empty()) secrets.push_back(webhook.secret);
    }
    return secrets;
}

}  // namespace gdprd::webhook_setup
