#include "support/catch.h"
#include "webhook/event.h"

using namespace gdprd::webhook;

namespace {

std::string repeated(const std::string& part, std::size_t times) {
    std::string text;
    text.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
}

// Three containers stand around the value of "x".
std::string nested(std::size_t depth) {
    return R"({"a":[{"x":)" + std::string(depth - 3, '[') + std::string(depth - 3, ']') + "}]}";
}

}  // namespace

TEST_CASE("what is not the JSON of a webhook is refused") {
    struct Row {
        const char* name;
        std::string body;
    };
    const std::vector<Row> rows{
        {"nothing", ""},
        {"blanks", " \r\n\t"},
        {"text", "hello"},
        {"a form", "a=1&b=2"},
        {"top-level string", R"("mautic.lead_post_delete")"},
        {"top-level number", "7"},
        {"top-level null", "null"},
        {"top-level array with a string", R"(["payload"])"},
        {"top-level array with an object", R"([{"contact":{"id":7}}])"},
        {"top-level array with an array", "[[]]"},
        {"event value is a string", R"({"a":"x"})"},
        {"event value is null", R"({"a":null})"},
        {"event value is a number", R"({"a":1})"},
        {"event value is an object", R"({"a":{"contact":{"id":7}}})"},
        {"timestamp is an object", R"({"timestamp":{}})"},
        {"a scalar beside the timestamp", R"({"timestamp":"2026","other":"2026"})"},
        {"item is a string", R"({"a":["x"]})"},
        {"item is null", R"({"a":[null]})"},
        {"item is a filled array", R"({"a":[[{"contact":{"id":7}}]]})"},
        {"item is an array of a scalar", R"({"a":[[1]]})"},
        {"item after a good one is a number", R"({"a":[{},1]})"},
        {"cut off in a string", R"({"a":[{"contact":{"id":7,"x":"y)"},
        {"cut off after an item", R"({"a":[{"contact":{"id":7}})"},
        {"cut off in a number", R"({"a":[{"id":1)"},
        {"text after the end", R"({"a":[]}x)"},
        {"a second document", R"({"a":[]}{"a":[]})"},
        {"comma before the end", R"({"a":[{}],})"},
        {"comma missing", R"({"a":[{}]"b":[]})"},
        {"colon missing", R"({"a"[]})"},
        {"key without quotes", "{a:[]}"},
        {"comment", R"({"a":[]/* x */})"},
        {"single quotes", "{'a':[]}"},
        {"wrong bracket", R"({"a":[{]})"},
        {"NUL first", std::string("\0{}", 3)},
        {"NUL after the end", std::string("{\"a\":[]}\0x", 10)},
        {"NUL in a string", std::string("{\"a\":[{\"b\":\"x\0y\"}]}", 19)},
        {"line break in a string", "{\"a\":[{\"b\":\"x\ny\"}]}"},
        {"byte that is not UTF-8", "{\"a\":[{\"b\":\"\xff\"}]}"},
        {"overlong UTF-8", "{\"a\":[{\"b\":\"\xc0\xaf\"}]}"},
        {"UTF-8 cut short", "{\"a\":[{\"b\":\"\xe2\x82\"}]}"},
        {"surrogate in UTF-8", "{\"a\":[{\"b\":\"\xed\xa0\x80\"}]}"},
        {"high surrogate alone", R"({"a":[{"b":"\ud800"}]})"},
        {"low surrogate alone", R"({"a":[{"b":"\udc00"}]})"},
        {"high surrogate before a letter", R"({"a":[{"b":"\ud800x"}]})"},
        {"escape cut short", R"({"a":[{"b":"\u00"}]})"},
        {"unknown escape", R"({"a":[{"b":"\x41"}]})"},
        {"leading zero", R"({"a":[{"b":01}]})"},
        {"not a number", R"({"a":[{"b":NaN}]})"},
        {"number beyond a double", R"({"a":[{"b":1e999}]})"},
        {"UTF-16", std::string("\xff\xfe{\0}\0", 6)},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK_FALSE(parse_webhook(row.body).has_value());
    }
}

TEST_CASE("every way to cut a good webhook short is refused") {
    const std::string body =
        R"({"mautic.lead_post_delete":[{"id":5,"contact":{"id":null,"a":[1.5,"\u00e9",true]}}],"timestamp":"x"})";
    REQUIRE(parse_webhook(body).has_value());
    for (std::size_t length = 0; length < body.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(parse_webhook(std::string_view(body).substr(0, length)).has_value());
    }
}

TEST_CASE("depth is bounded") {
    CHECK(parse_webhook(nested(64)).has_value());
    CHECK_FALSE(parse_webhook(nested(65)).has_value());
    for (const char* opening : {"[", "{\"a\":", "{\"a\":["}) {
        CAPTURE(opening);
        CHECK_FALSE(parse_webhook(repeated(opening, 1'000'000)).has_value());
    }
}

TEST_CASE("the number of events is bounded, over all types") {
    const auto body = [](std::size_t first, std::size_t second) {
        std::string items = repeated("{},", first);
        items.pop_back();
        std::string more = repeated("[],", second);
        more.pop_back();
        return "{\"a\":[" + items + "],\"b\":[" + more + "]}";
    };
    CHECK(parse_webhook(body(9'000, 1'000))->events.size() == 10'000);
    CHECK_FALSE(parse_webhook(body(9'000, 1'001)).has_value());
    CHECK_FALSE(parse_webhook(body(10'001, 1)).has_value());
}

TEST_CASE("a value of megabytes beside the ones that matter does no harm") {
    const std::string html = repeated(R"(<p class=\"a\">\u00fc\/<\/p>)", 150'000);
    const auto parsed = parse_webhook(R"({"mautic.lead_channel_subscription_changed":[{"mail":")" + html +
                                      R"(","contact":{"bio":")" + html + R"(","id":7},"channel":")" + html +
                                      R"(","new_status":"bounced"}]})");
    REQUIRE(parsed.has_value());
    CHECK(parsed->events.at(0).contact == gdprd::ContactId{7});
    CHECK(parsed->events.at(0).channel.empty());
    CHECK(parsed->events.at(0).status == "bounced");
    CHECK_FALSE(parse_webhook("{\"a\":[{\"b\":\"" + std::string(4 << 20, 'x')).has_value());
}
