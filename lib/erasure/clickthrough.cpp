#include "erasure/clickthrough.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/base64.h"
#include "content/php_value.h"
#include "erasure/unescape.h"

namespace gdprd::erasure {

namespace {

constexpr int link_layers_max = 4;
constexpr std::size_t links_max = 100;
constexpr std::size_t digits_max = 4096;
constexpr std::string_view beginning = "YTo";  // base64 of "a:"

void add_contact(const content::PhpValue& link, std::set<ContactId>& contacts) {
    for (const content::PhpMember& member : link.members) {
        const std::string& id = member.value.text;
        const bool is_id = member.value.kind == content::PhpValue::Kind::integer ||
                           member.value.kind == content::PhpValue::Kind::string;
        if (member.key.text != "lead" || !is_id) continue;
        ContactId contact = 0;
        const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), contact);
        if (error == std::errc{} && end == id.data() + id.size()) contacts.insert(contact);
    }
}

void add_contacts(std::string_view text, std::set<ContactId>& contacts) {
    std::size_t links = 0;
    for (auto at = text.find(beginning); at != std::string_view::npos && links < links_max; ++links) {
        std::size_t end = at;
        while (end < text.size() && end - at < digits_max && base64_digit(text[end]) < 64) ++end;
        if (const auto decoded = base64_decoded(text.substr(at, end - at))) {
            if (const auto link = content::read_php(*decoded)) add_contact(*link, contacts);
        }
        at = text.find(beginning, end);
    }
}

}  // namespace

std::set<ContactId> clicked_contacts(std::string_view text) {
    std::set<ContactId> contacts;
    add_contacts(text, contacts);
    std::string outer;
    std::string inner;
    for (int layer = 0; layer < link_layers_max && unescape(text, inner); ++layer) {
        std::swap(outer, inner);
        text = outer;
        add_contacts(text, contacts);
    }
    return contacts;
}

}  // namespace gdprd::erasure
