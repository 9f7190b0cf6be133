// The recorded facts about Mautic (requests, schemas) that tests hold the program against. They are kept
// beside the project, not in it, so a checkout may lack them.
#pragma once

#include <filesystem>
#include <optional>

namespace gdprd::test {

// $MAUTIC_FACTS_DIR, or ../shared/mautic beside the source directory. Nothing when it is missing: what the
// caller then leaves out counts as skipped, and a loud warning is printed once.
std::optional<std::filesystem::path> facts_directory();

// The same for a test case that is nothing without them: where they are missing it is left and counts as
// skipped.
std::filesystem::path needed_facts();

}  // namespace gdprd::test
