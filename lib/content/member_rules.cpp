#include "content/member_rules.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace gdprd::content {

namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t small_index_end = 1000;  // no telephone number, postcode or year of birth

// Not std::isalnum: that asks the locale.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_number(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_digit);
}

std::optional<std::size_t> index_of(std::string_view name) {
    if (name.size() > 1 && name.front() == '0') return std::nullopt;
    return whole_number<std::size_t>(name);
}

bool looks_like_a_name(std::string_view name) {
    if (name.empty() || name.size() > name_bytes_max) return false;
    if (!is_letter(name.front()) && name.front() != '_') return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    });
}

constexpr std::string_view numbers_only = ":number";

}  // namespace

void MemberPath::enter(std::string_view name) {
    depths_.push_back(names_.size());
    if (!name.empty() && !is_number(name)) names_.emplace_back(name);
}

void MemberPath::leave() {
    names_.resize(depths_.back());
    depths_.pop_back();
}

MemberRules::MemberRules(const std::vector<std::string>& keep) {
    for (std::string_view entry : keep) {
        Rule rule;
        if (entry.ends_with(numbers_only)) {
            rule.kept = Kept::numbers;
            entry.remove_suffix(numbers_only.size());
        }
        rule.outermost = entry.starts_with('.');
        if (rule.outermost) entry.remove_prefix(1);
        for (auto dot = entry.find('.'); dot != std::string_view::npos; dot = entry.find('.')) {
            rule.around.emplace_back(entry.substr(0, dot));
            entry.remove_prefix(dot + 1);
        }
        rule.name = entry;
        rules_.push_back(std::move(rule));
    }
}

bool MemberRules::is_within(const Rule& rule, const std::vector<std::string>& path) {
    const auto& around = rule.around;
    if (rule.outermost ? path.size() != around.size() : path.size() < around.size()) return false;
    return std::equal(
        around.rbegin(), around.rend(), path.rbegin(),
        [](const std::string& wanted, const std::string& name) { return wanted == "*" || wanted == name; });
}

MemberRules::Judgement MemberRules::judge(std::string_view name, const MemberPath& path, std::size_t position,
                                          Kept container_kept) const {
    std::optional<Kept> kept;
    for (const Rule& rule : rules_) {
        if (rule.name == name && is_within(rule, path.names()))
            kept = std::max(kept.value_or(Kept::nothing), rule.kept);
    }
    if (kept) return {true, *kept};
    if (!is_number(name)) return {looks_like_a_name(name), Kept::nothing};
    const std::optional<std::size_t> index = index_of(name);
    return {index && (*index < small_index_end || *index == position), container_kept};
}

}  // namespace gdprd::content
