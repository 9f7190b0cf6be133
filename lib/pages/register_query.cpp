#include "pages/register_query.h"

#include "base/text.h"
#include "pages/erasure_parts.h"

namespace gdprd::pages {

using desk::Link;
using desk::Visit;
using records::RegisterPlace;

namespace {

// "2026-03-01"
std::optional<std::chrono::sys_days> day_from(const std::string& text) {
    if (text.size() != 10) return std::nullopt;
    const auto at = parse_utc(text + " 00:00:00");
    if (!at) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*at);
}

// "1767225600000.4711.3": milliseconds, or nothing before there was a pass; contact; number of a former row.
std::string place_text(const RegisterPlace& place) {
    const std::string time =
        place.erased_at ? std::to_string(place.erased_at->time_since_epoch().count()) : "";
    return time + '.' + std::to_string(place.contact) + '.' + std::to_string(place.former_id);
}

std::optional<RegisterPlace> place_from(std::string_view text) {
    const auto first = text.find('.');
    const auto second = text.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    const auto time = whole_number<std::uint64_t>(text.substr(0, first));
    const auto contact = whole_number<std::uint64_t>(text.substr(first + 1, second - first - 1));
    const auto former = whole_number<std::uint64_t>(text.substr(second + 1));
    const auto erased_at = time ? moment_of(*time) : std::nullopt;
    if ((!erased_at && first > 0) || !contact || !former) return std::nullopt;
    return RegisterPlace{erased_at, *contact, *former};
}

}  // namespace

RegisterQuery register_query(const Visit& visit) {
    RegisterQuery query;
    query.from = visit.query.value("from");
    query.to = visit.query.value("to");
    const auto from = day_from(query.from);
    const auto to = day_from(query.to);
    query.is_from_bad = !query.from.empty() && !from;
    query.is_to_bad = !query.to.empty() && !to;
    query.is_reversed = from && to && *from > *to;
    if (from) query.filter.from = visit.zone->begin_of(*from);
    if (to) query.filter.to = visit.zone->begin_of(*to + std::chrono::days(1));
    query.filter.status = ledger::status_names.value_of(visit.query.value("status"));
    query.filter.origin = origin_names.value_of(visit.query.value("origin"));
    query.filter.reason = policy::reason_from_name(visit.query.value("reason"));
    query.filter.current_only = visit.query.value("records") == "current";
    query.after = place_from(visit.query.value("after"));
    return query;
}

Link link_of(const RegisterQuery& query) {
    const auto& filter = query.filter;
    Link link("/register");
    if (!query.is_from_bad) link.with("from", query.from);
    if (!query.is_to_bad) link.with("to", query.to);
    if (filter.status) link.with("status", name_of(*filter.status));
    if (filter.origin) link.with("origin", name_of(*filter.origin));
    if (filter.reason) link.with("reason", policy::name_of(*filter.reason));
    if (filter.current_only) link.with("records", "current");
    return link;
}

Link link_after(const RegisterQuery& query, const RegisterPlace& place) {
    return link_of(query).with("after", place_text(place));
}

}  // namespace gdprd::pages
