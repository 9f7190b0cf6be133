// What the operator wants done with a contact's fields. Pure data; checked against the live schema by
// plan/plan.h, read from the configuration by config/config.h.
#pragma once

#include <map>
#include <optional>
#include <set>
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
enum class UnknownRule {
    warn,    // reported
    stop,    // reported, and nobody is erased
    remove,  // "delete": reported, and emptied by type where its rows are tied to the contact
};
const char* name_of(UnknownRule rule);  // "warn", "stop", "delete"

// Whether a record of `companies` is treated as the contact's own (a sole trader).
enum class OwnCompany {
    never,         // it stays; what links the contact to it goes
    only_contact,  // when nobody else is linked to it
    same_name,     // as only_contact, and one of its fields holds a value that identifies the contact
};
const char* name_of(OwnCompany rule);  // "never", "only-contact", "same-name"

inline constexpr std::size_t newest_text_rows_max = 1'000'000;

struct FieldPolicy {
    // By the field's alias, which is also its column in `leads`.
    std::map<std::string, FieldRule> fields;
    // Every contact field not named above, so that a custom field created tomorrow is deleted and not kept.
    FieldRule other_fields = FieldRule::remove;
    // "page_hits.city" = keep: overrides the data map for one column; table names without the prefix.
    std::map<std::string, FieldRule> columns;
    UnknownRule unknown = UnknownRule::warn;
    // Of policy::switch_names(): ways back that are left alone.
    std::set<std::string> switched_off;
    OwnCompany own_company = OwnCompany::never;
    // Rows that nothing but their text ties to a contact are looked for among so many newest ones of each
    // table; 0: not at all.
    std::size_t newest_text_rows = 1000;

    // Is what hangs on this switch ("" for none) carried out?
    bool is_on(const std::string& switch_name) const;
    FieldRule rule_for(const std::string& alias) const;

    // SHA-256 over the rules in a fixed order: two policies with the same digest do the same. In the ledger.
    std::string digest() const;
};

}  // namespace gdprd::policy
