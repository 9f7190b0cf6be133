#include "config/size.h"

#include "support/catch.h"

using gdprd::config::format_size;
using gdprd::config::parse_size;

TEST_CASE("a size without a unit, with another unit or too large is refused") {
    for (const char* text : {"", "4", "MiB", "4MB", "4 MiB", "-4MiB", "4mib", "1.5MiB",
                             "18446744073709551615KiB", "99999999999999999999B"}) {
        INFO(text);
        CHECK_FALSE(parse_size(text).has_value());
    }
}

TEST_CASE("a size is read and written in its shortest form") {
    struct Row {
        const char* text;
        std::uint64_t bytes;
    };
    for (const Row& row : {Row{"0B", 0}, Row{"1B", 1}, Row{"1023B", 1023}, Row{"1KiB", 1024},
                           Row{"1025B", 1025}, Row{"4MiB", 4194304}, Row{"1GiB", 1073741824}}) {
        INFO(row.text);
        CHECK(parse_size(row.text) == row.bytes);
        CHECK(format_size(row.bytes) == row.text);
    }
    CHECK(format_size(*parse_size("2048KiB")) == "2MiB");
}
