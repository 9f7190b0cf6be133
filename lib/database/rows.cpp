#include "database/rows.h"

#include <charconv>
#include <stdexcept>

namespace gdprd::database {

namespace {

// The leading integer of the text: "12.50" of a DECIMAL is 12. Nothing that is a number is 0; what does not
// fit the type is an error of the caller and says so without the value.
template <class Number>
Number parse(const std::optional<std::string>& cell) {
    Number value = 0;
    if (!cell) return value;
    const auto result = std::from_chars(cell->data(), cell->data() + cell->size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        throw std::out_of_range("database: a number does not fit the type it is read as");
    }
    return value;
}

}  // namespace

const std::optional<std::string>& Rows::Implementation::cell(std::size_t column) const {
    if (rows_taken == 0 || rows_taken > row_count)
        throw std::out_of_range("database: there is no current row");
    if (column >= names.size()) throw std::out_of_range("database: there is no such column");
    return cells[(rows_taken - 1) * names.size() + column];
}

Rows::Rows(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

bool Rows::next() {
    if (implementation_->rows_taken <= implementation_->row_count) ++implementation_->rows_taken;
    return implementation_->rows_taken <= implementation_->row_count;
}

bool Rows::is_null(std::size_t column) const { return !implementation_->cell(column).has_value(); }

std::string Rows::text(std::size_t column) const { return implementation_->cell(column).value_or(""); }

std::optional<std::string> Rows::optional_text(std::size_t column) const {
    return implementation_->cell(column);
}

std::uint64_t Rows::number(std::size_t column) const {
    return parse<std::uint64_t>(implementation_->cell(column));
}

std::int64_t Rows::signed_number(std::size_t column) const {
    return parse<std::int64_t>(implementation_->cell(column));
}

std::optional<Timestamp> Rows::time(std::size_t column) const {
    const auto& cell = implementation_->cell(column);
    return cell ? parse_utc(*cell) : std::nullopt;
}

std::size_t Rows::column_count() const { return implementation_->names.size(); }

std::string Rows::column_name(std::size_t column) const { return implementation_->names.at(column); }

}  // namespace gdprd::database
