#include "content/url.h"

#include "support/catch.h"

using gdprd::content::without_query;

TEST_CASE("a URL keeps scheme, host and path") {
    struct Row {
        const char* name;
        const char* url;
        const char* rest;
    };
    const Row rows[] = {
        {"nothing", "", ""},
        {"host only", "https://example.org", "https://example.org"},
        {"path", "https://example.org/a/b.html", "https://example.org/a/b.html"},
        {"query", "https://example.org/a?email=anna@example.org", "https://example.org/a"},
        {"fragment", "https://example.org/a#anna@example.org", "https://example.org/a"},
        {"click id", "https://example.org/r/0a1b2c?ct=YTo1OntzOjY6", "https://example.org/r/0a1b2c"},
        {"query behind a fragment", "https://example.org/a#b?c", "https://example.org/a"},
        {"fragment behind a query", "https://example.org/a?b#c", "https://example.org/a"},
        {"query without a path", "https://example.org?email=x", "https://example.org"},
        {"path only", "/unsubscribe/0a1b?x=1", "/unsubscribe/0a1b"},
        {"no URL", "direct", "direct"},
        {"empty query", "https://example.org/?", "https://example.org/"},
        {"percent-encoded path", "https://example.org/Gr%C3%BC%C3%9Fe",
         "https://example.org/Gr%C3%BC%C3%9Fe"},
        {"codes that only look so", "https://example.org/%4250%2542540", "https://example.org/%4250%2542540"},
        {"encoded percent", "https://example.org/100%2525", "https://example.org/100%2525"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(without_query(row.url) == row.rest);
    }
}

TEST_CASE("a path that holds an address goes") {
    struct Row {
        const char* name;
        const char* url;
        const char* rest;
    };
    const Row rows[] = {
        {"plain", "https://example.org/user/anna@example.org/edit", "https://example.org"},
        {"encoded", "https://example.org/user/anna%40example.org", "https://example.org"},
        {"encoded twice", "https://example.org/user/anna%2540example.org", "https://example.org"},
        {"encoded three times", "https://example.org/anna%252540example.org", "https://example.org"},
        {"encoded many times", "https://example.org/anna%252525252540example.org", "https://example.org"},
        {"digits before it", "https://example.org/anna25%2540example.org", "https://example.org"},
        {"credentials", "https://anna@example.org/a", ""},
        {"encoded credentials", "https://anna%40example.org:secret/a", ""},
        {"credentials encoded twice", "https://anna%2540example.org:secret/a", ""},
        {"no host", "mailto:anna@example.org", ""},
        {"path only", "/user/anna@example.org", ""},
        {"path only, deeper", "/a/b/anna@example.org", "/a/b"},
        {"address alone", "anna@example.org", ""},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(without_query(row.url) == row.rest);
        CHECK(without_query(row.rest) == row.rest);
    }
}
