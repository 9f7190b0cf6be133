#include "policy/switches.h"

#include <algorithm>

namespace gdprd::policy {

const std::vector<std::string>& switch_names() {
    static const std::vector<std::string> names{
        switches::device_cookie,    switches::tracking_hash,    switches::ip_links,    switches::crm_mappings,
        switches::pending_messages, switches::scheduled_events, switches::memberships, switches::own_company};
    return names;
}

bool is_switch(std::string_view name) {
    const auto& names = switch_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace gdprd::policy
