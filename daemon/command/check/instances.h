// The Mautics of one machine, and what two of them must not share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/command/check/report.h"

namespace gdprd::command {

struct Instance {
    std::string name;  // "" for the plain configuration beside the instances' directories
    std::filesystem::path config_file;
};

struct CheckedInstance {
    Instance instance;
    CheckReport report;
};

// What lies in the directory beside them and is none: a name that an instance cannot have, or no
// configuration. With the reason, one sentence each.
std::vector<std::string> skipped_in(const std::filesystem::path& directory);

// In the order of names, the plain one first. Throws ConfigurationError when the directory cannot be read.
std::vector<Instance> find_instances(const std::filesystem::path& directory);

// A queue, a listener, a ledger or a Mautic that several have. Whether two ways to a database server lead to
// one, the server says; where it cannot be asked, what the configurations say of it is compared. Warns of
// those whose configuration cannot be used, and of `skipped`. The thread holds a database::ThreadScope.
CheckReport check_apart(const std::vector<Instance>& instances, const std::vector<std::string>& skipped);

}  // namespace gdprd::command
