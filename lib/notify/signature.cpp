#include "notify/signature.h"

#include <chrono>

#include "webhook/signature.h"

namespace gdprd::notify {

std::vector<std::pair<std::string, std::string>> signed_fields(std::string_view id, Timestamp sent_at,
                                                               std::string_view body,
                                                               const std::vector<std::string>& keys) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(sent_at).time_since_epoch().count();
    const std::string timestamp = std::to_string(seconds);
    const std::string content = std::string(id) + '.' + timestamp + '.' + std::string(body);
    std::string signatures;
    for (const std::string& key : keys) {
        signatures += (signatures.empty() ? "v1," : " v1,") + webhook::sign(content, key);
    }
    return {
        {"webhook-id", std::string(id)}, {"webhook-timestamp", timestamp}, {"webhook-signature", signatures}};
}

}  // namespace gdprd::notify
