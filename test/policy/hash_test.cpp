#include "policy/hash.h"

#include <algorithm>
#include <string>
#include <vector>

#include "policy/many_hashes.h"
#include "support/catch.h"

using namespace gdprd::policy;

namespace {

std::string hash_of(Algorithm algorithm, const std::string& key, const std::string& value) {
    return Hasher(HashOptions{algorithm, key, true}).hash(value, Normalisation::plain);
}

struct Vector {
    const char* name;
    Algorithm algorithm;
    std::string key;
    std::string value;
    const char* expected;
};

const std::vector<Vector> vectors{
    {"RFC 1321: empty", Algorithm::md5, "", "", "d41d8cd98f00b204e9800998ecf8427e"},
    {"RFC 1321: abc", Algorithm::md5, "", "abc", "900150983cd24fb0d6963f7d28e17f72"},
    {"RFC 1321: digits", Algorithm::md5, "",
     "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
     "57edf4a22be3c955ac49da2e2107b67a"},
    {"FIPS 180-4: abc", Algorithm::sha256, "", "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"FIPS 180-4: two blocks", Algorithm::sha256, "",
     "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"RFC 2202 case 1", Algorithm::md5, std::string(16, '\x0b'), "Hi There",
     "9294727a3638bb1c13f48ef8158bfc9d"},
    {"RFC 2202 case 2", Algorithm::md5, "Jefe", "what do ya want for nothing?",
     "750c783e6ab0b503eaa86e310a5db738"},
    {"RFC 2202 case 3", Algorithm::md5, std::string(16, '\xaa'), std::string(50, '\xdd'),
     "56be34521d144c88dbb8c733f0e8b3f6"},
    {"RFC 2202 case 6: key longer than a block", Algorithm::md5, std::string(80, '\xaa'),
     "Test Using Larger Than Block-Size Key - Hash Key First", "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"},
    {"RFC 4231 case 1", Algorithm::sha256, std::string(20, '\x0b'), "Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"RFC 4231 case 2", Algorithm::sha256, "Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"RFC 4231 case 3", Algorithm::sha256, std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"RFC 4231 case 6: key longer than a block", Algorithm::sha256, std::string(131, '\xaa'),
     "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
};

}  // namespace

TEST_CASE("hashes agree with the published vectors") {
    for (const Vector& vector : vectors) {
        CAPTURE(vector.name);
        CHECK(hash_of(vector.algorithm, vector.key, vector.value) == vector.expected);
    }
}

TEST_CASE("an e-mail address is trimmed and lower-cased before it is hashed") {
    const Hasher hasher(HashOptions{Algorithm::md5, "", true});
    const std::string expected = hasher.hash("ann@example.org", Normalisation::plain);
    for (const char* spelling :
         {"ann@example.org", "Ann@Example.ORG", " ann@example.org\t\r\n", "ANN@EXAMPLE.ORG"}) {
        CAPTURE(spelling);
        CHECK(hasher.hash(spelling, Normalisation::email) == expected);
    }
    CHECK(hasher.hash("Ann@example.org", Normalisation::plain) != expected);
}

TEST_CASE("normalisation folds letters beyond ASCII and leaves inner blanks alone") {
    const Hasher hasher(HashOptions{Algorithm::sha256, "", true});
    CHECK(hasher.hash("\xc3\x9c@EXAMPLE.org", Normalisation::email) ==
          hasher.hash("\xc3\xbc@example.org", Normalisation::plain));
    CHECK(hasher.hash("a b@example.org", Normalisation::email) ==
          hasher.hash("a b@example.org", Normalisation::plain));
}

TEST_CASE("normalisation can be switched off") {
    const Hasher hasher(HashOptions{Algorithm::md5, "", false});
    CHECK(hasher.hash("Ann@Example.org", Normalisation::email) ==
          hasher.hash("Ann@Example.org", Normalisation::plain));
}

TEST_CASE("a value with a NUL byte is hashed to its end") {
    CHECK(hash_of(Algorithm::md5, "", std::string("a\0b", 3)) != hash_of(Algorithm::md5, "", "a"));
    CHECK(hash_of(Algorithm::md5, "k", std::string("a\0b", 3)) != hash_of(Algorithm::md5, "k", "a"));
}

TEST_CASE("a view of nothing is hashed like an empty text") {
    for (const char* key : {"", "k"}) {
        const Hasher hasher(HashOptions{Algorithm::sha256, key, true});
        CHECK(hasher.hash(std::string_view{}, Normalisation::plain) == hasher.hash("", Normalisation::plain));
        CHECK(hasher.hash(std::string_view{}, Normalisation::email) == hasher.hash("", Normalisation::plain));
    }
}

TEST_CASE("the ledger's names, lengths and key ids") {
    const Hasher md5(HashOptions{Algorithm::md5, "", true});
    const Hasher sha256(HashOptions{Algorithm::sha256, "", true});
    const Hasher hmac_md5(HashOptions{Algorithm::md5, "first key", true});
    const Hasher hmac_sha256(HashOptions{Algorithm::sha256, "first key", true});
    CHECK(md5.algorithm_name() == "md5");
    CHECK(sha256.algorithm_name() == "sha256");
    CHECK(hmac_md5.algorithm_name() == "hmac-md5");
    CHECK(hmac_sha256.algorithm_name() == "hmac-sha256");
    CHECK(md5.length(Normalisation::plain) == 32);
    CHECK(hmac_sha256.length(Normalisation::email) == 64);
    for (const Hasher* hasher : {&md5, &sha256, &hmac_md5, &hmac_sha256}) {
        CHECK(hasher->hash("x", Normalisation::plain).size() == hasher->length(Normalisation::plain));
    }

    SECTION("a key id names the key, whatever the algorithm, and no key has none") {
        CHECK(md5.key_id().empty());
        CHECK_FALSE(md5.keyed());
        CHECK(hmac_sha256.key_id().size() == 16);
        CHECK(hmac_md5.key_id() == hmac_sha256.key_id());
        CHECK(hmac_sha256.key_id() != Hasher(HashOptions{Algorithm::sha256, "second key", true}).key_id());
    }
    SECTION("a key id is the documented HMAC and so stays the same between versions") {
        CHECK(hmac_sha256.key_id() ==
              hash_of(Algorithm::sha256, "first key", "mautic-gdprd key id").substr(0, 16));
    }
}

TEST_CASE("what is no address gets as many digits of its hash as are asked for") {
    const std::string ann = "ann@example.org";
    const Hasher whole(HashOptions{Algorithm::sha256, "a key", true});
    const Hasher cut(HashOptions{Algorithm::sha256, "a key", true, 40});
    CHECK(cut.hash(ann, Normalisation::plain) == whole.hash(ann, Normalisation::plain).substr(0, 40));
    CHECK(cut.hash(ann, Normalisation::email) == whole.hash(ann, Normalisation::email));
    CHECK(cut.hashes_of_address(ann) == whole.hashes_of_address(ann));
    CHECK(cut.key_id() == whole.key_id());
    CHECK(cut.length(Normalisation::plain) == 40);
    CHECK(cut.length(Normalisation::email) == 64);
    const auto any = cut.hashes_of_any_length(ann, Normalisation::plain);
    CHECK(any.size() == 33);
    CHECK(any == whole.hashes_of_any_length(ann, Normalisation::plain));
    CHECK(std::count(any.begin(), any.end(), cut.hash(ann, Normalisation::plain)) == 1);
    CHECK(cut.hashes_of_any_length(ann, Normalisation::email).size() == 1);
    const Hasher md5(HashOptions{Algorithm::md5, "", true, 64});
    CHECK(md5.length(Normalisation::plain) == 32);
    CHECK(md5.hashes_of_any_length(ann, Normalisation::plain).size() == 1);
}

TEST_CASE("another hash is the row's own and as long as the first") {
    const Hasher hasher(HashOptions{Algorithm::sha256, "", true, 40});
    const std::string first = hasher.hash("x", Normalisation::plain);
    CHECK(hasher.other_hash(first, "7") == hash_of(Algorithm::sha256, "", first + "-7").substr(0, 40));
    CHECK(hasher.other_hash(first, "7") != hasher.other_hash(first, "8"));
    const std::string address = hasher.hash("x", Normalisation::email);
    CHECK(hasher.other_hash(address, "7").size() == 64);
}

TEST_CASE("what any number of digits may have made") {
    for (const std::size_t digits : {32U, 33U, 40U, 64U})
        CHECK(Hasher::may_be_hash(std::string(digits, 'a')));
    for (const std::string& value : {std::string(), std::string(31, 'a'), std::string(65, 'a'),
                                     std::string(40, 'A'), std::string(39, 'a') + "@"}) {
        CHECK_FALSE(Hasher::may_be_hash(value));
    }
}

TEST_CASE("the shape of a hash") {
    const std::string md5(32, 'a');
    const std::string sha256(64, '0');
    CHECK(Hasher::has_hash_shape(md5));
    CHECK(Hasher::has_hash_shape(sha256));
    struct Row {
        const char* name;
        std::string value;
    };
    for (const Row& row :
         {Row{"empty", ""}, Row{"one digit short", std::string(31, 'a')},
          Row{"one digit more", std::string(33, 'a')}, Row{"SHA-1", std::string(40, 'a')},
          Row{"upper case", std::string(32, 'A')}, Row{"not hexadecimal", std::string(32, 'g')},
          Row{"an address of 32 bytes", "aaaaaaaaaaaaaaaaaaaa@example.org"},
          Row{"a NUL at the end", std::string(31, 'a') + std::string(1, '\0')}}) {
        CAPTURE(row.name);
        CHECK_FALSE(Hasher::has_hash_shape(row.value));
    }
}

TEST_CASE("many hashes are the beginnings of the hashes one by one") {
    for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha256}) {
        for (const char* key : {"", "secret"}) {
            for (const char* wrapping_key : {"", "another one"}) {
                const HashOptions options{algorithm, key, true, hash_digits_max, wrapping_key};
                ManyHashes many(options);
                for (const std::string text : {"ann@example.org", "", "x", "ann@example.org"}) {
                    const std::string hash = Hasher(options).hash(text, Normalisation::plain);
                    CHECK(many.beginning(text) == std::stoull(hash.substr(0, 16), nullptr, 16));
                }
            }
        }
    }
}

TEST_CASE("a wrapped hash is made of the old one and the key, and says so") {
    const Hasher old({Algorithm::md5, ""});
    const Hasher today({Algorithm::sha256, "secret"});
    const std::string hash = old.hash("Ann@example.org", Normalisation::email);
    // By `printf 'mautic-gdprd wrapped hash\n%s' "$md5" | openssl dgst -sha256 -hmac secret`, cut to 32
    // digits.
    CHECK(*today.wrapped(hash) == "ad1fbd0980405a5a7eeb9a2e010f7707");
    CHECK_FALSE(old.wrapped(hash).has_value());
    const Hasher wrapped({Algorithm::md5, "", true, hash_digits_max, "secret"});
    CHECK(wrapped.hash("ann@example.org", Normalisation::email) == *today.wrapped(hash));
    CHECK(wrapped.is_hash_of_address(*today.wrapped(hash), "ANN@example.org"));
    CHECK(wrapped.algorithm_name() == "wrapped-md5");
    CHECK(wrapped.key_id() == today.key_id());
    CHECK(wrapped.unwrapped().hash("x", Normalisation::plain) == old.hash("x", Normalisation::plain));
    const Hasher of_two({Algorithm::sha256, "given up", true, hash_digits_max, "secret"});
    CHECK(of_two.algorithm_name() == "wrapped-hmac-sha256");
    CHECK(of_two.key_id() == today.key_id() + Hasher({Algorithm::sha256, "given up"}).key_id());
    // Today's key is enough for some.
    CHECK(today.of("wrapped-md5", today.key_id())->wraps());
    CHECK(today.of("md5", "").has_value());
    CHECK(today.of("hmac-sha256", today.key_id()).has_value());
    CHECK_FALSE(today.of("wrapped-hmac-sha256", of_two.key_id()).has_value());
    // Each length is wrapped for itself, as it stands in a column.
    for (const std::string& one : old.hashes_of_any_length("x", Normalisation::plain)) {
        const auto all = wrapped.hashes_of_any_length("x", Normalisation::plain);
        CHECK(std::find(all.begin(), all.end(), *today.wrapped(one)) != all.end());
    }
}

TEST_CASE("every way to hash is tried once") {
    CHECK(all_hash_options({}).size() == 2);
    CHECK(all_hash_options({"a", "", "a"}).size() == 6);
    CHECK(all_hash_options({"a", "b"}).size() == 14);
}
