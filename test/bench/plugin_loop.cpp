#include "bench/plugin_loop.h"

namespace gdprd::bench {
namespace {

using database::Value;

std::map<std::string, std::size_t> positions_in(const database::Rows& rows) {
    std::map<std::string, std::size_t> positions;
    for (std::size_t i = 0; i < rows.column_count(); ++i) positions[rows.column_name(i)] = i;
    return positions;
}

Value as_parameter(const Column& column) { return column ? Value(*column) : Value(nullptr); }

std::string with_id(std::string condition, const std::string& contact) {
    const std::string place = "{id}";
    return condition.replace(condition.find(place), place.size(), contact);
}

}  // namespace

PluginLoop::PluginLoop(const test::MauticDatabase& mautic, std::string ledger_database)
    : connection_(mautic.options()), ledger_(std::move(ledger_database)), ip_addresses_(mautic) {
    has_events_ = mautic.has_table("campaign_lead_event_log");
    for (Entity& entity : plugin_entities()) {
        if (mautic.has_table(entity.table)) entities_.push_back(std::move(entity));
    }
}

void PluginLoop::erase(std::span<const ContactId> contacts) {
    for (const ContactId contact : contacts) erase(contact);
}

void PluginLoop::erase(ContactId contact) {
    const std::string id = std::to_string(contact);
    database::Transaction transaction(connection_);
    const std::string addresses = ip_addresses_.of(connection_, id);
    if (has_events_) fail_scheduled_events(id);
    for (const Entity& entity : entities_) save_each(entity, id);
    ip_addresses_.delete_unused(connection_, addresses);
    record_erasures(connection_, ledger_, id);
    transaction.commit();
}

// As text: the client library cannot read a column of MySQL's JSON type by a prepared statement.
void PluginLoop::save_each(const Entity& entity, const std::string& contact) {
    auto rows = connection_.select(
        "SELECT * FROM " + entity.table + " WHERE " + with_id(entity.rows, contact), {}, entity.table);
    const Positions positions = positions_in(rows);
    while (rows.next()) save(entity, rows, positions);
}

void PluginLoop::save(const Entity& entity, const database::Rows& row, const Positions& positions) {
    std::string changes;
    std::vector<Value> parameters;
    for (const auto& [column, erased] : entity.properties) {
        const auto position = positions.find(column);
        if (position == positions.end()) continue;
        const Column before = row.optional_text(position->second);
        const Column after = erased(before);
        if (after == before) continue;
        changes += (changes.empty() ? "" : ", ") + column + " = ?";
        parameters.push_back(as_parameter(after));
    }
    const bool is_deleted = entity.properties.empty();
    if (!is_deleted && changes.empty()) return;
    std::string condition;
    for (const std::string& column : entity.key) {
        condition += (condition.empty() ? " WHERE " : " AND ") + column + " = ?";
        parameters.push_back(as_parameter(row.optional_text(positions.at(column))));
    }
    const std::string statement =
        is_deleted ? "DELETE FROM " + entity.table : "UPDATE " + entity.table + " SET " + changes;
    connection_.change(statement + condition, parameters, entity.table);
}

void PluginLoop::fail_scheduled_events(const std::string& contact) {
    auto rows = connection_.select(
        "SELECT id FROM campaign_lead_event_log WHERE lead_id = " + contact + " AND is_scheduled = 1", {},
        "campaign_lead_event_log");
    while (rows.next()) {
        const std::vector<Value> id{rows.text(0)};
        connection_.change(
            "REPLACE INTO campaign_lead_event_failed_log (log_id, date_added) VALUES (?, UTC_TIMESTAMP())",
            id, "campaign_lead_event_failed_log");
    }
}

}  // namespace gdprd::bench
