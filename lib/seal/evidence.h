// The rows that are evidence, and what a seal covers of each: a leaf of its Merkle tree (seal/merkle.h).
//
// What is hashed is the text of the columns that the layout names, in its order, each after its length, NULL
// apart from the empty text (Encoding). So it does not depend on the server, its collations, the session's
// time zone, or the order of a table's columns. The number of the layout is hashed, too, and stands in every
// seal: a column that the ledger gets later belongs to a later layout, and the seals before it stay true. A
// layout that was released is never changed.
//
// A hash of an address can be tested with a guess, and so could a hash over it. So a row has a salt, which is
// hashed with it and goes with what it hides (ledger/forgetting.h): from then on no leaf, nor a copy of one,
// shows whose row it was. What tells which erasure a record is of, without its address, identifies nobody.
//
// A record and its findings are one row, with the names of the findings' tables and columns: the numbers in
// `covered_column` are not evidence. Records of `erasure` and `former_erasure` hash alike, because one
// becomes the other. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hex.h"
#include "base/names.h"

namespace gdprd::seal {

inline constexpr int layout = 1;

enum class Evidence { erasure, former_erasure, erased_address, lookup, desk_action };
inline constexpr auto evidence_names = make_names<Evidence>({{Evidence::erasure, "erasure"},
                                                             {Evidence::former_erasure, "former_erasure"},
                                                             {Evidence::erased_address, "erased_address"},
                                                             {Evidence::lookup, "lookup"},
                                                             {Evidence::desk_action, "desk_action"}});

// In the order in which they are compared.
inline constexpr std::array all_evidence{Evidence::erasure, Evidence::former_erasure,
                                         Evidence::erased_address, Evidence::lookup, Evidence::desk_action};

// A record of an erasure, the current one or a former one.
constexpr bool is_record(Evidence table) {
    return table == Evidence::erasure || table == Evidence::former_erasure;
}

struct Column {
    std::string_view name;
    bool is_time = false;
};
struct TableLayout {
    std::string_view key;  // a number, the primary key
    std::span<const Column> columns;
};
const TableLayout& layout_of(Evidence table);

// Texts one after the other, none of which can pass for a part of another one.
class Encoding {
  public:
    Encoding() { text_.reserve(bytes_of_a_record); }
    void add(std::string_view text);
    void add_or_null(const std::optional<std::string>& text);
    const std::string& text() const { return text_; }

  private:
    static constexpr std::size_t bytes_of_a_record = 1'024;
    std::string text_;
};

using Finding = std::array<std::string, 3>;  // table, column, cells

struct Row {
    Evidence table = Evidence::erasure;
    std::uint64_t key = 0;
    std::vector<std::optional<std::string>> values;  // as layout_of(table) has its columns
    std::vector<Finding> findings;                   // of a record

    const std::optional<std::string>& value(std::string_view column) const;
};

// What may still become of a row. The words are hashed.
enum class RowState {
    no_erasure,  // a record of a hold, or of nothing yet
    open,        // a record of an erasure that is not finished: others of its values may follow
    closed,      // all others
    removed,     // a leaf without a row: that it is gone was accepted
};
inline constexpr auto row_state_names = make_names<RowState>({{RowState::no_erasure, "no_erasure"},
                                                              {RowState::open, "open"},
                                                              {RowState::closed, "closed"},
                                                              {RowState::removed, "removed"}});

struct Leaf {
    Evidence table = Evidence::erasure;
    std::uint64_t key = 0;
    std::uint64_t seal = 0;
    RowState state = RowState::closed;
    std::optional<Timestamp> changed_at;  // a record's last pass
    Digest content{};
    std::optional<Digest> erasure;  // which one a record is of: what no later pass of it changes

    std::string text() const;  // what is hashed of it
};

Leaf leaf_of(const Row& row);
Leaf leaf_of_removed(const Leaf& sealed);

Digest content_of(const Row& row);
RowState state_of(const Row& row);
// When the row says it was made or last changed.
std::optional<Timestamp> time_of(const Row& row);
// Is this record of the erasure that was sealed? Also where that was sealed before its end.
bool is_same_erasure(const Row& record, const Leaf& sealed);
// Was exactly this record sealed before somebody's re-subscription closed it? That gives it no time.
bool is_superseded_form(const Row& record, const Digest& sealed);

}  // namespace gdprd::seal
