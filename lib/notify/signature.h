// What Standard Webhooks (1.0) asks of a message: an id, a timestamp, and a signature over both and the body.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace gdprd::notify {

// The header fields of a message that is sent at this time: webhook-id, webhook-timestamp, webhook-signature.
// One signature for each key, with blanks between them: a receiver accepts a message when it knows one.
std::vector<std::pair<std::string, std::string>> signed_fields(std::string_view id, Timestamp sent_at,
                                                               std::string_view body,
                                                               const std::vector<std::string>& keys);

}  // namespace gdprd::notify
