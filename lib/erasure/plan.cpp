#include "erasure/plan.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "erasure/column_decision.h"
#include "erasure/column_step.h"
#include "erasure/marks.h"
#include "erasure/policy_check.h"
#include "erasure/tie_resolution.h"
#include "policy/switches.h"

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
        auto unknown = find_unknown(map_, schema_, policy_);
        for (const Unknown& found : unknown) {
            if (found.emptied && !found.remedy) unknown_columns_.insert(found.table + "." + found.column);
        }
        for (const TableEntry& entry : map_.entries) add_entry(entry);
        for (const Unknown& found : unknown) {
            if (found.emptied && found.remedy) add_entry(*found.remedy);
        }
        add_all(plan_.unknown, unknown);
        spare_repeated_searches();
        add_all(problems_, problems_with_unused_rules(map_, policy_, schema_, used_overrides_));
        add_all(plan_.warnings, warnings_about_unique_identifiers(plan_, schema_));
        limit_hashed_fields();
        if (!problems_.empty()) throw ConfigurationError(join(problems_, "\n"));
        return std::move(plan_);
    }

  private:
    void add_entry(const TableEntry& entry) {
        if (entry.tie.kind == Tie::Kind::none) return;
        if (entry.tie.kind == Tie::Kind::text && policy_.newest_text_rows == 0) {
            plan_.skipped.push_back(entry.key() + ": [text_search] newest_rows = 0");
            plan_.texts_unsearched = true;
            return;
        }
        if (!policy_.is_on(entry.switch_name)) {
            plan_.switched_off.push_back(entry.key());
            return;
        }
        bool found = false;
        for (const Table* table : tables_of(entry, schema_)) {
            found = true;
            add_step(entry, *table);
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
        step.newest_rows = entry.tie.kind == Tie::Kind::text ? policy_.newest_text_rows : 0;
        step.only_if_named = entry.switch_name == policy::switches::own_company &&
                             policy_.own_company == policy::OwnCompany::same_name;
        if (table.primary_key.size() == 1) step.primary_key = table.primary_key.front();
        if (!tie_holds(step, table)) return;
        add_uploads(step);
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
    bool tie_holds(Step& step, const Table& table) {
        const ResolvedTie resolved = resolve_tie(step, table, map_, schema_);
        if (!resolved.missing.empty()) {
            plan_.skipped.push_back(step.key() + ": " + resolved.missing);
            return false;
        }
        if (step.is_found_by_key() && step.primary_key.empty() && map_.find(step.key()) == nullptr) {
            // Somebody's copy of a table that only a pattern of the map stands for must not stop erasures.
            report_without_key(step.table);
            return false;
        }
        if (step.is_found_by_key() && step.primary_key.empty()) {
            problems_.push_back("data map, table '" + step.key() + "': rows with a tie of kind " +
                                mautic::name_of(step.tie.kind) + " need a primary key of one column");
            return false;
        }
        add_all(plan_.warnings, resolved.warnings);
        return true;
    }

    void report_without_key(const std::string& table) {
        const bool known = std::any_of(plan_.unknown.begin(), plan_.unknown.end(),
                                       [&](const Unknown& unknown) { return unknown.table == table; });
        if (known) return;
        plan_.unknown.push_back({table, "", "a table without a primary key of one column", {}, false});
    }

    void add_uploads(Step& step) const {
        for (const auto& upload : schema_.upload_fields) {
            const std::string start = "form_results_" + std::to_string(upload.form) + "_";
            const Table* table = schema_.find(step.table);
            if (!step.table.starts_with(start) || table == nullptr || table->find(upload.alias) == nullptr)
                continue;
            step.uploads.push_back({upload.alias, upload.form, upload.field});
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
        ColumnDecision decision = decide_column(entry, table, column, schema_, policy_);
        if (unknown_columns_.contains(table.name + "." + column.name)) {
            decision.action = Action::remove;
            decision.why = "Not in the data map; [policy] unknown = \"delete\".";
        }
        if (decision.switched_off) plan_.switched_off.push_back(step.key() + "." + column.name);
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
        ColumnStep change;
        change.column = column.name;
        change.action = action;
        change.normalisation = decision.normalisation;
        change.identifies = decision.identifies;
        change.why = decision.why;
        change.keep_members = decision.keep_members;
        if (action == Action::rewrite) change.format = format_of(column, decision.format);
        // Rows are rewritten one by one, which takes a name for each.
        if (action == Action::rewrite && step.primary_key.empty()) change.action = Action::empty_array;
        change.neutral = neutral_for(table, column, change);
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
                {step.table, column.name, "the data map's action does not fit: " + why_not, {}, false});
            return;
        }
        problems_.push_back(decision.option + ": " + why_not);
    }

    static std::string neutral_for(const Table& table, const Column& column, const ColumnStep& change) {
        switch (change.action) {
            case Action::remove:
                return *removed_literal(table, column);
            case Action::empty_array:
                return empty_array_literal(column);
            case Action::rewrite:
                return empty_literal(column, change.format);
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
        if (action == Action::rewrite && !step.primary_key.empty()) {
            searched.may_be_emptied = true;
            searched.neutral = empty_literal(column, format_of(column, decision.format));
        }
        step.searched.push_back(std::move(searched));
    }

    // Rows that another entry of the same table finds too, by the same column and without a condition, are
    // read again for that one.
    void spare_repeated_searches() {
        for (Step& step : plan_.steps) {
            if (step.tie.kind != Tie::Kind::column || step.part.empty()) continue;
            const bool repeated = std::any_of(plan_.steps.begin(), plan_.steps.end(), [&](const Step& other) {
                return &other != &step && other.real_table == step.real_table &&
                       other.tie.kind == step.tie.kind && other.tie.column == step.tie.column &&
                       other.tie.conditions.empty() && other.tie.exceptions.empty();
            });
            if (repeated) step.searched.clear();
        }
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
    std::set<std::string> unknown_columns_;  // "table.column" that [policy] unknown = "delete" empties
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
