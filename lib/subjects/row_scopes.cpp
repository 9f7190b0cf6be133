#include "subjects/row_scopes.h"

#include "subjects/plan_statements.h"

namespace gdprd::subjects {

std::vector<ContactId> RowScope::owners_of(const std::string& owner) const {
    if (owners.empty()) return {std::stoull(owner)};
    const auto found = owners.find(owner);
    if (found == owners.end()) return {0};
    return {found->second.begin(), found->second.end()};
}

RowScopes scopes_of_keys(const plan::Step& step, const Owners& owners) {
    RowScopes scopes;
    std::vector<database::Value> keys;
    Owners part;
    const auto flush = [&] {
        if (!keys.empty()) scopes.push_back({statements::scope_of_keys(step, keys), std::move(part)});
        keys.clear();
        part = {};
    };
    for (const auto& [key, of_row] : owners) {
        keys.push_back(statements::key_value(step, key));
        part.emplace(key, of_row);
        if (keys.size() == keys_per_statement) flush();
    }
    flush();
    return scopes;
}

std::vector<std::vector<database::Value>> keys_in_parts(const plan::Step& step, const Owners& owners) {
    std::vector<std::vector<database::Value>> parts;
    for (const auto& [key, of_row] : owners) {
        if (parts.empty() || parts.back().size() == keys_per_statement) parts.emplace_back();
        parts.back().push_back(statements::key_value(step, key));
    }
    return parts;
}

void merge(Owners& owners, const Owners& more) {
    for (const auto& [key, of_row] : more) owners[key].insert(of_row.begin(), of_row.end());
}

}  // namespace gdprd::subjects
