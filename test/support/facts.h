// The recorded facts about Mautic (requests, schemas) that tests hold the program against. They are kept
// beside the project, not in it, so a checkout may lack them.
#pragma once

#include <filesystem>
#include <optional>

namespace gdprd::test {

// $MAUTIC_FACTS_DIR, or ../shared/mautic beside the source directory. Nothing when it is missing: the caller
// skips its test, and a loud warning is printed once.
std::optional<std::filesystem::path> facts_directory();

}  // namespace gdprd::test
