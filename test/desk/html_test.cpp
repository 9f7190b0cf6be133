#include "desk/html.h"

#include "desk/cookies.h"
#include "desk/page.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::desk;

TEST_CASE("a part of a path is one part, whatever it holds") {
    CHECK(desk::Link::below("/look-up", "a/../b?c=\r\n").str() == "/look-up/a%2F..%2Fb%3Fc%3D%0D%0A");
    CHECK(desk::Link::below("/register", "4711").with("a", "b").str() == "/register/4711?a=b");
}

TEST_CASE("only literals are markup, everything else is text") {
    const std::string evil = "<script>alert(\"1\")</script>&'\xff";
    Html html;
    html << "<p title=\"" << Text{evil} << "\">" << Text{evil} << "</p>";
    CHECK(html.str().find("<script") == std::string::npos);
    CHECK(html.str().find("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;") !=
          std::string::npos);
    CHECK(html.str().find('\xff') == std::string::npos);
}

TEST_CASE("helpers escape whatever they are given") {
    const std::string evil = "\"><img src=x onerror=alert(1)>";
    Table table(evil, {evil, evil});
    table.row({cell(evil), linked(Link("/a").with(evil, evil), evil)});
    Facts facts;
    facts.add(evil, evil);
    Html all = table.html();
    all << facts.html() << notice(Tone::bad, evil, evil) << heading(evil)
        << input({.name = evil, .label = evil, .value = evil, .hint = evil, .error = evil})
        << select({evil, evil, evil, {{evil, evil}}});
    CHECK(all.str().find("<img") == std::string::npos);
    CHECK(all.str().find("\"\">") == std::string::npos);
}

TEST_CASE("a link is percent-encoded and leaves out what is empty") {
    CHECK(Link("/register").with("status", "partial").with("to", "").with("q", "a b&c=ő").str() ==
          "/register?status=partial&q=a%20b%26c%3D%C5%91");
}

TEST_CASE("a cookie is read by its whole name") {
    const std::string header = "a=1; desk=2;xdesk=3 ; desk2=4";
    CHECK(cookie_of(header, "desk") == "2");
    CHECK(cookie_of(header, "a") == "1");
    CHECK(cookie_of(header, "xdesk") == "3");
    CHECK(cookie_of(header, "desk2") == "4");
    CHECK(cookie_of(header, "b").empty());
    CHECK(cookie_of("", "a").empty());
    CHECK(set_cookie("a", "1") == "a=1; Path=/; Secure; HttpOnly; SameSite=Strict");
}

TEST_CASE("what somebody typed comes back as it was") {
    Html html;
    html << "<input value=\"" << Typed{"a\n<b>\"'&\u00ad\u0151\t"} << "\">";
    CHECK(html.str() == "<input value=\"a&#10;&lt;b&gt;&quot;&#39;&amp;\u00ad\u0151\t\">");
}
