// A small picture of a large set of hashes: says of a hash that it is surely not in the set, or that it may
// be (a Bloom filter in blocks of a cache line; Putze, Sanders, Singler, 2007). With 16 bits a hash about one
// in five hundred of those that are not in the set "may be". Pure; a filter that is not added to any more may
// be used by any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gdprd::audit {

// 64 bits of a hash of at least 16 hexadecimal digits, which are as random as the hash.
std::uint64_t beginning_of_hash(std::string_view hash);

class HashFilter {
  public:
    // More hashes than that are served as well, less sharply.
    static constexpr std::size_t bytes_max = 32 * 1024 * 1024;

    explicit HashFilter(std::uint64_t hashes_expected);

    void add(std::uint64_t hash);
    bool may_contain(std::uint64_t hash) const;
    std::size_t bytes() const { return words_.size() * sizeof(std::uint64_t); }

  private:
    static constexpr std::size_t words_a_block = 8;
    static constexpr int bits_a_hash = 6;

    std::size_t block_of(std::uint64_t hash) const;

    std::vector<std::uint64_t> words_;
};

}  // namespace gdprd::audit
