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
             {"+49 170 1234567", "491701234567", Sameness::same},
             {"0170 1234567", "0170/1234567", Sameness::same},
             {"0170 1234567", "+49 170 1234567", Sameness::maybe},  // of which country?
             {"+43 170 1234567", "+49 170 1234567", Sameness::maybe},
             {"4792345678", "+47 92345678", Sameness::maybe},  // Arkansas or Norway?
             {"479-234-5678", "+47 92345678", Sameness::maybe},
             {"(479) 234-5678", "4792345678", Sameness::same},
             {"6592345678", "+65 9234 5678", Sameness::maybe},  // Alabama or Singapore?
             {"6592345678", "0065 9234 5678", Sameness::maybe},
             {"659-234-5678", "6592345678", Sameness::same},
             {"3612345678", "+36 1 234 5678", Sameness::maybe},  // Texas or Budapest?
             {"36301234567", "+36 30 123 4567", Sameness::same},
             {"36 30 123 4567", "+36301234567", Sameness::same},
             {"13012345678", "+1 301 234 5678", Sameness::maybe},  // China or Maryland?
             {"12122345678", "+1 212 234 5678", Sameness::same},
             {"34912345678", "+34 912 345 678", Sameness::maybe},  // Minas Gerais or Madrid?
             {"56912345678", "+56 9 1234 5678", Sameness::same},
             {"84951234567", "+84 95 123 4567", Sameness::maybe},  // Moscow or Vietnam?
             {"+65 9234 5678", "0065-9234-5678", Sameness::same},
             {"(479) 234-5678", "479 2345678", Sameness::same},
             {"1234567", "1234567", Sameness::maybe},  // of which town?
             {"0170 1234567", "1234567", Sameness::maybe},
             {"0170 1234567", "0170 1234568", Sameness::none},
             {"0170 1234567", "", Sameness::none},
             {"", "", Sameness::none}}) {
        CAPTURE(c.one, c.other);
        CHECK(compare_values(c.one, c.other, Comparison::telephone) == c.sameness);
        CHECK(compare_values(c.other, c.one, Comparison::telephone) == c.sameness);
    }
}

// Every number is of one country; what is written without one may be of any where such numbers are in use.
TEST_CASE(
    "numbers that differ in their country are never the same, and one number is however it is grouped") {
    constexpr std::array<const char*, 12> countries{"1",  "36", "47", "65", "49",  "44",
                                                    "55", "86", "7",  "39", "353", "852"};
    std::mt19937 random(7);
    const auto below = [&random](std::size_t end) { return random() % end; };
    const auto grouped = [&](const std::string& digits) {
        std::string text;
        for (const char digit : digits) {
            text += digit;
            if (below(3) == 0) text += " -./"[below(4)];
        }
        return text;
    };
    for (int round = 0; round < 20'000; ++round) {
        const std::string country = countries[below(countries.size())];
        std::string subscriber(1, static_cast<char>('1' + below(9)));
        const std::size_t length = 7 + below(5);
        while (subscriber.size() < length) subscriber += static_cast<char>('0' + below(10));
        const std::string full = country + subscriber;
        if (full.size() > 15) continue;
        CAPTURE(country, subscriber);
        const auto same = [](const std::string& one, const std::string& other) {
            return compare_values(one, other, Comparison::telephone);
        };
        const bool is_long = full.size() >= 10;
        CHECK(same('+' + grouped(full), "00" + full) == (is_long ? Sameness::same : Sameness::maybe));
        CHECK(same(grouped(full), full) == (is_long ? Sameness::same : Sameness::maybe));
        // The same digits without a sign are the number of another country's town, at ten digits or fewer.
        if (full.size() <= 10) CHECK(same(full, '+' + grouped(full)) == Sameness::maybe);
        if (full.size() >= 12) CHECK(same(full, '+' + grouped(full)) == Sameness::same);
        CHECK(same('0' + subscriber, '+' + full) != Sameness::same);
        CHECK(same(subscriber, '+' + full) != Sameness::same);
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
