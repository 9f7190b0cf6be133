#include "daemon/command/former_hashes.h"

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/hex.h"
#include "policy/hash.h"

namespace gdprd::command {

std::optional<std::string> key_id_in(const std::string& name, const std::string& where) {
    constexpr std::size_t key_id_digits = 16;
    const auto algorithms = policy::all_algorithms();
    const bool is_without_key =
        std::any_of(algorithms.begin(), algorithms.end(),
                    [&](const policy::AlgorithmFacts& one) { return one.name == name; });
    if (is_without_key) return std::nullopt;
    if (name.size() == key_id_digits && is_lower_hex(name)) return name;
    throw ConfigurationError(where + ": neither the id of a key nor an algorithm",
                             "`mautic-gdprd lookup` shows the id of a record's key: 16 hexadecimal digits. "
                             "\"md5\" and \"sha256\" mean hashes without a key");
}

void print_unreachable(const std::vector<std::string>& columns) {
    if (columns.empty()) return;
    std::cout
        << "\nIn these columns hashes may stay, in rows that only their text associated with somebody:\n";
    for (const std::string& column : columns) std::cout << "  " << column << '\n';
}

}  // namespace gdprd::command
