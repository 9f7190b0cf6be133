// What the pages about erasures say: overview, register, holds, people who came back, the data map. A part of
// the catalogue in words.cpp; its users include words.h.
#pragma once

#include "words/words.h"

namespace gdprd::words {

inline constexpr Entry desk_register_words[] = {
    {Word::desk_count_of_register, {"Erasures: {1}", "Törlések: {1}", "Löschungen: {1} insgesamt"}},
};

}  // namespace gdprd::words
