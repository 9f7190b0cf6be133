#include "text_search/text_index.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gdprd::text_search {

namespace {

// An entry without its tokens, and what the map and two pieces of memory take beside it.
constexpr std::size_t entry_bytes = 128;
// Looking through all entries takes time.
constexpr std::uint64_t forgetting_interval = 10;

bool have_common(const std::vector<TextIndex::Token>& tokens, std::span<const TextIndex::Token> wanted) {
    return std::any_of(wanted.begin(), wanted.end(), [&](TextIndex::Token token) {
        return std::binary_search(tokens.begin(), tokens.end(), token);
    });
}

}  // namespace

void TextIndex::begin_transaction() {
    const std::lock_guard lock(mutex_);
    ++transactions_;
}

std::uint64_t TextIndex::id_of(Kind kind, const Row& row) const {
    std::string id(sizeof(kind), '\0');
    std::memcpy(id.data(), &kind, sizeof(kind));
    return hash_(id += row.key);
}

std::size_t TextIndex::bytes_of(const Entry& entry) {
    return entry_bytes + entry.tokens.capacity() * sizeof(Token);
}

TextIndex::Answer TextIndex::ask(Kind kind, const Row& row, std::span<const Token> wanted) {
    const std::uint64_t id = id_of(kind, row);
    const std::uint64_t version = hash_(row.version);
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(id);
    if (known == entries_.end() || known->second.version != version) return Answer::unknown;
    known->second.asked_by = transactions_;
    return have_common(known->second.tokens, wanted) ? Answer::may_have : Answer::has_none;
}

void TextIndex::remember(Kind kind, const Row& row, std::vector<Token> tokens) {
    std::sort(tokens.begin(), tokens.end());
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    tokens.shrink_to_fit();
    Entry entry{hash_(row.version), 0, std::move(tokens)};
    const std::uint64_t id = id_of(kind, row);
    const std::lock_guard lock(mutex_);
    // Of another version it would be of no use any more.
    if (const auto former = entries_.find(id); former != entries_.end()) {
        bytes_ -= bytes_of(former->second);
        entries_.erase(former);
    }
    const std::size_t bytes = bytes_of(entry);
    if (entry.tokens.size() > tokens_max || !make_room(bytes)) return;
    bytes_ += bytes;
    entry.asked_by = transactions_;
    entries_.emplace(id, std::move(entry));
}

// What is asked for stays: of more rows than there is room for, those that are known save their reading each
// time, where the last ones read would push each other out.
bool TextIndex::make_room(std::size_t bytes) {
    if (bytes_ + bytes > bytes_max_ && transactions_ >= next_forgetting_) forget_idle();
    return bytes_ + bytes <= bytes_max_;
}

void TextIndex::forget_idle() {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        if (entry->second.asked_by + idle_transactions >= transactions_) {
            ++entry;
            continue;
        }
        bytes_ -= bytes_of(entry->second);
        entry = entries_.erase(entry);
    }
    next_forgetting_ = transactions_ + forgetting_interval;
}

std::size_t TextIndex::bytes_used() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace gdprd::text_search
