#include "content/php_value.h"

#include "support/catch.h"

using namespace gdprd::content;
using namespace std::string_literals;

namespace {

std::string nested_arrays(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "a:1:{i:0;";
    return text + "N;" + std::string(depth, '}');
}

}  // namespace

TEST_CASE("what is not exactly one value in PHP's format is not read") {
    struct Row {
        const char* name;
        std::string text;
    };
    const Row rows[] = {
        {"empty", ""},
        {"no value", "x"},
        {"cut null", "N"},
        {"trailing bytes", "N;N;"},
        {"trailing space", "i:1; "},
        {"trailing NUL byte", "i:1;\0"s},
        {"boolean of two", "b:2;"},
        {"boolean of two digits", "b:01;"},
        {"integer without digits", "i:;"},
        {"integer with plus", "i:+1;"},
        {"integer with two signs", "i:--1;"},
        {"integer with fraction", "i:1.5;"},
        {"real without digits", "d:;"},
        {"real without fraction", "d:1.;"},
        {"real without integer part", "d:.5;"},
        {"real without exponent", "d:1.0E+;"},
        {"real with unsigned exponent", "d:1.0E25;"},
        {"real of another kind", "d:-NAN;"},
        {"string shorter than told", "s:5:\"anna\";"},
        {"string longer than told", "s:3:\"anna\";"},
        {"string longer than there is", "s:99999999999:\"anna\";"},
        {"length beyond all numbers", "s:99999999999999999999999:\"anna\";"},
        {"negative length", "s:-1:\"\";"},
        {"length with a leading zero", "s:04:\"anna\";"},
        {"length in characters, not bytes", "s:1:\"\u00fc\";"},
        {"string without quotes", "s:4:anna;"},
        {"string without end", "s:4:\"anna\""},
        {"array with too few members", "a:2:{i:0;N;}"},
        {"array with too many members", "a:1:{i:0;N;i:1;N;}"},
        {"array of very many members", "a:4000000000:{}"},
        {"array without end", "a:1:{i:0;N;"},
        {"array with an ending semicolon", "a:0:{};"},
        {"count with a leading zero", "a:00:{}"},
        {"key without value", "a:1:{i:0;}"},
        {"null as key", "a:1:{N;N;}"},
        {"boolean as key", "a:1:{b:1;N;}"},
        {"real as key", "a:1:{d:1;N;}"},
        {"array as key", "a:1:{a:0:{}N;}"},
        {"object", "O:8:\"stdClass\":0:{}"},
        {"object in an array", "a:1:{i:0;O:8:\"stdClass\":0:{}}"},
        {"serializable object", "C:1:\"X\":0:{}"},
        {"enumeration", "E:3:\"X:A\";"},
        {"reference", "a:2:{i:0;i:1;i:1;R:2;}"},
        {"escaped string", "S:1:\"\\61\";"},
        {"JSON", "{\"a\":1}"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK_FALSE(read_php(row.text));
    }
}

TEST_CASE("what was read is written with the same bytes") {
    for (const std::string& text :
         {"N;"s,
          "b:0;"s,
          "b:1;"s,
          "i:0;"s,
          "i:-42;"s,
          "i:9223372036854775807;"s,
          "i:99999999999999999999999;"s,
          "d:0.1;"s,
          "d:-0;"s,
          "d:1.0E+25;"s,
          "d:1.5E-7;"s,
          "d:INF;"s,
          "d:-INF;"s,
          "d:NAN;"s,
          "d:0.1000000000000000055511151231257827;"s,
          "s:0:\"\";"s,
          "s:3:\"a\"b\";"s,
          "s:4:\"\";}\0\";"s,
          "s:2:\"\u00fc\";"s,
          "s:1:\"\xff\";"s,
          "a:0:{}"s,
          "a:2:{i:0;s:3:\"old\";i:1;s:3:\"new\";}"s,
          "a:2:{s:1:\"a\";i:1;s:1:\"a\";i:2;}"s,
          "a:1:{i:-7;a:1:{s:0:\"\";a:0:{}}}"s,
          "a:1:{s:6:\"fields\";a:1:{s:5:\"email\";a:2:{i:0;s:3:\"a@b\";i:1;s:3:\"c@d\";}}}"s}) {
        INFO(text);
        const auto value = read_php(text);
        REQUIRE(value);
        CHECK(write_php(*value) == text);
    }
}

TEST_CASE("a value is read as what it is") {
    const auto value = read_php("a:3:{s:4:\"name\";s:7:\"a\";b:1;\";i:7;b:1;i:-1;d:0.5;}");
    REQUIRE(value);
    REQUIRE(value->kind == PhpValue::Kind::array);
    REQUIRE(value->members.size() == 3);
    CHECK(value->members[0].key == PhpValue{PhpValue::Kind::string, "name", {}});
    CHECK(value->members[0].value == PhpValue{PhpValue::Kind::string, "a\";b:1;", {}});
    CHECK(value->members[1].key == PhpValue{PhpValue::Kind::integer, "7", {}});
    CHECK(value->members[1].value == PhpValue{PhpValue::Kind::boolean, "1", {}});
    CHECK(value->members[2].key == PhpValue{PhpValue::Kind::integer, "-1", {}});
    CHECK(value->members[2].value == PhpValue{PhpValue::Kind::real, "0.5", {}});
}

TEST_CASE("the limits of a PHP value are kept to the one") {
    CHECK(read_php(nested_arrays(64)));
    CHECK_FALSE(read_php(nested_arrays(65)));
    CHECK_FALSE(read_php(nested_arrays(100'000)));
    CHECK(read_php("a:1:{i:0;N;}", {.bytes_max = 12}));
    CHECK_FALSE(read_php("a:1:{i:0;N;}", {.bytes_max = 11}));
    const std::string three = "a:2:{i:0;a:1:{i:0;N;}i:1;N;}";
    CHECK(read_php(three, {.elements_max = 3}));
    CHECK_FALSE(read_php(three, {.elements_max = 2}));
    CHECK_FALSE(read_php(three, {.depth_max = 1}));
    CHECK(read_php("i:1;", {.depth_max = 0}));
    CHECK_FALSE(read_php("a:0:{}", {.depth_max = 0}));
}
