// Telephone numbers and numbers of accounts: what is the same for certain, and what may be.
#include "matching/own_value.h"

#include <array>
#include <random>
#include <string>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::matching;
using mautic::Comparison;

TEST_CASE("a telephone number is its digits, however it is written") {
    for (const char* text : {"+49 170 1234567", "0049-170-1234567", "491701234567", "+49 (0)170/123 45 67",
                             " +49.170.1234567 ", "(+49) 170 1234567"}) {
        CAPTURE(text);
        CHECK(telephone_digits(text) == "491701234567");
    }
    CHECK(telephone_digits("0170 1234567") == "01701234567");
    for (const char* text : {"", "n/a", "00000000", "12345", "+0170 1234567", "0170 1234567 ext. 5",
                             "0170 1234567, 0171 1234567", "1234567890123456"}) {
        CAPTURE(text);
        CHECK(telephone_digits(text).empty());
    }
}

TEST_CASE("numbers are the same only where nobody could doubt it") {
    struct Case {
        const char* one;
        const char* other;
        Sameness sameness;
    };
    for (const Case& c : std::initializer_list<Case>{
             {"+49 170 1234567", "0049 170 1234567", Sameness::same},
             {"(+49) 170 1234567", "+49 (0)170/1234567", Sameness::same},
             {"+65 9234 5678", "0065-9234-5678", Sameness::same},
             {"+43 170 1234567", "+49 170 1234567", Sameness::maybe},
             {"0170 1234567", "+49 170 1234567", Sameness::maybe},  // of which country?
             {"06641 234567", "0664/1234567", Sameness::maybe},     // Lauterbach or Austria?
             {"4792345678", "+47 92345678", Sameness::maybe},       // Arkansas or Norway?
             {"479-234-5678", "+47 92345678", Sameness::maybe},
             {"6592345678", "0065 9234 5678", Sameness::maybe},  // Alabama or Singapore?
             {"6592345678", "6592345678", Sameness::maybe},      // and which of them is which?
             {"(479) 234-5678", "4792345678", Sameness::maybe},
             {"36701123456", "+36 70 112 3456", Sameness::maybe},    // Lichte without its zero, or Hungary?
             {"37121234567", "+371 21234567", Sameness::maybe},      // Chemnitz or Latvia?
             {"79181234567", "+7 918 123 45 67", Sameness::maybe},   // Nanchang or Russia?
             {"819012345678", "+81 90 1234 5678", Sameness::maybe},  // Indonesia or Japan?
             {"13012345678", "+1 301 234 5678", Sameness::maybe},    // China or Maryland?
             {"491701234567", "+49 170 1234567", Sameness::maybe},
             {"+47 12345", "0047 12345", Sameness::maybe},  // too short
             {"1234567", "1234567", Sameness::maybe},       // of which town?
             {"0170 1234567", "1234567", Sameness::maybe},
             {"0170 1234567", "0170 1234568", Sameness::none},
             {"0170 1234567", "", Sameness::none},
             {"", "", Sameness::none}}) {
        CAPTURE(c.one, c.other);
        CHECK(compare_values(c.one, c.other, Comparison::telephone) == c.sameness);
        CHECK(compare_values(c.other, c.one, Comparison::telephone) == c.sameness);
    }
}

// The judge knows of which country each number is, and what of it is written.
TEST_CASE("only numbers that both say their country are ever the same, however they are grouped") {
    constexpr std::array<const char*, 14> countries{"1",  "36", "47", "65", "49",  "44",  "55",
                                                    "86", "7",  "39", "81", "353", "371", "852"};
    std::mt19937 random(7);
    const auto below = [&random](std::size_t end) { return random() % end; };
    const auto written = [&](const std::string& before, const std::string& digits) {
        std::string text = before;
        for (const char digit : digits) {
            text += digit;
            if (below(3) == 0) text += " -./"[below(4)];
        }
        return text;
    };
    for (int round = 0; round < 5'000; ++round) {
        const std::string country = countries[below(countries.size())];
        std::string subscriber(1, static_cast<char>('1' + below(9)));
        const std::size_t length = 7 + below(6);
        while (subscriber.size() < length) subscriber += static_cast<char>('0' + below(10));
        const std::string full = country + subscriber;
        if (full.size() > 15) continue;
        CAPTURE(country, subscriber);
        const std::array<std::string, 2> with_country{written("+", full), written("00", full)};
        // Somebody else's, of whichever country has such numbers, may be written so.
        const std::array<std::string, 4> without{written("", full), full, written("0", subscriber),
                                                 written("", subscriber)};
        const auto compare = [](const std::string& one, const std::string& other) {
            CHECK(compare_values(one, other, Comparison::telephone) ==
                  compare_values(other, one, Comparison::telephone));
            return compare_values(one, other, Comparison::telephone);
        };
        const Sameness expected = full.size() >= 10 ? Sameness::same : Sameness::maybe;
        CHECK(compare(with_country[0], with_country[1]) == expected);
        for (const std::string& one : without) {
            for (const std::string& other : with_country) CHECK(compare(one, other) == Sameness::maybe);
            for (const std::string& other : without) CHECK(compare(one, other) == Sameness::maybe);
        }
    }
}

TEST_CASE("a value of an account is the same to the byte, and long enough to be no word for none") {
    CHECK(compare_values("AB-1007", " AB-1007", Comparison::exact) == Sameness::same);
    CHECK(compare_values("AB-1007", "ab-1007", Comparison::exact) == Sameness::maybe);
    CHECK(compare_values("n/a", "n/a", Comparison::exact) == Sameness::maybe);
    CHECK(compare_values("AB-1007", "AB-10071", Comparison::exact) == Sameness::none);
    CHECK(compare_values("", "", Comparison::exact) == Sameness::none);
}

TEST_CASE("a field may hold a number beside something else") {
    CHECK(may_hold("home: 0170 1234567, work: 0171 1", "+49 170 1234567", Comparison::telephone));
    CHECK_FALSE(may_hold("home: 0170 1234568", "+49 170 1234567", Comparison::telephone));
    CHECK(may_hold("+４９ １７０ １２３４５６７", "491701234567", Comparison::telephone));
    CHECK(may_hold("٠١٧٠ ۱۲۳۴۵۶۷", "491701234567", Comparison::telephone));
    CHECK(common_part("+49 170 1234567", Comparison::telephone) == "234567");
    CHECK(common_part("n/a", Comparison::telephone).empty());
}

TEST_CASE("any text may have a number in it, and a hash or a shorter number is none") {
    for (const char* text : {"+4915123456781", "<b>0151</b> / 23456781",
                             "030 1234567, WhatsApp 0151-23456781 x", "＋４９ １５１ ２３４５６７８１"}) {
        CAPTURE(text);
        CHECK(has_telephone(text, "4915123456781"));
    }
    for (const char* text : {"", "456781", "23456781", "15123456782", "a1512f3456781", "151234c56781d0"}) {
        CAPTURE(text);
        CHECK_FALSE(has_telephone(text, "4915123456781"));
    }
    CHECK_FALSE(has_telephone("n/a", "n/a"));
}
