#include "policy/triggers.h"

#include "base/names.h"

namespace gdprd::policy {

constexpr auto reason_names = make_names<Reason>({{Reason::contactable, "contactable"},
                                                  {Reason::unsubscribed, "unsubscribed"},
                                                  {Reason::bounced, "bounced"},
                                                  {Reason::manual, "manual"}});

const char* name_of(Reason reason) { return reason_names.of(reason); }

std::optional<Reason> reason_from_name(std::string_view name) { return reason_names.value_of(name); }

std::optional<Reason> reason_from_code(std::int64_t code) {
    for (const auto& [reason, name] : reason_names) {
        if (code == static_cast<std::int64_t>(reason)) return reason;
    }
    return std::nullopt;
}

bool Triggers::covers(Reason reason, std::string_view channel) const {
    if (reason == Reason::contactable) return false;
    return reasons.contains(reason) && channels.contains(std::string(channel));
}

Milliseconds Triggers::grace_of(Reason reason) const {
    const auto found = grace.find(reason);
    return found == grace.end() ? Milliseconds{0} : found->second;
}

}  // namespace gdprd::policy
