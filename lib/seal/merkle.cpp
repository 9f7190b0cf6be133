#include "seal/merkle.h"

#include <array>
#include <string>

namespace gdprd::seal {

Digest leaf_hash(std::string_view leaf) {
    std::string text(1, '\0');
    text += leaf;
    return sha256(text);
}

Digest node_hash(const Digest& left, const Digest& right) {
    std::string text(1, '\1');
    text.append(left.begin(), left.end());
    text.append(right.begin(), right.end());
    return sha256(text);
}

// Two subtrees of one size become one, as a carry does in counting.
void MerkleTree::add(std::string_view leaf) {
    Digest node = leaf_hash(leaf);
    for (std::uint64_t bits = count_; (bits & 1) != 0; bits >>= 1) {
        node = node_hash(full_.back(), node);
        full_.pop_back();
    }
    full_.push_back(node);
    ++count_;
}

Digest MerkleTree::root() const {
    if (full_.empty()) return sha256("");
    Digest node = full_.back();
    for (auto left = full_.rbegin() + 1; left != full_.rend(); ++left) node = node_hash(*left, node);
    return node;
}

}  // namespace gdprd::seal
