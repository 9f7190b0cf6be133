// The ways back to an erased contact that an erasure cuts, each of which the operator can leave alone
// ([ways_back] in the configuration), and the contact's own company. The data map names the switch an entry
// or a column hangs on.
//
// Where each way leads is described in docs/reference/configuration.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gdprd::policy {

namespace switches {
inline constexpr const char* device_cookie = "device_cookie";        // lead_devices.tracking_id
inline constexpr const char* tracking_hash = "tracking_hash";        // the id in the links of mails sent
inline constexpr const char* ip_links = "ip_links";                  // lead_ips_xref, ip_addresses
inline constexpr const char* crm_mappings = "crm_mappings";          // integration_entity, sync_object_*
inline constexpr const char* pending_messages = "pending_messages";  // message_queue, failed mails
inline constexpr const char* scheduled_events = "scheduled_events";  // campaign_lead_event_log
inline constexpr const char* memberships = "memberships";            // lead_lists_leads, campaign_leads
inline constexpr const char* own_company = "own_company";            // a sole trader's row of companies
}  // namespace switches

bool is_switch(std::string_view name);
const std::vector<std::string>& switch_names();

}  // namespace gdprd::policy
