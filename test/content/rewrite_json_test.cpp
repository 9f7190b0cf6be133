#include <regex>

#include "content/rewrite.h"
#include "model/dice.h"
#include "support/catch.h"

using namespace gdprd::content;
using namespace std::string_literals;

namespace {

Rewritten rewrite_json(std::string_view value, const std::vector<std::string>& keep = {}) {
    const Rewritten once = rewrite(value, Format::json, keep);
    CHECK(rewrite(once.text, Format::json, keep).text == once.text);
    return once;
}

std::string nested_lists(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("what is no JSON text becomes the empty array") {
    struct Row {
        const char* name;
        std::string value;
    };
    const Row rows[] = {
        {"plain text", "anna@example.org"},
        {"cut", "{\"email\":\"anna@example"},
        {"white space only", " \n"},
        {"trailing text", "[] anna@example.org"},
        {"text behind a NUL byte", "[]\0anna@example.org"s},
        {"NUL byte at the end", "[]\0"s},
        {"byte order mark", "\xef\xbb\xbf[]"},
        {"invalid UTF-8", "[\"\xff\"]"},
        {"invalid UTF-8 in a name", "{\"\xc3\":1}"},
        {"half of a surrogate pair", "[\"\\ud83d\"]"},
        {"control character in a text", "[\"a\nb\"]"},
        {"comment", "[/* anna@example.org */]"},
        {"comma at the end", "[1,]"},
        {"number with a leading zero", "[007]"},
        {"number beyond all numbers", "[1e999]"},
        {"NaN", "[NaN]"},
        {"two values", "{}{}"},
        {"65 levels", nested_lists(65)},
        {"very many levels", nested_lists(1'000'000)},
        {"many levels under a name that goes", "{\"a b\":" + nested_lists(64) + "}"},
        {"PHP", "a:0:{}"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Rewritten rewritten = rewrite_json(row.value);
        CHECK_FALSE(rewritten.understood);
        CHECK(rewritten.text == "[]");
    }
}

TEST_CASE("JSON as Mautic writes it keeps its shape only") {
    struct Row {
        const char* name;
        const char* value;
        std::vector<std::string> keep;
        const char* rest;
    };
    const Row rows[] = {
        {"reply to a text message", R"({"message":"My number is 0171 2345"})", {}, R"({"message":""})"},
        {"import",
         R"({"line":17,"file":"anna.csv","error":"a@ex.de is not valid"})",
         {"line"},
         R"({"line":17,"file":"","error":""})"},
        {"failed message", R"({"failed":["+4917112345 is unknown"]})", {}, R"({"failed":[""]})"},
        {"spaces of MySQL", R"({"failed": ["+49171"], "a": 1})", {"a"}, R"({"failed":[""],"a":1})"},
        {"numbers and truths",
         R"([1,-1,0.5,1e3,true,false,null,"x"])",
         {},
         R"([0,0,0,0,true,false,null,""])"},
        {"kept numbers",
         R"({"k":[1,-1,0.50,1E3,18446744073709551615]})",
         {"k"},
         R"({"k":[1,-1,0.50,1E3,18446744073709551615]})"},
        {"repeated names", R"({"a":"Anna","a":""})", {}, R"({"a":"","a":""})"},
        {"escaped name", R"({"\u0065mail":"a","b":1})", {"email"}, R"({"email":"a","b":0})"},
        {"kept text beyond ASCII",
         "{\"k\":\"Gr\u00fc\u00dfe \U0001F600\",\"b\":1}",
         {"k"},
         R"({"k":"Gr\u00fc\u00dfe \ud83d\ude00","b":0})"},
        {"name that is an address", R"({"a":1,"a@ex.de":{"b":[{}]},"c":2})", {}, R"({"a":0,"c":0})"},
        {"only such a name", R"({"a@ex.de":1})", {}, "{}"},
        {"empty name", R"({"":1})", {}, "{}"},
        {"name with a space", R"({"Anna Smith":1})", {}, "{}"},
        {"name beyond ASCII", "{\"M\u00fcller\":1}", {}, "{}"},
        {"indexes", R"({"0":"a","999":"b","01":"c","4917112345":"d"})", {}, R"({"0":"","999":""})"},
        {"empty containers", R"([{},[],{"a":{}}])", {}, R"([{},[],{"a":{}}])"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Rewritten rewritten = rewrite_json(row.value, row.keep);
        CHECK(rewritten.understood);
        CHECK(rewritten.text == row.rest);
    }
}

TEST_CASE("a JSON text without anything to take out comes back byte by byte") {
    for (const char* text : {"{\"a\": \"\", \"b\": [0, null]}", " [ ] ", "{\"\\u0061\":\"\"}", "\tnull\n"}) {
        INFO(text);
        CHECK(rewrite_json(text).text == text);
    }
}

TEST_CASE("names longer than 64 bytes go") {
    const std::string longest = "{\"" + std::string(64, 'a') + "\":0}";
    CHECK(rewrite_json(longest).text == longest);
    CHECK(rewrite_json("{\"" + std::string(65, 'a') + "\":0}").text == "{}");
}

TEST_CASE("64 levels are understood") {
    CHECK(rewrite_json(nested_lists(64)).text == nested_lists(64));
    CHECK(rewrite_json("{\"a b\":" + nested_lists(63) + "}").text == "{}");
}

TEST_CASE("a kept name keeps texts and lists, but no members with names of their own") {
    const std::vector<std::string> keep{"dates"};
    CHECK(rewrite_json(R"({"dates":"2025-01-01"})", keep).text == R"({"dates":"2025-01-01"})");
    CHECK(rewrite_json(R"({"dates":["2025-01-01",["x"]]})", keep).text ==
          R"({"dates":["2025-01-01",["x"]]})");
    CHECK(rewrite_json(R"({"dates":{"0":"2025-01-01"}})", keep).text == R"({"dates":{"0":"2025-01-01"}})");
    CHECK(rewrite_json(R"({"dates":{"by":"Anna"}})", keep).text == R"({"dates":{"by":""}})");
    CHECK(rewrite_json(R"({"dates":[{"by":"Anna","dates":1}]})", keep).text ==
          R"({"dates":[{"by":"","dates":1}]})");
}

TEST_CASE("a name may be kept in its place only") {
    const auto with = [](std::string_view json, std::vector<std::string> keep) {
        return rewrite_json(json, keep).text;
    };
    const std::string pair = R"({"id":"1","contact":{"id":"2","owner":{"id":"3"},"x":[{"id":"4"}]}})";
    CHECK(with(pair, {".id"}) == R"({"id":"1","contact":{"id":"","owner":{"id":""},"x":[{"id":""}]}})");
    CHECK(with(pair, {"contact.id"}) ==
          R"({"id":"","contact":{"id":"2","owner":{"id":""},"x":[{"id":""}]}})");
    CHECK(with(pair, {"contact.*.id"}) ==
          R"({"id":"","contact":{"id":"","owner":{"id":"3"},"x":[{"id":"4"}]}})");
    CHECK(with(pair, {".contact.x.id"}) ==
          R"({"id":"","contact":{"id":"","owner":{"id":""},"x":[{"id":"4"}]}})");
    CHECK(with(pair, {".x.id"}) == R"({"id":"","contact":{"id":"","owner":{"id":""},"x":[{"id":""}]}})");
    // The elements of a list have no names, nor has what PHP writes with numbers for names.
    CHECK(with(R"([{"id":"1"},[{"id":"2"}]])", {".id"}) == R"([{"id":"1"},[{"id":"2"}]])");
    CHECK(with(R"({"x":{"3":{"id":"1"}}})", {"x.id"}) == R"({"x":{"3":{"id":"1"}}})");
    CHECK(with(R"({"x":{"id":7,"y":7}})", {"x.id:number"}) == R"({"x":{"id":7,"y":0}})");
    // The best of several entries counts.
    CHECK(with(R"({"id":"1","x":{"id":"2","y":{"id":3}}})", {"id:number", ".id"}) ==
          R"({"id":"1","x":{"id":"","y":{"id":3}}})");
}

namespace {

// Random JSON beside a judge who compares the whole path of each value with what is kept, as text.
class KeptByPath {
  public:
    explicit KeptByPath(std::uint64_t seed) : dice_(seed) {}

    std::string before, after;
    std::size_t kept = 0;

    void add(const std::string& path, int depth) {
        const auto kind = depth == 0 ? 0 : dice_.below(depth > 3 ? 2 : 4);
        if (kind == 2 || depth == 0) return add_object(path, depth);
        if (kind == 3) return add_list(path, depth);
        const std::string text = dice_.letters(3);
        static const std::regex pattern(
            R"((.*/)?id|(.*/)?contact/alias|(.*/)?fields/[^/]+/[^/]+/alias|/date)");
        const bool stays = std::regex_match(path, pattern);
        kept += stays ? 1 : 0;
        before += '"' + text + '"';
        after += stays ? '"' + text + '"' : "\"\"";
    }
    static std::vector<std::string> rules() { return {"id", "contact.alias", "fields.*.*.alias", ".date"}; }

  private:
    void add_both(const std::string& text) {
        before += text;
        after += text;
    }
    void add_object(const std::string& path, int depth) {
        std::vector<std::string> names{"id", "alias", "contact", "fields", "date", "core", "0"};
        dice_.shuffle(names);
        names.resize(1 + dice_.below(names.size()));
        add_both("{");
        for (const std::string& name : names) {
            add_both((name == names.front() ? "\"" : ",\"") + name + "\":");
            // A list under a name that is kept keeps its texts: left to the tests above.
            add(name == "0" ? path : path + '/' + name, name == "id" || name == "alias" ? 9 : depth + 1);
        }
        add_both("}");
    }
    void add_list(const std::string& path, int depth) {
        add_both("[");
        add_object(path, depth + 1);
        add_both("]");
    }

    gdprd::test::model::Dice dice_;
};

}  // namespace

TEST_CASE("random members stay where their whole path is one that is kept") {
    std::size_t kept = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        KeptByPath json(seed);
        json.add("", 0);
        CAPTURE(json.before);
        CHECK(rewrite_json(json.before, KeptByPath::rules()).text == json.after);
        kept += json.kept;
    }
    CHECK(kept > 300);
}
