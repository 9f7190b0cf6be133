// What is remembered from one transaction to the next of the texts that were searched: which of them may hold
// what is looked for, so that the others need not be read and searched again.
//
// It holds no value. Of a row it has a hash of its primary key, a hash of what tells that its texts have
// changed, and hashes of the tokens in them (matching/text_tokens.h), all with a key that lives as long as
// the object. Two tokens may have one hash: then a row is read in vain. What it says of a row holds for the
// version that it was told of and for no other, whoever wrote that and whether it was committed or not.
//
// Thread-safe. No errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/sip_hash.h"

namespace gdprd::text_search {

class TextIndex {
  public:
    // Rows for which there is no room are read and searched each time.
    static constexpr std::size_t bytes_max = 16 * 1024 * 1024;
    // What so many transactions have not asked for makes room: rows that were deleted, or have become old.
    static constexpr std::uint64_t idle_transactions = 100;
    // A row with more of them is not remembered.
    static constexpr std::size_t tokens_max = 16 * 1024;

    explicit TextIndex(std::size_t bytes = bytes_max) : bytes_max_(bytes) {}

    void begin_transaction();

    using Token = std::uint32_t;
    Token token_of(std::string_view text) const { return static_cast<Token>(hash_(text)); }

    struct Row {
        std::string key;
        std::string version;
    };
    enum class Answer { unknown, has_none, may_have };
    // Which table's rows, and which tokens of them: by a name that tells all that these depend on.
    using Kind = std::uint64_t;
    Kind kind_of(std::string_view name) const { return hash_(name); }

    Answer ask(Kind kind, const Row& row, std::span<const Token> wanted);
    // All of the row's tokens of that kind.
    void remember(Kind kind, const Row& row, std::vector<Token> tokens);

    std::size_t bytes_used() const;

  private:
    struct Entry {
        std::uint64_t version = 0;
        std::uint64_t asked_by = 0;   // the number of the last transaction
        std::vector<Token> tokens{};  // in order
    };

    std::uint64_t id_of(Kind kind, const Row& row) const;
    static std::size_t bytes_of(const Entry& entry);
    bool make_room(std::size_t bytes);
    void forget_idle();

    const SipHash hash_;
    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    // Protected by mutex_.
    std::unordered_map<std::uint64_t, Entry> entries_;
    std::size_t bytes_ = 0;
    std::uint64_t transactions_ = 0;
    std::uint64_t next_forgetting_ = 0;  // by the number of a transaction
};

}  // namespace gdprd::text_search
