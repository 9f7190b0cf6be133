#include "discovery/column_words.h"

#include <cctype>

#include "base/text.h"

namespace gdprd::discovery {

Words words_of(std::string_view name) {
    Words words(1);
    bool after_lower = false;
    for (const char c : name) {
        const auto letter = static_cast<unsigned char>(c);
        const bool begins = std::isupper(letter) != 0 && after_lower;
        if ((std::isalpha(letter) == 0 || begins) && !words.back().empty()) words.emplace_back();
        if (std::isalpha(letter) != 0) words.back() += static_cast<char>(std::tolower(letter));
        after_lower = std::islower(letter) != 0;
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

bool contains_together(const Words& words, std::string_view together) {
    return join(words, "").find(together) != std::string::npos;
}

}  // namespace gdprd::discovery
