// The languages of what is handed to people: certificates and reports. Commands and logs are in English.
#pragma once

#include "base/names.h"

namespace gdprd::words {

enum class Language { en, hu, de };
inline constexpr auto language_names =
    make_names<Language>({{Language::en, "en"}, {Language::hu, "hu"}, {Language::de, "de"}});

}  // namespace gdprd::words
