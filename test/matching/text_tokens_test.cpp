// Tokens against the search for one address (matching/identity.h): an index may have texts searched in vain,
// and must never leave out one in which the search would find somebody.
#include "matching/text_tokens.h"

#include <random>

#include "audit/writer.h"
#include "content/zlib.h"
#include "fixture/encodings.h"
#include "matching/identity.h"
#include "support/catch.h"

using namespace gdprd;
using matching::Identity;

namespace {

std::set<std::string> tokens_of(const std::string& text) {
    std::set<std::string> tokens;
    matching::each_token(text, [&](std::string_view token) {
        tokens.emplace(token);
        return true;
    });
    return tokens;
}

std::set<std::string> hashes_in(const std::string& text, const policy::Hasher& hasher) {
    std::set<std::string> hashes;
    matching::each_hash_of_address(text, hasher, [&](std::string_view hash) {
        hashes.emplace(hash);
        return true;
    });
    return hashes;
}

bool have_common(const std::set<std::string>& some, const std::set<std::string>& others) {
    return std::any_of(some.begin(), some.end(),
                       [&](const std::string& one) { return others.contains(one); });
}

std::string quoted_printable(const std::string& text, std::mt19937& random) {
    std::string quoted;
    for (const char c : text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (random() % 20 == 0) quoted += "=\r\n";
        if (byte >= 0x80 || c == '=' || random() % 4 == 0) {
            quoted += {'=', digits[byte >> 4], digits[byte & 0xf]};
        } else {
            quoted += c;
        }
    }
    return quoted;
}

// Mail editors break words where nobody sees it.
std::string with_invisible(const std::string& text, std::mt19937& random) {
    std::string broken;
    for (const char c : text) {
        if (random() % 8 == 0) broken += random() % 2 == 0 ? "\xc2\xad" : "<wbr>";
        broken += c;
    }
    return broken;
}

// What the other random test of such texts writes, and what it does not.
std::string invented_text(unsigned seed) {
    std::mt19937 random(seed);
    std::string text = test::Writer(seed).text();
    for (unsigned layers = random() % 4; layers > 0; --layers) {
        switch (random() % 5) {
            case 0:
                text = quoted_printable(text, random);
                break;
            case 1:
                text = with_invisible(text, random);
                break;
            case 2:
                text = "data:" + test::base64_text(text) + ";";
                break;
            case 3:
                text = test::Writer(seed + 1'000'000).text(false) + text;
                break;
            default:
                text = content::deflate(text);
        }
    }
    return text;
}

struct Found {
    std::size_t by_search = 0;
    std::size_t by_tokens = 0;
    std::size_t in_neither = 0;
    std::size_t missed = 0;
};

// `drop`: tokens of the text with this byte before the '@' are taken away.
Found compare(unsigned texts, char drop = '\0') {
    std::vector<Identity> identities;
    for (const std::string& person : test::people()) identities.emplace_back().add(person);
    Found found;
    for (unsigned seed = 0; seed < texts; ++seed) {
        const std::string text = invented_text(seed);
        auto tokens = tokens_of(text);
        std::erase_if(tokens, [&](const std::string& token) { return token[token.find('@') - 1] == drop; });
        for (const Identity& identity : identities) {
            const bool is_found = identity.found_in(text, mautic::Search::strong);
            const bool may_be = have_common(*identity.tokens(), tokens);
            ++(is_found ? found.by_search : may_be ? found.by_tokens : found.in_neither);
            if (is_found && !may_be) ++found.missed;
        }
    }
    return found;
}

}  // namespace

TEST_CASE("no text in which an address is found is without its token") {
    constexpr unsigned texts = 8'000;
    const Found found = compare(texts);
    CHECK(found.missed == 0);
    CHECK(found.by_search > texts / 2);
    // Or it would tell nothing.
    CHECK(found.in_neither > 4 * found.by_tokens);
    // And the comparison sees what is missing.
    CHECK(compare(500, 'n').missed > 0);
}

TEST_CASE("no text in which an address is found by its hash is without the hash") {
    const policy::Hasher plain{policy::HashOptions{}};
    policy::HashOptions with_key;
    with_key.algorithm = policy::Algorithm::sha256;
    with_key.key = "a key";
    with_key.normalise_email = false;
    const policy::Hasher keyed(with_key);
    std::size_t found = 0;
    for (const policy::Hasher& hasher : {plain, keyed}) {
        for (unsigned seed = 0; seed < 1'500; ++seed) {
            const std::string text = invented_text(seed);
            const auto hashes = hashes_in(text, hasher);
            for (const std::string& person : test::people()) {
                Identity identity;
                identity.add_hash_of_address(hasher.hash(person, policy::Normalisation::email), hasher);
                if (!identity.found_in(text, mautic::Search::strong)) continue;
                ++found;
                CAPTURE(seed, person, text);
                REQUIRE(have_common(identity.address_hashes().front().hashes, hashes));
            }
        }
    }
    CHECK(found > 1'000);
}

TEST_CASE("what no token tells is said") {
    Identity identity;
    identity.add("ann@example.org");
    identity.add("Mark");  // weak
    CHECK(identity.tokens() == std::set<std::string>{"nn@exa"});
    for (const char* value : {"0301234567", "\"ann b\"@example.org", "ann@[192.0.2.1]"}) {
        CAPTURE(value);
        Identity other = identity;
        other.add(value);
        CHECK_FALSE(other.tokens());
    }
}

TEST_CASE("of a long text no more tokens are taken than are wanted") {
    std::string text;
    while (text.size() < 1'000'000) text += "ann@example.org,";
    std::size_t tokens = 0;
    CHECK_FALSE(matching::each_token(text, [&](std::string_view) { return ++tokens < 100; }));
    CHECK(tokens == 100);
}
