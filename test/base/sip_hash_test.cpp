#include "base/sip_hash.h"

#include <array>
#include <string>

#include "support/catch.h"

using gdprd::SipHash;

// The vectors of the authors' reference implementation: the key 00 01 … 0f, texts of 0, 1, 2, … bytes 00 01 …
TEST_CASE("SipHash-2-4 is the authors'") {
    const SipHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
    constexpr std::array<std::uint64_t, 16> expected{
        0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
        0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
        0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
        0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5};
    std::string text;
    for (const std::uint64_t one : expected) {
        CAPTURE(text.size());
        CHECK(hash(text) == one);
        text += static_cast<char>(text.size());
    }
}

TEST_CASE("a SipHash without a given key has one of its own") {
    CHECK(SipHash()("ann@example.org") != SipHash()("ann@example.org"));
    const SipHash one;
    CHECK(one("ann@example.org") == one("ann@example.org"));
}
