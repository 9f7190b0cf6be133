#include "reconciliation/later_rows.h"

#include <iterator>

namespace gdprd::reconciliation {

void LaterRows::add(std::uint64_t id, Timestamp due) {
    rows_.emplace(due, id);
    if (rows_.size() <= rows_max_) return;
    rows_.erase(std::prev(rows_.end()));
    ++forgotten_;
}

std::vector<std::uint64_t> LaterRows::due(Timestamp at, std::size_t rows_max) const {
    std::vector<std::uint64_t> ids;
    for (const auto& [due, id] : rows_) {
        if (due > at || ids.size() == rows_max) break;
        ids.push_back(id);
    }
    return ids;
}

void LaterRows::done(std::size_t count) {
    for (; count > 0 && !rows_.empty(); --count) rows_.erase(rows_.begin());
}

}  // namespace gdprd::reconciliation
