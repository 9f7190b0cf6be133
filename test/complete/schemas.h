// The schemas an erasure is tried on: every version of the facts, fresh and as upgraded from before 5.1, each
// with or without a table prefix; the oldest and the newest with both.
#pragma once

#include <string>
#include <vector>

#include "fixture/mautic_database.h"

namespace gdprd::test {

struct SchemaCase {
    std::string version;
    bool upgraded = false;
    std::string prefix;

    std::string name() const {
        return version + (upgraded ? ", upgraded" : ", fresh") + (prefix.empty() ? "" : ", prefixed");
    }
};

inline std::vector<SchemaCase> schema_cases() {
    std::vector<SchemaCase> cases;
    const std::vector<std::string> versions = MauticDatabase::facts_versions();
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const bool both = i == 0 || i + 1 == versions.size();
        for (const bool upgraded : {false, true}) {
            if (upgraded && versions[i] < "5.1") continue;
            const bool prefixed = (i % 2 == 0) != upgraded;
            if (both || prefixed) cases.push_back({versions[i], upgraded, "mtc_"});
            if (both || !prefixed) cases.push_back({versions[i], upgraded, ""});
        }
    }
    return cases;
}

}  // namespace gdprd::test
