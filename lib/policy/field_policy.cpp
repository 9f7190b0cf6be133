#include "policy/field_policy.h"

#include "base/hex.h"
#include "base/names.h"
#include "policy/switches.h"

namespace gdprd::policy {

namespace {

// Each text goes in with its length, so that no name can be mistaken for the rule that follows it.
void append(std::string& canonical, std::string_view text) {
    canonical += std::to_string(text.size());
    canonical += ':';
    canonical += text;
}

void append(std::string& canonical, std::string_view section, const std::map<std::string, FieldRule>& rules) {
    append(canonical, section);
    append(canonical, std::to_string(rules.size()));
    for (const auto& [name, rule] : rules) {
        append(canonical, name);
        append(canonical, name_of(rule));
    }
}

}  // namespace

constexpr auto field_rule_names = make_names<FieldRule>(
    {{FieldRule::remove, "delete"}, {FieldRule::hash, "hash"}, {FieldRule::keep, "keep"}});

const char* name_of(FieldRule rule) { return field_rule_names.of(rule); }

std::optional<FieldRule> field_rule_from_name(std::string_view name) {
    return field_rule_names.value_of(name);
}

constexpr auto unknown_rule_names = make_names<UnknownRule>(
    {{UnknownRule::warn, "warn"}, {UnknownRule::stop, "stop"}, {UnknownRule::remove, "delete"}});

const char* name_of(UnknownRule rule) { return unknown_rule_names.of(rule); }

constexpr auto own_company_names = make_names<OwnCompany>({{OwnCompany::never, "never"},
                                                           {OwnCompany::only_contact, "only-contact"},
                                                           {OwnCompany::same_name, "same-name"}});

const char* name_of(OwnCompany rule) { return own_company_names.of(rule); }

bool FieldPolicy::is_on(const std::string& switch_name) const {
    if (switch_name == switches::own_company) return own_company != OwnCompany::never;
    return !switched_off.contains(switch_name);
}

FieldRule FieldPolicy::rule_for(const std::string& alias) const {
    const auto found = fields.find(alias);
    return found == fields.end() ? other_fields : found->second;
}

std::string FieldPolicy::digest() const {
    // The number changes when the meaning of a policy does, so that old digests in the ledger stay honest.
    std::string canonical = "mautic-gdprd field policy 2";
    append(canonical, "fields", fields);
    append(canonical, "other_fields");
    append(canonical, name_of(other_fields));
    append(canonical, "columns", columns);
    append(canonical, "unknown");
    append(canonical, name_of(unknown));
    append(canonical, "switched_off");
    append(canonical, std::to_string(switched_off.size()));
    for (const std::string& name : switched_off) append(canonical, name);
    append(canonical, "own_company");
    append(canonical, name_of(own_company));
    append(canonical, "newest_text_rows");
    append(canonical, std::to_string(newest_text_rows));
    return sha256_hex(canonical);
}

}  // namespace gdprd::policy
