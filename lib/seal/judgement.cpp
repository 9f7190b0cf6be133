#include "seal/judgement.h"

#include <algorithm>

namespace gdprd::seal {

namespace {

bool is_recent(const Row& row, const Limits& limits) {
    const auto at = time_of(row);
    return !limits.since || (at && *at >= *limits.since - time_tolerance);
}

// Is the record what became of the sealed one by passes of the same erasure, or by a re-subscription?
bool continues(const Row& record, const Leaf& sealed, const Limits& limits) {
    if (content_of(record) == sealed.content || is_superseded_form(record, sealed.content)) return true;
    const auto at = time_of(record);
    const bool is_later = at && (!sealed.changed_at || *at > *sealed.changed_at);
    return is_same_erasure(record, sealed) && is_later && is_recent(record, limits);
}

// A later pass makes an old record young; that of an erasure nobody has sealed tells of one since then.
bool is_recent_erasure(const Row& record, const Limits& limits) {
    const auto erased_at = parse_utc(record.value("erased_at").value_or(""));
    return is_recent(record, limits) &&
           (!limits.since || !erased_at || *erased_at >= *limits.since - time_tolerance);
}

bool may_be_new_record(const Row& row, const Limits& limits) {
    return state_of(row) == RowState::no_erasure || is_recent_erasure(row, limits);
}

// The last seal of a finished first pass counts: what was sealed of that erasure before is not what became a
// former record.
bool was_sealed(const Row& former, const std::vector<Leaf>& leaves, const Limits& limits) {
    const auto of_same_erasure = std::find_if(leaves.rbegin(), leaves.rend(), [&](const Leaf& leaf) {
        return leaf.erasure && is_same_erasure(former, leaf);
    });
    if (of_same_erasure != leaves.rend()) return continues(former, *of_same_erasure, limits);
    return std::any_of(leaves.begin(), leaves.end(), [&](const Leaf& leaf) {
        return leaf.state != RowState::removed && continues(former, leaf, limits);
    });
}

// An old record became a former one: what was sealed of it is known, it is no longer the contact's record,
// and it is there once.
bool is_former_of_sealed(const Row& row, const Limits& limits, History& history) {
    const std::uint64_t contact = std::stoull(row.value("contact_id").value_or("0"));
    if (!was_sealed(row, history.seals_of_record(contact), limits)) return false;
    const Digest content = content_of(row);
    const auto current = history.record(contact);
    if (current && content_of(*current) == content) return false;
    const auto others = history.former_records(contact);
    return std::none_of(others.begin(), others.end(), [&](const Row& other) {
        return other.key != row.key && content_of(other) == content;
    });
}

bool may_be_new(const Row& row, const Limits& limits, History& history) {
    if (is_record(row.table) ? is_recent_erasure(row, limits) : is_recent(row, limits)) return true;
    if (row.table == Evidence::erasure) return may_be_new_record(row, limits);
    if (row.table == Evidence::former_erasure) return is_former_of_sealed(row, limits, history);
    const auto highest = limits.highest.find(row.table);
    return highest == limits.highest.end() || row.key > highest->second;
}

bool may_have_changed(const Row& row, const Leaf& sealed, const Limits& limits, History& history) {
    if (row.table != Evidence::erasure) return false;
    if (sealed.state == RowState::no_erasure) return may_be_new_record(row, limits);
    if (state_of(row) != RowState::no_erasure && continues(row, sealed, limits)) return true;
    if (!may_be_new_record(row, limits)) return false;
    const auto former = history.former_records(row.key);
    return std::any_of(former.begin(), former.end(),
                       [&](const Row& one) { return continues(one, sealed, limits); });
}

}  // namespace

Judgement judge(const Row& row, const std::optional<Leaf>& sealed, const Limits& limits, History& history) {
    if (!sealed || sealed->state == RowState::removed) {
        return may_be_new(row, limits, history) ? Judgement::added : Judgement::forged_addition;
    }
    if (sealed->content == content_of(row)) return Judgement::same;
    return may_have_changed(row, *sealed, limits, history) ? Judgement::changed : Judgement::forged_change;
}

}  // namespace gdprd::seal
