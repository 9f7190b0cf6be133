// A value of a prepared statement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace gdprd::database {

// What is bound to a `?`. Text is sent as utf8mb4; blobs go as text of arbitrary bytes. A text of more than
// 256 KiB is sent without a character set, which matters where the column's is not utf8 or where MySQL's JSON
// type refuses it: write CONVERT(? USING utf8mb4) there.
using Value = std::variant<std::nullptr_t, std::int64_t, std::uint64_t, std::string>;

}  // namespace gdprd::database
