#include "verify/whole_search.h"

#include <algorithm>
#include <set>

#include "content/zlib.h"
#include "database/privileges.h"
#include "verify/table_reader.h"

namespace gdprd::verify {

namespace {

using matching::Match;

// An empty table costs a statement too.
constexpr double table_bytes_min = 16 * 1024;

double size_of(const SearchedTable& table) {
    return std::max(static_cast<double>(table.bytes_estimated), table_bytes_min);
}

class Matcher : public TableVisitor {
  public:
    Matcher(const matching::Identity& identity, bool strong_only, Findings& findings, const GoOn& go_on)
        : identity_(identity), strong_only_(strong_only), findings_(findings), go_on_(go_on) {}

    void plan(const std::vector<SearchedTable>& tables) {
        for (const SearchedTable& table : tables) {
            rows_to_come_ += table.rows_estimated;
            size_ += size_of(table);
        }
    }

    void begin(const SearchedTable& table) {
        table_ = &table;
        rows_ = 0;
        rows_to_come_ -= table.rows_estimated;
        best_.assign(table.columns.size(), Match::none);
        strong_.assign(table.columns.size(), 0);
        weak_.assign(table.columns.size(), 0);
        unreadable_.assign(table.columns.size(), 0);
    }

    // Also of a table that could not be read to its end.
    void end() {
        ++findings_.tables;
        size_done_ += size_of(*table_);
        for (std::size_t i = 0; i < table_->columns.size(); ++i) {
            const std::string& column = table_->columns[i].name;
            if (strong_[i] + weak_[i] > 0) {
                findings_.hits.push_back({table_->database, table_->name, column, strong_[i], weak_[i]});
            }
            if (unreadable_[i] > 0) {
                findings_.not_searched.push_back(
                    {table_->name + '.' + column,
                     std::to_string(unreadable_[i]) + why_unreadable(table_->columns[i])});
            }
        }
    }

    void cell(std::size_t column, std::string_view text) override {
        findings_.bytes += text.size();
        if (best_[column] == Match::strong) return;
        best_[column] = std::max(best_[column], identity_.match(text));
        if (best_[column] == Match::strong) return;
        if (content::becomes_longer(text, content::searched_bytes_max)) ++unreadable_[column];
    }

    void unreadable_cell(std::size_t column) override { ++unreadable_[column]; }

    void end_of_row() override {
        ++rows_;
        ++findings_.rows;
        for (std::size_t i = 0; i < best_.size(); ++i) {
            if (best_[i] == Match::strong) ++strong_[i];
            if (best_[i] == Match::weak && !strong_only_) ++weak_[i];
            best_[i] = Match::none;
        }
    }

    bool end_of_chunk() override {
        const std::uint64_t rows = std::max(rows_, table_->rows_estimated);
        const double part = rows == 0 ? 1 : static_cast<double>(rows_) / static_cast<double>(rows);
        Progress progress;
        progress.table = table_->name;
        progress.rows_done = findings_.rows;
        progress.rows_estimated = findings_.rows - rows_ + rows + rows_to_come_;
        progress.part_done = std::min(1.0, (size_done_ + part * size_of(*table_)) / size_);
        return go_on_(progress);
    }

  private:
    const matching::Identity& identity_;
    const bool strong_only_;
    Findings& findings_;
    const GoOn& go_on_;
    double size_ = 0;
    double size_done_ = 0;
    std::uint64_t rows_to_come_ = 0;  // of the tables not begun

    // Of the table being read; by column.
    const SearchedTable* table_ = nullptr;
    std::uint64_t rows_ = 0;
    std::vector<Match> best_;  // of the row being read
    std::vector<std::uint64_t> strong_;
    std::vector<std::uint64_t> weak_;
    std::vector<std::uint64_t> unreadable_;
};

}  // namespace

const char* why_unreadable(const SearchedColumn& column) {
    return column.json ? " longer than the server's max_allowed_packet"
                       : " compressed, and longer than 16 MiB or than 32 MiB uncompressed";
}

WholeSearch::WholeSearch(database::Connection& connection, const std::vector<std::string>& databases)
    : connection_(connection), snapshot_(connection) {
    for (const std::string& database : std::set<std::string>(databases.begin(), databases.end())) {
        const auto tables = read_tables(connection_, database);
        tables_.insert(tables_.end(), tables.begin(), tables.end());
        if (!database::may_read_everything(connection_, database)) {
            hidden_.push_back({database,
                               "the account lacks SELECT on the whole database; what it cannot see was "
                               "not searched"});
        }
    }
}

Findings WholeSearch::run(const matching::Identity& identity, bool strong_only, const GoOn& go_on) {
    Findings findings;
    findings.not_searched = hidden_;
    Matcher matcher(identity, strong_only, findings, go_on);
    matcher.plan(tables_);
    for (const SearchedTable& table : tables_) {
        matcher.begin(table);
        try {
            findings.interrupted = !read_table(connection_, table, matcher);
        } catch (const database::DatabaseError& error) {
            findings.not_searched.push_back({table.name, error.what()});
            if (error.error_class() == database::ErrorClass::connection) findings.failure = error.what();
        }
        matcher.end();
        if (table.has_history)
            findings.not_searched.push_back({table.name, "former rows (system versioning)"});
        if (findings.interrupted || !findings.failure.empty()) break;
    }
    return findings;
}

}  // namespace gdprd::verify
