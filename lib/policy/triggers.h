// Which do-not-contact rows lead to an erasure, and how long after.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace gdprd::policy {

// `lead_donotcontact`.`reason` in Mautic 3-7. The API accepts any integer; others are never a trigger.
enum class Reason { contactable = 0, unsubscribed = 1, bounced = 2, manual = 3 };

const char* name_of(Reason reason);
std::optional<Reason> reason_from_name(std::string_view name);
std::optional<Reason> reason_from_code(std::int64_t code);  // nothing for codes Mautic does not define

struct Triggers {
    std::set<Reason> reasons{Reason::unsubscribed, Reason::bounced};  // never contactable
    std::set<std::string> channels{"email"};
    std::map<Reason, Milliseconds> grace;  // absent: 0

    // Never true for contactable, whatever `reasons` holds: someone who may be written to is not erased.
    bool covers(Reason reason, std::string_view channel) const;
    Milliseconds grace_of(Reason reason) const;
};

}  // namespace gdprd::policy
