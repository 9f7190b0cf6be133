// Every statement of the plan reaches its rows through an index, on every schema (promise 9).
#include "erasure/statements.h"

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::erasure;
using namespace gdprd::test;

namespace {

constexpr std::uint64_t rows_per_table = 3000;

// As many contacts, each with one row in every table. Columns that are NULL for many rows are that here too.
void fill(World& world) {
    auto& mautic = world.mautic;
    mautic.add_contact(1);
    auto& connection = mautic.connection();
    connection.change("SET foreign_key_checks = 0");
    connection.change("SET sql_mode = ''");
    for (const char* name : {"leads", "lead_donotcontact", "email_stats", "audit_log", "lead_event_log",
                             "lead_ips_xref", "page_hits", "lead_devices", "lead_notes", "ip_addresses"}) {
        const std::string table = database::quote_identifier(mautic.real_name(name));
        std::string columns, values;
        const auto set = [&](const std::string& column, const std::string& value) {
            if (!mautic.has_column(name, column)) return;
            columns += (columns.empty() ? "" : ", ") + column;
            values += (values.empty() ? "" : ", ") + value;
        };
        const bool has_id = std::string_view(name) != "lead_ips_xref";
        if (has_id) set("id", "1000 + seq");
        set("lead_id",
            std::string_view(name) == "page_hits" ? "IF(seq % 2 = 0, NULL, 1000 + seq)" : "1000 + seq");
        set("ip_id", "1000 + seq % 50");
        set("object", "IF(seq % 4 = 0, 'note', 'lead')");
        set("object_id", "1000 + seq");
        set("tracking_id", "CONCAT('cookie', seq)");
        set("tracking_hash", "CONCAT('hash', seq)");
        set("email_address", "CONCAT('m', seq, '@example.org')");
        set("ip_address", "CONCAT('198.18.', seq % 250, '.', seq DIV 250)");
        connection.change("INSERT INTO " + table + " (" + columns + ") SELECT " + values + " FROM seq_1_to_" +
                          std::to_string(rows_per_table));
        connection.select("ANALYZE TABLE " + table);
    }
}

std::string literal(const database::Value& value) {
    if (std::holds_alternative<std::nullptr_t>(value)) return "NULL";
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return "'" + std::get<std::string>(value) + "'";
}

std::string with_literals(const Statement& statement) {
    std::string sql;
    std::size_t next = 0;
    bool quoted = false;
    for (const char c : statement.sql) {
        if (c == '\'') quoted = !quoted;
        sql += c == '?' && !quoted ? literal(statement.parameters.at(next++)) : std::string(1, c);
    }
    return sql;
}

// "table: type, rows" of every row of EXPLAIN that reads more than 100 rows, or a whole table or index.
std::vector<std::string> bad_accesses(World& world, const Statement& statement) {
    std::vector<std::string> bad;
    database::Rows rows = world.mautic.connection().select("EXPLAIN " + with_literals(statement));
    while (rows.next()) {
        std::string table, type;
        std::uint64_t examined = 0;
        for (std::size_t column = 0; column < rows.column_count(); ++column) {
            if (rows.column_name(column) == "table") table = rows.text(column);
            if (rows.column_name(column) == "type") type = rows.text(column);
            if (rows.column_name(column) == "rows" && !rows.is_null(column)) examined = rows.number(column);
        }
        if (type == "ALL" || type == "index" || examined > 100) {
            bad.push_back(table + ": " + type + ", " + std::to_string(examined));
        }
    }
    return bad;
}

std::vector<Statement> statements_of(const Step& step, const std::vector<ContactId>& contacts) {
    const std::vector<database::Value> keys{std::string("1001"), std::string("1003"), std::string("1004")};
    Context context;
    context.anonymous_ip = "1";
    context.random = "seed";
    std::vector<Statement> all;
    const bool by_parent = step.tie.kind == mautic::Tie::Kind::parent;
    if (by_parent) all.push_back(select_keys(step, contacts));
    const Scope scope = by_parent ? scope_of_keys(step, keys) : scope_of_contacts(step, contacts);
    all.push_back(count_rows(step, scope));
    all.push_back(count_pending(step, scope, context));
    if (step.delete_rows) {
        all.push_back(delete_rows(step, scope));
        return all;
    }
    if (has_hashed_columns(step)) {
        all.push_back(select_hashed(step, scope));
        std::size_t hashed = 0;
        for (const auto& column : step.columns) hashed += column.action == mautic::Action::hash ? 1 : 0;
        const std::vector<database::Value> values(hashed, std::string("m1@example.org"));
        all.push_back(update_hashed(step, scope, context, values, values));
    } else if (!step.columns.empty()) {
        all.push_back(update_columns(step, scope, context));
    }
    all.push_back(select_searched(step, scope));
    for (const auto& column : step.searched) {
        if (column.may_be_emptied) all.push_back(empty_column(step, scope_of_keys(step, keys), column));
    }
    return all;
}

void check_plan(World& world) {
    fill(world);
    world.prepare();
    for (const auto& warning : world.plan().warnings) {
        CAPTURE(warning);
        CHECK(warning.find("index") == std::string::npos);
    }
    std::vector<ContactId> batch;
    for (ContactId id = 1001; id <= 1016; ++id) batch.push_back(id);
    for (const auto& contacts : {std::vector<ContactId>{1001}, batch}) {
        for (const Step& step : world.plan().steps) {
            for (const Statement& statement : statements_of(step, contacts)) {
                CAPTURE(step.key(), contacts.size(), statement.sql);
                CHECK(bad_accesses(world, statement) == std::vector<std::string>{});
            }
        }
        const std::string prefix = world.mautic.prefix();
        std::string ids;
        for (const ContactId id : contacts) ids += (ids.empty() ? "" : ",") + std::to_string(id);
        const std::string others[] = {
            "SELECT * FROM " + prefix + "leads WHERE id IN (" + ids + ") ORDER BY 1 FOR UPDATE",
            "SELECT lead_id FROM " + prefix + "lead_donotcontact WHERE lead_id IN (" + ids +
                ") ORDER BY lead_id, date_added, id FOR UPDATE",
            "SELECT id FROM " + prefix + "ip_addresses WHERE ip_address = '*.*.*.*' ORDER BY id LIMIT 1"};
        for (const std::string& sql : others) {
            CAPTURE(sql);
            CHECK(bad_accesses(world, {sql, {}}) == std::vector<std::string>{});
        }
    }
}

}  // namespace

TEST_CASE("no statement reads a whole table, on our own schema") {
    World world("mtc_");
    check_plan(world);
}

TEST_CASE("no statement reads a whole table, on any schema") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        for (const bool upgraded : {false, true}) {
            if (upgraded && version < "5.1") continue;
            CAPTURE(version, upgraded);
            World world("", version, upgraded);
            check_plan(world);
        }
    }
}

TEST_CASE("the check of the statements can fail") {
    World world;
    fill(world);
    CHECK_FALSE(bad_accesses(world, {"SELECT * FROM email_stats WHERE email_address = 'm1@example.org'", {}})
                    .empty());
    CHECK_FALSE(bad_accesses(
                    world, {"UPDATE audit_log SET details = NULL WHERE object_id = ?", {std::uint64_t{1001}}})
                    .empty());
}
