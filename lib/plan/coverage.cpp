#include "plan/coverage.h"

#include <algorithm>

#include "base/names.h"
#include "mautic/entry_tables.h"
#include "mautic/plugin_maps.h"
#include "policy/switches.h"

namespace gdprd::plan {

namespace {

using columns::ColumnStep;
using discovery::Unknown;
using mautic::Action;
using mautic::TableEntry;
using mautic::Tie;
using policy::FieldPolicy;

constexpr const char* why_without_rule = "A key, a number, a date or a flag.";

Handling handling_of(Action action) {
    switch (action) {
        case Action::hash:
            return Handling::hashed;
        case Action::rewrite:
        case Action::strip_query:
            return Handling::rewritten;
        default:
            return Handling::erased;
    }
}

class Collector {
  public:
    Collector(const Plan& plan, const mautic::Schema& schema) : plan_(plan), schema_(schema) {}

    void add_step(const Step& step) {
        CoveredTable* table = table_of(step.real_table);
        if (table == nullptr) return;
        if (step.delete_rows) {
            for (CoveredColumn& column : table->columns) {
                add(column, {Handling::row_deleted, "delete_row", step.why, {step.key()}});
            }
        }
        for (const ColumnStep& change : step.columns) {
            add(*table, change.column,
                {handling_of(change.action), mautic::name_of(change.action), change.why, {step.key()}});
        }
        for (const KeptColumn& kept : step.kept) add_kept(step, *table, kept);
    }

    // An entry of the map that is not carried out.
    void add_left_alone(const TableEntry& entry, const std::string& why) {
        for (const mautic::Table* table : mautic::tables_of(entry, schema_)) {
            for (CoveredColumn& column : table_of(table->real_name)->columns) {
                add(column, {Handling::kept, "keep", why, {entry.key()}});
            }
        }
    }

    void add_unknown(const Unknown& unknown) {
        if (!unknown.leads_to_contacts) {
            coverage_.untied.push_back({unknown.table, unknown.real_table, unknown.reason});
            return;
        }
        CoveredTable* table = table_of(unknown.real_table);
        if (table == nullptr || unknown.emptied) return;  // what is emptied has a step
        for (CoveredColumn& column : table->columns) {
            if (!unknown.column.empty() && unknown.column != column.name) continue;
            add(column, {Handling::unknown, "", unknown.reason, {}});
        }
    }

    void add_limitation(const Limitation& limitation) {
        CoveredTable* table = limitation.left ? table_of(limitation.real_table) : nullptr;
        if (table == nullptr) return;
        for (CoveredColumn& column : table->columns) {
            if (!limitation.column.empty() && limitation.column != column.name) continue;
            add(column, {Handling::unknown, "", limitation.what, {}});
        }
    }

    Coverage result() {
        for (auto& [name, table] : tables_) {
            for (CoveredColumn& column : table.columns) tidy(column);
            coverage_.tables.push_back(std::move(table));
        }
        return std::move(coverage_);
    }

  private:
    const mautic::Table* live_table(const std::string& real_name) const {
        for (const auto* tables : {&schema_.tables, &schema_.other_tables, &schema_.views}) {
            const auto found = std::find_if(tables->begin(), tables->end(), [&](const auto& table) {
                return table.second.real_name == real_name;
            });
            if (found != tables->end()) return &found->second;
        }
        return nullptr;
    }

    CoveredTable* table_of(const std::string& real_name) {
        const mautic::Table* table = live_table(real_name);
        if (table == nullptr) return nullptr;
        const auto [entry, is_new] = tables_.try_emplace(real_name);
        if (is_new) {
            entry->second = {table->name, table->real_name, {}};
            for (const auto& column : table->columns) {
                entry->second.columns.push_back({column.name, column.column_type, {}});
            }
        }
        return &entry->second;
    }

    void add_kept(const Step& step, CoveredTable& table, const KeptColumn& kept) {
        const mautic::Table* live = live_table(step.real_table);
        const mautic::Column* column = live == nullptr ? nullptr : live->find(kept.column);
        const bool follows = column != nullptr && column->generated;
        const auto& off = plan_.switched_off;
        const bool is_off = std::find(off.begin(), off.end(), step.key() + "." + kept.column) != off.end();
        add(table, kept.column,
            {follows ? Handling::follows : Handling::kept,
             follows ? "follows" : "keep",
             is_off ? "Its switch is off. " + kept.why : kept.why,
             {step.key()}});
    }

    static void add(CoveredTable& table, const std::string& name, Treatment treatment) {
        for (CoveredColumn& column : table.columns) {
            if (column.name == name) add(column, std::move(treatment));
        }
    }

    // Entries that do the same for the same reason share a treatment.
    static void add(CoveredColumn& column, Treatment treatment) {
        for (Treatment& known : column.treatments) {
            if (known.action != treatment.action || known.why != treatment.why) continue;
            known.entries.insert(known.entries.end(), treatment.entries.begin(), treatment.entries.end());
            return;
        }
        column.treatments.push_back(std::move(treatment));
    }

    // An entry without a rule for a column says nothing about it when another one does.
    static void tidy(CoveredColumn& column) {
        auto& treatments = column.treatments;
        const auto says_nothing = [](const Treatment& treatment) {
            return treatment.handling == Handling::kept && treatment.why.empty();
        };
        if (!std::all_of(treatments.begin(), treatments.end(), says_nothing)) {
            std::erase_if(treatments, says_nothing);
        }
        if (treatments.empty()) treatments.push_back({Handling::kept, "keep", {}, {}});
        if (says_nothing(treatments.front())) treatments.front().why = why_without_rule;
        std::stable_sort(
            treatments.begin(), treatments.end(),
            [](const Treatment& one, const Treatment& other) { return one.handling < other.handling; });
    }

    const Plan& plan_;
    const mautic::Schema& schema_;
    Coverage coverage_;
    std::map<std::string, CoveredTable> tables_;  // by real name
};

// Why an entry of the map is not carried out; "" when it is.
std::string why_left_alone(const TableEntry& entry, const FieldPolicy& policy) {
    if (entry.tie.kind == Tie::Kind::none) return {};
    if (!policy.is_on(entry.switch_name)) {
        return entry.switch_name == policy::switches::own_company
                   ? "[companies] own = \"never\": a company is not a person."
                   : "[ways_back] " + entry.switch_name + " = false.";
    }
    if (entry.tie.kind == Tie::Kind::text && policy.newest_text_rows == 0) {
        return "[text_search] newest_rows = 0: not looked for.";
    }
    return {};
}

}  // namespace

constexpr auto handling_names = make_names<Handling>({{Handling::unknown, "unknown"},
                                                      {Handling::erased, "erased"},
                                                      {Handling::hashed, "hashed"},
                                                      {Handling::rewritten, "rewritten"},
                                                      {Handling::row_deleted, "row_deleted"},
                                                      {Handling::follows, "follows"},
                                                      {Handling::kept, "kept"}});

const char* name_of(Handling handling) { return handling_names.of(handling); }

const std::vector<Handling>& all_handlings() {
    static const std::vector<Handling> all{Handling::unknown,   Handling::erased,      Handling::hashed,
                                           Handling::rewritten, Handling::row_deleted, Handling::follows,
                                           Handling::kept};
    return all;
}

std::map<Handling, std::size_t> Coverage::counts() const {
    std::map<Handling, std::size_t> counts;
    for (const Handling handling : all_handlings()) counts[handling] = 0;
    for (const auto& table : tables) {
        for (const auto& column : table.columns) ++counts[column.handling()];
    }
    return counts;
}

bool Coverage::has_unknown() const { return counts().at(Handling::unknown) > 0; }

bool Coverage::is_all_decided() const { return untied.empty() && !has_unknown(); }

Coverage coverage_of(const mautic::DataMap& whole_map, const FieldPolicy& policy, const Plan& plan,
                     const mautic::Schema& schema) {
    const mautic::DataMap map = mautic::map_in_use(whole_map, schema);
    Collector collector(plan, schema);
    for (const Step& step : plan.steps) collector.add_step(step);
    for (const TableEntry& entry : map.entries) {
        const std::string why = why_left_alone(entry, policy);
        if (!why.empty()) collector.add_left_alone(entry, why);
    }
    for (const Unknown& unknown : plan.unknown) collector.add_unknown(unknown);
    for (const Limitation& limitation : plan.limitations) collector.add_limitation(limitation);
    Coverage coverage = collector.result();
    for (const auto& plugin : map.plugins_in_use) {
        coverage.plugins_in_use.push_back(plugin.name + " (" + plugin.file + ")");
    }
    coverage.plugins_set_aside = map.plugins_set_aside;
    return coverage;
}

}  // namespace gdprd::plan
