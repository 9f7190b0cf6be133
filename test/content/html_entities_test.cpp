// Named and numbered entities of HTML.
#include "content/html_entities.h"

#include <string>

#include "content/html_entity_names.h"
#include "support/catch.h"

using namespace gdprd;
using content::html_unescaped;

namespace {

std::string meant(std::string_view entity) {
    std::string plain;
    return content::take_html_entity(entity, plain) == entity.size() ? plain : "none";
}

}  // namespace

TEST_CASE("every sign of an address has its entity, as htmlentities() with ENT_HTML5 writes it") {
    CHECK(html_unescaped("anna&period;kovacs&plus;news&lowbar;x&commat;example&period;org") ==
          "anna.kovacs+news_x@example.org");
    CHECK(html_unescaped("&excl;&num;&dollar;&percnt;&amp;&apos;&ast;&sol;&quest;&Hat;&grave;&lbrace;&vert;"
                         "&rcub;&equals;") == "!#$%&'*/?^`{|}=");
}

TEST_CASE("letters, quotation marks, dashes, and what shows nothing have their entities") {
    CHECK(html_unescaped("&Eacute;rs&odblac; &Zcaron;&scedil; &alpha;&iecy;") ==
          "\u00c9rs\u0151 \u017d\u015f \u03b1\u0435");
    CHECK(html_unescaped("o&rsquo;neil&lsquo;&ldquo;&hyphen;&dash;&ndash;&mdash;") ==
          "o\u2019neil\u2018\u201c\u2010\u2010\u2013\u2014");
    CHECK(html_unescaped("jo&shy;&zwnj;&zwj;&ZeroWidthSpace;&NoBreak;&lrm;&rlm;neil") ==
          "jo\u00ad\u200c\u200d\u200b\u2060\u200e\u200fneil");
    CHECK(html_unescaped("a&nbsp;b") == "a b");
}

TEST_CASE("an entity is one by its whole name, in its letters, with its semicolon") {
    for (const char* text : {"&period", "&perio;", "&periods;", "&PERIOD;", "& period;", "&;", "&#;", "&#x;",
                             "&#1114112;", "&CounterClockwiseContourIntegral;"}) {
        CAPTURE(text);
        CHECK(meant(text) == "none");
    }
    CHECK(meant("&#46;") == ".");
    CHECK(meant("&#0000000046;") == ".");
    CHECK(meant("&#x2E;") == ".");
    CHECK(meant("&CloseCurlyDoubleQuote;") == "\u201d");
}

TEST_CASE("every name of the table is taken, and never stands for more bytes than it has") {
    for (const content::HtmlEntity& entity : content::html_entities) {
        CAPTURE(entity.name);
        const std::string written = '&' + std::string(entity.name) + ';';
        const std::string plain = meant(written);
        CHECK(plain != "none");
        CHECK(plain.size() <= written.size());
    }
}
