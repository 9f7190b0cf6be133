#include "notify/message.h"

namespace gdprd::notify {

namespace {

// No text that could be here has a character that JSON escapes.
std::string quoted(const std::string& text) { return text.empty() ? "null" : '"' + text + '"'; }

std::string list_of(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) list += (list.empty() ? "" : ",") + quoted(text);
    return '[' + list + ']';
}

// "2026-03-01T12:34:56.789Z"
std::string rfc_3339(Timestamp time) {
    std::string text = format_utc(time);
    text[text.find(' ')] = 'T';
    return text + 'Z';
}

std::string body_of(const std::string& type, Timestamp at, const std::string& data) {
    return R"({"type":")" + type + R"(","timestamp":")" + rfc_3339(at) + R"(","data":{)" + data + "}}";
}

}  // namespace

std::string message_id(const outbox::Notification& notification) { return "msg_" + notification.message; }

std::string message_body(const outbox::Notification& notification) {
    const auto& opted_out_at = notification.opted_out_at;
    return body_of("contact.erased", notification.erased_at,
                   R"("contact_id":)" + std::to_string(notification.contact) +  //
                       R"(,"hash":)" + quoted(notification.subject_hash) +      //
                       R"(,"algorithm":)" + quoted(notification.algorithm) +    //
                       R"(,"key_id":)" + quoted(notification.key_id) +          //
                       R"(,"former_hashes":)" + list_of(notification.former_hashes) + R"(,"opted_out_at":)" +
                       quoted(opted_out_at ? rfc_3339(*opted_out_at) : "") + R"(,"erased_at":)" +
                       quoted(rfc_3339(notification.erased_at)));
}

std::string test_body(Timestamp at) { return body_of("test", at, ""); }

}  // namespace gdprd::notify
