// Secrets live in files of their own (mode 0600, or systemd's LoadCredential=), never in the configuration.
#pragma once

#include <string>
#include <string_view>

namespace gdprd {

// The content of `path`, one line, without its newline. A path that does not start with '/' names a
// credential of the service manager: it is looked up in $CREDENTIALS_DIRECTORY first, then beside the current
// directory. Throws ConfigurationError when the file cannot be read, is empty, is larger than 4 KiB or has
// control characters, of which a second newline is one; the message names the path, never the content.
std::string read_secret(const std::string& path);
// The same of a text of several lines: a key in PEM, a name with its password below.
std::string read_secret_lines(const std::string& path);

// What is seldom meant and cannot be seen: "it begins with white space", "it begins with a byte order mark",
// …;
// "" when there is nothing of the kind.
std::string invisible_in(std::string_view secret);

// By its own permissions, whatever those of the directories above it are.
bool is_readable_by_everybody(const std::string& path);

// Compares in a time that depends on their lengths only.
bool same_secret(std::string_view one, std::string_view other);

}  // namespace gdprd
