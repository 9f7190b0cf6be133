// What the pages about people say: look-up, log, certificates, seals, reports, search for residue. A part of
// the catalogue in words.cpp; its users include words.h.
#pragma once

#include "words/words.h"

namespace gdprd::words {

inline constexpr Entry desk_lookup_words[] = {
    {Word::desk_address, {"E-mail address", "E-mail-cím", "E-Mail-Adresse"}},
};

}  // namespace gdprd::words
