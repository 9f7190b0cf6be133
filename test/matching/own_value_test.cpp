// Telephone numbers and numbers of accounts: what is the same for certain, and what may be.
#include "matching/own_value.h"
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
             {"(479) 234-5678", "4792345678", Sameness::maybe},  // Arkansas or Norway?
             {"479-234-5678", "+47 92345678", Sameness::maybe},
             {"(479) 234-5678", "479 2345678", Sameness::same},
             {"4792345678", "+47 92345678", Sameness::same},  // as programs write it
             {"1234567", "1234567", Sameness::maybe},         // of which town?
             {"0170 1234567", "1234567", Sameness::maybe},
             {"0170 1234567", "0170 1234568", Sameness::none},
             {"0170 1234567", "", Sameness::none},
             {"", "", Sameness::none}}) {
        CAPTURE(c.one, c.other);
        CHECK(compare_values(c.one, c.other, Comparison::telephone) == c.sameness);
        CHECK(compare_values(c.other, c.one, Comparison::telephone) == c.sameness);
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
