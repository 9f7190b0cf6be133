// The configuration file as plain data: sections, options, values and the lines they stand on. Nothing is
// judged here but the syntax. document.cpp is the only file of this room that sees toml++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace gdprd::config {

struct Value;
using List = std::vector<Value>;

// A value of a kind no option takes: a number with a fraction, a date, a list of tables.
struct Unsupported {
    std::string kind;
};

struct Value {
    std::variant<std::string, std::int64_t, bool, List, Unsupported> data;
    std::size_t line = 0;  // counted from 1
};

// "a text", "a whole number", "true or false", "a list", "a date".
std::string kind_of(const Value& value);

// As it would stand in the file: "md5" in quotes, 16, true, ["1m", "1d"]; a long text is cut.
std::string shown(const Value& value);
std::string in_quotes(const std::string& text);  // control characters become '?'

struct DocumentSection {
    std::size_t line = 0;
    std::map<std::string, Value> options;
};

// Sections by their full name, "policy.fields" for a table within a table. Options that stand before the
// first section are in "".
struct Document {
    std::map<std::string, DocumentSection> sections;
};

// Throws ConfigurationError "<name>:<line>: …" when `text` is not TOML. The message holds no value.
Document parse_document(const std::string& text, const std::string& name);

}  // namespace gdprd::config
