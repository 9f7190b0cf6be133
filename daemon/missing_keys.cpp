#include "daemon/missing_keys.h"

#include <set>

#include "lookup/lookup.h"
#include "policy/hash.h"

namespace gdprd::daemon {

std::vector<std::string> missing_key_warnings(database::Connection& connection,
                                              const config::Config& config) {
    const policy::Hasher today(config.hash);
    const std::string own = today.key_id();
    std::set<std::string> known;
    for (const policy::Hasher& hasher : today.with_former()) known.insert(hasher.key_id());
    std::vector<std::string> warnings;
    for (const auto& missing : lookup::find_missing_keys(connection, config.ledger.database, known)) {
        warnings.push_back("[hash] key_file: " + std::to_string(missing.contacts) +
                           (missing.contacts == 1 ? " erasure is" : " erasures are") + " recorded with key " +
                           missing.key_id + ", which is not " + (own.empty() ? "there" : "this one, " + own) +
                           ": look-ups cannot find them. Put the former key back, or keep it and give it to "
                           "`lookup --key-file`");
    }
    return warnings;
}

}  // namespace gdprd::daemon
