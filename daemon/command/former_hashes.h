// What the commands share that remove the hashes of former times, or wrap them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gdprd::command {

// A name that an operator gives for what made hashes: none for an algorithm without a key ("md5"), otherwise
// the id of a key. Throws ConfigurationError, in which `where` is the command, when it is neither.
std::optional<std::string> key_id_in(const std::string& name, const std::string& where);

// The columns in which hashes stay that no index leads to, on standard output; nothing when there are none.
void print_unreachable(const std::vector<std::string>& columns);

}  // namespace gdprd::command
