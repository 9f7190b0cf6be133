// The root of a Merkle tree as RFC 6962, section 2.1, defines it (RFC 9162 says the same): SHA-256, the byte
// 0x00 before a leaf and 0x01 before two nodes, so that no node can pass for a leaf; n leaves are split at
// the greatest power of two below n. Leaves come one after the other; only the roots of the full subtrees are
// kept, one for each bit of the count. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hex.h"

namespace gdprd::seal {

Digest leaf_hash(std::string_view leaf);
Digest node_hash(const Digest& left, const Digest& right);

class MerkleTree {
  public:
    void add(std::string_view leaf);
    std::uint64_t count() const { return count_; }
    Digest root() const;  // without leaves the hash of nothing

  private:
    std::vector<Digest> full_;  // the greatest subtree first
    std::uint64_t count_ = 0;
};

}  // namespace gdprd::seal
