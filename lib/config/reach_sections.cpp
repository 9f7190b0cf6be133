// [ways_back], [companies], [text_search]: how far an erasure reaches beyond the contact's own fields.
#include "config/sections.h"
#include "policy/switches.h"

namespace gdprd::config {

void read_ways_back(Reader& reader, Config& config) {
    namespace switches = policy::switches;
    Section section = reader.section("ways_back");
    for (const char* name :
         {switches::device_cookie, switches::tracking_hash, switches::ip_links, switches::crm_mappings,
          switches::pending_messages, switches::scheduled_events, switches::memberships}) {
        if (!section.boolean(name, true)) config.policy.switched_off.insert(name);
    }
}

void read_companies(Reader& reader, Config& config) {
    using policy::OwnCompany;
    Section section = reader.section("companies");
    config.policy.own_company =
        section.choice<OwnCompany>("own", config.policy.own_company,
                                   {{policy::name_of(OwnCompany::never), OwnCompany::never},
                                    {policy::name_of(OwnCompany::only_contact), OwnCompany::only_contact},
                                    {policy::name_of(OwnCompany::same_name), OwnCompany::same_name}});
}

void read_text_search(Reader& reader, Config& config) {
    Section section = reader.section("text_search");
    config.policy.newest_text_rows =
        section.integer("newest_rows", config.policy.newest_text_rows, 0, policy::newest_text_rows_max);
}

}  // namespace gdprd::config
