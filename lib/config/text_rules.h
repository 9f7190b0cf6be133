// What a text in the configuration may look like. The description is the "Range" of
// docs/reference/configuration.md.
#pragma once

#include <string_view>

namespace gdprd::config {

struct TextRule {
    std::string_view description;
    bool (*allows)(std::string_view text);
};

extern const TextRule any_text;        // not empty, no control characters
extern const TextRule file_name;       // the same, as a file's name
extern const TextRule directory_name;  // the same, or empty for none
extern const TextRule absolute_path;   // begins with '/'
extern const TextRule identifier;      // what Mautic's prefix and field aliases consist of
extern const TextRule column_name;     // "table.column"
extern const TextRule database_name;   // 1 to 64 characters
extern const TextRule ip_address;      // a numeric address: names are not resolved
extern const TextRule url_path;        // "/webhook"
extern const TextRule header_name;     // "X-Remote-User"
extern const TextRule channel_name;    // "email", "sms"
extern const TextRule schedule;        // "off", "03:30", "12h"
extern const TextRule retention_time;  // "never", "3y", "1095d"

// 127.0.0.0/8, ::1
bool is_loopback(std::string_view address);

}  // namespace gdprd::config
