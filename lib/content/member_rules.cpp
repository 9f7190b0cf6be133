#include "content/member_rules.h"

#include <algorithm>
#include <charconv>
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
    std::size_t index = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data(), end, index);
    if (error != std::errc{} || stop != end || (name.size() > 1 && name.front() == '0')) return std::nullopt;
    return index;
}

bool looks_like_a_name(std::string_view name) {
    if (name.empty() || name.size() > name_bytes_max) return false;
    if (!is_letter(name.front()) && name.front() != '_') return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    });
}

}  // namespace

MemberRules::Judgement MemberRules::judge(std::string_view name, std::size_t position,
                                          Kept container_kept) const {
    const auto is_listed = [&](const std::string& entry) {
        return std::find(keep_.begin(), keep_.end(), entry) != keep_.end();
    };
    if (is_listed(std::string(name))) return {true, Kept::everything};
    if (is_listed(std::string(name) + ":number")) return {true, Kept::numbers};
    if (!is_number(name)) return {looks_like_a_name(name), Kept::nothing};
    const std::optional<std::size_t> index = index_of(name);
    return {index && (*index < small_index_end || *index == position), container_kept};
}

}  // namespace gdprd::content
