// Whatever the bytes: PHP source is read within its limits or refused, nothing of it is in a refusal but a
// line's number, and what was read, written anew as PHP, is read as the same.
#include <algorithm>

#include "content/php_source.h"
#include "fuzz/target.h"

namespace gdprd::fuzz {

namespace {

using content::PhpConstant;
using content::PhpSourceError;
using Kind = PhpConstant::Kind;

std::string quoted(const std::string& text) {
    std::string source = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') source += '\\';
        source += c;
    }
    return source + '\'';
}

std::string source_of(const PhpConstant& value) {
    switch (value.kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return value.text == "1" ? "true" : "false";
        case Kind::integer:
            return value.text == "-9223372036854775808" ? "-9223372036854775807-1" : value.text;
        case Kind::real:
            return value.text;
        case Kind::string:
            return quoted(value.text);
        case Kind::environment:
            return "getenv(" + quoted(value.text) + ")";
        case Kind::computed:
            return "f()";
        case Kind::array:
            break;
    }
    std::string source = "[";
    for (const auto& member : value.members) {
        must_hold(member.value.kind == Kind::array || member.value.members.empty(),
                  "only an array has members");
        PhpConstant key{member.key_is_integer ? Kind::integer : Kind::string, member.key, {}};
        source += source_of(key) + "=>" + source_of(member.value) + ',';
    }
    return source + ']';
}

bool same(const PhpConstant& one, const PhpConstant& other) {
    return one.kind == other.kind && one.text == other.text &&
           std::equal(one.members.begin(), one.members.end(), other.members.begin(), other.members.end(),
                      [](const auto& a, const auto& b) {
                          return a.key_is_integer == b.key_is_integer && a.key == b.key &&
                                 same(a.value, b.value);
                      });
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    PhpConstant value;
    try {
        value = content::read_php_assignments(input, "parameters");
    } catch (const PhpSourceError& error) {
        must_hold(std::string_view(error.what()).size() < 120, "a refusal is short");
        return;
    }
    must_hold(value.kind == Kind::array, "what was read is an array");
    const std::string source = "<?php $parameters = " + source_of(value) + ";";
    must_hold(same(content::read_php_assignments(source, "parameters"), value),
              "what was read is written and read as the same");
}

}  // namespace gdprd::fuzz
