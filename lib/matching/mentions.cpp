#include "matching/mentions.h"

#include <charconv>

namespace gdprd::matching {

std::set<ContactId> mentioned_contacts(std::string_view text, const std::vector<std::string>& patterns) {
    std::set<ContactId> contacts;
    for (const std::string& pattern : patterns) {
        const auto before = std::string_view(pattern).substr(0, pattern.size() - sizeof("{id}") + 1);
        for (auto at = text.find(before); at != std::string_view::npos; at = text.find(before, at + 1)) {
            ContactId contact = 0;
            const std::string_view id = text.substr(at + before.size());
            const bool is_number =
                std::from_chars(id.data(), id.data() + id.size(), contact).ec == std::errc();
            if (is_number && !id.starts_with('0')) contacts.insert(contact);
        }
    }
    return contacts;
}

}  // namespace gdprd::matching
