#include <random>

#include "base/url.h"
#include "support/catch.h"

using gdprd::parse_url;
using gdprd::Url;

TEST_CASE("A URL is taken apart") {
    struct Case {
        const char* text;
        bool tls;
        const char* host;
        int port;
        const char* target;
        const char* shown;
    };
    const Case cases[] = {
        {"https://example.org", true, "example.org", 443, "/", "https://example.org/"},
        {"HTTP://Example.ORG/Path", false, "example.org", 80, "/Path", "http://example.org/Path"},
        {"https://example.org:8443/a/b?x=1&y", true, "example.org", 8443, "/a/b?x=1&y",
         "https://example.org:8443/a/b"},
        {"http://example.org:80", false, "example.org", 80, "/", "http://example.org/"},
        {"https://example.org?token=1", true, "example.org", 443, "/?token=1", "https://example.org/"},
        {"https://example.org/a#b?c", true, "example.org", 443, "/a", "https://example.org/a"},
        {"http://[::1]:8480/webhook", false, "::1", 8480, "/webhook", "http://[::1]:8480/webhook"},
        {"https://127.0.0.1:/", true, "127.0.0.1", 443, "/", "https://127.0.0.1/"},
        {"https://xn--bcher-kva.example/", true, "xn--bcher-kva.example", 443, "/",
         "https://xn--bcher-kva.example/"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const auto url = parse_url(one.text);
        REQUIRE(url);
        CHECK(url->tls == one.tls);
        CHECK(url->host == one.host);
        CHECK(url->port == one.port);
        CHECK(url->target() == one.target);
        CHECK(url->shown() == one.shown);
    }
}

TEST_CASE("The place of a URL has neither path nor query, where a token may be") {
    const std::pair<const char*, const char*> cases[] = {
        {"https://example.org", "https://example.org/"},
        {"https://example.org/hooks/s3cret", "https://example.org/…"},
        {"https://example.org:8443/?token=s3cret", "https://example.org:8443/…"},
        {"http://[::1]:8480/a", "http://[::1]:8480/…"},
    };
    for (const auto& [text, place] : cases) CHECK(parse_url(text)->place() == place);
}

TEST_CASE("What is no URL of http is refused") {
    for (const char* text : {"",
                             "example.org",
                             "//example.org",
                             "ftp://example.org",
                             "https://",
                             "https:///path",
                             "https://:443/",
                             "https://user@example.org/",
                             "https://user:word@example.org/",
                             "https://example.org:0/",
                             "https://example.org:65536/",
                             "https://example.org:8a/",
                             "https://example.org:443:1/",
                             "https://exa mple.org/",
                             "https://example.org/a b",
                             "https://example.org/\r\nHost: other",
                             "https://b\u00fccher.example/",
                             "https://[::1/",
                             "https://[example.org]/",
                             "https://[::1]x/",
                             "https://.example.org/",
                             "https://example.org\\@other/"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_url(text));
    }
    CHECK_FALSE(parse_url("https://" + std::string(300, 'a')));
    CHECK_FALSE(parse_url(std::string("https://example.org/\0", 21)));
}

TEST_CASE("Any text is a URL that means the same when it is written down, or none") {
    std::mt19937 random(20'260'301);
    const std::string pieces[] = {"http", "https", "://", ":",   "/",           "?",    "#",
                                  "@",    "[",     "]",   "::1", "example.org", "8480", "65535",
                                  "%0d",  "..",    " ",   "\n",  "\xc3\xbc"};
    std::size_t taken = 0;
    for (int round = 0; round < 50'000; ++round) {
        std::string text = random() % 2 == 0 ? "https://" : "";
        for (auto count = random() % 8; count > 0; --count) text += pieces[random() % std::size(pieces)];
        const auto url = parse_url(text);
        if (!url) continue;
        ++taken;
        const auto again = parse_url(url->shown() + url->query);
        CAPTURE(text);
        REQUIRE(again);
        REQUIRE(again->host == url->host);
        REQUIRE(again->port == url->port);
        REQUIRE(again->tls == url->tls);
        REQUIRE(again->target() == url->target());
        REQUIRE(url->authority().find_first_of("@/ \n") == std::string::npos);
    }
    CHECK(taken > 1000);
}
