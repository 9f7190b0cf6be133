// SipHash-2-4 (Aumasson, Bernstein, 2012): a hash of short texts with a secret key. Who does not have the key
// can neither try texts against a hash nor make many texts with the same one. Not for storage: a key lives as
// long as its object. Immutable; safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace gdprd {

class SipHash {
  public:
    SipHash();  // with a random key; throws Error when there is no randomness
    SipHash(std::uint64_t first_half, std::uint64_t second_half) : key_{first_half, second_half} {}

    std::uint64_t operator()(std::string_view text) const noexcept;

  private:
    struct Key {
        std::uint64_t first;
        std::uint64_t second;
    } key_;
};

}  // namespace gdprd
