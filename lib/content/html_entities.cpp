#include "content/html_entities.h"

#include <array>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace gdprd::content {

namespace {

struct Entity {
    std::string_view name;
    std::uint32_t code;
};

constexpr std::array<Entity, 8> common_entities{{{"amp", '&'},
                                                 {"lt", '<'},
                                                 {"gt", '>'},
                                                 {"quot", '"'},
                                                 {"apos", '\''},
                                                 {"nbsp", ' '},
                                                 {"commat", '@'},
                                                 {"period", '.'}}};

// U+00C0 to U+00FF, as mail editors and htmlentities() write them.
constexpr std::array<std::string_view, 64> latin_entities{
    "Agrave", "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute",
    "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute",
    "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute",
    "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde",
    "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml",   "yacute", "thorn",  "yuml"};

constexpr std::size_t entity_bytes_max = 10;  // between '&' and ';'
constexpr int layers_max = 4;

std::optional<std::uint32_t> entity_code(std::string_view name) {
    if (name.size() > 1 && name[0] == '#') {
        const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        return number_of(name.substr(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
    }
    for (const Entity& entity : common_entities) {
        if (entity.name == name) return entity.code;
    }
    for (std::size_t i = 0; i < latin_entities.size(); ++i) {
        if (latin_entities[i] == name) return static_cast<std::uint32_t>(0xc0 + i);
    }
    return std::nullopt;
}

}  // namespace

std::size_t take_html_entity(std::string_view text, std::string& plain) {
    const auto end = text.substr(0, entity_bytes_max + 2).find(';');
    if (end == std::string_view::npos) return 0;
    const auto code = entity_code(text.substr(1, end - 1));
    if (!code || *code > 0x10ffff) return 0;
    append_utf8(plain, *code);
    return end + 1;
}

std::string html_unescaped(std::string_view text) {
    std::string shown(text);
    for (int layer = 0; layer < layers_max; ++layer) {
        std::string plain;
        std::string_view rest = shown;
        while (!rest.empty()) {
            const std::size_t taken = rest.front() == '&' ? take_html_entity(rest, plain) : 0;
            if (taken == 0) plain += rest.front();
            rest.remove_prefix(taken == 0 ? 1 : taken);
        }
        if (plain == shown) break;
        shown = std::move(plain);
    }
    return shown;
}

}  // namespace gdprd::content
