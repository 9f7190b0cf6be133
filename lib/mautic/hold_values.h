// Can a value of [hold.fields] ever stand in its column? A rule that cannot match holds nobody, and nobody
// would notice before an erasure that cannot be taken back. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mautic/schema.h"

namespace gdprd::mautic {

// The values that a field of type select or multiselect offers, from `lead_fields.properties`. Nothing where
// that does not say.
std::optional<std::vector<std::string>> options_of_field(std::string_view properties);

// Why the column never has this text, as Mautic and the server write it; "" when it may. `options`: those of
// the field, where they are known.
std::string why_never_held(std::string_view value, const Column& column, std::string_view field_type,
                           const std::optional<std::vector<std::string>>& options);

}  // namespace gdprd::mautic
