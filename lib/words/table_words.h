// What the tables of Mautic hold, in a few words for whoever does not know Mautic. Pure.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "words/language.h"

namespace gdprd::words {

struct TableWords {
    std::string_view table;              // without a prefix; "form_results_*" is every table that begins so
    std::array<const char*, 3> texts{};  // in the order of Language
};
std::span<const TableWords> all_table_words();

// "" for a table that is none of Mautic's own.
std::string table_text(std::string_view table, Language language);

}  // namespace gdprd::words
