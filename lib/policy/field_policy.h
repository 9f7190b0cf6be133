// What the operator wants done with a contact's fields. Pure data; checked against the live schema by
// erasure/plan.h, read from the configuration by config/config.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd::policy {

enum class FieldRule {
    remove,  // "delete": NULL, or the neutral value of the type where NULL is impossible
    hash,
    keep,
};
const char* name_of(FieldRule rule);  // "delete", "hash", "keep"
std::optional<FieldRule> field_rule_from_name(std::string_view name);

// What to do when the live schema holds a table or column tied to contacts that the data map does not know.
enum class UnknownRule { warn, stop };

struct FieldPolicy {
    // By the field's alias, which is also its column in `leads`.
    std::map<std::string, FieldRule> fields;
    // Every contact field not named above, so that a custom field created tomorrow is deleted and not kept.
    FieldRule other_fields = FieldRule::remove;
    // "page_hits.city" = keep: overrides the data map for one column; table names without the prefix.
    std::map<std::string, FieldRule> columns;
    UnknownRule unknown = UnknownRule::warn;

    FieldRule rule_for(const std::string& alias) const;

    // SHA-256 over the rules in a fixed order: two policies with the same digest do the same. In the ledger.
    std::string digest() const;
};

}  // namespace gdprd::policy
