#include "content/zlib.h"

#include "support/catch.h"

using namespace gdprd::content;
using namespace std::string_literals;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

}  // namespace

TEST_CASE("what is no zlib stream is not inflated") {
    const std::string whole = deflate("{\"email\":\"anna@example.org\"}");
    struct Row {
        const char* name;
        std::string bytes;
    };
    const Row rows[] = {
        {"empty", ""},
        {"one byte", "\x78"},
        {"JSON", "{\"a\":1}"},
        {"wrong check bits", "\x78\x9b" + whole.substr(2)},
        {"not deflate", "\x79\x9a" + whole.substr(2)},
        {"window too large", "\x88\x1c" + whole.substr(2)},
        {"needs a dictionary", "\x78\xbb" + whole.substr(2)},
        {"header only", whole.substr(0, 2)},
        {"cut in the middle", whole.substr(0, whole.size() / 2)},
        {"cut in the checksum", whole.substr(0, whole.size() - 1)},
        {"wrong checksum", whole.substr(0, whole.size() - 1) + '\x01'},
        {"followed by an address", whole + "anna@example.org"},
        {"followed by a NUL byte", whole + "\0"s},
        {"gzip", "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"s},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK_FALSE(inflate(row.bytes, megabyte));
        CHECK_FALSE(becomes_longer(row.bytes, megabyte));
    }
}

TEST_CASE("a stream that would become too long is refused") {
    const std::string stream = deflate(std::string(1000, 'a'));
    CHECK_FALSE(inflate(stream, 999));
    CHECK_FALSE(inflate(stream, 0));
    CHECK(inflate(stream, 1000) == std::string(1000, 'a'));
    CHECK_FALSE(inflate(deflate(std::string(64 * megabyte, '\0')), megabyte));
}

TEST_CASE("a stream that becomes too long is told from one that cannot be read") {
    const std::string stream = deflate(std::string(8 * megabyte, 'a'));
    CHECK(becomes_longer(stream, 8 * megabyte - 1));
    CHECK_FALSE(becomes_longer(stream, 8 * megabyte));
    // What is broken behind the limit is too long, and what is broken before it is no stream.
    CHECK(becomes_longer(stream.substr(0, stream.size() / 2), megabyte));
    CHECK_FALSE(becomes_longer(stream.substr(0, stream.size() / 2), 7 * megabyte));
    CHECK_FALSE(becomes_longer(std::string(megabyte, 'a'), 10));
}

TEST_CASE("what is deflated inflates to the same") {
    for (const std::string& text :
         {""s, "[]"s, "\0\xff"s, std::string(200'000, 'x'), "Gr\u00fc\u00dfe"s + std::string(70'000, '\0')}) {
        const std::string stream = deflate(text);
        CHECK(looks_compressed(stream));
        CHECK(stream.substr(0, 2) == "\x78\xda");  // as PHP's gzcompress(…, 9)
        CHECK(inflate(stream, megabyte) == text);
    }
}

TEST_CASE("a zlib stream is known by its first bytes") {
    CHECK(looks_compressed("\x78\x01"));
    CHECK(looks_compressed("\x78\x9c..."));
    CHECK_FALSE(looks_compressed("x"));
    CHECK_FALSE(looks_compressed("[]"));
    CHECK_FALSE(looks_compressed("a:0:{}"));
}
