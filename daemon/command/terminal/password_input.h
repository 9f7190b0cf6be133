// Reads a password that must not be on the command line, where other users see it.
#pragma once

#include <filesystem>
#include <string>

namespace gdprd::command {

// One line from the terminal, which does not show it. Throws ConfigurationError with `advice` when standard
// input is none, or nothing was typed.
std::string read_password(const std::string& prompt, const std::string& advice);

// What `file`, which `option` names, has without one newline at its end; `what` is to be in it. Throws
// ConfigurationError, never with the password in it.
std::string read_password_file(const std::filesystem::path& file, const std::string& option,
                               const std::string& what = "nothing but the password");
// The same of two lines: a name, and the password below it.
std::string read_login_file(const std::filesystem::path& file, const std::string& option,
                            const std::string& what);

}  // namespace gdprd::command
