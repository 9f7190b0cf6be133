// Whatever the text: parse_data_map() takes it or throws ConfigurationError, and an entry it takes can be
// found and has its reasons.
#include <optional>
#include <string>

#include "base/error.h"
#include "fuzz/target.h"
#include "mautic/data_map.h"

namespace gdprd::fuzz {

namespace {

void check_entry(const mautic::DataMap& map, const mautic::TableEntry& entry) {
    must_hold(!entry.table.empty(), "an entry has a table");
    must_hold(!entry.why.empty(), "an entry has a reason");
    must_hold(map.find(entry.key()) == &entry, "an entry is found by its key, so keys are unique");
    must_hold(map.knows_table(entry.table), "the table is known");
    const mautic::TableEntry* parent = &entry;
    for (std::size_t steps = 0; parent != nullptr && !parent->tie.parent.empty(); ++steps) {
        must_hold(steps < map.entries.size(), "parents do not go in a circle");
        parent = map.find(parent->tie.parent);
        must_hold(parent != nullptr, "a parent is in the map");
    }
    must_hold(mautic::name_of(entry.tie.kind) != std::string_view("?"), "a tie has a name");
    for (const auto& [column, rule] : entry.columns) {
        must_hold(!column.empty() && !rule.why.empty(), "a column has a name and a reason");
        must_hold(entry.rule_for(column) == &rule, "a column finds its rule");
        must_hold(mautic::action_from_name(mautic::name_of(rule.action)) == rule.action,
                  "an action is read as it is written");
    }
}

std::optional<std::string> problem_of(const std::string& text) {
    try {
        const mautic::DataMap map = mautic::parse_data_map(text, "fuzz.toml");
        must_hold(map.digest.size() == 64, "a map has a digest");
        for (const auto& entry : map.entries) check_entry(map, entry);
        return std::nullopt;
    } catch (const ConfigurationError& error) {
        return describe(error);
    }
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    if (input.size() > 16 * 1024) return;
    const std::string text(input);
    const auto problem = problem_of(text);
    must_hold(problem == problem_of(text), "the same is told twice");
    must_hold(!problem || problem->starts_with("fuzz.toml"), "the error names the file");
}

}  // namespace gdprd::fuzz
