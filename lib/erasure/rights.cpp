#include "erasure/rights.h"

#include <algorithm>

#include "base/text.h"
#include "database/quote_text.h"
#include "erasure/statements.h"
#include "mautic/column_name.h"

namespace gdprd::erasure {

namespace {

using database::Connection;
using database::quote_identifier;

class Needs {
  public:
    explicit Needs(const Plan& plan)
        : contacts_(plan.contact_table), opt_outs_(plan.table_prefix + "lead_donotcontact") {}

    void to_read(const std::string& table) {
        add({table, "SELECT", "SELECT * FROM " + quote_identifier(table) + " WHERE 1 = 0", true});
    }
    // MariaDB and MySQL lock a row for those only who may change it.
    void to_lock(const std::string& table) {
        add({table, "UPDATE", "SELECT 1 FROM " + quote_identifier(table) + " WHERE 1 = 0 FOR UPDATE", true});
    }
    void to_delete(const std::string& table) {
        add({table, "DELETE", "DELETE FROM " + quote_identifier(table) + " WHERE 1 = 0"});
    }
    // Adds no row and uses up no id.
    void to_insert(const std::string& table, const std::string& column) {
        add({table, "INSERT",
             "INSERT INTO " + quote_identifier(table) + " (" + quote_identifier(column) +
                 ") SELECT '' FROM DUAL WHERE 1 = 0"});
    }
    void to_update(const std::string& table, const std::vector<ColumnStep>& columns) {
        std::vector<std::string> parts;
        for (const ColumnStep& column : columns) {
            parts.push_back(quote_identifier(column.column) + " = " + quote_identifier(column.column));
        }
        add({table, "UPDATE",
             "UPDATE " + quote_identifier(table) + " SET " + join(parts, ", ") + " WHERE 1 = 0"});
    }
    std::vector<Right> take() { return std::move(rights_); }

  private:
    void add(Right right) {
        right.stops_all = right.reads || right.real_table == contacts_ || right.real_table == opt_outs_;
        const bool known = std::any_of(rights_.begin(), rights_.end(),
                                       [&](const Right& one) { return one.trial == right.trial; });
        if (!known) rights_.push_back(std::move(right));
    }

    const std::string contacts_;
    const std::string opt_outs_;
    std::vector<Right> rights_;
};

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

std::string single_value(Connection& connection, const std::string& sql) {
    auto rows = connection.select(sql, {}, "grants: read");
    return rows.next() ? rows.text(0) : "";
}

// 'mautic_gdprd'@'localhost', as a GRANT names it.
std::string account(Connection& connection) {
    const std::string user = single_value(connection, "SELECT CURRENT_USER()");
    const auto at = user.rfind('@');
    return database::quote_text(user.substr(0, at)) + '@' + database::quote_text(user.substr(at + 1));
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
        : plan_(std::move(plan)), missing_(missing) {}

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
        const bool stops_all = step.real_table == plan_.contact_table || find(step.real_table, "SELECT");
        if (stops_all) return nullptr;
        if (step.delete_rows) return find(step.real_table, "DELETE");
        if (step.columns.empty()) return nullptr;
        const MissingRight* right = find(step.real_table, "UPDATE");
        if (right == nullptr && !step.failed_log.empty()) right = find(step.failed_log, "INSERT");
        if (right == nullptr && needs_anonymous_ip(step)) right = find(addresses_of(plan_), "INSERT");
        return right;
    }

    void limit(const Step& step, const std::string& column, const std::string& what,
               const std::string& remedy) {
        plan_.waiting_tables.insert(step.table);
        const bool known =
            std::any_of(plan_.limitations.begin(), plan_.limitations.end(), [&](const Limitation& one) {
                return one.table == step.table && one.column == column && one.what == what;
            });
        if (!known) plan_.limitations.push_back({step.table, column, what, remedy, true});
    }

    void leave(std::size_t at, const std::string& what, const std::string& remedy) {
        Step step = std::move(plan_.steps[at]);
        plan_.steps.erase(plan_.steps.begin() + static_cast<std::ptrdiff_t>(at));
        step.waits = true;
        limit(step, "", what, remedy);
        for (const auto& chain : step.chains) {
            for (const Link& link : chain) keep_tie(link, step, remedy);
        }
        plan_.left.push_back(std::move(step));
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
        for (SearchedColumn& searched : step.searched) {
            if (is_it(searched)) searched.may_be_emptied = false;
        }
        limit(step, column, what, remedy);
    }

    Plan plan_;
    const std::vector<MissingRight>& missing_;
};

}  // namespace

std::vector<Right> needed_rights(Connection& connection, const Plan& plan) {
    Needs needs(plan);
    bool needs_address = false;
    for (const Step& step : plan.steps) {
        needs.to_read(step.real_table);
        if (step.delete_rows) {
            needs.to_delete(step.real_table);
        } else if (!step.columns.empty()) {
            needs.to_update(step.real_table, step.columns);
        }
        if (!step.failed_log.empty()) needs.to_insert(step.failed_log, "reason");
        needs_address = needs_address || needs_anonymous_ip(step);
    }
    for (const std::string& table : {plan.contact_table, plan.table_prefix + "lead_donotcontact"}) {
        needs.to_read(table);
        needs.to_lock(table);
    }
    if (needs_address && !has_anonymous_row(connection, plan)) {
        needs.to_insert(addresses_of(plan), "ip_address");
    }
    return needs.take();
}

std::optional<std::vector<MissingRight>> find_missing_rights(Connection& connection,
                                                             const std::vector<Right>& needed) {
    std::vector<MissingRight> missing;
    try {
        for (const Right& right : needed) {
            const bool known = std::any_of(missing.begin(), missing.end(), [&](const MissingRight& one) {
                // Where it cannot be read, the other trials would say the same again.
                return one.real_table == right.real_table &&
                       (one.privilege == right.privilege || right.reads);
            });
            if (!known && !is_granted(connection, right)) {
                missing.push_back({right.real_table, right.privilege, right.stops_all, {}});
            }
        }
        if (missing.empty()) return missing;
        const std::string database = quote_identifier(single_value(connection, "SELECT DATABASE()"));
        const std::string user = account(connection);
        for (MissingRight& right : missing) {
            right.grant = "GRANT " + right.privilege + " ON " + database + '.' +
                          quote_identifier(right.real_table) + " TO " + user + ';';
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) return std::nullopt;
        throw;
    }
    return missing;
}

std::optional<std::vector<MissingRight>> find_missing_rights(Connection& connection, const Plan& plan) {
    return find_missing_rights(connection, needed_rights(connection, plan));
}

Plan without_rights(Plan plan, const std::vector<MissingRight>& missing) {
    return Reduction(std::move(plan), missing).result();
}

std::shared_ptr<const Rules> within_rights(Connection& connection,
                                           const std::shared_ptr<const Rules>& rules) {
    const auto missing = find_missing_rights(connection, *rules->plan);
    if (!missing || missing->empty()) return rules;
    auto reduced = std::make_shared<Rules>(*rules);
    reduced->plan = std::make_shared<const Plan>(without_rights(*rules->plan, *missing));
    return reduced;
}

}  // namespace gdprd::erasure
