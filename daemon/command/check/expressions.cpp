#include "daemon/command/check/expressions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "base/text.h"
#include "database/quote.h"
#include "database/server_traits.h"

namespace gdprd::command {

namespace {

using database::Connection;
using database::Rows;
using mautic::Action;

// What an erasure writes into the columns of a table, as SQL literals.
using Written = std::map<std::string, std::string>;

std::map<std::string, Written> written_by(const erasure::Rules& rules) {
    std::map<std::string, Written> all;
    for (const plan::Step& step : rules.plan->steps) {
        if (step.delete_rows) continue;
        for (const auto& change : step.columns) {
            const std::string hash = rules.hasher.hash("someone@example.org", change.normalisation);
            std::string literal = change.action == Action::hash ? database::quote_text(hash) : change.neutral;
            if (!literal.empty()) all[step.real_table][change.column] = std::move(literal);
        }
    }
    return all;
}

bool names(const std::string& expression, const std::string& column) {
    return to_lower(expression).find(to_lower(database::quote_identifier(column))) != std::string::npos;
}

// MySQL shows an expression as a text within a text: _utf8mb4\'@\'.
std::string unescaped(const std::string& expression) {
    std::string text;
    for (std::size_t at = 0; at < expression.size(); ++at) {
        if (expression[at] == '\\' && at + 1 < expression.size()) ++at;
        text += expression[at];
    }
    return text;
}

// The columns that the expression names, of what an erasure writes or, for the others, of nothing.
std::string made_up_row(const Written& written, const std::string& expression, Rows& columns) {
    std::string row;
    while (columns.next()) {
        const std::string name = columns.text(0);
        if (!names(expression, name)) continue;
        const auto found = written.find(name);
        std::string literal = found == written.end() ? "NULL" : found->second;
        // A column's collation is stronger than that of the texts in the expression.
        if (literal.starts_with('\'')) literal += " COLLATE utf8mb4_unicode_ci";
        row += (row.empty() ? "" : ", ") + literal + " AS " + database::quote_identifier(name);
    }
    return row;
}

struct Outcome {
    bool is_false = false;
    std::string warning;  // of the server: in a change it would be an error
};

Outcome compute(Connection& connection, const std::string& expression, const std::string& row) {
    Outcome outcome;
    Rows value = connection.select("SELECT (" + expression + ") FROM (SELECT " + row + ") made_up", {},
                                   "check: compute an expression");
    outcome.is_false = value.next() && value.text(0) == "0";
    Rows warnings = connection.select("SHOW WARNINGS", {}, "check: warnings");
    while (warnings.next()) {
        if (warnings.text(0) != "Note") outcome.warning = "error " + warnings.text(1);
    }
    return outcome;
}

// Nothing where the server computes such an expression in a table only.
std::optional<Outcome> computed(Connection& connection, const std::string& expression,
                                const std::string& row) {
    for (const std::string& text : {expression, unescaped(expression)}) {
        try {
            return compute(connection, text, row);
        } catch (const database::DatabaseError& error) {
            if (error.error_class() == database::ErrorClass::connection) throw;
        }
    }
    return std::nullopt;
}

class Expressions {
  public:
    Expressions(Connection& connection, const erasure::Rules& rules, CheckReport& report)
        : connection_(connection), written_(written_by(rules)), report_(report) {}

    void check_generated() {
        Rows rows = connection_.select(
            "SELECT TABLE_NAME, COLUMN_NAME, GENERATION_EXPRESSION FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = DATABASE() AND COALESCE(GENERATION_EXPRESSION, '') <> ''"
            " ORDER BY TABLE_NAME, ORDINAL_POSITION",
            {}, "check: read generated columns");
        while (rows.next()) {
            const auto outcome = outcome_of(rows.text(0), rows.text(2));
            if (!outcome || outcome->warning.empty()) continue;
            report_.problem(
                "tables",
                rows.text(0) + '.' + rows.text(1) +
                    ": a generated column that the server cannot compute of what an erasure writes (" +
                    outcome->warning + "): nobody with a row there can be erased",
                "Let it be computed of anything: " + rows.text(0) +
                    " gets hashes and empty values; or drop it");
        }
    }

    void check_checks() {
        const std::string checks = database::checks_of_tables(connection_);
        if (checks.empty()) return;
        Rows rows = connection_.select("SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM " + checks +
                                           " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1, 2",
                                       {}, "check: read CHECKs");
        while (rows.next()) {
            const auto outcome = outcome_of(rows.text(0), rows.text(2));
            if (!outcome || !outcome->is_false) continue;
            report_.problem("tables",
                            rows.text(0) + ": its CHECK " + rows.text(1) +
                                " refuses what an erasure writes: nobody with a row there can be erased",
                            "Let it take hashes and empty values, or choose \"delete\" or \"keep\" in "
                            "[policy.fields] for the fields that it names");
        }
    }

  private:
    // Nothing for one that has nothing to do with an erasure.
    std::optional<Outcome> outcome_of(const std::string& table, const std::string& expression) {
        const auto written = written_.find(table);
        if (written == written_.end()) return std::nullopt;
        const bool is_concerned = std::any_of(written->second.begin(), written->second.end(),
                                              [&](const auto& one) { return names(expression, one.first); });
        if (!is_concerned) return std::nullopt;
        Rows columns = connection_.select(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND "
            "TABLE_NAME = ?",
            std::vector<database::Value>{table}, "check: read columns");
        return computed(connection_, expression, made_up_row(written->second, expression, columns));
    }

    Connection& connection_;
    const std::map<std::string, Written> written_;
    CheckReport& report_;
};

}  // namespace

void check_expressions(Connection& connection, const erasure::Rules& rules, CheckReport& report) {
    Expressions expressions(connection, rules, report);
    expressions.check_generated();
    expressions.check_checks();
}

}  // namespace gdprd::command
