// What somebody gives who looks a person up: the address, and the words that the look-up is logged with.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gdprd::lookup {

// As they were given; "" for none.
struct LookupWords {
    std::string officer;
    std::string case_reference;
    std::string reason;
};

enum class WordsField { officer, case_reference, reason };

// What is wrong with a text, of those that are kept in the log of look-ups.
enum class WordsFault {
    has_address,  // an @: the log keeps no address, whoever typed it where
    too_long,
    control_characters,
    no_utf8,
    missing,  // a case that is required
};

struct RefusedWords {
    WordsField field = WordsField::officer;
    WordsFault fault = WordsFault::has_address;
};

// In bytes.
constexpr std::size_t words_bytes_max = 128;
constexpr std::size_t reason_bytes_max = 255;
constexpr std::size_t bytes_max_of(WordsField field) {
    return field == WordsField::reason ? reason_bytes_max : words_bytes_max;
}

// The first thing that is wrong with them; nothing when they can be logged.
std::optional<RefusedWords> refused_words(const LookupWords& words, bool case_required);

// What is wrong with an address. A hash is of every character: what is around an address, or beside it, would
// be answered with "nothing known" about somebody who is known.
enum class AddressFault {
    missing,
    too_long,
    no_at,
    control_characters,
    no_utf8,
    several,      // more than one @ outside of quotation marks
    marks,        // "<", a comma, "mailto:" and the like, outside of quotation marks
    blanks,       // between other characters, outside of quotation marks
    empty_side,   // nothing before the @, or nothing after it
    dot_at_edge,  // of the domain
};

// RFC 5321 allows 254 bytes, Mautic's column 191 characters of up to 4 bytes.
constexpr std::size_t address_bytes_max = 764;

// Of a text without blanks at its ends. Allowed is what may stand in a database: quoted local parts, as
// RFC 5321 has them, any script, and the invisible characters that policy/address.h leaves out.
std::optional<AddressFault> check_address(std::string_view address);

}  // namespace gdprd::lookup
