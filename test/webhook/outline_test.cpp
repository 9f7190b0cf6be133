#include "webhook/outline.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "support/catch.h"
#include "support/facts.h"
#include "webhook/event.h"

using namespace gdprd::webhook;

namespace {

std::string outline_of(const std::string& text, std::size_t depth_kept = 2) {
    std::string out = "what was there before";
    return outline(text, depth_kept, out) ? out : "refused";
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// All webhooks there are: recorded ones, written ones and the seeds of the fuzzer.
std::vector<std::string> known_bodies() {
    std::vector<std::string> bodies;
    const std::filesystem::path tests = std::filesystem::path(GDPRD_SOURCE_DIR) / "test";
    for (const char* directory : {"webhook/samples", "fuzz/corpus/webhook_event"}) {
        for (const auto& file : std::filesystem::directory_iterator(tests / directory)) {
            bodies.push_back(content_of(file.path()));
        }
    }
    if (const auto facts = gdprd::test::facts_directory()) {
        for (const auto& file : std::filesystem::directory_iterator(*facts / "captures")) {
            const std::string request = content_of(file.path());
            const auto end_of_header = request.find("\r\n\r\n");
            if (end_of_header != std::string::npos) bodies.push_back(request.substr(end_of_header + 4));
        }
    }
    return bodies;
}

// True when the strict parser takes the body; then the other one must say the same.
bool strict_and_quick_agree(const std::string& body) {
    const auto strict = parse_webhook_strictly(body);
    const auto quick = parse_webhook(body);
    if (!strict) return false;
    REQUIRE(quick.has_value());
    REQUIRE(quick->test_payload == strict->test_payload);
    REQUIRE(quick->events.size() == strict->events.size());
    for (std::size_t i = 0; i < strict->events.size(); ++i) {
        const Event& a = strict->events[i];
        const Event& b = quick->events[i];
        REQUIRE((a.kind == b.kind && a.contact == b.contact && a.channel == b.channel &&
                 a.status == b.status && a.timestamp == b.timestamp));
    }
    return true;
}

}  // namespace

TEST_CASE("an outline leaves out what is too deep and nothing else") {
    CHECK(outline_of("") == "");
    CHECK(outline_of("7 ") == "7 ");
    CHECK(outline_of(R"({"a":{"b":"c"}})") == R"({"a":{"b":"c"}})");
    CHECK(outline_of(R"({"a":{"b":[1,{"c":[2]}],"d":{"e":3} }})") == R"({"a":{"b":[],"d":{} }})");
    CHECK(outline_of(R"([[[1],[2]],[[3]],4])") == R"([[[],[]],[[]],4])");
    CHECK(outline_of(R"({"a":1})", 0) == "{}");
}

TEST_CASE("brackets in strings are text, wherever the quotes and backslashes fall") {
    // Blocks are 64 bytes: every position in one, and strings over several.
    for (std::size_t blanks = 0; blanks < 130; ++blanks) {
        CAPTURE(blanks);
        const std::string before = "[" + std::string(blanks, ' ');
        for (const char* text :
             {R"("]}[{")", R"("\"]")", R"("\\",1)", R"("\\\"]\\")", R"("\\\\\\\\\\\"[")", R"("")"}) {
            CHECK(outline_of(before + text + "]", 1) == before + text + "]");
            CHECK(outline_of(before + "[" + text + "]]", 1) == before + "[]]");
        }
    }
    const std::string slashes(1'000, '\\');
    CHECK(outline_of("[[\"" + slashes + "\"]]", 1) == "[[]]");
    CHECK(outline_of("[[\"" + slashes + "\\\"]]", 1) == "refused");
}

TEST_CASE("brackets that do not match and strings without an end are refused") {
    for (const char* text : {"[", "]", "{]", "[}", "[[]", "[]]", "[[[{]]]]", "\"", "[\"]", "[[[\"]]]",
                             "[[[\"\\\"]]]", "\\", "[\\]", "[[[\\[]]]", "[\"\"\\\"\"]"}) {
        CAPTURE(text);
        CHECK(outline_of(text) == "refused");
    }
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(outline_of(nested(outline_depth_max)) == "[[[]]]");
    CHECK(outline_of(nested(outline_depth_max + 1)) == "refused");
    CHECK(outline_of(std::string(1'000'000, '{')) == "refused");
}

TEST_CASE("what the strict parser takes, the quick one takes with the same result") {
    std::mt19937 random(1);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    const std::string letters = R"({}[]",:\ 1nu)";
    const auto change = [&](std::string& body) {
        const std::size_t at = below(body.size());
        const std::size_t length = 1 + below(std::min<std::size_t>(12, body.size() - at));
        switch (below(3)) {
            case 0:
                body.insert(at, body.substr(below(body.size()), length));
                break;
            case 1:
                body[at] = letters[below(letters.size())];
                break;
            default:
                if (body.size() > length) body.erase(at, length);
        }
    };
    std::size_t known = 0;
    std::size_t changed = 0;
    for (const std::string& body : known_bodies()) {
        if (strict_and_quick_agree(body)) ++known;
        for (int round = 0; round < 200; ++round) {
            std::string mutation = body;
            for (std::size_t left = 1 + below(3); left != 0; --left) change(mutation);
            if (strict_and_quick_agree(mutation)) ++changed;
        }
    }
    CHECK(known > 10);
    CHECK(changed > 100);
}

TEST_CASE("what lies deeper than a contact's members is matched, not validated") {
    const auto body = [](const std::string& field) {
        return R"({"mautic.lead_channel_subscription_changed":[{"contact":{"fields":{"core":)" + field +
               R"(},"id":7},"channel":"email","new_status":"bounced"}]})";
    };
    for (const char* field : {"tru", "{1:}", "[,]", "\"\xff\"", "\"\\x\""}) {
        CAPTURE(field);
        CHECK_FALSE(parse_webhook_strictly(body(field)).has_value());
        const auto parsed = parse_webhook(body(field));
        REQUIRE(parsed.has_value());
        CHECK(parsed->events.at(0).contact == gdprd::ContactId{7});
    }
    for (const char* field : {"\"", "[", "}", "[}", "\\\""}) {
        CAPTURE(field);
        CHECK_FALSE(parse_webhook(body(field)).has_value());
    }
}
