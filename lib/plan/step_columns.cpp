#include "plan/step_columns.h"

#include <algorithm>

#include "columns/column_step.h"
#include "discovery/key_reach.h"
#include "plan/own_addresses.h"

namespace gdprd::plan {

using columns::ColumnStep;
using mautic::Action;
using mautic::Column;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;

void StepColumns::add(Step& step, const TableEntry& entry, const Table& table, const Column& column) {
    ColumnDecision decision = columns::decide_column(entry, table, column, rules_.schema, rules_.policy);
    if (emptied_unknown_.contains(table.name + "." + column.name)) {
        decision.action = Action::remove;
        decision.why = "Not in the data map; [policy] unknown = \"delete\".";
    }
    if (decision.switched_off) plan_.switched_off.push_back(step.key() + "." + column.name);
    if (decision.overridden) objections_.used_overrides.insert(decision.override_name);
    Action action = column.generated ? Action::follows : decision.action;
    if (action == Action::follows && !column.generated) {
        // A dump that was loaded again made a plain column of it: it no longer follows anything.
        action = Action::remove;
        decision.why = "No generated column in this database, so that it keeps what it held.";
    }
    if (action != Action::keep && action != Action::follows) {
        if (is_protected(step, table, column, decision)) return;
        const std::size_t length = rules_.hasher.length(decision.normalisation);
        const std::string why_not = why_not_here(step, table, column, action, decision);
        if (!why_not.empty() && action == Action::hash && may_be_deleted_instead(column, decision) &&
            why_not_here(step, table, column, Action::remove, decision).empty()) {
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
    change.tells_return = entry.tie.kind == Tie::Kind::contact && tells_return(decision, change);
    if (action == Action::unschedule) note_failed_log(step);
    read_with_change(step, entry.rule_for(column.name), change, rules_.schema);
    if (entry.tie.kind == Tie::Kind::contact && decision.identifies) plan_.identifying.push_back(column.name);
    const bool is_hash_by_default = change.action == Action::hash && decision.by_default;
    if (is_hash_by_default && entry.tie.kind == Tie::Kind::contact) ++hashes_by_default_;
    step.columns.push_back(std::move(change));
}

// The data map's own identifying columns, and what the site tells people by. Not any text of the site's own:
// campaigns and synchronisations write such fields of whomever they like.
bool StepColumns::tells_return(const ColumnDecision& decision, const ColumnStep& change) const {
    const mautic::ContactField* field = rules_.schema.find_field(change.column);
    const bool is_telling =
        (decision.by_rule && decision.identifies) || (field != nullptr && field->unique_identifier);
    const bool leaves_nothing = change.neutral == "NULL" || change.neutral == "''";
    return is_telling &&
           (change.action == Action::hash || (change.action == Action::remove && leaves_nothing));
}

// Very old versions have no such table, and there a cancelled step is only cancelled.
void StepColumns::note_failed_log(Step& step) const {
    const Table* table = rules_.schema.find("campaign_lead_event_failed_log");
    if (table != nullptr && !step.primary_key.empty()) step.failed_log = table->real_name;
}

// Every rule counts, the map's own too. What stands for all columns at once leaves such a column alone.
bool StepColumns::is_protected(Step& step, const Table& table, const Column& column,
                               const ColumnDecision& decision) {
    std::vector<const Tie*> ties{&step.tie};
    for (const TableEntry& entry : rules_.map.entries) {
        if (entry.is_about(table.name) && rules_.policy.is_on(entry.switch_name)) ties.push_back(&entry.tie);
    }
    std::string why_not = columns::why_protected(table, ties, column.name);
    if (why_not.empty() && decision.by_any_rule)
        why_not = columns::why_spared(rules_.map, table, column.name);
    if (why_not.empty()) return false;
    if (decision.overridden) {
        objections_.problems.push_back(decision.option + ": " + why_not);
    } else if (decision.by_rule) {
        objections_.dangers.push_back(
            "data map, " + table.name + "." + column.name + ": the action " +
            mautic::name_of(decision.action) + " is not possible, because " + why_not +
            ", and what is left there could not be found any more. Keep the column, or "
            "delete the rows");
    } else {
        step.kept.push_back({column.name, "Kept: " + why_not + "."});
    }
    return true;
}

// Why this action cannot be carried out on the column in this database; "" when it can.
std::string StepColumns::why_not_here(const Step& step, const Table& table, const Column& column,
                                      Action action, const ColumnDecision& decision) const {
    const auto [known, is_first] = referred_columns_.try_emplace(table.real_name);
    if (is_first) {
        const bool under_prefix = rules_.schema.find(table.name) == &table;
        known->second = discovery::referred_columns(rules_.schema, table, under_prefix);
    }
    if (known->second.contains(column.name)) return "a foreign key of other rows refers to it";
    const bool takes_any_value = action == Action::remove || action == Action::anonymous_ip ||
                                 action == Action::set_flag || action == Action::unschedule;
    if (!takes_any_value && table.is_foreign_key(column.name))
        return "it is a foreign key, and there may be no row to refer to";
    const bool is_one_more_hash =
        action == Action::hash && decision.by_default && step.tie.kind == Tie::Kind::contact;
    if (is_one_more_hash && hashes_by_default_ >= hashes_by_default_max())
        return "no more than " + std::to_string(policy::own_hashes_max) + " fields of a contact are hashed";
    return columns::why_impossible(table, column, action, rules_.hasher.length(decision.normalisation));
}

// Of those that the policy names none shall be too many for the ledger's row (ledger/marks.h).
std::size_t StepColumns::hashes_by_default_max() const {
    const auto named = static_cast<std::size_t>(
        std::count_if(rules_.policy.fields.begin(), rules_.policy.fields.end(),
                      [](const auto& rule) { return rule.second == policy::FieldRule::hash; }));
    return policy::own_hashes_max - std::min(named, policy::own_hashes_max);
}

// What nobody named, or what is only too long for its column, is better gone than left.
bool StepColumns::may_be_deleted_instead(const Column& column, const ColumnDecision& decision) const {
    return decision.by_default ||
           columns::is_too_short_for_hash(column, rules_.hasher.length(decision.normalisation)) ||
           (rules_.misfit == Misfit::limited && !decision.option.empty());
}

void StepColumns::note_deleted_instead(const Step& step, const Column& column, ColumnDecision& decision,
                                       const std::string& why_not) {
    if (decision.by_default) return;
    decision.why += " Deleted, because a hash does not fit: " + why_not + ".";
    plan_.add_limitation({step.table, step.real_table, column.name, "deleted and not hashed: " + why_not,
                          "Make the column longer, or set it to delete", false});
}

void StepColumns::report_impossible(Step& step, const Column& column, const ColumnDecision& decision,
                                    const std::string& why_not) {
    if (decision.by_default || (rules_.misfit == Misfit::limited && !decision.option.empty())) {
        // Nobody asked for this column by its name: it must not stop everything else.
        step.left_columns.push_back(column.name);
        plan_.add_limitation({step.table, step.real_table, column.name, "left: " + why_not,
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
    objections_.problems.push_back(decision.option + ": " + why_not);
}

}  // namespace gdprd::plan
