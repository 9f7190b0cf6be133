// How an erasure recognises its own hashes, so that a hash is never hashed again and a field that was filled
// again is (promise 5).
//
// The shape of a value proves nothing: a custom field may hold somebody's 32-digit token. So the ledger keeps
// a mark for each hash that was written to the contact's own row: the first 16 hexadecimal digits of
// SHA-256(column, hash). A value is ours when its mark is there. Without a ledger row (the ledger was lost,
// or another tool hashed before us) the address decides: a hash-shaped value cannot be an address, and where
// the address is a hash, hash-shaped values of the same row are taken for hashes too. In other tables any
// number of values may be hashed; there, once the contact is in the ledger, the shape is enough.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace gdprd::erasure {

class Marks {
  public:
    static constexpr std::size_t digits = 16;
    static constexpr std::size_t marks_max = 128;  // what the ledger's column holds

    Marks() = default;
    // Reads what text() wrote; anything else throws Error.
    explicit Marks(std::string_view text);

    void add(std::string_view column, std::string_view hash);
    bool contains(std::string_view column, std::string_view hash) const;
    bool empty() const noexcept { return marks_.empty(); }
    std::string text() const;  // the marks one after the other, sorted

  private:
    std::set<std::string, std::less<>> marks_;
};

}  // namespace gdprd::erasure
