#include "bench/plugin_entities.h"

#include <regex>

#include "base/random.h"
#include "policy/hash.h"

namespace gdprd::bench {
namespace {

const policy::Hasher& hasher() {
    static const policy::Hasher sha256([] {
        policy::HashOptions options;
        options.algorithm = policy::Algorithm::sha256;
        return options;
    }());
    return sha256;
}

Column nothing(const Column&) { return std::nullopt; }
Column empty_text(const Column&) { return ""; }
Column empty_array(const Column&) { return "a:0:{}"; }
Column zero(const Column&) { return "0"; }
Column one(const Column&) { return "1"; }
Column fresh_random(const Column&) { return "erased-" + random_hex(16); }

Column hashed(const Column& value) {
    if (!value) return value;
    return hasher().hash(*value, policy::Normalisation::plain);
}
Column hashed_address(const Column& value) {
    if (!value) return value;
    return hasher().hash(*value, policy::Normalisation::email);
}
Column without_query(const Column& value) {
    return value ? Column(value->substr(0, value->find_first_of("?#"))) : value;
}

// Of serialized arrays and JSON.
Column replaced(const Column& value, const std::regex& what, const char* by) {
    return value ? Column(std::regex_replace(*value, what, by)) : value;
}
Column without_user_agents(const Column& value) {
    static const std::regex text("(s:9:\"useragent\";)s:[0-9]+:\"[^\"]*\"");
    return replaced(value, text, "$1s:0:\"\"");
}
Column without_timeline(const Column& value) {
    static const std::regex text("(s:8:\"timeline\";)s:[0-9]+:\"[^\"]*\"");
    return replaced(value, text, "$1s:0:\"\"");
}
Column without_old_and_new(const Column& value) {
    static const std::regex text("(i:[0-9]+;)s:[0-9]+:\"[^\"]*\"");
    return replaced(value, text, "$1s:0:\"\"");
}
Column without_json_texts(const Column& value) {
    static const std::regex text("(: ?)\"[^\"]*\"");
    return replaced(value, text, "$1\"\"");
}

}  // namespace

std::vector<Entity> plugin_entities() {
    const std::string of_contact = "lead_id = {id}";
    return {
        {"leads",
         "id = {id}",
         {"id"},
         {{"email", hashed_address},    {"firstname", hashed},     {"lastname", hashed},
          {"mobile", hashed},           {"phone", hashed},         {"title", nothing},
          {"company", nothing},         {"position", nothing},     {"address1", nothing},
          {"address2", nothing},        {"city", nothing},         {"state", nothing},
          {"zipcode", nothing},         {"attribution", nothing},  {"fax", nothing},
          {"website", nothing},         {"facebook", nothing},     {"foursquare", nothing},
          {"instagram", nothing},       {"linkedin", nothing},     {"skype", nothing},
          {"twitter", nothing},         {"internal", empty_array}, {"preferred_profile_image", nothing},
          {"social_cache", empty_array}}},
        {"lead_donotcontact", of_contact, {"id"}, {{"comments", nothing}}},
        {"email_stats_devices",
         "stat_id IN (SELECT id FROM email_stats WHERE lead_id = {id})",
         {"id"},
         {{"ip_id", nothing}}},
        {"email_stats",
         of_contact,
         {"id"},
         {{"email_address", hashed_address},
          {"tokens", empty_array},
          {"open_details", without_user_agents},
          {"ip_id", nothing}}},
        {"page_hits",
         of_contact,
         {"id"},
         {{"url", without_query},
          {"query", empty_array},
          {"referer", nothing},
          {"url_title", nothing},
          {"user_agent", nothing},
          {"remote_host", nothing},
          {"ip_id", nothing},
          {"region", nothing},
          {"city", nothing},
          {"isp", nothing},
          {"organization", nothing},
          {"browser_languages", empty_array},
          {"tracking_id", empty_text},
          {"device_id", nothing}}},
        {"form_submissions",
         of_contact,
         {"id"},
         {{"referer", empty_text}, {"ip_id", nothing}, {"tracking_id", nothing}}},
        {"lead_devices",
         of_contact,
         {"id"},
         {{"client_info", empty_array},
          {"device_os_version", nothing},
          {"device_os_platform", nothing},
          {"device_model", nothing},
          {"tracking_id", fresh_random}}},
        {"lead_event_log", of_contact, {"id"}, {{"properties", without_json_texts}}},
        {"audit_log",
         "object = 'lead' AND object_id = {id}",
         {"id"},
         {{"details", without_old_and_new}, {"ip_address", empty_text}}},
        {"campaign_lead_event_log",
         of_contact,
         {"id"},
         {{"metadata", without_timeline}, {"ip_id", nothing}, {"is_scheduled", zero}}},
        {"lead_points_change_log", of_contact, {"id"}, {{"ip_id", nothing}}},
        {"lead_lists_leads",
         of_contact,
         {"leadlist_id", "lead_id"},
         {{"manually_removed", one}, {"manually_added", zero}}},
        {"lead_ips_xref", of_contact, {"lead_id", "ip_id"}, {}},
    };
}

}  // namespace gdprd::bench
