// A later pass knows the address by its hash only, and still finds it.
#include "matching/identity.h"
#include "support/catch.h"

using namespace gdprd;
using matching::Identity;
using matching::Match;
using mautic::Search;
using policy::Algorithm;
using policy::Hasher;

namespace {

Identity hashed(const std::string& address, const Hasher& hasher) {
    Identity identity;
    identity.add_hash_of_address(hasher.hash(address, policy::Normalisation::email), hasher);
    return identity;
}

struct HashedCell {
    const char* name;
    const char* cell;
};

}  // namespace

TEST_CASE("an address is found by its hash wherever it stands") {
    const HashedCell cases[] = {
        {"alone", "ann.o-b@example.org"},
        {"in other letters", " ANN.O-B@Example.ORG\n"},
        {"in angle brackets", "550 <ann.o-b@example.org> unknown"},
        {"after mailto", "mailto:ann.o-b@example.org?subject=x"},
        {"at the end of a sentence", "Write to ann.o-b@example.org."},
        {"with the next sentence", "Write to ann.o-b@example.org. Thanks"},
        {"in a query", "https://example.org/?e=ann.o-b@example.org&x=1"},
        {"in an encoded query", "https://example.org/?e=ann.o-b%40example.org&x=1"},
        {"encoded twice", "%3Fe%3Dann.o-b%2540example.org"},
        {"in a path", "https://example.org/unsubscribe/ann.o-b@example.org/now"},
        {"in JSON", "{\"email\":\"ann.o-b@example.org\"}"},
        {"after a JSON line feed", "\"x\\nann.o-b@example.org\""},
        {"serialized", "a:1:{s:5:\"email\";s:19:\"ann.o-b@example.org\";}"},
        {"in quotes", "'ann.o-b@example.org'"},
        {"after others", "a@b.c, d@e.f; ann.o-b@example.org"},
        {"in HTML", "ann.o-b&#64;example.org"},
    };
    for (const Hasher& hasher : {Hasher({}), Hasher({Algorithm::sha256, "key", true})}) {
        const Identity identity = hashed("Ann.O-B@example.org", hasher);
        CHECK_FALSE(identity.empty());
        CHECK(identity.has_strong());
        for (const HashedCell& c : cases) {
            CAPTURE(c.name, hasher.algorithm_name());
            CHECK(identity.found_in(c.cell, Search::strong));
            CHECK(identity.match(c.cell) == Match::strong);
        }
    }
}

TEST_CASE("another address is not the one with that hash") {
    const Identity identity = hashed("ann@example.org", Hasher({}));
    for (const char* cell : {"", "@", "ann@", "@example.org", "ann", "bob@example.org", "ann@example.com",
                             "annann@example.org", "ann@example.organic", "@@@@", "ann@@example.org",
                             "ann @example.org", "..@..", "=@=", "\xc3@\xc3"}) {
        CAPTURE(cell);
        CHECK_FALSE(identity.found_in(cell, Search::all));
    }
}

TEST_CASE("a hash of the address as it is written finds only that spelling") {
    const Identity identity = hashed("Ann@Example.org", Hasher({Algorithm::sha256, "key", false}));
    CHECK(identity.found_in("to=Ann@Example.org", Search::all));
    CHECK_FALSE(identity.found_in("to=ann@example.org", Search::all));
}

TEST_CASE("a cell full of addresses is searched up to a bound") {
    std::string list;
    for (int i = 0; i < 999; ++i) list += "a" + std::to_string(i) + "@example.org\n";
    const Identity identity = hashed("ann@example.org", Hasher({}));
    CHECK(identity.found_in(list + "ann@example.org", Search::all));
    CHECK(identity.found_in(std::string(3'000, '@') + "ann@example.org", Search::all));
    CHECK_FALSE(identity.found_in(list + "bob@example.org, ann@example.org", Search::all));
}

TEST_CASE("an empty hash is nothing to search for") {
    Identity identity;
    identity.add_hash_of_address("", Hasher({}));
    CHECK(identity.empty());
}
