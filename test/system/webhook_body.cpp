#include "system/webhook_body.h"

#include <array>
#include <cstdio>
#include <stdexcept>

#include "fixture/person.h"

namespace gdprd::test {

namespace {

struct CoreField {
    const char* alias;
    const char* label;
    const char* type;
    bool fixed;
};

constexpr CoreField core_fields[] = {
    {"title", "Title", "lookup", true},
    {"firstname", "First Name", "text", true},
    {"lastname", "Last Name", "text", true},
    {"company", "Primary company", "text", true},
    {"position", "Position", "text", true},
    {"email", "Email", "email", true},
    {"mobile", "Mobile", "tel", true},
    {"phone", "Phone", "tel", true},
    {"points", "Points", "number", true},
    {"fax", "Fax", "tel", false},
    {"address1", "Address Line 1", "text", true},
    {"address2", "Address Line 2", "text", true},
    {"city", "City", "text", true},
    {"state", "State", "region", true},
    {"zipcode", "Zip Code", "text", true},
    {"country", "Country", "country", true},
    {"preferred_locale", "Preferred Locale", "locale", true},
    {"timezone", "Preferred Timezone", "timezone", true},
    {"last_active", "Date Last Active", "datetime", true},
    {"attribution_date", "Attribution Date", "datetime", true},
    {"attribution", "Attribution", "number", true},
    {"website", "Website", "url", false},
};

constexpr CoreField social_fields[] = {
    {"facebook", "Facebook", "text", false},   {"foursquare", "Foursquare", "text", false},
    {"instagram", "Instagram", "text", false}, {"linkedin", "LinkedIn", "text", false},
    {"skype", "Skype", "text", false},         {"twitter", "Twitter", "text", false},
};

// The code point that begins at `at`; moves `at` behind it. Takes well-formed UTF-8 for granted.
unsigned int next_code_point(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    unsigned int point = more == 0 ? first : first & (0x3fU >> more);
    for (int byte = 0; byte < more; ++byte) {
        point = (point << 6U) | (static_cast<unsigned char>(text.at(at++)) & 0x3fU);
    }
    return point;
}

std::string unicode_escape(unsigned int unit) {
    std::array<char, 8> text;
    std::snprintf(text.data(), text.size(), "\\u%04x", unit);
    return text.data();
}

std::string field(int number, const CoreField& definition, const Person& person, const char* group) {
    const auto known = person.fields.find(definition.alias);
    const std::string value = known == person.fields.end() ? "null" : json_text(known->second);
    const std::string normalized = known == person.fields.end() ? "\"\"" : value;
    return json_text(definition.alias) + ":{\"id\":\"" + std::to_string(number) +
           "\",\"label\":" + json_text(definition.label) + ",\"alias\":" + json_text(definition.alias) +
           ",\"type\":" + json_text(definition.type) + ",\"group\":" + json_text(group) +
           ",\"object\":\"lead\",\"is_fixed\":\"" + (definition.fixed ? "1" : "0") +
           "\",\"properties\":\"a:0:{}\",\"default_value\":null,\"value\":" + value +
           ",\"normalizedValue\":" + normalized + "}";
}

std::string custom_field(int number, const Person& person) {
    const std::string alias = "custom_" + std::to_string(number);
    Person copy = person;
    copy.fields[alias] = "custom value of " + person.marker;
    return field(number, {alias.c_str(), "Custom", "text", false}, copy, "core");
}

std::string fields(const Person& person, std::size_t padding) {
    int number = 0;
    std::string core, social;
    for (const CoreField& definition : core_fields) {
        core += (core.empty() ? "" : ",") + field(++number, definition, person, "core");
    }
    for (const CoreField& definition : social_fields) {
        social += (social.empty() ? "" : ",") + field(++number, definition, person, "social");
    }
    const std::size_t size = core.size();
    while (core.size() < size + padding) core += "," + custom_field(++number, person);
    return "{\"core\":{" + core + "},\"social\":{" + social + "},\"personal\":[],\"professional\":[]}";
}

int reason_of(const std::string& status) {
    if (status == "unsubscribed") return 1;
    if (status == "bounced") return 2;
    return 3;
}

std::string do_not_contact(const SubscriptionChange& change) {
    if (change.status == "contactable") return "[]";
    return "[{\"id\":1,\"reason\":" + std::to_string(reason_of(change.status)) +
           ",\"comments\":\"User unsubscribed.\",\"channel\":" + json_text(change.channel) +
           ",\"channelId\":1}]";
}

std::string contact(const std::string& id, const Person& person, const std::string& suppressions,
                    std::size_t padding) {
    return "{\"isPublished\":true,\"dateAdded\":\"2025-01-01T09:00:00+00:00\","
           "\"dateModified\":\"2026-03-01T12:00:00+00:00\",\"createdBy\":1,\"createdByUser\":\"Staff "
           "Member\","
           "\"modifiedBy\":null,\"modifiedByUser\":\" \",\"id\":" +
           id + ",\"points\":17,\"color\":null,\"fields\":" + fields(person, padding) +
           ",\"lastActive\":\"2026-03-01T12:00:00+00:00\",\"owner\":null,\"ipAddresses\":[],"
           "\"tags\":[{\"id\":1,\"tag\":\"news\",\"description\":null}],\"utmtags\":[],\"stage\":null,"
           "\"dateIdentified\":\"2025-01-01T09:00:00+00:00\",\"preferredProfileImage\":null,"
           "\"doNotContact\":" +
           suppressions + ",\"frequencyRules\":[]}";
}

std::string item(const SubscriptionChange& change, std::size_t padding) {
    const bool removed = change.status == "contactable";
    return "{\"contact\":" +
           contact(std::to_string(change.contact), invented_person(change.contact), do_not_contact(change),
                   padding) +
           ",\"channel\":" + json_text(change.channel) + ",\"old_status\":\"" +
           (removed ? "unsubscribed" : "contactable") + "\",\"new_status\":" + json_text(change.status) +
           ",\"timestamp\":" + json_text(change.timestamp) + "}";
}

std::string envelope(std::string_view type, const std::string& items) {
    return "{" + json_text(type) + ":[" + items + "]}";
}

constexpr std::string_view subscription_changed = "mautic.lead_channel_subscription_changed";

}  // namespace

std::string json_text(std::string_view utf8) {
    std::string text = "\"";
    for (std::size_t at = 0; at < utf8.size();) {
        const unsigned int point = next_code_point(utf8, at);
        if (point == '"' || point == '\\' || point == '/') {
            text += '\\';
            text += static_cast<char>(point);
        } else if (point == '\n') {
            text += "\\n";
        } else if (point >= 0x20 && point < 0x7f) {
            text += static_cast<char>(point);
        } else if (point < 0x10000) {
            text += unicode_escape(point);
        } else {
            text += unicode_escape(0xd800 + ((point - 0x10000) >> 10U));
            text += unicode_escape(0xdc00 + ((point - 0x10000) & 0x3ffU));
        }
    }
    return text + '"';
}

std::string webhook_body(const SubscriptionChange& change, std::size_t size_min) {
    std::string body = envelope(subscription_changed, item(change, 0));
    if (body.size() < size_min) body = envelope(subscription_changed, item(change, size_min - body.size()));
    return body;
}

std::string webhook_batch_body(const std::vector<SubscriptionChange>& changes) {
    std::string items;
    for (const SubscriptionChange& change : changes) items += (items.empty() ? "" : ",") + item(change, 0);
    return envelope(subscription_changed, items);
}

std::string deletion_body(ContactId id) {
    const std::string deleted = "{\"id\":" + std::to_string(id) +
                                ",\"contact\":" + contact("null", invented_person(id), "[]", 0) +
                                ",\"timestamp\":\"2026-03-01T12:00:00+00:00\"}";
    return envelope("mautic.lead_post_delete", deleted);
}

}  // namespace gdprd::test
