#include "base/sip_hash.h"

#include <bit>
#include <cstddef>

#include "base/random.h"

namespace gdprd {

namespace {

class State {
  public:
    State(std::uint64_t first, std::uint64_t second)
        : a_(first ^ 0x736f6d6570736575),
          b_(second ^ 0x646f72616e646f6d),
          c_(first ^ 0x6c7967656e657261),
          d_(second ^ 0x7465646279746573) {}

    void add(std::uint64_t word) {
        d_ ^= word;
        mix();
        mix();
        a_ ^= word;
    }

    std::uint64_t finish() {
        c_ ^= 0xff;
        for (int round = 0; round < 4; ++round) mix();
        return a_ ^ b_ ^ c_ ^ d_;
    }

  private:
    void mix() {
        a_ += b_;
        b_ = std::rotl(b_, 13) ^ a_;
        a_ = std::rotl(a_, 32);
        c_ += d_;
        d_ = std::rotl(d_, 16) ^ c_;
        a_ += d_;
        d_ = std::rotl(d_, 21) ^ a_;
        c_ += b_;
        b_ = std::rotl(b_, 17) ^ c_;
        c_ = std::rotl(c_, 32);
    }

    std::uint64_t a_, b_, c_, d_;
};

constexpr std::size_t word_bytes = 8;

// Little-endian; what is missing is 0.
std::uint64_t word_of(std::string_view bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return word;
}

std::uint64_t random_word() { return std::stoull(random_hex(word_bytes), nullptr, 16); }

}  // namespace

SipHash::SipHash() : key_{random_word(), random_word()} {}

std::uint64_t SipHash::operator()(std::string_view text) const noexcept {
    State state(key_.first, key_.second);
    const std::uint64_t length = text.size();
    for (; text.size() >= word_bytes; text.remove_prefix(word_bytes)) {
        state.add(word_of(text.substr(0, word_bytes)));
    }
    state.add(word_of(text) | length << 56);
    return state.finish();
}

}  // namespace gdprd
