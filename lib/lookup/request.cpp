#include "lookup/request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "policy/address.h"

namespace gdprd::lookup {

namespace {

bool is_utf8(const std::string& text) try {
    return !nlohmann::json(text).dump().empty();
} catch (const nlohmann::json::type_error&) {
    return false;
}

std::optional<WordsFault> fault_of(const std::string& text, std::size_t bytes_max) {
    if (text.find('@') != std::string::npos) return WordsFault::has_address;
    if (text.size() > bytes_max) return WordsFault::too_long;
    if (std::any_of(text.begin(), text.end(), is_control)) return WordsFault::control_characters;
    if (!is_utf8(text)) return WordsFault::no_utf8;
    return std::nullopt;
}

}  // namespace

std::optional<RefusedWords> refused_words(const LookupWords& words, bool case_required) {
    const std::pair<WordsField, const std::string&> fields[] = {
        {WordsField::officer, words.officer},
        {WordsField::case_reference, words.case_reference},
        {WordsField::reason, words.reason}};
    for (const auto& [field, text] : fields) {
        if (const auto fault = fault_of(text, bytes_max_of(field))) return RefusedWords{field, *fault};
    }
    // Without blanks and invisible characters of any script, as an address.
    if (case_required && policy::normalised_address(words.case_reference).empty()) {
        return RefusedWords{WordsField::case_reference, WordsFault::missing};
    }
    return std::nullopt;
}

std::optional<AddressFault> check_address(std::string_view address) {
    if (address.empty()) return AddressFault::missing;
    if (address.size() > address_bytes_max) return AddressFault::too_long;
    if (address.find('@') == std::string_view::npos) return AddressFault::no_at;
    if (std::any_of(address.begin(), address.end(), is_control)) return AddressFault::control_characters;
    return std::nullopt;
}

}  // namespace gdprd::lookup
