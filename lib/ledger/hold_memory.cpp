#include "ledger/hold_memory.h"

#include <map>
#include <vector>

#include "base/hex.h"

namespace gdprd::ledger {

using database::Value;
using policy::HeldBy;
using policy::Hold;

namespace {

// "held_tag_0123456789abcdef_"; the id follows.
std::string beginning_of_name(Hold::Kind kind, const std::string& rule) {
    constexpr std::size_t digits = 16;
    return std::string("held_") + policy::name_of(kind) + '_' + sha256_hex(rule).substr(0, digits) + '_';
}

// By the beginning of its marks' names each rule.
std::map<std::string, HeldBy> beginnings(const policy::Holds& holds) {
    std::map<std::string, HeldBy> rules;
    const auto add = [&](Hold::Kind kind, const std::string& rule) {
        rules.emplace(beginning_of_name(kind, rule), HeldBy{kind, rule, 0});
    };
    for (const std::string& tag : holds.tags) add(Hold::Kind::tag, tag);
    for (const std::string& segment : holds.segments) add(Hold::Kind::segment, segment);
    for (const policy::HoldField& field : holds.fields) add(Hold::Kind::field, field.alias);
    return rules;
}

}  // namespace

HoldMemory::HoldMemory(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), table_(database::quote_identifier(ledger_database) + ".`mark`") {}

void HoldMemory::remember(const std::set<HeldBy>& named) {
    for (const HeldBy& one : named) {
        connection_.change(
            "INSERT IGNORE INTO " + table_ + " (name, number) VALUES (?,?)",
            std::vector<Value>{beginning_of_name(one.kind, one.rule) + std::to_string(one.id), one.id},
            "mark: remember a hold");
    }
}

std::set<HeldBy> HoldMemory::find(const policy::Holds& holds) {
    std::set<HeldBy> found;
    const auto rules = beginnings(holds);
    if (rules.empty()) return found;
    auto rows = connection_.select("SELECT name, number FROM " + table_ + " WHERE name > ? AND name < ?",
                                   std::vector<Value>{std::string("held_"), std::string("held_z")},
                                   "mark: find holds");
    while (rows.next()) {
        const std::string name = rows.text(0);
        const auto rule = rules.find(name.substr(0, name.rfind('_') + 1));
        if (rule == rules.end()) continue;
        HeldBy named = rule->second;
        named.id = rows.number(1);
        found.insert(std::move(named));
    }
    return found;
}

}  // namespace gdprd::ledger
