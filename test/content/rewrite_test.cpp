#include "content/rewrite.h"

#include "content/zlib.h"
#include "support/catch.h"

using namespace gdprd::content;

namespace {

constexpr std::size_t inflated_bytes_max = 64 * 1024 * 1024;

}  // namespace

TEST_CASE("an emptied value is understood and stays") {
    CHECK(empty_of(Format::php) == "a:0:{}");
    CHECK(empty_of(Format::json) == "[]");
    CHECK(inflate(empty_of(Format::json_zlib), inflated_bytes_max) == "[]");
    for (const Format format : {Format::php, Format::json, Format::json_zlib}) {
        const Rewritten rewritten = rewrite(empty_of(format), format, {});
        CHECK(rewritten.understood);
        CHECK(rewritten.text == empty_of(format));
        CHECK(rewrite("", format, {}).understood);
        CHECK(rewrite("", format, {}).text.empty());
    }
}

TEST_CASE("a lone value becomes empty unless it is null") {
    CHECK(rewrite("N;", Format::php, {}).text == "N;");
    CHECK(rewrite("null", Format::json, {}).text == "null");
    for (const char* text : {"s:4:\"Anna\";", "i:4917112345;", "d:0.1;", "b:1;", "s:0:\"\";"}) {
        INFO(text);
        CHECK(rewrite(text, Format::php, {}).understood);
        CHECK(rewrite(text, Format::php, {}).text == "a:0:{}");
    }
    for (const char* text :
         {"\"Anna\"", "4917112345", "-1", "0.1", "true", "false", "\"\"", "\"null\"", "0"}) {
        INFO(text);
        CHECK(rewrite(text, Format::json, {}).understood);
        CHECK(rewrite(text, Format::json, {}).text == "[]");
    }
}

TEST_CASE("JSON in a column of PHP values is rewritten as JSON") {
    const Rewritten rewritten = rewrite(" {\"id\": 7, \"email\": [\"a@example.org\"]}", Format::php, {"id"});
    CHECK(rewritten.understood);
    CHECK(rewritten.text == R"({"id":7,"email":[""]})");
    CHECK(rewrite(rewritten.text, Format::php, {"id"}).text == rewritten.text);
    CHECK(rewrite("[]", Format::php, {}).text == "[]");
    using Texts = std::vector<std::string>;
    CHECK(texts_below(R"({"fields": {"email": ["a@x.org", "b@x.org"], "city": "x"}})", {"fields", "email"}) ==
          Texts{"a@x.org", "b@x.org"});
    CHECK(texts_below(R"({"fields": [1]})", {"fields", "email"}).empty());
    CHECK(texts_below(R"({"fields": )", {"fields"}).empty());
    CHECK(texts_below(std::string(1'000'000, '['), {"fields"}).empty());
    for (const char* text : {"{\"email\": \"a@example.org\"", "[not JSON]", "\"a@example.org\""}) {
        INFO(text);
        CHECK_FALSE(rewrite(text, Format::php, {}).understood);
        CHECK(rewrite(text, Format::php, {}).text == "a:0:{}");
    }
}

TEST_CASE("a compressed value is rewritten inside") {
    const std::string payload =
        deflate(R"({"mautic.lead_post_save_new":[{"contact":{"id":7,"email":"a@ex.de"}}]})");
    const Rewritten rewritten = rewrite(payload, Format::json_zlib, {"id"});
    CHECK(rewritten.understood);
    CHECK(inflate(rewritten.text, inflated_bytes_max) ==
          R"({"mautic.lead_post_save_new":[{"contact":{"id":7,"email":""}}]})");
    CHECK(rewrite(rewritten.text, Format::json_zlib, {"id"}).text == rewritten.text);
}

TEST_CASE("a compressed value in which nothing changes is not compressed again") {
    // [] at level 0, which this program never writes.
    const std::string written_elsewhere("\x78\x01\x01\x02\x00\xfd\xff[]\x01\x15\x00\xb9", 13);
    REQUIRE(inflate(written_elsewhere, inflated_bytes_max) == "[]");
    CHECK(rewrite(written_elsewhere, Format::json_zlib, {}).text == written_elsewhere);
}

TEST_CASE("what does not inflate or is no JSON inside becomes the compressed empty array") {
    struct Row {
        const char* name;
        std::string value;
    };
    const Row rows[] = {
        {"JSON that is not compressed", "[]"},
        {"text inside", deflate("anna@example.org")},
        {"cut", deflate("[1,2,3]").substr(0, 6)},
        {"followed by a text", deflate("[]") + "anna@example.org"},
        {"more than 32 MiB inside", deflate(std::string(33 * 1024 * 1024, ' ') + "[]")},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Rewritten rewritten = rewrite(row.value, Format::json_zlib, {});
        CHECK_FALSE(rewritten.understood);
        CHECK(rewritten.text == empty_of(Format::json_zlib));
    }
}
