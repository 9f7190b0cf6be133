// [trigger], [policy], [hash]: who is erased, and how.
#include <algorithm>

#include "base/text.h"
#include "config/secret_file.h"
#include "config/sections.h"

namespace gdprd::config {

namespace {

using policy::FieldRule;
using policy::Reason;

const Section::Choices<FieldRule>& field_rules() {
    static const Section::Choices<FieldRule> rules{{policy::name_of(FieldRule::remove), FieldRule::remove},
                                                   {policy::name_of(FieldRule::hash), FieldRule::hash},
                                                   {policy::name_of(FieldRule::keep), FieldRule::keep}};
    return rules;
}

std::vector<std::string> names_of(const std::set<Reason>& reasons) {
    std::vector<std::string> names;
    for (const Reason reason : reasons) names.emplace_back(policy::name_of(reason));
    return names;
}

const TextRule reason_name{"one of \"unsubscribed\", \"bounced\", \"manual\"", [](std::string_view text) {
                               const auto reason = policy::reason_from_name(text);
                               return reason.has_value() && *reason != Reason::contactable;
                           }};

void read_grace(Reader& reader, policy::Triggers& triggers) {
    Section section = reader.section("trigger.grace");
    for (const Reason reason : {Reason::unsubscribed, Reason::bounced, Reason::manual}) {
        const auto grace = section.duration(policy::name_of(reason), triggers.grace_of(reason),
                                            Milliseconds{0}, std::chrono::days{365});
        if (grace.count() != 0) triggers.grace[reason] = grace;
    }
}

// Names of columns have no case; those of tables may have one.
bool is_same_name(const std::string& one, const std::string& other) {
    const auto table_of = [](const std::string& name) { return name.substr(0, name.rfind('.') + 1); };
    return table_of(one) == table_of(other) && to_lower(one) == to_lower(other);
}

std::map<std::string, FieldRule> read_rules(Reader& reader, const std::string& name,
                                            const std::string& placeholder, const TextRule& rule) {
    Section section = reader.section(name);
    std::map<std::string, FieldRule> rules;
    for (const auto& option : section.free_options(placeholder, "one of \"delete\", \"hash\", \"keep\"")) {
        if (!rule.allows(option)) {
            section.problem(option, "the name must be " + std::string(rule.description));
        }
        for (const auto& [other, of_other] : rules) {
            if (!is_same_name(other, option)) continue;
            section.problem(option, "the same column as '" + other + "': their names differ in case only",
                            "Leave one of them out");
        }
        rules[option] = section.free_choice(option, FieldRule::remove, field_rules());
    }
    return rules;
}

bool hashes(const policy::FieldPolicy& policy) {
    const auto is_hash = [](const auto& entry) { return entry.second == FieldRule::hash; };
    return policy.other_fields == FieldRule::hash ||
           std::any_of(policy.fields.begin(), policy.fields.end(), is_hash) ||
           std::any_of(policy.columns.begin(), policy.columns.end(), is_hash);
}

}  // namespace

void read_trigger(Reader& reader, Config& config) {
    Section section = reader.section("trigger");
    auto& triggers = config.triggers;
    const auto reasons = section.texts("reasons", names_of(triggers.reasons), reason_name);
    triggers.reasons.clear();
    for (const auto& name : reasons) triggers.reasons.insert(*policy::reason_from_name(name));
    const std::vector<std::string> fallback(triggers.channels.begin(), triggers.channels.end());
    const auto channels = section.texts("channels", fallback, channel_name);
    triggers.channels = {channels.begin(), channels.end()};
    // Mautic's own are in lower case; another spelling may stand in the list of opt-outs besides.
    for (const std::string& channel : channels) triggers.channels.insert(to_lower(channel));
    read_grace(reader, triggers);
}

void read_policy(Reader& reader, Config& config) {
    Section section = reader.section("policy");
    auto& policy = config.policy;
    policy.other_fields = section.choice("other_fields", policy.other_fields, field_rules());
    policy.unknown = section.choice<policy::UnknownRule>(
        "unknown", policy.unknown,
        {{policy::name_of(policy::UnknownRule::warn), policy::UnknownRule::warn},
         {policy::name_of(policy::UnknownRule::stop), policy::UnknownRule::stop},
         {policy::name_of(policy::UnknownRule::remove), policy::UnknownRule::remove}});
    policy.fields = read_rules(reader, "policy.fields", "<alias>", identifier);
    policy.columns = read_rules(reader, "policy.columns", "<table.column>", column_name);
    if (policy.other_fields == FieldRule::keep) {
        config.warnings.emplace_back(
            "[policy] other_fields: \"keep\" keeps every field that [policy.fields] does not name, custom "
            "fields "
            "created tomorrow too");
    }
}

constexpr std::size_t hash_key_bytes_advised = 16;

void read_hash(Reader& reader, Config& config) {
    Section section = reader.section("hash");
    auto& hash = config.hash;
    Section::Choices<policy::Algorithm> algorithms;
    for (const auto& one : policy::all_algorithms()) algorithms.emplace_back(one.name, one.algorithm);
    hash.algorithm = section.choice<policy::Algorithm>("algorithm", hash.algorithm, algorithms);
    if (!section.has("algorithm") && hashes(config.policy)) {
        section.problem(
            "algorithm", "missing, although a rule in [policy] says \"hash\"",
            "Write algorithm = \"sha256\", or \"md5\" to find a contact by md5(address) in Mautic");
    }
    const std::string key_file = section.text("key_file", "", file_name);
    if (!key_file.empty()) hash.key = read_secret_of(section, "key_file", key_file, config.warnings);
    hash.normalise_email = section.choice<bool>("normalize", true, {{"email", true}, {"none", false}});
    hash.digits = section.integer("digits", hash.digits, policy::hash_digits_min, policy::hash_digits_max);
    const policy::AlgorithmFacts& chosen = policy::facts_of(hash.algorithm);
    if (section.has("digits") && hash.digits > chosen.digits) {
        section.problem(
            "digits",
            std::string(chosen.name) + " has no more than " + std::to_string(chosen.digits) + " digits",
            "Leave the option out, or write algorithm = \"sha256\"");
    }
    if (!hash.key.empty() && hash.key.size() < hash_key_bytes_advised) {
        config.warnings.push_back("[hash] key_file: the key is shorter than " +
                                  std::to_string(hash_key_bytes_advised) +
                                  " characters; one like it can be found by trying");
    }
    if (key_file.empty()) {
        config.warnings.emplace_back(
            "[hash] key_file: without a key a hash can be reversed with a list of addresses");
    }
}

}  // namespace gdprd::config
