// Columns for people: every cell as wide as the widest of its column, the last one as long as it is.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace gdprd::command {

class TextTable {
  public:
    // All rows have the same number of cells.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }
    void print(std::ostream& out, std::size_t indent = 0) const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace gdprd::command
