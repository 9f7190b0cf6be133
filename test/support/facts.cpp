#include "support/facts.h"

#include <cstdlib>
#include <iostream>

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
    return found;
}

}  // namespace gdprd::test
