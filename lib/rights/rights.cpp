#include "rights/rights.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "base/text.h"
#include "database/account.h"
#include "ledger/columns.h"
#include "mautic/column_name.h"
#include "mautic/holds.h"
#include "statements/statements.h"

namespace gdprd::rights {

using erasure::Rules;
using plan::Link;
using plan::MissingRight;
using plan::Plan;
using plan::SearchedColumn;
using plan::Step;

namespace {

using database::Connection;
using database::quote_identifier;

using Columns = std::vector<std::string>;

// Whether such a row is the contact's is told by the values that identify it, which only the first pass
// knows: without a right on it, or on what leads to it, nobody could make good later what is left.
std::set<std::string> tables_of_named_rows(const Plan& plan) {
    std::set<std::string> tables;
    for (const Step& step : plan.steps) {
        if (!step.only_if_named) continue;
        tables.insert(step.real_table);
        for (const auto& chain : step.chains) {
            for (const Link& link : chain) tables.insert(link.real_table);
        }
    }
    return tables;
}

class Needs {
  public:
    // On Mautic's tables.
    explicit Needs(const Plan& plan)
        : contacts_(plan.contact_table),
          opt_outs_(plan.table_prefix + "lead_donotcontact"),
          of_named_rows_(tables_of_named_rows(plan)) {}
    explicit Needs(std::string ledger_database) : database_(std::move(ledger_database)) {}

    void to_read(const std::string& table) {
        add({database_, table, "SELECT", "SELECT * FROM " + name_of(table) + " WHERE 1 = 0", true});
    }
    // MySQL locks a row for those only who may change it, or delete it.
    void to_lock(const std::string& table) {
        add({database_, table, "UPDATE", "SELECT 1 FROM " + name_of(table) + " WHERE 1 = 0 FOR UPDATE",
             true});
    }
    void to_delete(const std::string& table) {
        add({database_, table, "DELETE", "DELETE FROM " + name_of(table) + " WHERE 1 = 0"});
    }
    // Adds no row and uses up no id. All columns that are written: the right may be there for one of them.
    void to_insert(const std::string& table, const Columns& columns) {
        Columns names;
        for (const std::string& column : columns) names.push_back(quote_identifier(column));
        add({database_, table, "INSERT",
             "INSERT INTO " + name_of(table) + " (" + join(names, ", ") + ") SELECT " +
                 join(Columns(columns.size(), "''"), ", ") + " FROM DUAL WHERE 1 = 0"});
    }
    void to_update(const std::string& table, const Columns& columns) {
        Columns parts;
        for (const std::string& column : columns) {
            parts.push_back(quote_identifier(column) + " = " + quote_identifier(column));
        }
        add({database_, table, "UPDATE",
             "UPDATE " + name_of(table) + " SET " + join(parts, ", ") + " WHERE 1 = 0"});
    }
    std::vector<Right> take() { return std::move(rights_); }

  private:
    std::string name_of(const std::string& table) const {
        return (database_.empty() ? "" : quote_identifier(database_) + '.') + quote_identifier(table);
    }

    void add(Right right) {
        right.stops_all = right.reads || !database_.empty() || right.real_table == contacts_ ||
                          right.real_table == opt_outs_ || of_named_rows_.contains(right.real_table);
        const bool known = std::any_of(rights_.begin(), rights_.end(),
                                       [&](const Right& one) { return one.trial == right.trial; });
        if (!known) rights_.push_back(std::move(right));
    }

    const std::string database_;
    const std::string contacts_;
    const std::string opt_outs_;
    const std::set<std::string> of_named_rows_;
    std::vector<Right> rights_;
};

// As an operator is told of it.
std::string full_name(const Right& right) {
    return right.database.empty() ? right.real_table : right.database + '.' + right.real_table;
}

std::string addresses_of(const Plan& plan) { return plan.table_prefix + "ip_addresses"; }

// The row that stands for "some address" is added once; when it is there no right is needed. When it cannot
// be read, that is another right's trial to say.
bool has_anonymous_row(Connection& connection, const Plan& plan) try {
    return connection
        .select("SELECT id FROM " + quote_identifier(addresses_of(plan)) +
                    " WHERE ip_address = '*.*.*.*' LIMIT 1",
                {}, "grants: read")
        .next();
} catch (const database::DatabaseError& error) {
    if (error.error_class() == database::ErrorClass::connection) throw;
    return false;
}

std::string grant_for(Connection& connection, const Right& right) {
    const std::string database =
        right.database.empty() ? database::current_database(connection) : right.database;
    return "GRANT " + right.privilege + " ON " + quote_identifier(database) + '.' +
           quote_identifier(right.real_table) + " TO " + database::quoted_account(connection) + ';';
}

bool is_granted(Connection& connection, const Right& right) {
    try {
        if (right.reads) {
            connection.select(right.trial, {}, "grants: try");
        } else {
            connection.change(right.trial, {}, "grants: try");
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
        // Rights are looked at first: whatever else is wrong with the statement, it was allowed.
        return error.error_class() != database::ErrorClass::privilege;
    }
    return true;
}

// What the plan is without some rights.
class Reduction {
  public:
    Reduction(Plan plan, const std::vector<MissingRight>& missing)
        : plan_(std::move(plan)), missing_(missing), of_named_rows_(tables_of_named_rows(plan_)) {}

    Plan result() {
        plan_.missing_rights = missing_;
        for (std::size_t i = 0; i < plan_.steps.size();) {
            const MissingRight* right = right_missing_for(plan_.steps[i]);
            if (right == nullptr) {
                ++i;
                continue;
            }
            leave(i, right->privilege + " on " + right->real_table + " is not granted: what is there waits",
                  "Run as an administrator: " + right->grant);
            i = 0;  // what its rows are found by may be among the steps before
        }
        return std::move(plan_);
    }

  private:
    const MissingRight* find(const std::string& real_table, const char* privilege) const {
        const auto found = std::find_if(missing_.begin(), missing_.end(), [&](const MissingRight& one) {
            return one.real_table == real_table && one.privilege == privilege;
        });
        return found == missing_.end() ? nullptr : &*found;
    }

    const MissingRight* right_missing_for(const Step& step) const {
        const bool stops_all = step.real_table == plan_.contact_table || find(step.real_table, "SELECT") ||
                               of_named_rows_.contains(step.real_table);
        if (stops_all) return nullptr;
        if (step.delete_rows) return find(step.real_table, "DELETE");
        if (step.columns.empty()) return nullptr;
        const MissingRight* right = find(step.real_table, "UPDATE");
        if (right == nullptr && !step.failed_log.empty()) {
            right = find(step.failed_log, "INSERT");
            if (right == nullptr) right = find(step.failed_log, "UPDATE");
        }
        if (right == nullptr && statements::needs_anonymous_ip(step))
            right = find(addresses_of(plan_), "INSERT");
        return right;
    }

    void limit(const Step& step, const std::string& column, const std::string& what,
               const std::string& remedy) {
        plan_.waiting_tables.insert(step.table);
        const bool known =
            std::any_of(plan_.limitations.begin(), plan_.limitations.end(), [&](const plan::Limitation& one) {
                return one.real_table == step.real_table && one.column == column && one.what == what;
            });
        if (!known) plan_.limitations.push_back({step.table, step.real_table, column, what, remedy});
    }

    void leave(std::size_t at, const std::string& what, const std::string& remedy) {
        Step step = std::move(plan_.steps[at]);
        plan_.steps.erase(plan_.steps.begin() + static_cast<std::ptrdiff_t>(at));
        step.waits = true;
        plan_.waiting_columns.emplace(step.table, step.counted_column());
        limit(step, "", what, remedy);
        for (const auto& chain : step.chains) {
            for (const Link& link : chain) keep_tie(link, step, remedy);
        }
        const std::string key = step.key();
        plan_.left.push_back(std::move(step));
        for (std::size_t i = 0; i < plan_.steps.size();) {
            const bool is_part =
                plan_.steps[i].tie.kind == mautic::Tie::Kind::part && plan_.steps[i].tie.parent == key;
            if (!is_part) {
                ++i;
                continue;
            }
            leave(i, "left for as long: it is a part of rows of " + key, remedy);
            i = 0;
        }
    }

    // An erasure cuts the ways back, and this one would be missed.
    void keep_tie(const Link& link, const Step& waiting, const std::string& remedy) {
        const std::string what = "left for as long: rows of " + waiting.table + " are found by it";
        for (std::size_t i = 0; i < plan_.steps.size();) {
            Step& step = plan_.steps[i];
            if (step.real_table == link.real_table && step.delete_rows) {
                leave(i, what, remedy);
                i = 0;
                continue;
            }
            if (step.real_table == link.real_table) keep_column(step, link.next_column, what, remedy);
            ++i;
        }
    }

    void keep_column(Step& step, const std::string& column, const std::string& what,
                     const std::string& remedy) {
        const auto is_it = [&](const auto& one) { return mautic::is_same_column(one.column, column); };
        if (std::erase_if(step.columns, is_it) == 0) return;
        step.left_columns.push_back(column);
        plan_.waiting_columns.emplace(step.table, column);
        for (SearchedColumn& searched : step.searched) {
            if (is_it(searched)) searched.may_be_emptied = false;
        }
        limit(step, column, what, remedy);
    }

    Plan plan_;
    const std::vector<MissingRight>& missing_;
    const std::set<std::string> of_named_rows_;
};

}  // namespace

std::vector<Right> needed_rights(Connection& connection, const Rules& rules) {
    const Plan& plan = *rules.plan;
    Needs needs(plan);
    bool needs_address = false;
    for (const Step& step : plan.steps) {
        needs.to_read(step.real_table);
        for (const auto& chain : step.chains) {
            for (const Link& link : chain) needs.to_read(link.real_table);
        }
        for (const plan::Reference& reference : step.references) needs.to_read(reference.real_table);
        if (step.delete_rows) {
            needs.to_delete(step.real_table);
        } else if (!step.columns.empty()) {
            Columns columns;
            for (const plan::ColumnStep& column : step.columns) columns.push_back(column.column);
            needs.to_update(step.real_table, columns);
        }
        if (!step.failed_log.empty()) {
            needs.to_insert(step.failed_log, {"log_id", "date_added"});
            needs.to_update(step.failed_log, {"reason"});
        }
        needs_address = needs_address || statements::needs_anonymous_ip(step);
    }
    for (const std::string& table : {plan.contact_table, plan.table_prefix + "lead_donotcontact"}) {
        needs.to_read(table);
        needs.to_lock(table);
    }
    for (const std::string& table : mautic::tables_of_holds(rules.holds)) {
        needs.to_read(plan.table_prefix + table);
    }
    if (needs_address && !has_anonymous_row(connection, plan)) {
        needs.to_insert(addresses_of(plan), {"ip_address", "ip_details"});
    }
    return needs.take();
}

namespace {

// The statements are those of Marks, Sightings, GoneContacts, ContactRows and OrphanNotes.
std::vector<Right> background_rights(const std::string& ledger_database) {
    Needs needs(ledger_database);
    for (const char* table :
         {"mark", "leftover_row", "sighting", "watched_table", "contact_row", "gone_contact"}) {
        needs.to_read(table);
    }
    needs.to_insert("mark", {"name", "number", "at"});
    needs.to_update("mark", {"number", "at"});
    needs.to_delete("mark");
    needs.to_insert("leftover_row", {"table_name", "row_id", "what"});
    needs.to_update("leftover_row", {"what"});
    needs.to_delete("leftover_row");
    needs.to_insert("sighting", {"kind", "contact_id", "former_id", "outcome", "seen_at"});
    needs.to_insert("watched_table", {"name"});
    needs.to_insert("contact_row", {"table_id", "row_id", "contact_id"});
    needs.to_update("contact_row", {"contact_id"});
    needs.to_delete("contact_row");
    needs.to_insert("gone_contact", {"contact_id", "seen_at"});
    needs.to_update("gone_contact", {"deleted"});
    needs.to_delete("gone_contact");
    std::vector<Right> rights = needs.take();
    for (Right& right : rights) right.stops_all = false;
    return rights;
}

}  // namespace

// The statements are those of Ledger, Fingerprints and worker::try_a_change().
std::vector<Right> needed_ledger_rights(const std::string& ledger_database, bool background) {
    Needs needs(ledger_database);
    Columns record;
    std::istringstream columns{std::string(ledger::ledger_columns)};
    for (std::string column; std::getline(columns, column, ',');) record.emplace_back(trimmed(column));
    for (const char* table : {"erasure", "former_erasure", "finding", "former_finding", "covered_column",
                              "hash_fingerprint", "ledger_format"}) {
        needs.to_read(table);
    }
    needs.to_lock("erasure");
    needs.to_insert("erasure", record);
    needs.to_update("erasure", Columns(record.begin() + 1, record.end()));
    needs.to_insert("former_erasure", record);
    needs.to_insert("finding", {"contact_id", "column_id", "cells"});
    needs.to_delete("finding");
    needs.to_insert("former_finding", {"former_id", "column_id", "cells"});
    needs.to_insert("covered_column", {"table_name", "column_name"});
    needs.to_insert("hash_fingerprint", {"fingerprint"});
    needs.to_delete("ledger_format");
    std::vector<Right> rights = needs.take();
    if (background) {
        for (Right& right : background_rights(ledger_database)) rights.push_back(std::move(right));
    }
    return rights;
}

Right right_to_opt_out(const Plan& plan) {
    Needs needs(plan);
    needs.to_insert(plan.table_prefix + "lead_donotcontact",
                    {"lead_id", "reason", "channel", "date_added", "comments"});
    Right right = needs.take().front();
    right.stops_all = false;
    return right;
}

std::optional<std::vector<MissingRight>> find_missing_rights(Connection& connection,
                                                             const std::vector<Right>& needed) {
    std::vector<MissingRight> missing;
    try {
        for (const Right& right : needed) {
            const bool known = std::any_of(missing.begin(), missing.end(), [&](const MissingRight& one) {
                // Where it cannot be read, the other trials would say the same again.
                return one.real_table == full_name(right) &&
                       (one.privilege == right.privilege || right.reads);
            });
            if (!known && !is_granted(connection, right)) {
                missing.push_back(
                    {full_name(right), right.privilege, right.stops_all, grant_for(connection, right)});
            }
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) return std::nullopt;
        throw;
    }
    return missing;
}

std::optional<std::vector<MissingRight>> find_missing_rights(Connection& connection, const Rules& rules) try {
    std::vector<Right> needed = needed_rights(connection, rules);
    for (Right& right : needed_ledger_rights(rules.ledger_database)) needed.push_back(std::move(right));
    return find_missing_rights(connection, needed);
} catch (const database::DatabaseError& error) {
    if (error.error_class() == database::ErrorClass::connection) return std::nullopt;
    throw;
}

Plan without_rights(Plan plan, const std::vector<MissingRight>& missing) {
    return Reduction(std::move(plan), missing).result();
}

std::set<std::pair<std::string, std::string>> columns_done_waiting(const Plan& plan) {
    std::set<std::pair<std::string, std::string>> columns;
    std::set<std::pair<std::string, std::string>> others = plan.waiting_columns;
    for (const Step& step : plan.left) others.emplace(step.table, step.counted_column());
    for (const Step& step : plan.steps) {
        const bool may_stay = step.keeps_former_rows || step.tie.kind == mautic::Tie::Kind::text;
        (may_stay ? others : columns).emplace(step.table, step.counted_column());
        for (const SearchedColumn& searched : step.searched) others.emplace(step.table, searched.column);
        for (const std::string& column : step.left_columns) others.emplace(step.table, column);
    }
    for (const auto& other : others) columns.erase(other);
    return columns;
}

std::shared_ptr<const Rules> within_rights(Connection& connection,
                                           const std::shared_ptr<const Rules>& rules) {
    const auto missing = find_missing_rights(connection, *rules);
    if (!missing || missing->empty()) return rules;
    auto reduced = std::make_shared<Rules>(*rules);
    reduced->plan = std::make_shared<const Plan>(without_rights(*rules->plan, *missing));
    return reduced;
}

}  // namespace gdprd::rights
