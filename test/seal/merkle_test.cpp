#include "seal/merkle.h"

#include <random>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::seal;

namespace {

// MTH(D[n]) word for word as RFC 6962, section 2.1, has it.
Digest slow_root(const std::vector<std::string>& leaves, std::size_t begin, std::size_t end) {
    if (begin == end) return sha256("");
    if (end - begin == 1) return sha256(std::string(1, '\0') + leaves[begin]);
    std::size_t split = 1;
    while (split * 2 < end - begin) split *= 2;
    const Digest left = slow_root(leaves, begin, begin + split);
    const Digest right = slow_root(leaves, begin + split, end);
    return sha256(std::string(1, '\1') + std::string(left.begin(), left.end()) +
                  std::string(right.begin(), right.end()));
}

}  // namespace

// The leaves and roots that implementations of Certificate Transparency are tested with.
TEST_CASE("A tree has the roots of RFC 6962") {
    using namespace std::string_literals;
    const std::vector<std::string> leaves{"",
                                          "\x00"s,
                                          "\x10",
                                          "\x20\x21",
                                          "\x30\x31",
                                          "\x40\x41\x42\x43",
                                          "\x50\x51\x52\x53\x54\x55\x56\x57",
                                          "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    const std::vector<std::string> roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    MerkleTree tree;
    CHECK(to_hex(tree.root()) == roots[0]);
    for (std::size_t count = 1; count <= leaves.size(); ++count) {
        tree.add(leaves[count - 1]);
        CHECK(tree.count() == count);
        CHECK(to_hex(tree.root()) == roots[count]);
    }
}

TEST_CASE("A tree of any size has the root of the definition") {
    std::mt19937 random(20260301);
    std::vector<std::string> leaves;
    MerkleTree tree;
    for (std::size_t count = 1; count <= 300; ++count) {
        leaves.emplace_back(random() % 40, static_cast<char>(random() % 256));
        tree.add(leaves.back());
        CHECK(tree.root() == slow_root(leaves, 0, count));
    }
}
