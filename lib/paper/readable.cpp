#include "paper/readable.h"

#include <glib.h>

namespace gdprd::paper {

namespace {

bool is_shown(gunichar code) {
    if (code == 0xa0) return true;  // between a number and its unit
    switch (g_unichar_type(code)) {
        case G_UNICODE_CONTROL:
        case G_UNICODE_FORMAT:
        case G_UNICODE_UNASSIGNED:
        case G_UNICODE_PRIVATE_USE:
        case G_UNICODE_SURROGATE:
        case G_UNICODE_LINE_SEPARATOR:
        case G_UNICODE_PARAGRAPH_SEPARATOR:
            return false;
        default:
            return g_unichar_isprint(code) != 0;
    }
}

std::string escaped(char kind, std::uint32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (; code > 0 || hex.empty(); code /= 16) hex.insert(hex.begin(), digits[code % 16]);
    return std::string("\\") + kind + '{' + hex + '}';
}

}  // namespace

std::string code_text(std::uint32_t code) { return escaped('u', code); }

std::string readable(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const char* here = text.data() + at;
        // Which takes a NUL for the end of the text.
        const gunichar code =
            *here == 0 ? 0 : g_utf8_get_char_validated(here, static_cast<gssize>(text.size() - at));
        const bool is_valid = code < 0x80000000U;
        if (!is_valid) {
            result += escaped('x', static_cast<unsigned char>(*here));
            ++at;
            continue;
        }
        const std::size_t size = static_cast<std::size_t>(g_utf8_next_char(here) - here);
        result += is_shown(code) ? std::string(here, size) : code_text(code);
        at += size;
    }
    return result;
}

}  // namespace gdprd::paper
