// A list of ids for `IN (…)`, as parameters of a prepared statement.
//
// The number of placeholders is rounded up to a power of two (the last id is repeated): batches of any size
// share a handful of prepared statements instead of making one each.
#pragma once

#include <algorithm>
#include <bit>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"
#include "database/placeholders.h"

namespace gdprd::mautic {

class IdList {
  public:
    // At least one id.
    explicit IdList(std::span<const ContactId> ids) {
        const std::size_t count = std::bit_ceil(ids.size());
        parameters_.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            parameters_.emplace_back(std::uint64_t{ids[std::min(i, ids.size() - 1)]});
        }
        placeholders_ = '(' + database::question_marks(count) + ')';
    }

    const std::string& placeholders() const { return placeholders_; }  // "(?,?,?,?)"
    const std::vector<database::Value>& parameters() const { return parameters_; }

  private:
    std::string placeholders_;
    std::vector<database::Value> parameters_;
};

}  // namespace gdprd::mautic
