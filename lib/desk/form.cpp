#include "desk/form.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/text.h"

namespace gdprd::desk {

namespace {

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::string decoded_part(std::string_view part) {
    std::string text(part);
    std::replace(text.begin(), text.end(), '+', ' ');
    return percent_decoded(text).value_or("");
}

}  // namespace

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view kept = "-._~";
    std::string encoded;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_plain || kept.find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 15U];
    }
    return encoded;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const auto high = hex_digit(text[at + 1]);
        const auto low = hex_digit(text[at + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high << 4U | *low);
        at += 2;
    }
    return decoded;
}

void wipe(std::string& text) { OPENSSL_cleanse(text.data(), text.size()); }

Form::Form(std::string_view encoded) {
    while (!encoded.empty() && fields_.size() < fields_max) {
        const std::string_view field = encoded.substr(0, encoded.find('&'));
        encoded.remove_prefix(std::min(encoded.size(), field.size() + 1));
        if (field.empty()) continue;
        const auto equals = field.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
        fields_.emplace_back(decoded_part(field.substr(0, equals)), decoded_part(value));
    }
}

Form::~Form() {
    for (auto& field : fields_) wipe(field.second);
}

std::string Form::raw(std::string_view name) const {
    const auto found =
        std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return field.first == name; });
    return found == fields_.end() ? std::string() : found->second;
}

std::string Form::value(std::string_view name) const {
    const std::string typed = raw(name);
    return std::string(trimmed(typed));
}

bool Form::has(std::string_view name) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const auto& field) { return field.first == name; });
}

std::optional<std::uint64_t> Form::number(std::string_view name) const {
    return whole_number<std::uint64_t>(value(name));
}

}  // namespace gdprd::desk
