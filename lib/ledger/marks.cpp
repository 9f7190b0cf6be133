#include "ledger/marks.h"

#include "base/error.h"
#include "base/hex.h"

namespace gdprd::ledger {

std::string Marks::mark_of(std::string_view column, std::string_view hash) {
    return sha256_hex(std::string(column) + '\n' + std::string(hash)).substr(0, digits);
}

Marks::Marks(std::string_view text) {
    if (text.size() % digits != 0 || (!text.empty() && !is_lower_hex(text))) {
        throw Error("ledger: hash_marks is not a row of marks",
                    "The ledger was changed by hand; restore it from a backup");
    }
    for (std::size_t at = 0; at < text.size(); at += digits) marks_.emplace(text.substr(at, digits));
}

void Marks::add(std::string_view column, std::string_view hash) { add_mark(mark_of(column, hash)); }

void Marks::add_mark(std::string mark) {
    if (marks_.size() < marks_max) marks_.insert(std::move(mark));
}

bool Marks::contains(std::string_view column, std::string_view hash) const {
    return marks_.contains(mark_of(column, hash));
}

std::string Marks::text() const {
    std::string text;
    for (const auto& mark : marks_) text += mark;
    return text;
}

}  // namespace gdprd::ledger
