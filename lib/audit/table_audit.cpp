#include "audit/table_audit.h"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "audit/suspicions.h"
#include "base/text.h"

namespace gdprd::audit {

using verify::KeyColumn;

namespace {

// Smaller chunks than a search for one person: they bound the memory, and each is a moment to give way in. A
// cell takes memory even when it is empty, and a long one's length is a cell too.
verify::ReadOptions reading_of(const verify::SearchedTable& table) {
    constexpr std::uint64_t bytes = 1024 * 1024;
    constexpr std::uint64_t cells = 20'000;
    constexpr std::uint64_t rows_max = 5'000;
    const std::uint64_t cells_a_row = table.key.size() + 2 * table.columns.size();
    return {bytes, std::min(rows_max, cells / cells_a_row + 1), 1024 * 1024};
}

constexpr std::size_t key_text_bytes_max = 128;

bool is_number(const KeyColumn& column) {
    return column.kind == KeyColumn::Kind::integer || column.kind == KeyColumn::Kind::natural;
}

// What failed is not the table that is read.
class OtherFailure : public std::exception {
  public:
    explicit OtherFailure(database::DatabaseError cause) : error(std::move(cause)) {}
    database::DatabaseError error;
};

template <typename Work>
auto beside_table(Work work) {
    try {
        return work();
    } catch (const database::DatabaseError& error) {
        throw OtherFailure(error);
    }
}

class Visitor : public verify::TableVisitor {
  public:
    Visitor(TableState& state, const ErasedPeople& people, database::Connection& ledger,
            const AfterChunk& after_chunk)
        : position(state.position), state_(state), after_chunk_(after_chunk), suspicions_(people, ledger) {}

    void begin_row(std::span<const database::Value> key) override { key_.assign(key.begin(), key.end()); }

    void cell(std::size_t column, std::string_view text) override { search(column, text, {}); }

    void part_of_cell(std::size_t column, std::string_view text, bool is_first, bool is_last) override {
        search(column, text, {is_first, is_last});
    }

    void unreadable_cell(std::size_t column) override { ++unreadable_[column]; }

    void end_of_row() override {
        if (is_suspect_) keys_.emplace(row_, key_text());
        is_suspect_ = false;
        ++row_;
    }

    bool end_of_chunk() override {
        return beside_table([this] {
            suspicions_.decide([this](Place place, const Person& person) { count(place, person); });
            close_chunk();
            return after_chunk_(state_);
        });
    }

    verify::TablePosition position;  // of the reader; the state's is that of what is decided

  private:
    void search(std::size_t column, std::string_view text, AddressExtractor::Edges edges) {
        bytes_ += text.size();
        const Searched searched = beside_table([&] {
            return suspicions_.search(text, {row_, column}, edges);
        });
        is_suspect_ = searched.is_suspect || is_suspect_;
        if (!searched.is_whole) ++unreadable_[column];
    }

    void close_chunk() {
        state_.rows += row_;
        state_.bytes += bytes_;
        for (const auto& [column, cells] : unreadable_) state_.columns[column].unreadable += cells;
        state_.position = position;
        unreadable_.clear();
        keys_.clear();
        row_ = 0;
        bytes_ = 0;
    }

    void count(Place place, const Person& person) {
        ColumnFindings& column = state_.columns[place.column];
        if (person.standing == Standing::returned) {
            ++column.rows_returned;
            return;
        }
        ++column.rows_erased;
        for (const ContactId contact : person.contacts) {
            if (state_.contacts.size() < contacts_named_max) state_.contacts.insert(contact);
        }
        const std::string& key = keys_[place.row];
        if (!key.empty() && column.rows.size() < rows_named_max) column.rows.push_back({key, person.contact});
    }

    // A text may be an address itself.
    std::string key_text() const {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < key_.size(); ++i) {
            if (!is_number(state_.table.key[i])) return {};
            const auto* natural = std::get_if<std::uint64_t>(&key_[i]);
            parts.push_back(natural != nullptr ? std::to_string(*natural)
                                               : std::to_string(std::get<std::int64_t>(key_[i])));
        }
        std::string text = join(parts, ",");
        return text.size() <= key_text_bytes_max ? text : std::string();
    }

    TableState& state_;
    const AfterChunk& after_chunk_;
    Suspicions suspicions_;

    // Of the chunk in hand.
    std::uint64_t row_ = 0;
    std::uint64_t bytes_ = 0;
    std::map<std::size_t, std::uint64_t> unreadable_;
    std::map<std::uint64_t, std::string> keys_;  // of rows in which something is suspected
    verify::TablePosition key_;                  // of the row in hand
    bool is_suspect_ = false;
};

// What is read from its beginning is counted anew.
void forget_counts(TableState& state) {
    state.rows = 0;
    state.bytes = 0;
    state.columns.clear();
    state.contacts.clear();
}

}  // namespace

bool can_be_left(const TableState& state) { return !state.table.key.empty(); }

void audit_table(const Connections& connections, TableState& state, const ErasedPeople& people,
                 const AfterChunk& after_chunk) {
    if (state.position.empty()) forget_counts(state);
    state.columns.resize(state.table.columns.size());
    Visitor visitor(state, people, connections.ledger, after_chunk);
    try {
        state.finished = verify::read_table(connections.mautic, state.table, visitor, reading_of(state.table),
                                            visitor.position);
    } catch (const OtherFailure& failure) {
        throw failure.error;
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
        state.finished = true;
        state.failure = error.what();
    }
}

}  // namespace gdprd::audit
