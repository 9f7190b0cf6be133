// Every statement of the plan reaches its rows through an index, on every schema (promise 9).
#include "statements/statements.h"

#include "erasure/filled_tables.h"
#include "erasure/world.h"
#include "fixture/explain.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::erasure;
using namespace gdprd::plan;
using namespace gdprd::statements;
using namespace gdprd::test;

namespace {

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

// What EXPLAIN shows in place of an access: a row that was found by its key while the plan was made, the end
// of an index, a table that is inserted into, the result of a UNION, or that of a SELECT with a line of its
// own.
bool is_no_access(std::map<std::string, std::string>& line) {
    return line["Extra"].find("const table") != std::string::npos ||
           line["Extra"].find("optimized away") != std::string::npos || line["select_type"] == "INSERT" ||
           line["select_type"] == "UNION RESULT" || line["table"].starts_with("<derived");
}

// "table: type, rows" of every row of EXPLAIN that reads more than 100 rows, a whole table or index, or
// nothing: then the statement says nothing about how it looks for rows.
std::vector<std::string> bad_accesses(World& world, const Statement& statement) {
    std::vector<std::string> bad;
    const bool has_nothing_to_change = statement.sql.find(" AND FALSE") != std::string::npos;
    for (auto& line : explain(world.mautic.connection(), with_literals(statement))) {
        if (is_no_access(line)) continue;
        if (has_nothing_to_change && line["Extra"].find("Impossible WHERE") != std::string::npos) continue;
        const std::uint64_t examined = line["rows"].empty() ? 0 : std::stoull(line["rows"]);
        const std::string& type = line["type"];
        if (type.empty() || type == "ALL" || type == "index" || examined > 100) {
            bad.push_back(line["table"] + ": " + type + ", " + line["rows"] + ' ' + line["Extra"]);
        }
    }
    return bad;
}

// The newest rows of a table of free text are read from the end of its key, page by page: a scan with a bound
// that the plan names. What EXPLAIN says about it is an estimate of something else, so it is carried out and
// counted.
bool is_bounded_scan(const Step& step, const Statement& statement) {
    return step.tie.kind == mautic::Tie::Kind::text && step.newest_rows > 0 &&
           statement.sql.starts_with("SELECT ") && statement.sql.find(" LIMIT ") != std::string::npos;
}

std::uint64_t rows_read(World& world, const Statement& statement) {
    const auto total = [&] {
        std::uint64_t sum = 0;
        database::Rows rows = world.mautic.connection().select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (rows.next()) sum += std::stoull(rows.text(1));
        return sum;
    };
    // Looking itself reads a few rows, the same number each time.
    const std::uint64_t start = total(), looking = total() - start;
    const std::uint64_t before = total();
    world.mautic.connection().select(with_literals(statement));
    return total() - before - looking;
}

const std::vector<database::Value> some_keys{std::string("1001"), std::string("1003"), std::string("1004")};

// How the rows of a step are found.
std::vector<Statement> finding_statements(const Step& step, const std::vector<ContactId>& contacts) {
    std::vector<Statement> all;
    const Scope keys = scope_of_keys(step, some_keys);
    switch (step.tie.kind) {
        case mautic::Tie::Kind::parent:
            all.push_back(lock_beginning(step.chains.front(), contacts, {}));
            all.push_back(select_keys(step, contacts, {}));
            break;
        case mautic::Tie::Kind::shared:
            for (const auto& chain : step.chains) all.push_back(select_candidates(step, chain, contacts));
            all.push_back(lock_keys(step, keys));
            all.push_back(select_unreferenced(step, keys));
            break;
        case mautic::Tie::Kind::text:
            all.push_back(select_newest(step, std::nullopt, 100));
            all.push_back(select_newest(step, "3500", 100));
            if (step.newest_by_range) all.push_back(select_older(step));
            break;
        default:
            break;
    }
    return all;
}

void add_changes(const Step& step, const Scope& scope, const Context& context, std::vector<Statement>& all) {
    if (step.delete_rows) {
        all.push_back(delete_rows(step, scope));
        return;
    }
    std::size_t hashed = 0, rewritten = 0;
    for (const auto& column : step.columns) {
        hashed += column.action == mautic::Action::hash ? 1U : 0U;
        rewritten += column.action == mautic::Action::rewrite ? 1U : 0U;
    }
    if (rewritten > 0) {
        const std::vector<database::Value> values(hashed + rewritten, std::string("[]"));
        const std::vector<RewrittenRow> rows{{"1001", values}, {"1003", values}};
        all.push_back(select_rewritable(step, scope, 257));
        all.push_back(select_rewritable_keys(step, scope));
        all.push_back(update_rewritten(step, context, rows));
        all.push_back(count_pending(step, scope, context));
    } else if (hashed > 0) {
        const std::vector<HashedValue> values{{"1001", 0, "m1@example.org", "hash"},
                                              {"1003", 0, "m3@example.org", "hash"}};
        all.push_back(select_hashed(step, scope, context));
        all.push_back(update_hashed(step, scope, context, values));
    }
    if (step.tie.kind == mautic::Tie::Kind::contact) {
        const std::vector<database::Value> values(hashed, std::string("hash"));
        const std::vector<RewrittenRow> rows{{"1001", values}, {"1003", values}};
        all.push_back(select_own_pending(step, context, rows));
        all.push_back(update_own(step, context, rows));
    }
    if (!step.columns.empty() && has_plain_columns(step)) all.push_back(update_columns(step, scope, context));
    if (!step.failed_log.empty()) all.push_back(insert_failed_log(step, scope));
}

// A contact with very many rows is worked off a part at a time.
void add_slices(const Step& step, const Scope& scope, std::vector<Statement>& all) {
    if (step.tie.kind != mautic::Tie::Kind::column || step.primary_key.empty()) return;
    const Step* const steps[] = {&step};
    all.push_back(select_long_steps(steps, std::span(&scope, 1), 10'000));
    all.push_back(select_key_at(step, scope, 9'999));
    const Scope part = within(scope, {&step, "1000", "1001"});
    all.push_back(select_key_at(step, part, 9'999));
    add_changes(step, part, Context{"1", "seed"}, all);
}

std::vector<Statement> statements_of(const Step& step, const std::vector<ContactId>& contacts) {
    Context context;
    context.anonymous_ip = "1";
    context.random = "seed";
    std::vector<Statement> all = finding_statements(step, contacts);
    const Scope scope =
        step.is_found_by_key() ? scope_of_keys(step, some_keys) : scope_of_contacts(step, contacts);
    all.push_back(count_rows(step, scope));
    all.push_back(count_pending(step, scope, context));
    add_changes(step, scope, context, all);
    add_slices(step, scope, all);
    for (const auto& column : step.columns) {
        if (column.action != mautic::Action::hash) continue;
        all.push_back(select_different(step, scope, column.column));
        all.push_back(count_filled(step, scope, column.column));
    }
    if (has_hashed_columns(step) && !step.primary_key.empty()) all.push_back(select_hashed_rows(step, scope));
    for (const auto& chain : step.chains) all.push_back(count_left(step, chain, contacts));
    if (!step.uploads.empty()) all.push_back(select_uploads(step, scope));
    all.push_back(select_searched(step, scope));
    for (const auto& column : step.searched) {
        if (column.may_be_emptied) all.push_back(empty_column(step, scope_of_keys(step, some_keys), column));
    }
    return all;
}

// Tables that the plan says it reads whole, by their real names.
std::set<std::string> tables_warned_about(const Plan& plan) {
    std::set<std::string> names;
    for (const std::string& warning : plan.warnings) {
        const auto end = warning.find(" has no index on ");
        if (end != std::string::npos) names.insert(warning.substr(0, end));
    }
    return names;
}

std::vector<Statement> other_statements(const World& world, const std::vector<ContactId>& contacts) {
    const std::string prefix = world.mautic.prefix();
    std::string ids;
    for (const ContactId id : contacts) ids += (ids.empty() ? "" : ",") + std::to_string(id);
    std::vector<Statement> all{
        {"SELECT * FROM " + prefix + "leads WHERE id IN (" + ids + ") ORDER BY 1 FOR UPDATE", {}},
        {"SELECT lead_id FROM " + prefix + "lead_donotcontact WHERE lead_id IN (" + ids +
             ") ORDER BY lead_id, date_added, id FOR UPDATE",
         {}},
        {"SELECT id FROM " + prefix + "ip_addresses WHERE ip_address = '*.*.*.*' ORDER BY id LIMIT 1", {}}};
    // Before 4.1 Mautic has no column of domains, and may have an index on the address itself.
    if (!world.plan().contact_domain.name.empty()) {
        const std::vector<std::string> addresses{"ann@example.com", "ann@example.net"};
        all.push_back(select_addresses_held(world.plan(), addresses, contacts));
    }
    return all;
}

void check_step(World& world, const Step& step, const std::vector<ContactId>& contacts) {
    for (const Statement& statement : statements_of(step, contacts)) {
        CAPTURE(step.key(), contacts.size(), statement.sql);
        if (is_bounded_scan(step, statement)) {
            // Of a visitor's row the visitor is read too, or whether one that is gone was merged.
            const std::size_t at_a_time = step.visitors ? 2 : 1;
            CHECK(rows_read(world, statement) <= at_a_time * (step.newest_rows + 100) + at_a_time);
            continue;
        }
        CHECK(bad_accesses(world, statement) == std::vector<std::string>{});
    }
}

// One statement looks at many tables at once; those warned about are left out of it.
void check_first_look(World& world, const std::set<std::string>& warned,
                      const std::vector<ContactId>& contacts) {
    std::vector<const Step*> steps;
    for (const Step& step : world.plan().steps) {
        if (step.tie.kind == mautic::Tie::Kind::column && !warned.contains(step.real_table)) {
            steps.push_back(&step);
        }
    }
    const Statement statement = select_steps_with_rows(steps, contacts);
    CAPTURE(statement.sql);
    CHECK(bad_accesses(world, statement) == std::vector<std::string>{});
}

// `may_be_warned_about`: the only table without an index, where there is one.
void check_plan(World& world, const std::set<std::string>& may_be_warned_about) {
    world.prepare();
    fill_tables_of_plan(world);
    const std::set<std::string> warned = tables_warned_about(world.plan());
    CHECK(warned == may_be_warned_about);
    std::vector<ContactId> batch;
    for (ContactId id = 1001; id <= 1016; ++id) batch.push_back(id);
    for (const auto& contacts : {std::vector<ContactId>{1001}, batch}) {
        for (const Step& step : world.plan().steps) {
            if (!warned.contains(step.real_table)) check_step(world, step, contacts);
        }
        check_first_look(world, warned, contacts);
        for (const Statement& statement : other_statements(world, contacts)) {
            CAPTURE(statement.sql);
            CHECK(bad_accesses(world, statement) == std::vector<std::string>{});
        }
    }
}

}  // namespace

TEST_CASE("no statement reads a whole table, on our own schema") {
    World world("mtc_");
    check_plan(world, {});
}

TEST_CASE("no statement reads a whole table, on any schema") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        for (const bool upgraded : {false, true}) {
            if (upgraded && version < "5.1") continue;
            CAPTURE(version, upgraded);
            World world("mtc_", version, upgraded);
            world.mautic.connection().change(
                "CREATE TABLE mtc_form_results_1_newsletter (submission_id INT NOT NULL PRIMARY KEY,"
                " form_id INT NOT NULL, email LONGTEXT, UNIQUE INDEX by_form (submission_id, form_id)) "
                "ENGINE = InnoDB");
            std::set<std::string> warned;
            if (version < "6") warned.insert("mtc_sync_object_mapping");  // no index there before 6.0
            check_plan(world, warned);
            CHECK(world.plan().contact_domain.name.empty() == (version < "4.1"));
        }
    }
}

TEST_CASE("the check of the statements can fail") {
    World world;
    world.prepare();
    fill_tables_of_plan(world);
    CHECK_FALSE(bad_accesses(world, {"SELECT * FROM email_stats WHERE email_address = 'm1@example.org'", {}})
                    .empty());
    CHECK(rows_read(world, {"SELECT * FROM email_stats WHERE email_address = 'm1@example.org'", {}}) >=
          rows_per_table);
    CHECK_FALSE(bad_accesses(
                    world, {"UPDATE audit_log SET details = NULL WHERE object_id = ?", {std::uint64_t{1001}}})
                    .empty());
}
