// Which spellings are one address, which are two people's, and what former versions made of them.
#include "policy/address.h"

#include <algorithm>
#include <random>

#include "policy/hash.h"
#include "support/catch.h"

using namespace gdprd::policy;

namespace {

const Hasher hasher(HashOptions{Algorithm::sha256, "key", true});

std::string hash_of(const std::string& address) { return hasher.hash(address, Normalisation::email); }

struct Pair {
    const char* name;
    std::string one;
    std::string other;
};

// As Mautic's database compares them.
const std::vector<Pair> same_address{
    {"ASCII case", "Ann@Example.ORG", "ann@example.org"},
    {"a byte-order mark",
     "\xef\xbb\xbf"
     "ann@example.org",
     "ann@example.org"},
    {"no-break spaces around it",
     "\xc2\xa0"
     "ann@example.org\xc2\xa0",
     "ann@example.org"},
    {"an ideographic space after it", "ann@example.org\xe3\x80\x80", "ann@example.org"},
    {"a zero-width space within", "ann\xe2\x80\x8b@example.org", "ann@example.org"},
    {"a zero-width joiner", "an\xe2\x80\x8dn@example.org", "ann@example.org"},
    {"a soft hyphen", "an\xc2\xadn@example.org", "ann@example.org"},
    {"a right-to-left mark",
     "\xe2\x80\x8f"
     "ann@example.org",
     "ann@example.org"},
    {"a space between mark and address", "\xef\xbb\xbf ann@example.org", "ann@example.org"},
    {"Latin-1 case", "J\xc3\x96RG@example.org", "j\xc3\xb6rg@example.org"},
    {"Latin Extended-A case", "\xc5\x90RI@example.org", "\xc5\x91ri@example.org"},
    {"Greek case", "\xce\x91\xce\x9d\xce\x9d\xce\x91@example.gr",
     "\xce\xb1\xce\xbd\xce\xbd\xce\xb1@example.gr"},
    {"sharp s case", "WEI\xe1\xba\x9e@example.org", "wei\xc3\x9f@example.org"},
    {"a final sigma", "\xce\xbd\xce\xaf\xce\xba\xce\xbf\xcf\x82@example.gr",
     "\xce\x9d\xce\x8a\xce\x9a\xce\x9f\xce\xa3@example.gr"},
    {"Cyrillic case", "\xd0\x90\xd0\x9d\xd0\x9d\xd0\x90@example.org",
     "\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0@example.org"},
    {"composed and decomposed", "j\xc3\xb6rg@example.org", "jo\xcc\x88rg@example.org"},
    {"decomposed capitals", "JO\xcc\x88RG@EXAMPLE.org", "j\xc3\xb6rg@example.org"},
    {"a domain as DNS has it",
     "ann@b\xc3\xbc"
     "cher.example",
     "ann@xn--bcher-kva.example"},
    {"a domain in capitals",
     "ann@B\xc3\x9c"
     "CHER.example",
     "ann@XN--BCHER-KVA.example"},
    {"a decomposed domain",
     "ann@bu\xcc\x88"
     "cher.example",
     "ann@b\xc3\xbc"
     "cher.example"},
    {"an ideographic full stop",
     "ann@b\xc3\xbc"
     "cher\xe3\x80\x82"
     "example",
     "ann@b\xc3\xbc"
     "cher.example"},
};

const std::vector<Pair> different_people{
    {"an accent", "j\xc3\xb6rg@example.org", "jorg@example.org"},
    {"a domain with sharp s",
     "ann@stra\xc3\x9f"
     "e.example",
     "ann@strasse.example"},
    {"sharp s before the @", "wei\xc3\x9f@example.org", "weiss@example.org"},
    {"a capital sharp s", "WEI\xe1\xba\x9e@example.org", "weiss@example.org"},
    {"a ligature",
     "\xef\xac\x81"
     "nn@example.org",
     "finn@example.org"},
    {"an Armenian ligature", "\xd6\x87@example.org", "\xd5\xa5\xd6\x82@example.org"},
    {"a blank within", "an n@example.org", "ann@example.org"},
    {"bytes that are not UTF-8", "j\xf6rg@example.org", "j\xfcrg@example.org"},
    {"a part of an address", "ann+x@example.org", "ann@example.org"},
};

}  // namespace

TEST_CASE("spellings that Mautic takes for one address have one hash") {
    for (const Pair& pair : same_address) {
        CAPTURE(pair.name);
        CHECK(hash_of(pair.one) == hash_of(pair.other));
        CHECK(normalised_address(normalised_address(pair.one)) == normalised_address(pair.one));
    }
}

TEST_CASE("addresses of different people have different hashes") {
    for (const Pair& pair : different_people) {
        CAPTURE(pair.name);
        CHECK(hash_of(pair.one) != hash_of(pair.other));
        CHECK_FALSE(hasher.is_hash_of_address(hash_of(pair.one), pair.other));
        CHECK_FALSE(hasher.is_hash_of_address(hash_of(pair.other), pair.one));
    }
}

TEST_CASE("an ASCII address is hashed as ever: trimmed and in lower case") {
    const Hasher md5(HashOptions{Algorithm::md5, "", true});
    std::mt19937 random(1);
    for (int round = 0; round < 1'000; ++round) {
        std::string address;
        for (int i = 0; i < 20; ++i) address += static_cast<char>(random() % 128);
        CAPTURE(address);
        CHECK(md5.hash(address, Normalisation::email) ==
              md5.hash(formerly_normalised_address(address), Normalisation::plain));
    }
}

TEST_CASE("hashes that former versions made of an address are found by every spelling of it") {
    for (const Pair& pair : same_address) {
        CAPTURE(pair.name);
        // What was hashed then is what stood in Mautic, and one of the two is what is asked for today.
        const std::string then = hasher.hash(formerly_normalised_address(pair.one), Normalisation::plain);
        CHECK(hasher.is_hash_of_address(then, pair.one));
        CHECK(hasher.is_hash_of_address(hash_of(pair.one), pair.other));
        CHECK(hasher.is_hash_of_address(hash_of(pair.other), pair.one));
    }
    const std::string composed = hasher.hash(
        "j\xc3\xb6rg@b\xc3\xbc"
        "cher.example",
        Normalisation::plain);
    for (const std::string asked : {"J\xc3\x96RG@xn--bcher-kva.example",
                                    "jo\xcc\x88rg@bu\xcc\x88"
                                    "cher.example",
                                    "\xef\xbb\xbfj\xc3\xb6rg@b\xc3\xbc"
                                    "cher.example"}) {
        CAPTURE(asked);
        CHECK(hasher.is_hash_of_address(composed, asked));
    }
}

TEST_CASE("an ASCII address in lower case has one hash") {
    CHECK(hasher.hashes_of_address("ann@example.org").size() == 1);
    CHECK(hasher.hashes_of_address("").size() == 1);
}

TEST_CASE("any bytes can be normalised, and what is normalised stays so") {
    std::mt19937 random(2);
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 24; i > 0; --i) text += static_cast<char>(random() % 256);
        const std::string once = normalised_address(text);
        CHECK(normalised_address(once) == once);
        CHECK(hasher.is_hash_of_address(hash_of(text), text));
    }
}
