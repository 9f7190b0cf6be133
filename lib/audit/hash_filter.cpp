#include "audit/hash_filter.h"

#include <algorithm>
#include <charconv>

namespace gdprd::audit {

namespace {

constexpr std::uint64_t bits_per_hash_expected = 16;
constexpr std::uint64_t block_bits = 512;
constexpr std::uint64_t block_bytes = block_bits / 8;

// Other bits for the place within the block than for the block itself.
std::uint64_t mixed(std::uint64_t hash) { return hash * 0x9e3779b97f4a7c15ULL; }

}  // namespace

std::uint64_t beginning_of_hash(std::string_view hash) {
    std::uint64_t bits = 0;
    const std::string_view digits = hash.substr(0, 16);
    std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
    return bits;
}

HashFilter::HashFilter(std::uint64_t hashes_expected) {
    const std::uint64_t blocks = std::clamp<std::uint64_t>(
        (hashes_expected * bits_per_hash_expected + block_bits - 1) / block_bits, 1, bytes_max / block_bytes);
    words_.assign(blocks * words_a_block, 0);
}

// The upper half of the hash, scaled to the number of blocks.
std::size_t HashFilter::block_of(std::uint64_t hash) const {
    return static_cast<std::size_t>((hash >> 32) * (words_.size() / words_a_block) >> 32) * words_a_block;
}

void HashFilter::add(std::uint64_t hash) {
    const std::size_t block = block_of(hash);
    std::uint64_t bits = mixed(hash);
    for (int i = 0; i < bits_a_hash; ++i, bits >>= 9) {
        words_[block + (bits >> 6 & 7u)] |= std::uint64_t{1} << (bits & 63u);
    }
}

bool HashFilter::may_contain(std::uint64_t hash) const {
    const std::size_t block = block_of(hash);
    std::uint64_t bits = mixed(hash);
    for (int i = 0; i < bits_a_hash; ++i, bits >>= 9) {
        if ((words_[block + (bits >> 6 & 7u)] >> (bits & 63u) & 1u) == 0) return false;
    }
    return true;
}

}  // namespace gdprd::audit
