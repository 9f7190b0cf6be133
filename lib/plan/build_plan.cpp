#include "plan/build_plan.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "columns/column_decision.h"
#include "columns/column_step.h"
#include "discovery/unknown.h"
#include "mautic/column_name.h"
#include "mautic/entry_tables.h"
#include "mautic/plugin_maps.h"
#include "plan/companions.h"
#include "plan/own_addresses.h"
#include "plan/policy_check.h"
#include "plan/tie_resolution.h"
#include "policy/switches.h"

namespace gdprd::plan {

namespace {

using columns::ColumnDecision;
using columns::ColumnStep;
using columns::SearchedColumn;
using discovery::Unknown;
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
    Builder(const DataMap& map, const FieldPolicy& policy, const policy::Hasher& hasher, const Schema& schema,
            Misfit misfit)
        : map_(mautic::map_in_use(map, schema)),
          policy_(policy),
          hasher_(hasher),
          schema_(schema),
          misfit_(misfit) {}

    Plan build() {
        plan_.table_prefix = schema_.prefix;
        plan_.map_digest = map_.digest;
        plan_.policy_digest = policy_.digest();
        plan_.schema_digest = schema_.digest;
        problems_ = problems_with_names(map_, policy_, schema_);
        auto unknown = discovery::find_unknown(map_, schema_, policy_);
        for (const Unknown& found : unknown) {
            if (found.emptied && !found.column.empty()) {
                unknown_columns_.insert(found.table + "." + found.column);
            }
        }
        for (const std::string& plugin : map_.plugins_set_aside) {
            plan_.warnings.push_back("a plugin's map is not used: " + plugin);
        }
        for (const TableEntry& entry : map_.entries) add_entry(entry);
        leave_what_goes_with_what_is_left();
        for (const Unknown& found : unknown) {
            for (const TableEntry& remedy : found.remedies) add_remedy(remedy);
        }
        add_all(plan_.unknown, unknown);
        spare_repeated_searches();
        add_all(problems_, problems_with_unused_rules(map_, policy_, schema_, used_overrides_));
        add_all(plan_.warnings, warnings_about_unique_identifiers(plan_, schema_));
        limit_hashed_fields();
        if (misfit_ == Misfit::limited) {
            add_all(plan_.warnings, problems_);
            problems_.clear();
        }
        add_all(problems_, dangers_);
        if (!problems_.empty()) throw ConfigurationError(join(problems_, "\n"));
        return std::move(plan_);
    }

  private:
    void leave_what_goes_with_what_is_left() {
        leave_companions(plan_, 0, ContactRow::is_erased, [this](const Companion& companion) {
            const Step& step = companion.step;
            if (companion.column.empty()) note_overrides_of(step);
            limit({step.table, step.real_table, companion.column, "left as well: " + companion.why(),
                   "It goes once those rows can be changed"});
        });
    }

    // What a row that others own too is left with, is said of each of them.
    void add_remedy(const TableEntry& entry) {
        const std::size_t steps_before = plan_.steps.size();
        add_entry(entry);
        if (plan_.steps.size() == steps_before) return;
        const Step& done = plan_.steps.back();
        if (done.columns.empty() && !done.delete_rows) return;  // nothing of a person is left behind
        for (const mautic::Condition& condition : entry.tie.conditions) {
            Step left = plan_.steps.back();
            left.tie.conditions.clear();
            left.tie.exceptions = {condition};
            plan_.left.push_back(std::move(left));
        }
    }

    void add_entry(const TableEntry& entry) {
        if (entry.tie.kind == Tie::Kind::none || entry.tie.kind == Tie::Kind::undecided) return;
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
        for (const Table* table : mautic::tables_of(entry, schema_)) {
            found = true;
            if (entry.tie.visitors.empty()) {
                add_step(entry, *table);
            } else {
                add_steps_by_column(entry, *table);
            }
        }
        if (!found) plan_.skipped.push_back(entry.key() + ": this database has no such table");
    }

    // Of a visitor's row nothing is changed but the very text that names the contact.
    void add_steps_by_column(const TableEntry& entry, const Table& table) {
        TableEntry of_column = entry;
        for (const std::string& column : entry.tie.text_columns) {
            if (table.find(column) == nullptr) continue;
            of_column.tie.text_columns = {column};
            add_step(of_column, table);
        }
    }

    void add_step(const TableEntry& entry, const Table& table) {
        Step step;
        step.table = table.name;
        step.part = entry.part;
        step.real_table = table.real_name;
        step.tie = entry.tie;
        step.why = entry.why;
        step.delete_rows = entry.delete_rows;
        step.later = entry.later;
        entry_origin_ = entry.origin;
        step.newest_rows = entry.tie.kind == Tie::Kind::text ? policy_.newest_text_rows : 0;
        step.only_if_named = entry.switch_name == policy::switches::own_company &&
                             policy_.own_company == policy::OwnCompany::same_name;
        if (table.primary_key.size() == 1) {
            step.primary_key = table.primary_key.front();
            const Column* key = table.find(step.primary_key);
            step.key_is_number = key != nullptr && key->is_integer();
            step.row_key = step.primary_key;
        } else {
            name_by_tie(step, table);
        }
        step.keeps_former_rows = table.versioned;
        for (const Column& column : table.columns) {
            if (column.data_type == "json") step.native_json.push_back(column.name);
        }
        if (!tie_holds(step, table)) return;
        note_kind_of(table);
        add_uploads(step);
        step.addresses = own_addresses(step, entry, table, schema_);
        if (!step.delete_rows) {
            for (const Column& column : table.columns) {
                if (!step.visitors || column.name == step.text_columns.front()) {
                    add_column(step, entry, table, column);
                }
            }
            // A first name in it may be the visitor's own.
            for (SearchedColumn& searched : step.searched) {
                if (step.visitors) searched.search = Search::strong;
            }
        } else {
            refuse_overrides(step);
        }
        if (entry.tie.kind == Tie::Kind::contact) note_contact_table(table);
        plan_.steps.push_back(std::move(step));
    }

    // Where the primary key has several columns, rows that hang on others are named by the number of these.
    static void name_by_tie(Step& step, const Table& table) {
        const Column* tie = table.find(step.tie.column);
        const bool hangs_on_others = step.tie.kind == Tie::Kind::parent || step.tie.kind == Tie::Kind::part;
        if (!hangs_on_others || table.primary_key.empty() || tie == nullptr || !tie->is_integer()) return;
        step.row_key = tie->name;
        step.key_is_number = true;
    }

    void note_contact_table(const Table& table) {
        plan_.contact_table = table.real_name;
        for (const Column& column : table.columns) {
            (column.invisible ? plan_.invisible_columns : plan_.contact_columns).push_back(column.name);
        }
        add_all(plan_.contact_columns, plan_.invisible_columns);
    }

    void limit(Limitation limitation) { plan_.add_limitation(std::move(limitation)); }

    // What a kind of table or an engine means for an erasure.
    void note_kind_of(const Table& table) {
        if (table.versioned) {
            limit({table.name, table.real_name, "",
                   "a system-versioned table: the former versions of its rows stay, and no erasure reaches "
                   "them",
                   "ALTER TABLE " + table.real_name +
                       " DROP SYSTEM VERSIONING, or DELETE HISTORY after erasures"});
        }
        if (table.is_on_another_server()) {
            warn_once(table.real_name + " stands on another server (engine " + table.engine +
                      "): its rows are changed there, outside of this server's transaction");
        }
        if (table.stores_nothing()) {
            warn_once(table.real_name +
                      " stores nothing here (engine BLACKHOLE); what its replicas store is not known");
        }
    }

    void warn_once(const std::string& warning) {
        const auto& known = plan_.warnings;
        if (std::find(known.begin(), known.end(), warning) == known.end()) plan_.warnings.push_back(warning);
    }

    // The rows are counted, so that nobody's erasure is called complete while some of theirs are there.
    void leave(const Step& step) {
        note_overrides_of(step);
        plan_.left.push_back(step);
    }

    // Rules for columns of what is left have no effect, and not by the operator's fault.
    void note_overrides_of(const Step& step) {
        for (const auto& [name, rule] : policy_.columns) {
            if (name.starts_with(step.table + ".")) used_overrides_.insert(name);
        }
    }

    // Every column a tie names must exist; a version without it has no such rows.
    bool tie_holds(Step& step, const Table& table) {
        const ResolvedTie resolved = resolve_tie(step, table, map_, schema_);
        if (!resolved.missing.empty()) {
            plan_.skipped.push_back(step.key() + ": " + resolved.missing);
            return false;
        }
        // What came with the program must not stop it.
        const bool is_of_plugin = entry_origin_ == TableEntry::Origin::plugin;
        if (!resolved.incomparable.empty() && is_of_plugin) {
            plan_.unknown.push_back({step.table, step.real_table, "",
                                     "the map of its plugin does not fit: " + resolved.incomparable});
            return false;
        }
        if (!resolved.incomparable.empty()) {
            dangers_.push_back("data map, table '" + step.key() + "': " + resolved.incomparable +
                               ". Give both columns one type, or take the entry out");
            return false;
        }
        if (const std::string engine = to_lower(table.engine); engine == "archive" || engine == "s3") {
            limit({step.table, step.real_table, "",
                   "the engine " + table.engine + " changes no row: its rows are left",
                   "Move the table to InnoDB"});
            leave(step);
            return false;
        }
        if (step.is_found_by_key() && step.row_key.empty()) {
            if (map_.find(step.key()) == nullptr) {
                report_without_key(step);
            } else {
                limit({step.table, step.real_table, "",
                       "rows with a tie of kind " + std::string(mautic::name_of(step.tie.kind)) +
                           " are left: they need a primary key of one column",
                       "Give the table one, or remove by hand what stays in it"});
            }
            leave(step);
            return false;
        }
        for (const std::string& warning : resolved.warnings) warn_once(warning);
        return true;
    }

    void report_without_key(const Step& step) {
        const bool known =
            std::any_of(plan_.unknown.begin(), plan_.unknown.end(),
                        [&](const Unknown& unknown) { return unknown.real_table == step.real_table; });
        if (known) return;
        plan_.unknown.push_back(
            {step.table, step.real_table, "", "a table without a primary key of one column"});
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
        ColumnDecision decision = columns::decide_column(entry, table, column, schema_, policy_);
        if (unknown_columns_.contains(table.name + "." + column.name)) {
            decision.action = Action::remove;
            decision.why = "Not in the data map; [policy] unknown = \"delete\".";
        }
        if (decision.switched_off) plan_.switched_off.push_back(step.key() + "." + column.name);
        if (decision.overridden) used_overrides_.insert(decision.override_name);
        Action action = column.generated ? Action::follows : decision.action;
        if (action == Action::follows && !column.generated) {
            // A dump that was loaded again made a plain column of it: it no longer follows anything.
            action = Action::remove;
            decision.why = "No generated column in this database, so that it keeps what it held.";
        }
        if (action != Action::keep && action != Action::follows) {
            if (is_protected(step, table, column, decision)) return;
            const std::size_t length = hasher_.length(decision.normalisation);
            const std::string why_not = columns::why_impossible(table, column, action, length);
            if (!why_not.empty() && action == Action::hash && may_be_deleted_instead(column, decision) &&
                columns::why_impossible(table, column, Action::remove, length).empty()) {
                action = Action::remove;
                note_deleted_instead(step, column, decision, why_not);
            } else if (!why_not.empty()) {
                report_impossible(step, column, decision, why_not);
                return;
            }
            // A UNIQUE index takes a value that several rows come to once, and any number of NULLs.
            if (column.unique && columns::comes_to_one_value(action)) {
                const Action other = column.nullable ? Action::remove : Action::new_random;
                if (columns::why_impossible(table, column, other, length).empty()) action = other;
            }
        }
        if (auto searched = columns::searched_column(column, decision, action, !step.primary_key.empty())) {
            step.searched.push_back(*std::move(searched));
        }
        if (action == Action::keep || action == Action::follows) {
            step.kept.push_back({column.name, decision.why, action == Action::follows});
            return;
        }
        ColumnStep change;
        change.column = column.name;
        change.action = action;
        change.normalisation = decision.normalisation;
        change.identifies = decision.identifies;
        change.why = decision.why;
        change.keep_members = decision.keep_members;
        if (action == Action::rewrite) change.format = columns::format_of(column, decision.format);
        // Rows are rewritten one by one, which takes a name for each.
        if (action == Action::rewrite && step.primary_key.empty()) change.action = Action::empty_array;
        change.neutral = columns::neutral_for(table, column, change);
        if (action == Action::unschedule) note_failed_log(step);
        read_with_change(step, entry.rule_for(column.name), change, schema_);
        if (entry.tie.kind == Tie::Kind::contact && decision.identifies)
            plan_.identifying.push_back(column.name);
        step.columns.push_back(std::move(change));
    }

    // Very old versions have no such table, and there a cancelled step is only cancelled.
    void note_failed_log(Step& step) const {
        const Table* table = schema_.find("campaign_lead_event_failed_log");
        if (table != nullptr && !step.primary_key.empty()) step.failed_log = table->real_name;
    }

    // Every rule counts, the map's own too. What stands for all columns at once leaves such a column alone.
    bool is_protected(Step& step, const Table& table, const Column& column, const ColumnDecision& decision) {
        std::vector<const Tie*> ties{&step.tie};
        for (const TableEntry& entry : map_.entries) {
            if (entry.is_about(table.name) && policy_.is_on(entry.switch_name)) ties.push_back(&entry.tie);
        }
        std::string why_not = columns::why_protected(table, ties, column.name);
        if (why_not.empty() && decision.by_any_rule) why_not = columns::why_spared(map_, table, column.name);
        if (why_not.empty()) return false;
        if (decision.overridden) {
            problems_.push_back(decision.option + ": " + why_not);
        } else if (decision.by_rule) {
            dangers_.push_back("data map, " + table.name + "." + column.name + ": the action " +
                               mautic::name_of(decision.action) + " is not possible, because " + why_not +
                               ", and what is left there could not be found any more. Keep the column, or "
                               "delete the rows");
        } else {
            step.kept.push_back({column.name, "Kept: " + why_not + "."});
        }
        return true;
    }

    // What nobody named, or what is only too long for its column, is better gone than left.
    bool may_be_deleted_instead(const Column& column, const ColumnDecision& decision) const {
        return decision.by_default ||
               columns::is_too_short_for_hash(column, hasher_.length(decision.normalisation)) ||
               (misfit_ == Misfit::limited && !decision.option.empty());
    }

    void note_deleted_instead(const Step& step, const Column& column, ColumnDecision& decision,
                              const std::string& why_not) {
        if (decision.by_default) return;
        decision.why += " Deleted, because a hash does not fit: " + why_not + ".";
        limit({step.table, step.real_table, column.name, "deleted and not hashed: " + why_not,
               "Make the column longer, or set it to delete", false});
    }

    void report_impossible(Step& step, const Column& column, const ColumnDecision& decision,
                           const std::string& why_not) {
        if (decision.by_default || (misfit_ == Misfit::limited && !decision.option.empty())) {
            // Nobody asked for this column by its name: it must not stop everything else.
            step.left_columns.push_back(column.name);
            limit({step.table, step.real_table, column.name, "left: " + why_not,
                   "Let the column be NULL, or name it in [policy.columns]"});
            return;
        }
        if (decision.option.empty()) {
            // The map's own choice does not fit this database: report it as not covered rather than fail on
            // it.
            step.left_columns.push_back(column.name);
            plan_.unknown.push_back(
                {step.table, step.real_table, column.name, "the data map's action does not fit: " + why_not});
            return;
        }
        problems_.push_back(decision.option + ": " + why_not);
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

    // The ledger's row has room for the marks of so many hashes (ledger/marks.h).
    void limit_hashed_fields() {
        const Step* own = plan_.contact_step();
        if (own == nullptr) return;
        const auto hashed =
            std::count_if(own->columns.begin(), own->columns.end(),
                          [](const ColumnStep& column) { return column.action == Action::hash; });
        if (hashed > static_cast<std::ptrdiff_t>(policy::own_hashes_max)) {
            dangers_.push_back("[policy.fields] " + std::to_string(hashed) + " contact fields are hashed; " +
                               std::to_string(policy::own_hashes_max) + " is the limit. Delete the others");
        }
    }

    const DataMap map_;
    const FieldPolicy& policy_;
    const policy::Hasher& hasher_;
    const Schema& schema_;
    Plan plan_;
    TableEntry::Origin entry_origin_ = TableEntry::Origin::program;  // of the entry whose step is made
    const Misfit misfit_;
    std::vector<std::string> problems_;
    std::vector<std::string> dangers_;  // problems that are refused always
    std::set<std::string> used_overrides_;
    std::set<std::string> unknown_columns_;  // "table.column" that [policy] unknown = "delete" empties
};

}  // namespace

Plan build_plan(const DataMap& map, const FieldPolicy& policy, const policy::Hasher& hasher,
                const Schema& schema, Misfit misfit) {
    return Builder(map, policy, hasher, schema, misfit).build();
}

}  // namespace gdprd::plan
