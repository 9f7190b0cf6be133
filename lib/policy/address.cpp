#include "policy/address.h"

#include <unicode/idna.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/text.h"

namespace gdprd::policy {

namespace {

using icu::IDNA;
using icu::IDNAInfo;
using icu::Normalizer2;
using icu::UnicodeString;

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// ICU replaces what is not UTF-8 by U+FFFD, which would make one address of several.
bool is_utf8(std::string_view text) {
    UErrorCode error = U_ZERO_ERROR;
    u_strFromUTF8(nullptr, 0, nullptr, text.data(), static_cast<std::int32_t>(text.size()), &error);
    return error != U_INVALID_CHAR_FOUND;
}

UnicodeString from_utf8(std::string_view text) {
    return UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string to_utf8(const UnicodeString& text) {
    std::string utf8;
    return text.toUTF8String(utf8);
}

UnicodeString without_invisible(const UnicodeString& text) {
    UnicodeString visible;
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
        if (const UChar32 code = text.char32At(at); !is_invisible(static_cast<std::uint32_t>(code)))
            visible.append(code);
    }
    return visible;
}

UnicodeString without_outer_space(const UnicodeString& text) {
    std::int32_t begin = 0;
    std::int32_t end = text.length();
    while (begin < end && u_isUWhiteSpace(text.char32At(begin))) begin = text.moveIndex32(begin, 1);
    while (begin < end && u_isUWhiteSpace(text.char32At(end - 1))) end = text.moveIndex32(end, -1);
    return {text, begin, end - begin};  // a copy: a temporary substring would refer to the caller's
}

enum class Form { composed, decomposed };

UnicodeString in_form(const UnicodeString& text, Form form) {
    UErrorCode error = U_ZERO_ERROR;
    const Normalizer2* normalizer =
        form == Form::composed ? Normalizer2::getNFCInstance(error) : Normalizer2::getNFDInstance(error);
    const UnicodeString normalised = U_SUCCESS(error) ? normalizer->normalize(text, error) : text;
    return U_SUCCESS(error) ? normalised : text;
}

// Canonical caseless matching (Unicode, definition D145): decomposed first, because folding takes some
// accents apart.
UnicodeString folded(const UnicodeString& text) {
    UnicodeString lower = in_form(text, Form::decomposed);
    return in_form(lower.foldCase(), Form::composed);
}

// The same character by character: "weiss" and "wei\u00df" are two mailboxes, and so are a ligature and its
// letters, which full folding takes for one.
UnicodeString simply_folded(const UnicodeString& text) {
    const UnicodeString decomposed = in_form(text, Form::decomposed);
    UnicodeString lower;
    for (std::int32_t at = 0; at < decomposed.length(); at = decomposed.moveIndex32(at, 1)) {
        lower.append(u_foldCase(decomposed.char32At(at), U_FOLD_CASE_DEFAULT));
    }
    return in_form(lower, Form::composed);
}

const IDNA* idna() {
    static const std::unique_ptr<const IDNA> instance = [] {
        UErrorCode error = U_ZERO_ERROR;
        std::unique_ptr<const IDNA> made(IDNA::createUTS46Instance(
            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE, error));
        return U_SUCCESS(error) ? std::move(made) : nullptr;
    }();
    return instance.get();
}

enum class Domain { ascii, unicode };

// Nothing when it is no domain that DNS could hold.
std::optional<UnicodeString> domain_as(const UnicodeString& domain, Domain wanted) {
    if (idna() == nullptr || domain.isEmpty()) return std::nullopt;
    UErrorCode error = U_ZERO_ERROR;
    IDNAInfo info;
    UnicodeString converted;
    if (wanted == Domain::ascii) {
        idna()->nameToASCII(domain, converted, info, error);
    } else {
        idna()->nameToUnicode(domain, converted, info, error);
    }
    if (U_FAILURE(error) || info.hasErrors()) return std::nullopt;
    return converted;
}

struct Parts {
    UnicodeString local;  // everything where there is no '@'
    UnicodeString domain;
    bool has_at = false;
};

Parts parts_of(std::string_view address) {
    const UnicodeString text = without_outer_space(without_invisible(from_utf8(address)));
    const std::int32_t at = text.lastIndexOf(u'@');
    if (at < 0) return {text, {}, false};
    return {{text, 0, at}, {text, at + 1}, true};
}

std::string joined(const Parts& parts, const UnicodeString& domain) {
    std::string text = to_utf8(simply_folded(parts.local));
    if (parts.has_at) text += '@' + to_utf8(domain);
    return text;
}

bool has_encoded_label(std::string_view address) {
    return to_lower(address).find("xn--") != std::string::npos;
}

void add_once(std::vector<std::string>& spellings, std::string spelling) {
    if (std::find(spellings.begin(), spellings.end(), spelling) == spellings.end())
        spellings.push_back(std::move(spelling));
}

}  // namespace

bool is_invisible(std::uint32_t code) {
    const auto point = static_cast<UChar32>(code);
    if (u_isUWhiteSpace(point)) return false;
    return u_iscntrl(point) || u_charType(point) == U_FORMAT_CHAR ||
           u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool is_sign(std::uint32_t code) {
    constexpr std::uint32_t signs = U_GC_P_MASK | U_GC_S_MASK | U_GC_Z_MASK | U_GC_CO_MASK;
    return (U_GET_GC_MASK(static_cast<UChar32>(code)) & signs) != 0;
}

bool is_of_unspaced_script(std::uint32_t code) {
    constexpr std::array scripts{USCRIPT_HAN,      USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
                                 USCRIPT_BOPOMOFO, USCRIPT_HANGUL,   USCRIPT_THAI,
                                 USCRIPT_LAO,      USCRIPT_KHMER,    USCRIPT_MYANMAR};
    const auto letter = static_cast<UChar32>(code);
    const bool is_of_word = (U_GET_GC_MASK(letter) & (U_GC_L_MASK | U_GC_M_MASK)) != 0;
    return is_of_word && std::any_of(scripts.begin(), scripts.end(), [letter](UScriptCode script) {
               return uscript_hasScript(letter, script) != 0;
           });
}

std::string formerly_normalised_address(std::string_view address) { return to_lower(trimmed(address)); }

std::string normalised_address(std::string_view address) {
    if (is_ascii(address) || !is_utf8(address)) return formerly_normalised_address(address);
    const Parts parts = parts_of(address);
    const auto ascii = domain_as(parts.domain, Domain::ascii);
    return joined(parts, ascii ? *ascii : simply_folded(parts.domain));
}

std::vector<std::string> address_spellings(std::string_view address) {
    std::vector<std::string> spellings{normalised_address(address)};
    add_once(spellings, formerly_normalised_address(address));
    add_once(spellings, std::string(trimmed(address)));
    add_once(spellings, std::string(address));
    if ((is_ascii(address) && !has_encoded_label(address)) || !is_utf8(address)) return spellings;
    const Parts parts = parts_of(address);
    const UnicodeString domain =
        domain_as(parts.domain, Domain::unicode).value_or(simply_folded(parts.domain));
    const UnicodeString in_unicode = from_utf8(joined(parts, domain));
    for (const Form form : {Form::composed, Form::decomposed}) {
        const std::string spelling = to_utf8(in_form(in_unicode, form));
        add_once(spellings, spelling);
        add_once(spellings, formerly_normalised_address(to_utf8(
                                in_form(without_outer_space(without_invisible(from_utf8(address))), form))));
    }
    return spellings;
}

std::string folded_name(std::string_view text) {
    if (!is_utf8(text)) return to_lower(trimmed(text));
    return to_utf8(folded(without_outer_space(without_invisible(from_utf8(text)))));
}

}  // namespace gdprd::policy
