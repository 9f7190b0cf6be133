// Is a certificate what was issued? Needs nothing but the file and the public key: neither a database nor a
// configuration.
//
// A PDF is signed as a whole: a comment before its last "startxref" has number, key and signature, and what
// is signed is the number, where the comment stands, and the SHA-256 of all bytes without that line. Whatever
// is changed, moved, added or saved anew shows. A JSON document must be byte for byte the one that the
// program writes of its statement and signature. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/names.h"
#include "base/signing_key.h"

namespace gdprd::certificate {

std::string signed_pdf(const std::string& pdf, const std::string& number, const SigningKey& key);

enum class Authenticity {
    authentic,        // as it was signed, by the key that was given
    key_not_given,    // as it was signed by the key that it names itself: anybody may have made it
    other_key,        // signed by another key than was given
    changed,          // not as it was signed
    unknown_version,  // of a later version of the program
    no_certificate,
};
inline constexpr auto authenticity_names =
    make_names<Authenticity>({{Authenticity::authentic, "authentic"},
                              {Authenticity::key_not_given, "key_not_given"},
                              {Authenticity::other_key, "other_key"},
                              {Authenticity::changed, "changed"},
                              {Authenticity::unknown_version, "unknown_version"},
                              {Authenticity::no_certificate, "no_certificate"}});

struct Verified {
    Authenticity authenticity = Authenticity::no_certificate;
    std::string key;     // that it is signed by; "" where it is not signed at all
    std::string number;  // of the certificate
    // Of a JSON document, what it says; "" else. A PDF says it itself.
    std::string conclusion;
    std::string issued_at;
};

// `public_key`: 64 hexadecimal digits.
Verified verify_certificate(std::string_view file, const std::optional<std::string>& public_key);

}  // namespace gdprd::certificate
