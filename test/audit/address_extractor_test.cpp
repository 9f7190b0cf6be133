// What is taken out of a text, against the search for one address, which compares the text with each address
// that is known: the same question, asked the other way round.
#include "audit/address_extractor.h"

#include <algorithm>
#include <random>
#include <set>

#include "audit/writer.h"
#include "fixture/encodings.h"
#include "matching/address_candidates.h"
#include "matching/identity.h"
#include "policy/address.h"
#include "support/catch.h"

using namespace gdprd;
using audit::AddressExtractor;
using matching::Match;

using test::people;
using test::Writer;

namespace {

std::set<std::string> addresses_in(std::string_view text, AddressExtractor extractor = AddressExtractor()) {
    std::set<std::string> addresses;
    extractor.extract(text, [&](std::string_view candidate) {
        for (std::string& spelling : policy::address_spellings(candidate))
            addresses.insert(std::move(spelling));
    });
    return addresses;
}

bool takes(std::string_view text, std::string_view address) {
    return addresses_in(text).contains(policy::normalised_address(address));
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string hex(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        constexpr std::string_view alphabet = "0123456789abcdef";
        digits += alphabet[static_cast<unsigned char>(c) >> 4];
        digits += alphabet[static_cast<unsigned char>(c) & 0xf];
    }
    return digits;
}

}  // namespace

TEST_CASE("an address is taken out of a text wherever the search for it finds it, and nowhere else") {
    std::size_t found = 0;
    std::size_t not_found = 0;
    constexpr unsigned texts = 5'000;
    for (unsigned seed = 0; seed < texts; ++seed) {
        const std::string text = Writer(seed).text();
        const auto addresses = addresses_in(text);
        for (const std::string& person : people()) {
            matching::Identity identity;
            identity.add(person);
            const bool wanted = identity.match(text) == Match::strong;
            const bool taken = addresses.contains(policy::normalised_address(person));
            if (wanted == taken) {
                ++(taken ? found : not_found);
                continue;
            }
            // The search knows fewer spellings of these.
            if (taken && !is_ascii(person)) continue;
            CAPTURE(seed, person, text, hex(text), wanted, taken);
            REQUIRE(wanted == taken);
        }
    }
    CHECK(found > texts);
    CHECK(not_found > texts);
}

// Whoever reads the text knows it; no escape changes it.
TEST_CASE("an address stands by itself or it does not, whatever escapes are put around it") {
    const std::string ann = "ann@example.org";
    const std::vector<std::string> separating{"",   " ",   "'",  "\"",  "(",  "<", "=",
                                              "e=", "/x/", "7|", ": '", "\n", ">"};
    const std::vector<std::string> joining{"jo.", "o'", "o''", "jo~", "jo-", "b__", "x!", "\xc3\xbc", "7"};
    const std::vector<std::string> ending{"",   " ",    "'",  "\"", ")",  ">",    ".",  "... or",
                                          "/x", "&x=1", "'s", ",",  "\n", "-nak", "--x"};
    const std::vector<std::string> going_on{".au",        ".Au",          ".Thanks", "x",
                                            "-x.example", "-a-b.example", "\xc3\xbc"};
    std::mt19937 random(1);
    const auto one_of = [&](const std::vector<std::string>& list) { return list[random() % list.size()]; };
    for (int round = 0; round < 6'000; ++round) {
        const bool begins = random() % 2 == 0, ends = random() % 2 == 0;
        std::string text = one_of(begins ? separating : joining) + ann + one_of(ends ? ending : going_on);
        const std::string plain = text;
        std::vector<unsigned> escapes;
        for (auto layers = random() % 4; layers > 0; --layers) {
            escapes.push_back(static_cast<unsigned>(random() % 5));
            switch (escapes.back()) {
                case 0:
                    text = test::url_encoded_text(text);
                    break;
                case 1:
                    text = test::json_escaped(text);
                    break;
                case 2:
                    text = test::html_escaped(text, true);
                    break;
                case 3:
                    text = test::with_slashes(text);
                    break;
                default:
                    // In base64 of an escaped text nothing is looked for.
                    if (escapes.size() == 1) text = test::base64_text(text);
            }
        }
        CAPTURE(plain, text, escapes);
        matching::Identity identity;
        identity.add(ann);
        const bool stands = begins && ends && !matching::is_address_with_sign(text);
        REQUIRE((identity.match(text) == Match::strong) == stands);
        REQUIRE(takes(text, ann) == stands);
    }
}

TEST_CASE("a neighbour's address is not taken for the one it contains") {
    for (const char* text : {"jo.ann@example.org",
                             "jo+ann@example.org",
                             "joann@example.org",
                             "jo_ann@example.org",
                             "ann@example.org.example.net",
                             "ann@example.org-x.example",
                             "ann@example.orga",
                             "\xc3\xa4nn@example.org",
                             "7ann@example.org",
                             "jo%2Eann%40example.org",
                             "jo&#46;ann&#64;example.org",
                             "am8uYW5uQGV4YW1wbGUub3Jn",
                             "ann@example.or",
                             "ann@my.example.org",
                             "ann @example.org",
                             "o'ann@example.org",
                             "o&#039;ann@example.org",
                             "o\\'ann@example.org",
                             "jo&amp;ann@example.org",
                             "Ann@Example.org.Au",
                             "ann@example.org&#46;au",
                             "byYjMDM5O2FubkBleGFtcGxlLm9yZw"}) {
        CAPTURE(text);
        CHECK_FALSE(takes(text, "ann@example.org"));
    }
}

TEST_CASE("punctuation beyond ASCII ends an address") {
    for (const char* text : {"ann@example.org\xc2\xa0is",
                             "x\xc2\xa0"
                             "ann@example.org",
                             "\xe2\x80\x9e"
                             "ann@example.org\xe2\x80\x9c",
                             "Ann\xef\xbc\x88"
                             "ann@example.org\xef\xbc\x89",
                             "&nbsp;ann@example.org&nbsp;",
                             "\xe3\x80\x8c"
                             "ann@example.org\xe3\x80\x8d"}) {
        CAPTURE(text);
        CHECK(takes(text, "ann@example.org"));
    }
}

TEST_CASE("symbols, inflection and scripts without blanks end an address") {
    for (const char* text : {"→ann@example.org",
                             "📧ann@example.org✓",
                             "✉️ann@example.org",
                             "€ann@example.org",
                             "★ann@example.org★",
                             "＜ann@example.org＞",
                             "írj az ann@example.org-ra, ne ide",
                             "ann@example.org-nak.",
                             "请联系ann@example.org或致电",
                             "メールはann@example.orgまで",
                             "ann@example.org으로 보내",
                             "ส่งที่ann@example.orgครับ",
                             "ann@example.org。谢谢",
                             "见ann@example.org。",
                             "\u9091ann@example.org\u6216",
                             "<b>ann@example.org</b>",
                             "E-mail:<B>ann@example.org</B>",
                             "<td>Jo.</td><td>ann@example.org</td>",
                             "ann@example.org<sup>1</sup>",
                             "<b>Name</b><span>ann@example.org</span>",
                             "<b>ann@example.org</b>wrote"}) {
        CAPTURE(text);
        CHECK(takes(text, "ann@example.org"));
        matching::Identity identity;
        identity.add("ann@example.org");
        CHECK(identity.match(text) == Match::strong);
    }
}

TEST_CASE("quoted local parts and address literals are addresses") {
    for (const char* address : {"\"ann lee\"@example.org", "ann@[192.0.2.1]", "ann@[IPv6:2001:db8::1]",
                                "ann@my_company.org", "\"a@b\"@example.org"}) {
        CAPTURE(address);
        CHECK(matching::is_address(address));
        const std::string text = "Write to " + std::string(address) + ", soon.";
        CHECK(takes(text, address));
        matching::Identity identity;
        identity.add(address);
        CHECK(identity.match(text) == Match::strong);
        CHECK(identity.match(test::json_escaped(text)) == Match::strong);
    }
    for (const char* none :
         {"ann@[]", "\"@example.org", "ann\"lee\"@example.org", "ann@[192.0.2.1", "\"a\nb\"@x.org"}) {
        CAPTURE(none);
        CHECK_FALSE(matching::is_address(none));
    }
}

TEST_CASE("a text of any length is searched to its end, and nothing is taken that the cut has made") {
    const std::string ann = "ann@example.org";
    const std::vector<std::string> forms{ann, "ann%2540example.org", "ann&amp;#64;example.org",
                                         "YW5uQGV4YW1wbGUub3Jn"};
    constexpr std::size_t window = 2 * AddressExtractor::overlap_bytes + 1'000;
    const auto takes_ann = [&](const std::string& text) {
        return addresses_in(text, AddressExtractor(window)).contains(ann);
    };
    // With and without bytes to cut at; of every length around the window's.
    for (const std::string& filler : {std::string("word "), std::string("x/"), std::string("%41%2541")}) {
        for (std::size_t length = window - 12'000; length < window + 8'000; length += 61) {
            std::string before;
            before.reserve(length + 16);
            while (before.size() < length) before += filler;
            before.resize(length);
            const std::string& form = forms[length % forms.size()];
            CAPTURE(filler, length, form);
            REQUIRE(takes_ann(before + ' ' + form + ' ' + before));
            REQUIRE_FALSE(takes_ann(before + "jo." + ann + ' ' + before));
        }
    }
}

TEST_CASE("of a part of a text the edges are left out, and the next part has them") {
    const std::string filler(AddressExtractor::overlap_bytes, '.');
    const std::string text = filler + "/jo.ann@example.org/" + filler;
    std::set<std::string> found;
    AddressExtractor extractor;
    const auto add = [&](std::string_view candidate) { found.emplace(candidate); };
    // The cut goes through the address.
    const std::size_t cut = filler.size() + 4;
    extractor.extract(std::string_view(text).substr(cut), {false, true}, add);
    CHECK(found.empty());
    extractor.extract(std::string_view(text).substr(0, cut + 3), {true, false}, add);
    CHECK(found.empty());
    extractor.extract(std::string_view(text).substr(cut - filler.size()), {false, true}, add);
    CHECK(found.contains("jo.ann@example.org"));
    CHECK_FALSE(found.contains("ann@example.org"));
}

TEST_CASE("texts that were made to be slow are not") {
    const std::string signs(1'000'000, '@');
    std::string doubtful;
    while (doubtful.size() < 1'000'000) doubtful += "!#$%&'*/=?^`{|}~@a.b";
    std::string pairs;
    while (pairs.size() < 1'000'000) pairs += "QAQA";
    std::string escapes;
    while (escapes.size() < 1'000'000) escapes += "%2525252525";
    for (const std::string& text : {signs, doubtful, pairs, escapes}) {
        std::size_t candidates = 0;
        AddressExtractor extractor;
        extractor.extract(text, [&](std::string_view candidate) {
            ++candidates;
            CHECK(candidate.size() < 512);
        });
        CHECK(candidates < 20 * text.size() / 20);
    }
}
