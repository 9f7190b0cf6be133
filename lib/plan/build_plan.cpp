#include "plan/build_plan.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "columns/column_step.h"
#include "discovery/remedy.h"
#include "discovery/unknown.h"
#include "mautic/column_name.h"
#include "mautic/entry_tables.h"
#include "mautic/plugin_maps.h"
#include "plan/companions.h"
#include "plan/form_results.h"
#include "plan/own_addresses.h"
#include "plan/policy_check.h"
#include "plan/referring_keys.h"
#include "plan/step_columns.h"
#include "plan/tie_resolution.h"
#include "policy/switches.h"

namespace gdprd::plan {

namespace {

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
          schema_(schema),
          misfit_(misfit),
          step_columns_({map_, policy, hasher, schema, misfit}, emptied_unknown_, plan_, objections_) {}

    // Its parts refer to each other.
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    Plan build() {
        plan_.table_prefix = schema_.prefix;
        plan_.map_digest = map_.digest;
        plan_.policy_digest = policy_.digest();
        plan_.schema_digest = schema_.digest;
        objections_.problems = problems_with_names(map_, policy_, schema_);
        auto unknown = discovery::find_unknown(map_, schema_, policy_);
        for (const Unknown& found : unknown) {
            if (found.emptied && !found.column.empty()) {
                emptied_unknown_.insert(found.table + "." + found.column);
            }
        }
        for (const std::string& plugin : map_.plugins_set_aside) {
            plan_.warnings.push_back("a plugin's map is not used: " + plugin);
        }
        for (const TableEntry& entry : map_.entries) add_entry(entry);
        leave_what_goes_with_what_is_left();
        note_doubtful_owners();
        add_all(plan_.left, doubtful_);
        for (const Unknown& found : unknown) {
            for (const TableEntry& remedy : found.remedies) add_remedy(remedy);
        }
        add_all(plan_.unknown, unknown);
        spare_repeated_searches();
        add_all(objections_.problems,
                problems_with_unused_rules(map_, policy_, schema_, objections_.used_overrides));
        add_all(plan_.warnings, warnings_about_unique_identifiers(plan_, schema_));
        limit_hashed_fields();
        if (misfit_ == Misfit::limited) {
            add_all(plan_.warnings, objections_.problems);
            objections_.problems.clear();
        }
        add_all(objections_.problems, objections_.dangers);
        if (!objections_.problems.empty()) throw ConfigurationError(join(objections_.problems, "\n"));
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

    // Rows that may be those of somebody else who had the id, or the contact's own: they stay, and are
    // counted.
    void note_doubtful_owners() {
        for (const Step& step : plan_.steps) {
            if (!has_doubtful_owners(step)) continue;
            doubtful_.push_back(step);
            IdHistory& history = *doubtful_.back().id_history;
            history.doubtful = true;
            // Under the tie's column rows are counted that wait for a right, and are emptied later.
            doubtful_.back().filled = {history.date_column.empty() ? step.primary_key : history.date_column};
        }
    }

    static bool has_doubtful_owners(const Step& step) {
        if (!step.id_history) return false;
        const IdHistory& history = *step.id_history;
        if (step.tie.gone_contacts) return true;
        if (step.tie.kind == Tie::Kind::parent) return history.is_log;
        const bool is_noted = !(history.log_table.empty() && history.merge_table.empty());
        return is_noted && !history.date_column.empty();
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
            if (!entry.tie.visitors.empty()) {
                add_steps_by_column(entry, *table);
            } else if (!entry.tie.form_column.empty()) {
                add_results(entry, *table);
            } else {
                add_step(entry, *table);
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

    // What may be another form's, or another submission's, stays and is counted.
    void add_results(const TableEntry& entry, const Table& table) {
        const std::size_t steps_before = plan_.steps.size();
        add_step(entry, table);
        if (plan_.steps.size() == steps_before) return;
        const Step& step = plan_.steps.back();
        const bool is_former = is_of_former_form(entry, table, schema_);
        if (is_former || !step.tie.conditions.empty()) {
            doubtful_.push_back(doubtful_results(step, entry, table, schema_));
        }
        if (is_former) plan_.steps.pop_back();
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
        const bool is_contact = entry.tie.kind == Tie::Kind::contact;
        const bool has_key = table.primary_key.size() == 1;
        if (has_key && (!is_contact || mautic::is_same_column(table.primary_key.front(), step.tie.column))) {
            step.primary_key = table.primary_key.front();
            const Column* key = table.find(step.primary_key);
            step.key_is_number = key != nullptr && key->is_integer();
            step.row_key = step.primary_key;
        } else if (is_contact) {
            name_contact_by_tie(step, table);
        } else {
            name_by_tie(step, table);
        }
        step.keeps_former_rows = table.versioned;
        for (const Column& column : table.columns) {
            if (column.data_type == "json") {
                step.native_json.push_back(column.name);
            } else if (!column.collation.empty() && !column.collation.starts_with("utf8mb4")) {
                step.other_charset.push_back(column.name);
            }
        }
        if (!tie_holds(step, table)) return;
        narrow_to_form(step, entry, table, schema_);
        if (const auto keys = undecided_keys_to(step, table, plan_, schema_); !keys.empty()) {
            return add_emptied_step(entry, table, keys);
        }
        note_kind_of(table);
        // A new form's files are not those of an old one with the same number.
        if (!entry.table_is_pattern || !mautic::is_left_over(entry, table, schema_)) add_uploads(step);
        step.addresses = own_addresses(step, entry, table, schema_);
        if (!step.delete_rows) {
            for (const Column& column : table.columns) {
                if (!step.visitors || column.name == step.text_columns.front()) {
                    step_columns_.add(step, entry, table, column);
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

    // The rows stay for what refers to them, without what they say of a person.
    void add_emptied_step(const TableEntry& entry, const Table& table,
                          const std::vector<ReferringKey>& keys) {
        std::vector<std::string> names;
        for (const ReferringKey& key : keys) names.push_back(key.name());
        const std::string why = join(names, ", ") +
                                (keys.size() == 1 ? " refers to them" : " refer to them") +
                                " by a foreign key, and rows there would go, change, or keep them from going";
        const std::string remedy =
            "Drop the foreign key, or say in a data map of your own what becomes of "
            "those rows, in an entry with the tie \"parent\" before this one";
        const discovery::EmptiedColumns emptied = discovery::emptied_columns(table, {{entry.tie}, {}, {}});
        const std::size_t steps_before = plan_.steps.size();
        add_step(emptied_entry(entry, table, map_, emptied), table);
        if (plan_.steps.size() == steps_before) return;
        Step& step = plan_.steps.back();
        for (const auto& [column, undecided] : emptied.undecided) {
            step.left_columns.push_back(column);
            limit({step.table, step.real_table, column,
                   "left, because its rows cannot be deleted: " + why +
                       ". And it cannot be emptied: " + undecided,
                   remedy});
        }
        for (const ReferringKey& key : keys) {
            if (!key.database.empty()) {
                step.references.push_back({key.real_table, key.column, key.referenced_column, key.database});
            }
        }
        if (!step.columns.empty()) {
            limit({step.table, step.real_table, "", "its rows are emptied and not deleted: " + why, remedy,
                   false});
            return;
        }
        if (!step.left_columns.empty()) return;
        limit({step.table, step.real_table, "",
               "its rows are left: " + why + ". Nothing in them can be emptied", remedy});
        note_overrides_of(step);
        leave_step(plan_, plan_.steps.size() - 1);
    }

    // Where the primary key has several columns, rows that hang on others are named by the number of these.
    static void name_by_tie(Step& step, const Table& table) {
        const Column* tie = table.find(step.tie.column);
        const bool hangs_on_others = step.tie.kind == Tie::Kind::parent || step.tie.kind == Tie::Kind::part;
        if (!hangs_on_others || table.primary_key.empty() || tie == nullptr || !tie->is_integer()) return;
        step.row_key = tie->name;
        step.key_is_number = true;
    }

    // Versions of a row share its number, and the server shows the current one only.
    void name_contact_by_tie(Step& step, const Table& table) {
        const Column* id = table.find(step.tie.column);
        const bool is_unique = id != nullptr && ((id->unique && !id->unique_with_others) || table.versioned);
        if (!is_unique) {
            objections_.dangers.push_back(table.real_name + ": its primary key is not the column " +
                                          step.tie.column +
                                          " alone, so that several rows may have one number, and nobody can "
                                          "tell whose they are. Make it the "
                                          "primary key, as Mautic does");
            return;
        }
        step.primary_key = step.row_key = id->name;
        step.key_is_number = true;
    }

    void note_contact_table(const Table& table) {
        plan_.contact_table = table.real_name;
        for (const Column& column : table.columns) {
            (column.invisible ? plan_.invisible_columns : plan_.contact_columns).push_back(column.name);
        }
        add_all(plan_.contact_columns, plan_.invisible_columns);
        if (const Column* address = table.find("email"); address != nullptr && address->is_text()) {
            plan_.contact_address = {address->name, address->collation};
        }
        const Column* domain = table.find("generated_email_domain");
        if (domain != nullptr && domain->generated && table.index_on.contains(domain->name)) {
            plan_.contact_domain = {domain->name, domain->collation};
        }
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
            if (name.starts_with(step.table + ".")) objections_.used_overrides.insert(name);
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
            objections_.dangers.push_back("data map, table '" + step.key() + "': " + resolved.incomparable +
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
            objections_.used_overrides.insert(name);
            objections_.problems.push_back("[policy.columns] \"" + name +
                                           "\": rows of this table are deleted as a whole");
        }
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
            objections_.dangers.push_back(
                "[policy.fields] " + std::to_string(hashed) + " contact fields are hashed; " +
                std::to_string(policy::own_hashes_max) + " is the limit. Delete the others");
        }
    }

    const DataMap map_;
    const FieldPolicy& policy_;
    const Schema& schema_;
    const Misfit misfit_;
    Plan plan_;
    Objections objections_;
    std::vector<Step> doubtful_;             // for plan_.left: they keep nothing else from being done
    std::set<std::string> emptied_unknown_;  // "table.column" that [policy] unknown = "delete" empties
    TableEntry::Origin entry_origin_ = TableEntry::Origin::program;  // of the entry whose step is made
    StepColumns step_columns_;
};

}  // namespace

Plan build_plan(const DataMap& map, const FieldPolicy& policy, const policy::Hasher& hasher,
                const Schema& schema, Misfit misfit) {
    return Builder(map, policy, hasher, schema, misfit).build();
}

}  // namespace gdprd::plan
