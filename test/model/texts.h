// Texts as Mautic writes them.
#pragma once

#include <string>

namespace gdprd::test::model {

inline const std::string long_ago = "2025-02-01 08:00:00";

inline std::string php_text(const std::string& text) {
    return "s:" + std::to_string(text.size()) + ":\"" + text + "\";";
}

// A change of a field as the audit log has it.
inline std::string changed(const std::string& field, const std::string& from, const std::string& to) {
    return "a:1:{s:6:\"fields\";a:1:{" + php_text(field) + "a:2:{i:0;" + php_text(from) + "i:1;" +
           php_text(to) + "}}}";
}

inline std::string tokens(const std::string& text) { return "a:1:{s:5:\"token\";" + php_text(text) + "}"; }

}  // namespace gdprd::test::model
