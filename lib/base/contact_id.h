// The number Mautic knows a contact by: `leads`.`id`, BIGINT UNSIGNED (INT in databases made before 2.15.1).
// The only thing about a person that the queue, the log and the metrics may ever name.
#pragma once

#include <cstdint>

namespace gdprd {

using ContactId = std::uint64_t;

}  // namespace gdprd
