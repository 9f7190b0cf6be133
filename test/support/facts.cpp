#include "support/facts.h"

#include <cstdlib>
#include <iostream>

#include "support/skipped.h"

namespace gdprd::test {

namespace {

std::optional<std::filesystem::path> find() {
    const char* configured = std::getenv("MAUTIC_FACTS_DIR");
    std::filesystem::path path = std::filesystem::path(GDPRD_SOURCE_DIR) / "../shared/mautic";
    if (configured != nullptr && *configured != '\0') path = configured;
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return std::filesystem::canonical(path);
    std::cerr << "WARNING: facts about Mautic not found at " << path.lexically_normal().string()
              << "; tests against them are SKIPPED\n";
    return std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> facts_directory() {
    static const std::optional<std::filesystem::path> found = find();
    if (!found) note_skipped();
    return found;
}

std::filesystem::path needed_facts() {
    const auto found = facts_directory();
    if (!found) skip_test_case();
    return *found;
}

}  // namespace gdprd::test
