#include "matching/clickthrough.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/base64.h"
#include "base/text.h"
#include "content/php_value.h"
#include "matching/unescape.h"

namespace gdprd::matching {

namespace {

using content::PhpMember;
using content::PhpValue;

constexpr int link_layers_max = 4;
constexpr std::size_t links_max = 100;
constexpr std::size_t digits_max = 4096;
constexpr std::string_view beginning = "YTo";                 // base64 of "a:"
constexpr std::string_view read_parameter = "s:2:\"ct\";a:";  // serialized, as an array

// "l" alone may mean anything.
bool has_short_names(const PhpValue& link) {
    return std::any_of(link.members.begin(), link.members.end(), [](const PhpMember& member) {
        const std::string& name = member.key.text;
        return name == "s" || name == "st" || name == "c" || name == "e";
    });
}

void add_contact(const PhpValue& link, std::set<ContactId>& contacts) {
    for (const PhpMember& member : link.members) {
        const std::string& id = member.value.text;
        const bool is_id =
            member.value.kind == PhpValue::Kind::integer || member.value.kind == PhpValue::Kind::string;
        const bool is_lead = member.key.text == "lead" || (member.key.text == "l" && has_short_names(link));
        if (!is_lead || !is_id) continue;
        if (const auto contact = whole_number<ContactId>(id)) contacts.insert(*contact);
    }
}

void add_from_parameters(const PhpValue& parameters, std::set<ContactId>& contacts) {
    for (const PhpMember& member : parameters.members) {
        if (member.key.text == "ct") add_contact(member.value, contacts);
        add_from_parameters(member.value, contacts);
    }
}

// `is_blank`: what was decoded once too often has a blank in the place of each '+'.
std::string digits_of(std::string_view text, bool is_blank) {
    std::string digits;
    for (char c : text.substr(0, digits_max)) {
        if (is_blank && c == ' ') c = '+';
        if (base64_digit(c) > 63) break;
        digits += c;
    }
    return digits;
}

void add_contacts(std::string_view text, std::set<ContactId>& contacts) {
    std::size_t links = 0;
    for (auto at = text.find(beginning); at != std::string_view::npos && links < links_max; ++links) {
        std::size_t length = beginning.size();
        for (const bool is_blank : {false, true}) {
            const std::string digits = digits_of(text.substr(at), is_blank);
            const auto decoded = base64_decoded(digits);
            const auto link = decoded ? content::read_php(*decoded) : std::nullopt;
            if (!link) continue;
            add_contact(*link, contacts);
            length = digits.size();
            break;
        }
        at = text.find(beginning, at + length);
    }
}

}  // namespace

std::set<ContactId> clicked_contacts(std::string_view text) {
    std::set<ContactId> contacts;
    if (text.find(read_parameter) != std::string_view::npos) {
        if (const auto parameters = content::read_php(text)) add_from_parameters(*parameters, contacts);
    }
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

}  // namespace gdprd::matching
