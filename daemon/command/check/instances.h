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

// In the order of names, the plain one first. Throws ConfigurationError when the directory cannot be read.
std::vector<Instance> find_instances(const std::filesystem::path& directory);

// A queue, a listener, a ledger or a Mautic that several have. Those whose configuration cannot be used are
// passed over: their own check tells why.
CheckReport check_apart(const std::vector<Instance>& instances);

}  // namespace gdprd::command
