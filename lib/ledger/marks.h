// How an erasure recognises its own hashes, so that a hash is never hashed again and a field that was filled
// again is (promise 5).
//
// The shape of a value proves nothing: a custom field may hold somebody's 32-digit token. So the ledger keeps
// a mark for each hash that was written to the contact's own row: the first 16 hexadecimal digits of
// SHA-256(column, hash). They tell a contact by its other values, too, after a restore (recognition.h), and
// which values were hashed by programs that kept no fingerprints yet. What is known by itself, in whatever
// row, is in ledger/fingerprints.h. Only where the ledger does not know of the hash in the contact's own
// address, because it was lost, is older than the erasure, or another tool hashed before us, the shape is
// enough.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "policy/hash.h"

namespace gdprd::ledger {

class Marks {
  public:
    static constexpr std::size_t digits = 16;
    static constexpr std::size_t marks_max = policy::own_hashes_max;  // what the ledger's column holds

    Marks() = default;
    // Reads what text() wrote; anything else throws Error.
    explicit Marks(std::string_view text);

    void add(std::string_view column, std::string_view hash);
    bool contains(std::string_view column, std::string_view hash) const;
    static std::string mark_of(std::string_view column, std::string_view hash);
    // Marks themselves, as they are.
    void add_mark(std::string mark);
    bool contains_mark(std::string_view mark) const { return marks_.contains(mark); }
    const std::set<std::string, std::less<>>& all() const { return marks_; }
    bool empty() const noexcept { return marks_.empty(); }
    std::string text() const;  // the marks one after the other, sorted

  private:
    std::set<std::string, std::less<>> marks_;
};

}  // namespace gdprd::ledger
