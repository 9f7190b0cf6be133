#include "erasure/plan.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "erasure/column_decision.h"
#include "erasure/column_step.h"
#include "erasure/marks.h"
#include "erasure/policy_check.h"

namespace gdprd::erasure {

namespace {

using mautic::Action;
using mautic::Column;
using mautic::DataMap;
using mautic::Schema;
using mautic::Search;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;
using policy::FieldPolicy;

template <class T>
void add_all(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

class Builder {
  public:
    Builder(const DataMap& map, const FieldPolicy& policy, const policy::Hasher& hasher, const Schema& schema)
        : map_(map), policy_(policy), hasher_(hasher), schema_(schema) {}

    Plan build() {
        plan_.table_prefix = schema_.prefix;
        plan_.map_digest = map_.digest;
        plan_.policy_digest = policy_.digest();
        plan_.schema_digest = schema_.digest;
        problems_ = problems_with_names(map_, policy_, schema_);
        for (const TableEntry& entry : map_.entries) add_entry(entry);
        add_all(plan_.unknown, find_unknown(map_, schema_));
        add_all(problems_, problems_with_unused_rules(map_, policy_, schema_, used_overrides_));
        add_all(plan_.warnings, warnings_about_unique_identifiers(plan_, schema_));
        limit_hashed_fields();
        if (!problems_.empty()) throw ConfigurationError(join(problems_, "\n"));
        return std::move(plan_);
    }

  private:
    void add_entry(const TableEntry& entry) {
        if (entry.tie.kind == Tie::Kind::none) return;
        if (entry.tie.kind == Tie::Kind::shared || entry.tie.kind == Tie::Kind::text) {
            plan_.unknown.push_back({entry.table, "",
                                     std::string("in the data map with a tie of kind ") +
                                         name_of(entry.tie.kind) +
                                         ", which this version does not carry out"});
            return;
        }
        bool found = false;
        for (const auto& [name, table] : schema_.tables) {
            const bool matches =
                entry.table_is_pattern
                    ? name.starts_with(std::string_view(entry.table).substr(0, entry.table.size() - 1))
                    : name == entry.table;
            if (!matches) continue;
            found = true;
            add_step(entry, table);
        }
        if (!found) plan_.skipped.push_back(entry.key() + ": this database has no such table");
    }

    void add_step(const TableEntry& entry, const Table& table) {
        Step step;
        step.table = table.name;
        step.part = entry.part;
        step.real_table = table.real_name;
        step.tie = entry.tie;
        step.why = entry.why;
        step.delete_rows = entry.delete_rows;
        if (table.primary_key.size() == 1) step.primary_key = table.primary_key.front();
        if (!resolve_tie(step, table)) return;
        if (!step.delete_rows) {
            for (const Column& column : table.columns) add_column(step, entry, table, column);
        } else {
            refuse_overrides(step);
        }
        if (entry.tie.kind == Tie::Kind::contact) note_contact_table(table);
        plan_.steps.push_back(std::move(step));
    }

    void note_contact_table(const Table& table) {
        plan_.contact_table = table.real_name;
        for (const Column& column : table.columns) plan_.contact_columns.push_back(column.name);
    }

    // Every column a tie names must exist; a version without it has no such rows.
    bool resolve_tie(Step& step, const Table& table) {
        std::vector<std::string> needed{step.tie.column};
        for (const auto& condition : step.tie.conditions) needed.push_back(condition.column);
        for (const auto& condition : step.tie.exceptions) needed.push_back(condition.column);
        for (const std::string& column : needed) {
            if (table.find(column) != nullptr) continue;
            plan_.skipped.push_back(step.key() + ": this database has no column " + table.name + "." +
                                    column);
            return false;
        }
        warn_without_index(step, table, needed);
        return step.tie.kind != Tie::Kind::parent || resolve_parent(step);
    }

    bool resolve_parent(Step& step) {
        const TableEntry& parent = *map_.find(step.tie.parent);
        const Table* table = schema_.find(parent.table);
        if (table == nullptr || table->find(step.tie.parent_column) == nullptr ||
            table->find(parent.tie.column) == nullptr) {
            plan_.skipped.push_back(step.key() + ": this database has no " + step.tie.parent + "." +
                                    step.tie.parent_column);
            return false;
        }
        if (parent.tie.kind == Tie::Kind::parent) {
            problems_.push_back("data map, table '" + step.key() + "': its parent '" + step.tie.parent +
                                "' is itself tied through a parent; one level is carried out");
            return false;
        }
        if (step.primary_key.empty()) {
            problems_.push_back("data map, table '" + step.key() +
                                "': rows tied through a parent need a primary key of one column");
            return false;
        }
        step.parent_real_table = table->real_name;
        step.parent_tie_column = parent.tie.column;
        step.parent_conditions = parent.tie.conditions;
        step.parent_exceptions = parent.tie.exceptions;
        return true;
    }

    void warn_without_index(const Step& step, const Table& table, const std::vector<std::string>& columns) {
        const auto& indexed = table.leading_index_columns;
        const bool reachable = std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
            return std::find(indexed.begin(), indexed.end(), column) != indexed.end();
        });
        if (!reachable) {
            plan_.warnings.push_back(table.real_name + " has no index on " + step.tie.column +
                                     ": every erasure reads the whole table. Add one");
        }
    }

    void refuse_overrides(const Step& step) {
        for (const auto& [name, rule] : policy_.columns) {
            if (!name.starts_with(step.table + ".")) continue;
            used_overrides_.insert(name);
            problems_.push_back("[policy.columns] \"" + name +
                                "\": rows of this table are deleted as a whole");
        }
    }

    void add_column(Step& step, const TableEntry& entry, const Table& table, const Column& column) {
        const ColumnDecision decision = decide_column(entry, table, column, schema_, policy_);
        if (decision.overridden) used_overrides_.insert(table.name + "." + column.name);
        if (decision.overridden && decision.action != Action::keep) {
            const std::string why_not = why_protected(table, entry.tie, column.name);
            if (!why_not.empty()) return problems_.push_back(decision.option + ": " + why_not);
        }
        Action action = column.generated ? Action::follows : decision.action;
        if (action != Action::keep && action != Action::follows) {
            const std::string why_not = why_impossible(table, column, action, hasher_);
            if (!why_not.empty() && action == Action::hash && decision.by_default) {
                action = Action::remove;  // other_fields = hash, and a number was created: it goes
            } else if (!why_not.empty()) {
                report_impossible(step, column, decision, why_not);
                return;
            }
        }
        add_searched(step, column, decision, action);
        if (action == Action::keep || action == Action::follows) {
            step.kept.push_back({column.name, decision.why});
            return;
        }
        ColumnStep change{column.name, action, {}, decision.normalisation, decision.identifies, decision.why};
        change.neutral = neutral_for(table, column, action);
        // Until a rewriter for the value's format is there, what is to be rewritten is emptied: less stays,
        // not more.
        if (action == Action::rewrite) change.action = Action::empty_array;
        if (entry.tie.kind == Tie::Kind::contact && decision.identifies)
            plan_.identifying.push_back(column.name);
        step.columns.push_back(std::move(change));
    }

    void report_impossible(const Step& step, const Column& column, const ColumnDecision& decision,
                           const std::string& why_not) {
        if (decision.option.empty()) {
            // The map's own choice does not fit this database: report it as not covered rather than fail on
            // it.
            plan_.unknown.push_back(
                {step.table, column.name, "the data map's action does not fit: " + why_not});
            return;
        }
        problems_.push_back(decision.option + ": " + why_not);
    }

    static std::string neutral_for(const Table& table, const Column& column, Action action) {
        switch (action) {
            case Action::remove:
                return *removed_literal(table, column);
            case Action::empty_array:
            case Action::rewrite:
                return empty_array_literal(column);
            case Action::anonymous_ip:
                return column.nullable ? "NULL" : "";
            default:
                return {};
        }
    }

    static void add_searched(Step& step, const Column& column, const ColumnDecision& decision,
                             Action action) {
        if (!column.is_text() && !column.is_binary()) return;
        if (column.generated) return;
        SearchedColumn searched{column.name, decision.search, false, {}};
        if (action == Action::strip_query && !step.primary_key.empty()) {
            searched.may_be_emptied = true;
            searched.neutral = column.nullable ? "NULL" : "''";
        }
        step.searched.push_back(std::move(searched));
    }

    // The ledger's row has room for the marks of so many hashes (erasure/marks.h).
    void limit_hashed_fields() {
        const Step* own = plan_.contact_step();
        if (own == nullptr) return;
        const auto hashed =
            std::count_if(own->columns.begin(), own->columns.end(),
                          [](const ColumnStep& column) { return column.action == Action::hash; });
        if (hashed > static_cast<std::ptrdiff_t>(Marks::marks_max)) {
            problems_.push_back("[policy.fields] " + std::to_string(hashed) + " contact fields are hashed; " +
                                std::to_string(Marks::marks_max) + " is the limit. Delete the others");
        }
    }

    const DataMap& map_;
    const FieldPolicy& policy_;
    const policy::Hasher& hasher_;
    const Schema& schema_;
    Plan plan_;
    std::vector<std::string> problems_;
    std::set<std::string> used_overrides_;
};

}  // namespace

const Step* Plan::contact_step() const {
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [](const Step& step) { return step.tie.kind == Tie::Kind::contact; });
    return found == steps.end() ? nullptr : &*found;
}

Plan build_plan(const DataMap& map, const FieldPolicy& policy, const policy::Hasher& hasher,
                const Schema& schema) {
    return Builder(map, policy, hasher, schema).build();
}

}  // namespace gdprd::erasure
