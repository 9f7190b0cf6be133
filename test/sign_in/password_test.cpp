// Which passwords are taken, and their hashes.
#include "sign_in/password.h"

#include "base/error.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;

TEST_CASE("a password is taken when it is long enough, whatever it is made of") {
    struct Row {
        const char* what;
        std::string password;
        std::string problem;
    };
    const Row rows[] = {
        {"twelve letters", "aaaaaaaaaaaa", ""},
        {"words with blanks", "correct horse battery", ""},
        {"eleven letters", "aaaaaaaaaaa", "is shorter than 12 characters"},
        {"none at all", "", "is shorter than 12 characters"},
        {"eleven letters of two bytes", "árvíztűrő t", "is shorter than 12 characters"},
        {"twelve letters of two bytes", "árvíztűrő tü", ""},
        {"twelve of three and four bytes", "€€€€€€😀😀😀😀😀😀", ""},
        {"as many bytes as there may be", std::string(511, 'x'), ""},
        {"a byte more", std::string(512, 'x'), "is longer than 511 bytes"},
        {"Latin 1", "caf\xe9 caf\xe9 caf\xe9", "is not text in UTF-8"},
        {"an end in the middle of a letter", "aaaaaaaaaaaa\xc3", "is not text in UTF-8"},
        {"a form longer than needed", "aaaaaaaaaaaa\xc0\x80", "is not text in UTF-8"},
        {"three bytes for a slash", "aaaaaaaaaaaa\xe0\x80\xaf", "is not text in UTF-8"},
        {"half of a pair of surrogates", "aaaaaaaaaaaa\xed\xa0\x80", "is not text in UTF-8"},
        {"beyond all characters", "aaaaaaaaaaaa\xf4\x90\x80\x80", "is not text in UTF-8"},
        {"the last character there is", "aaaaaaaaaaa\xf4\x8f\xbf\xbf", ""},
        {"a NUL", std::string("aaaaaaaaaaaa\0aaaa", 17), "has a control character in it"},
        {"a line break", "aaaaaaaaaaaa\naaaa", "has a control character in it"},
        {"the account's name", "anna.von.holstein", "is the account's name"},
        {"the account's name in capitals", "ANNA.von.Holstein", "is the account's name"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(problem_of_password(row.password, "Anna.von.Holstein") == row.problem);
    }
}

TEST_CASE("a hash is yescrypt with a salt of its own, and of this password only") {
    const std::string hash = hash_of_password("correct horse battery");
    CHECK(hash.starts_with("$y$"));
    CHECK(is_password_hash(hash));
    CHECK(hash != hash_of_password("correct horse battery"));
    CHECK(is_password("correct horse battery", hash));
    CHECK_FALSE(is_password("correct horse batterz", hash));
    CHECK_FALSE(is_password("correct horse battery ", hash));
    CHECK_FALSE(is_password("", hash));
    const std::string longest(password_bytes_max, 'x');
    CHECK(is_password(longest, hash_of_password(longest)));
}

TEST_CASE("a password that could never have been taken is wrong and no error") {
    const std::string of_nothing = hash_of_password("");
    CHECK_FALSE(is_password(std::string(100'000, 'x'), of_nothing));
    CHECK_FALSE(is_password(std::string("\0", 1), of_nothing));
    const std::string hash = hash_of_password("correct horse battery");
    CHECK_FALSE(is_password(std::string("correct horse battery\0", 22), hash));
    CHECK_THROWS_AS(hash_of_password(std::string(512, 'x')), Error);
}

TEST_CASE("a hash of another kind is not taken for one") {
    const std::string hash = hash_of_password("correct horse battery");
    for (const std::string& text :
         {std::string(), std::string("*"), std::string("!"), std::string("x"),
          hash.substr(0, hash.size() - 1), hash + "a", hash + ":", "$6$salt$" + std::string(86, 'a'),
          "$y$j9T$" + std::string(43, 'a'), hash.substr(0, hash.size() - 1) + "\n"}) {
        CAPTURE(text);
        CHECK_FALSE(is_password_hash(text));
    }
}
