// What queue.db looks like inside, and how it changes from one version of the daemon to the next.
//
// PRAGMA application_id says that a file is ours, PRAGMA user_version says which format it has. Step n of
// format_steps() turns format n into format n + 1; a new file runs through all of them.
//
// To change the format:
//   1. Add a step at the end of format_steps(). Never edit a step that was released: files have run it.
//   2. A step is one SQL script and runs in one transaction with its version number: it must leave every job
//      where it was, so that a daemon killed in the middle finds the old file whole.
//   3. Put a file of the old format into test/queue as SQL text and test that it is migrated without loss.
//   4. Say in the change log that the older program refuses the file from now on.
// An index may be added or dropped without any of this being visible, but it is still a step.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace SQLite {
class Database;
}

namespace gdprd::queue {

inline constexpr std::int32_t application_id = 0x67647072;  // "gdpr" in ASCII

std::span<const std::string> format_steps();
std::int64_t format_version(SQLite::Database& database);

// True for a file without a single table, whoever made it. Throws ConfigurationError for a file that belongs
// to another program, and SQLite::Exception for one that is no SQLite file.
bool is_new_file(SQLite::Database& database, const std::filesystem::path& file);

// Brings a file to the format the steps lead to. Throws ConfigurationError for a newer one.
void migrate(SQLite::Database& database, const std::filesystem::path& file,
             std::span<const std::string> steps);

}  // namespace gdprd::queue
