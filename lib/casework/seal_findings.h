// What the verification of the seals came to, in words. Pure.
#pragma once

#include "desk/page.h"
#include "seal/seal.h"
#include "seal/verifier.h"

namespace gdprd::casework {

words::Word word_of(seal::SealKind kind);
desk::Html html_of(const desk::Visit& visit, const seal::SealReport& report, bool is_key_known);

}  // namespace gdprd::casework
