// The facts as a signed JSON document, for programs and for whoever keeps evidence. The keys are a promise:
// new ones may come, none goes and none changes its meaning.
//
//   { "format": "mautic-gdprd-certificate 1", "signature": "…", "statement": { … } }
//
// Signed by Ed25519 is the line "mautic-gdprd-certificate 1", its end, and the statement as RFC 8785 (JCS)
// writes it: without blanks, keys in the order of their bytes; there are no fractions in it. Any program that
// has that and Ed25519 can verify it. Times are ISO 8601 in UTC; what is not known is null. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/signing_key.h"
#include "certificate/facts.h"
#include "words/language.h"

namespace gdprd::certificate {

inline constexpr const char* json_format = "mautic-gdprd-certificate 1";

// What is signed of a statement that is written without blanks, and the only file there is of a statement and
// its signature.
std::string signed_text(std::string_view statement);
std::string signed_document(const nlohmann::json& statement, const std::string& signature);

std::string signed_json(const Facts& facts, words::Language language, const SigningKey& key);

}  // namespace gdprd::certificate
