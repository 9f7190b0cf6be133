#include "policy/triggers.h"

#include <array>

namespace gdprd::policy {

namespace {

constexpr std::array reasons_of_mautic{Reason::contactable, Reason::unsubscribed, Reason::bounced,
                                       Reason::manual};

}  // namespace

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::contactable:
            return "contactable";
        case Reason::unsubscribed:
            return "unsubscribed";
        case Reason::bounced:
            return "bounced";
        case Reason::manual:
            return "manual";
    }
    return "";
}

std::optional<Reason> reason_from_name(std::string_view name) {
    for (Reason reason : reasons_of_mautic) {
        if (name == name_of(reason)) return reason;
    }
    return std::nullopt;
}

std::optional<Reason> reason_from_code(std::int64_t code) {
    for (Reason reason : reasons_of_mautic) {
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
