#include "audit/hash_filter.h"

#include <random>

#include "base/hex.h"
#include "support/catch.h"

using namespace gdprd;
using audit::HashFilter;

TEST_CASE("a filter knows all that it was given, and little else") {
    HashFilter filter(100'000);
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> hashes(100'000);
    for (auto& hash : hashes) filter.add(hash = random());
    for (const auto hash : hashes) REQUIRE(filter.may_contain(hash));
    std::size_t mistaken = 0;
    for (int i = 0; i < 100'000; ++i) mistaken += filter.may_contain(random()) ? 1 : 0;
    CHECK(mistaken < 500);
    CHECK(filter.bytes() < 256 * 1024);
}

TEST_CASE("a filter has a bounded size, and an empty one knows nothing") {
    CHECK(HashFilter(10'000'000).bytes() <= 20 * 1024 * 1024);
    CHECK(HashFilter(10'000'000'000).bytes() == HashFilter::bytes_max);
    const HashFilter empty(0);
    CHECK_FALSE(empty.may_contain(0));
    CHECK_FALSE(empty.may_contain(1));
}

TEST_CASE("the beginning of a hash is its first sixteen digits") {
    CHECK(audit::beginning_of_hash("00000000000000ff1234567890abcdef") == 0xff);
    CHECK(audit::beginning_of_hash("ffffffffffffffff0000000000000000") == 0xffffffffffffffff);
    CHECK(audit::beginning_of_hash(sha256_hex("a")) != audit::beginning_of_hash(sha256_hex("b")));
}
