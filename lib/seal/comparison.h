// Row by row and leaf by leaf: what the tables hold now, and what was sealed of it last. In the order of
// all_evidence and of the keys, page by page, so that memory stays what it is however large the ledger.
//
// The caller holds a snapshot, or what it gets is of several moments. Threads: that of the connection.
// Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "seal/evidence.h"
#include "seal/judgement.h"
#include "seal/store.h"

namespace gdprd::seal {

// Rows of a table in the order of their keys, with their findings.
class RowReader {
  public:
    RowReader(database::Connection& connection, const std::string& ledger_database);

    std::vector<Row> page(Evidence table, std::uint64_t from, std::size_t max);
    // In the order of the keys, which need not all be there.
    std::vector<Row> rows(Evidence table, std::span<const std::uint64_t> keys);
    std::vector<Row> former_records(std::uint64_t contact);
    std::optional<Row> record(std::uint64_t contact);
    bool has(Evidence table);  // the log of look-ups is made by the first look-up

  private:
    std::string name_of(Evidence table) const;
    std::vector<Row> select(Evidence table, const std::string& condition);
    void add_findings(Evidence table, std::span<Row> rows);

    database::Connection& connection_;
    const std::string ledger_name_;
    const std::string ledger_;  // quoted, as the next one
    const std::string lookup_log_;
};

// The history that the judgement asks for, from the database.
class StoredHistory : public History {
  public:
    StoredHistory(RowReader& rows, Store& store) : rows_(rows), store_(store) {}
    std::vector<Row> former_records(std::uint64_t contact) override { return rows_.former_records(contact); }
    std::optional<Row> record(std::uint64_t contact) override { return rows_.record(contact); }
    std::vector<Leaf> seals_of_record(std::uint64_t contact) override {
        return store_.leaves_of_row(Evidence::erasure, contact);
    }

  private:
    RowReader& rows_;
    Store& store_;
};

// As the seals have them at this time. Where the last comparison is of a time to come, a clock was set back
// since, and what follows is dated before it: then the present counts.
Limits stored_limits(Store& store, Timestamp at);

struct Compared {
    std::optional<Row> row;      // nothing: it is gone
    std::optional<Leaf> sealed;  // the newest leaf; nothing: never sealed
};

class Comparison {
  public:
    static constexpr std::size_t page_rows = 500;
    using Place = std::pair<Evidence, std::uint64_t>;  // the next key, or any after it

    Comparison(RowReader& rows, Store& store);
    Comparison(RowReader& rows, Store& store, Place from);

    // Nothing after the last one. `between_pages` is called before each page.
    std::optional<Compared> next(const std::function<void()>& between_pages);
    Place place() const { return place_; }

  private:
    void fill(const std::function<void()>& between_pages);
    std::optional<Leaf> take_newest_leaf();
    bool next_table();

    RowReader& row_reader_;
    Store& store_;
    Place place_;
    std::deque<Row> rows_;
    std::deque<Leaf> leaves_;
    std::uint64_t next_row_ = 0;
    std::uint64_t next_leaf_ = 0;
    std::uint64_t seal_reached_ = 0;  // of the leaves of next_leaf_
    bool rows_end_ = false;
    bool leaves_end_ = false;
};

}  // namespace gdprd::seal
