// The words that names of columns and tables consist of. Inside the room only. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::discovery {

using Words = std::vector<std::string>;

// "lead_hash_id", "leadHashId" and "LeadHashID" are lead, hash, id; "address2" is address.
Words words_of(std::string_view name);

template <std::size_t N>
bool has_one_of(const Words& words, const std::array<std::string_view, N>& wanted) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
    });
}

// Of words that are written as one as well: first_name, firstname.
bool contains_together(const Words& words, std::string_view together);

template <std::size_t N>
bool contains_one_of(const Words& words, const std::array<std::string_view, N>& wanted) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](std::string_view part) { return contains_together(words, part); });
}

}  // namespace gdprd::discovery
