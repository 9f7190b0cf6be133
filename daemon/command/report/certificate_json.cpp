#include <nlohmann/json.hpp>

#include "daemon/command/certificate.h"

namespace gdprd::command {

using nlohmann::ordered_json;

std::string to_json(const certificate::Verified& verified) {
    const auto or_null = [](const std::string& text) {
        return text.empty() ? ordered_json(nullptr) : ordered_json(text);
    };
    return ordered_json{{"authentic", verified.authenticity == certificate::Authenticity::authentic},
                        {"finding", certificate::authenticity_names.of(verified.authenticity)},
                        {"key", or_null(verified.key)},
                        {"number", or_null(verified.number)},
                        {"conclusion", or_null(verified.conclusion)},
                        {"issued_at", or_null(verified.issued_at)}}
        .dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace gdprd::command
