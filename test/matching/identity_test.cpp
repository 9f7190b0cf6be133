// The search for what is left of a person: what it must find, and what it must leave alone.
#include "matching/identity.h"

#include "base/base64.h"
#include "content/zlib.h"
#include "model/dice.h"
#include "policy/address.h"
#include "support/catch.h"

using namespace gdprd;
using matching::Identity;
using matching::Match;
using mautic::Search;

namespace {

Identity of(std::string_view value) {
    Identity identity;
    identity.add(value);
    return identity;
}

struct WrittenValue {
    const char* name;
    const char* value;
    const char* cell;
};

}  // namespace

TEST_CASE("a value is found however Mautic wrote it") {
    const WrittenValue cases[] = {
        {"alone", "ann@example.org", "ann@example.org"},
        {"in other letters", "Ann@Example.org", "aNN@eXAMPLE.ORG"},
        {"inside a text", "ann@example.org", "550 <ann@example.org> unknown user"},
        {"serialized", "ann@example.org", "a:1:{s:5:\"email\";s:15:\"ann@example.org\";}"},
        {"in a query", "ann@example.org", "https://example.org/?e=ann%40example.org&x=1"},
        {"in a query, lower-case digits", "a+b@example.org", "a%2bb%40example.org"},
        {"in a query, capital digits", "a+b@example.org", "a%2Bb%40example.org"},
        {"with a plus for a blank", "Ann Other", "name=Ann+Other"},
        {"with %20 for a blank", "Ann Other", "name=ann%20other"},
        {"in JSON", "https://ann.example.org/me", "{\"url\":\"https:\\/\\/ann.example.org\\/me\"}"},
        {"in JSON with escapes", "Gr\u00fc\u00dfe", "{\"name\":\"Gr\\u00fc\\u00dfe\"}"},
        {"in JSON with capital escapes", "Gr\u00fc\u00dfe", "{\"name\":\"Gr\\u00FC\\u00DFe\"}"},
        {"in JSON beyond the BMP", "ann \U0001f600 x", "\"ann \\ud83d\\ude00 x\""},
        {"in HTML", "Ann & Bob", "<b>Ann &amp; Bob</b>"},
        {"apostrophe in HTML", "O'Neill", "O&#039;Neill"},
        {"capital umlaut", "M\u00fcller", "FRAU M\u00dcLLER"},
        {"Cyrillic capitals", "\u0438\u0432\u0430\u043d", "\u0418\u0412\u0410\u041d"},
        {"Greek capitals", "\u03bd\u03af\u03ba\u03bf\u03c2", "\u039d\u03af\u039a\u039f\u03c2"},
        {"trimmed", "  ann@example.org\n", "ann@example.org"},
        {"number inside a text", "+49 30 1234567", "call +49 30 1234567 now"},
        {"a word", "Mark", "Dear Mark, hello"},
        {"a word at the end", "Mark", "yours, mark"},
        {"a short name alone", "Jo", " jo "},
        {"a word between percent escapes", "Mark", "name=%20Mark%21"},
        {"a word after a JSON line feed", "Mark", "\"Dear\\nMark\""},
        {"encoded twice", "ann@example.org", "https://example.org/?u=%2Fx%3Fe%3Dann%2540example.org"},
        {"plus sign encoded twice", "a+b@example.org", "a%252Bb%2540example.org"},
        {"as a browser encodes an apostrophe", "Ann O'Neill", "ann%20o'neill"},
        {"JSON in JSON", "https://ann.example.org/me",
         R"({"a":"{\"u\":\"https:\\\/\\\/ann.example.org\\\/me\"}"})"},
        {"JSON in JSON, umlaut", "Gr\u00fc\u00dfe", R"("{\"n\":\"Gr\\u00fc\\u00dfe\"}")"},
        {"JSON with hexadecimal quotes", "O'Neill", R"({"n":"O\u0027Neill"})"},
        {"plus sign and umlaut in JSON", "a+b gr\u00fc\u00df", R"("a+b gr\u00fc\u00df")"},
        {"a URL in JSON", "ann@example.org", R"("https:\/\/example.org\/?e=ann%40example.org")"},
        {"addslashes", "Ann \"Bob\" O'Neill", R"(s:18:\"Ann \"Bob\" O\'Neill\";)"},
        {"numbered HTML entities", "ann@example.org", "ann&#64;example&#x2e;org"},
        {"named HTML entities", "Gr\u00fc\u00dfe", "<b>Gr&uuml;&szlig;e</b>"},
        {"HTML escaped twice", "Ann & Bob", "Ann &amp;amp; Bob"},
        {"in base64, first place", "ann@example.org", "x=YW5uQGV4YW1wbGUub3Jn"},
        {"in base64, second place", "ann@example.org", "OmFubkBleGFtcGxlLm9yZzs="},
        {"in base64, third place", "ann@example.org", "PCJhbm5AZXhhbXBsZS5vcmciPg=="},
        {"in base64 for URLs", "a?>?>b@x.org", "YT8-Pz5iQHgub3Jn"},
        {"in base64 in a URL", "a?>?>b@x.org", "ct=YT8%2BPz5iQHgub3Jn"},
        {"in base64, lower case", "Ann@Example.org", "YW5uQGV4YW1wbGUub3Jn"},
        {"after a stray lead byte", "ann@example.org",
         "\xc3"
         "ann@example.org"},
        {"number between others", "10115", "1,10115,2"},
    };
    for (const WrittenValue& c : cases) {
        CAPTURE(c.name);
        CHECK(of(c.value).found_in(c.cell, Search::all));
    }
}

TEST_CASE("what only looks alike is left alone") {
    const WrittenValue cases[] = {
        {"part of a word", "Mark", "Marketing"},
        {"end of a word", "Mark", "Denmark"},
        {"beside an umlaut", "Mark", "\u00fcmark"},
        {"a short name in a text", "Jo", "Jo is here"},
        {"a short name in a word", "Jo", "Johannes"},
        {"one letter", "J", "J"},
        {"empty cell", "ann@example.org", ""},
        {"empty value", "", "anything"},
        {"blank value", "  \t", "  \t"},
        {"its hash", "ann@example.org", "a2f3c1d4e5b6a7980123456789abcdef"},
        {"a number in a hash", "23456", "a2f3c1d4e5b6a798012d23456eabcdef"},
        {"a short number in a longer one", "10115", "1710115200"},
        {"no letter, no digit", "--", "--"},
        {"plus signs only", "++++", "a    b"},
        {"base64 in other letters", "ann@example.org", "yw5uqgv4yw1wbgUub3jn"},
        {"base64 of a weak value", "Annalena", "QW5uYWxlbmE="},
        {"base64 of a short value", "a@b.c", "YUBiLmM="},
        {"an incomplete escape", "ann@example.org", "ann%4"},
        {"an entity that is none", "ann@example.org", "ann&#xffffffff;example.org"},
    };
    for (const WrittenValue& c : cases) {
        CAPTURE(c.name);
        CHECK_FALSE(of(c.value).found_in(c.cell, Search::all));
    }
}

TEST_CASE(
    "a number within a hash of ours is none, however long it is, but one within a longer number is one") {
    const std::string in_cut_hash = "a2f3c1d4e5b6a798012d23456eabcdef0a1b2c3";
    Identity identity = of("23456");
    CHECK(identity.found_in(in_cut_hash, Search::all));
    identity.expect_hashes_of(in_cut_hash.size());
    CHECK_FALSE(identity.found_in(in_cut_hash, Search::all));
    Identity anyone;
    anyone.add(identity);
    CHECK_FALSE(anyone.found_in(in_cut_hash, Search::all));

    Identity telephone = of("03012345678");
    telephone.expect_hashes_of(36);
    for (const std::size_t length : {32, 36, 40, 64}) {
        CAPTURE(length);
        CHECK(telephone.found_in("03012345678" + std::string(length - 11, '7'), Search::all));
    }
    CHECK(telephone.found_in("03012345678" + std::string(27, 'a'), Search::all));
}

TEST_CASE("in columns of vocabulary only what cannot be a coincidence counts") {
    CHECK_FALSE(of("Georgia").found_in("Georgia", Search::strong));
    CHECK(of("Georgia").found_in("Georgia", Search::all));
    CHECK_FALSE(of("Anna Staff").found_in("Anna Staff", Search::strong));
    CHECK(of("ann@example.org").found_in("sent to ann@example.org", Search::strong));
    CHECK(of("030 12345").found_in("030 12345", Search::strong));
    CHECK_FALSE(of("1234").found_in("1234", Search::strong));
}

TEST_CASE("a very long value is found by its beginning") {
    const std::string diary = "A day in May. " + std::string(5000, 'x');
    CHECK(of(diary).found_in(diary, Search::all));
    CHECK_FALSE(of(diary).found_in("A day in May.", Search::all));
}

TEST_CASE("damaged text is neither a crash nor a match") {
    const std::string broken = "ann\xc3";
    CHECK(of(broken).found_in(broken, Search::all));
    CHECK(of("\xf0\x9f ann other").found_in("\xf0\x9f ann other", Search::all));
    CHECK_FALSE(of("ann other").found_in("\xff\xfe\xc3", Search::all));
}

TEST_CASE("a value is found in a zlib stream, under its escapes") {
    const Identity identity = of("ann@example.org");
    CHECK(identity.found_in(content::deflate("{\"email\":\"ann@example.org\"}"), Search::strong));
    CHECK(identity.found_in(content::deflate("?e=ann%40example.org"), Search::strong));
    CHECK_FALSE(identity.found_in(content::deflate("{\"email\":\"bob@example.org\"}"), Search::all));
    const std::string whole = content::deflate("ann@example.org");
    CHECK_FALSE(identity.found_in(whole.substr(0, whole.size() - 1), Search::all));
}

TEST_CASE("more layers of escapes than anybody writes are not taken off") {
    std::string cell = "ann%40example.org";
    for (int layer = 1; layer < 4; ++layer) cell.replace(cell.find('%'), 1, "%25");
    CHECK(of("ann@example.org").found_in(cell, Search::all));
    cell.replace(cell.find('%'), 1, "%25");
    CHECK_FALSE(of("ann@example.org").found_in(cell, Search::all));
}

TEST_CASE("the best match is told, or the first that is good enough") {
    Identity identity;
    identity.add("Mark");
    CHECK_FALSE(identity.has_strong());
    identity.add("mark@example.org");
    identity.add("Jo");
    CHECK(identity.has_strong());
    CHECK(identity.match("nobody") == Match::none);
    CHECK(identity.match("Dear Mark") == Match::weak);
    CHECK(identity.match("jo") == Match::weak);
    CHECK(identity.match("Mark <mark@example.org>") == Match::strong);
    CHECK(identity.match("Mark <mark@example.org>", Match::weak) == Match::weak);
    CHECK(identity.match("Mark, mark%40example.org") == Match::strong);
}

TEST_CASE("several values are searched together, and nothing is found before any was added") {
    Identity identity;
    CHECK(identity.empty());
    CHECK_FALSE(identity.found_in("anything", Search::all));
    identity.add("x");
    CHECK(identity.empty());
    identity.add("ann@example.org");
    identity.add("formerly@example.com");
    CHECK_FALSE(identity.empty());
    CHECK(identity.found_in("formerly@example.com", Search::all));
    CHECK(identity.found_in("ann@example.org", Search::all));
}

TEST_CASE("a whole text is one of the addresses, or it is not") {
    Identity known;
    known.add("Ann@example.org");
    Identity hashed;
    const policy::Hasher hasher{policy::HashOptions{}};
    hashed.add_hash_of_address(hasher.hash("ann@example.org", policy::Normalisation::email), hasher);
    for (const Identity& identity : {known, hashed}) {
        for (const char* text : {"ann@example.org", "ANN@EXAMPLE.ORG", " ann@example.org\n"}) {
            CAPTURE(text);
            CHECK(identity.is_address(text));
        }
        for (const char* text : {"", "ann", "jo.ann@example.org", "ann@example.org.example.net",
                                 "<ann@example.org>", "ann%40example.org@relay.example",
                                 "ann@example.org,jo@example.org", "\"ann@example.org\"@relay.example"}) {
            CAPTURE(text);
            CHECK_FALSE(identity.is_address(text));
        }
    }
}

namespace {

// As somebody may have written it.
std::string written(test::model::Dice& dice, std::string address, bool may_be_base64) {
    switch (dice.below(may_be_base64 ? 5 : 4)) {
        case 0:
            return "<" + address + ">";
        case 1:
            return address.replace(address.find('@'), 1, "%40");
        case 2:
            return address.replace(address.find('@'), 1, "=40") + "=20";
        case 3:
            address.front() = static_cast<char>(address.front() - 'a' + 'A');
            return address;
        default:
            return base64_encoded("to " + address + " at once");
    }
}

}  // namespace

TEST_CASE("which of several addresses a text names is told, whether they are known or only their hashes") {
    const policy::Hasher hasher{policy::HashOptions{}};
    std::size_t found = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        test::model::Dice dice(seed);
        std::vector<std::string> addresses;
        for (int i = 0; i < 6; ++i) addresses.push_back(dice.letters(4) + "@example.org");
        Identity identity;
        std::set<std::string> known, hashed;
        for (const std::string& address : addresses) {
            if (dice.chance(30)) {
                known.insert(address);
                identity.add(address);
            } else if (dice.chance(40)) {
                hashed.insert(address);
                identity.add_hash_of_address(hasher.hash(address, policy::Normalisation::email), hasher);
            }
        }
        std::string text = "x";
        std::set<std::string> expected;
        for (std::uint64_t i = dice.below(4); i > 0; --i) {
            const std::string address = dice.pick(addresses);
            // A hash says nothing of an address in base64, and other addresses are as good as none.
            text += " " + written(dice, address, known.contains(address)) + ",";
            if (known.contains(address) || hashed.contains(address)) expected.insert(address);
            if (dice.chance(20)) text += " jo." + dice.pick(addresses);
        }
        const std::string cell = dice.chance(20) ? content::deflate(text) : text;
        CAPTURE(text);
        std::set<std::string> told;
        for (const std::string& address : identity.addresses_found_in(cell)) {
            CHECK(identity.is_address(address));
            told.insert(policy::normalised_address(address));
        }
        CHECK(told == expected);
        CHECK(identity.found_in(cell, Search::strong) == !expected.empty());
        found += told.size();
    }
    CHECK(found > 200);
}

TEST_CASE("an address stands by itself, or it is a part of somebody else's") {
    const WrittenValue by_themselves[] = {
        {"alone", "neil@example.org", "neil@example.org"},
        {"quoted", "neil@example.org", "write to 'neil@example.org' soon"},
        {"quoted after a sign", "neil@example.org", "email='neil@example.org'"},
        {"quoted in brackets", "neil@example.org", "('neil@example.org')"},
        {"quoted in HTML", "neil@example.org", "value=&#039;neil@example.org&#039;"},
        {"quoted in JSON", "neil@example.org", R"("\u0027neil@example.org\u0027")"},
        {"quoted with slashes", "neil@example.org", R"(to \'neil@example.org\')"},
        {"a possessive", "neil@example.org", "neil@example.org's order"},
        {"a parameter", "neil@example.org", "https://example.org/?e=neil@example.org&f=1"},
        {"a path", "neil@example.org", "/unsubscribe/neil@example.org/x"},
        {"a fragment", "neil@example.org", "page#neil@example.org"},
        {"between bars", "neil@example.org", "7|neil@example.org|x"},
        {"in Markdown", "neil@example.org", "**neil@example.org** or `neil@example.org`"},
        {"after a no-break space", "neil@example.org", "an\u00a0neil@example.org"},
        {"after an entity", "neil@example.org", "an&nbsp;neil@example.org&nbsp;x"},
        {"in angle brackets as entities", "neil@example.org", "Neil&lt;neil@example.org&gt;"},
        {"after a line feed in JSON", "neil@example.org", R"("To:\nneil@example.org\nx")"},
        {"at the end of a sentence", "neil@example.org", "Write to neil@example.org."},
        {"before an ellipsis", "neil@example.org", "neil@example.org... or"},
        {"an apostrophe of its own", "o'neil@example.org", "o&#039;neil@example.org"},
        {"a plus sign of its own", "ann+info@example.org", "e=ann%2Binfo%40example.org"},
    };
    for (const WrittenValue& c : by_themselves) {
        CAPTURE(c.name);
        CHECK(of(c.value).match(c.cell) == Match::strong);
    }
    const WrittenValue of_others[] = {
        {"an apostrophe", "neil@example.org", "o'neil@example.org"},
        {"an apostrophe in HTML", "neil@example.org", "o&#039;neil@example.org"},
        {"an apostrophe in HTML in HTML", "neil@example.org", "o&amp;#039;neil@example.org"},
        {"an apostrophe in JSON", "neil@example.org", R"("o\u0027neil@example.org")"},
        {"an apostrophe with slashes", "neil@example.org", R"(o\'neil@example.org)"},
        {"an apostrophe in a URL", "neil@example.org", "e=o%27neil%40example.org"},
        {"two apostrophes", "neil@example.org", "o''neil@example.org"},
        {"two underscores", "neil@example.org", "o__neil@example.org"},
        {"an ampersand in HTML", "neil@example.org", "jo&amp;neil@example.org"},
        {"other signs", "neil@example.org", "jo~neil@example.org"},
        {"a bang path", "neil@example.org", "host!neil@example.org"},
        {"an umlaut in HTML", "neil@example.org", "&ouml;neil@example.org"},
        {"a plus sign that is a blank", "ann+info@example.org", "for Ann info@example.org"},
        {"the country in capitals", "kim@example.com", "Kim@Example.com.Au"},
        {"the country as an entity", "kim@example.com", "kim@example.com&#46;au"},
        {"the country in a URL", "kim@example.com", "e=kim%40example.com%2Eau"},
        {"a sentence that may be a domain", "kim@example.com", "kim@example.com.Thanks"},
        {"a domain with hyphens", "kim@example.com", "kim@example.com--x.example"},
        {"a domain with typographic dots", "kim@example.com", "kim@example.com\u2024au"},
        {"a dot that is none", "neil@example.org", "jo\u2024neil@example.org"},
        {"a place to break a word", "neil@example.org", "jo.<WBR>neil@example.org"},
        {"a comment", "neil@example.org", "jo.<!-- x -->neil@example.org"},
        {"bold letters", "neil@example.org", "<b>jo.</b>neil@example.org"},
        {"bold letters behind it", "neil@example.org", "neil@example.org<strong >.uk</strong>"},
        {"a minus sign", "neil@example.org", "jo\u2212neil@example.org"},
        {"a full-width hyphen", "neil@example.org", "jo\uff0dneil@example.org"},
        {"a full-width hyphen in a domain", "kim@example.com", "kim@example.com\uff0dnew.org"},
        {"a full-width underscore", "neil@example.org", "jo\uff3fneil@example.org"},
        {"an underscore in a domain", "kim@example.com", "kim@example.com_old.example.org"},
        {"hyphen and underscore in a domain", "kim@example.com", "kim@example.com-a_b.example.org"},
        {"a label that is longer than what is looked at", "kim@example.com",
         "kim@example.com&#45;&#115;&#101;&#115;&#101;&#115;&#101;&#115;&#101;&#115;&#101;&#115;&#101;&#115;&"
         "#101;"
         "&#115;&#101;&#115;&#101;&#115;&#101;.org"},
        {"the rest of an escape", "nann@example.org", R"("to\nann@example.org")"},
        {"the rest of an encoded byte", "27ann@example.org", "q=%27ann@example.org"},
    };
    for (const WrittenValue& c : of_others) {
        CAPTURE(c.name);
        CHECK(of(c.value).match(c.cell) < Match::strong);
        Identity hashed;
        const policy::Hasher hasher{policy::HashOptions{}};
        hashed.add_hash_of_address(hasher.hash(c.value, policy::Normalisation::email), hasher);
        CHECK(hashed.match(c.cell) < Match::strong);
    }
    // And the other one is found there.
    CHECK(of("o'neil@example.org").match("Dear o&#039;neil@example.org!") == Match::strong);
    CHECK(of("info@example.org").match("for Ann info@example.org") == Match::strong);
    CHECK(of("kim@example.com.au").match("Kim@Example.com.Au") == Match::strong);
}
