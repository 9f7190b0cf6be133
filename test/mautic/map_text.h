// The smallest data map there can be, and what tests add to it.
#pragma once

#include <string>

namespace gdprd::test {

inline const std::string contact_table =
    "format = 1\n"
    "[[table]]\nname = \"leads\"\nwhy = \"the contact\"\n"
    "tie = { kind = \"contact\", column = \"id\" }\ncontact_fields = true\n";

inline std::string table(const std::string& name, const std::string& tie, const std::string& rest = "") {
    return "[[table]]\nname = \"" + name + "\"\nwhy = \"a reason\"\ntie = { " + tie + " }\n" + rest;
}

}  // namespace gdprd::test
