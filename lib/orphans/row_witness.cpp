#include "orphans/row_witness.h"

#include <algorithm>

#include "database/quote.h"

namespace gdprd::orphans {

using database::quote_identifier;

RowWitness::RowWitness(database::Connection& connection, const std::string& ledger_database,
                       const plan::Step& step)
    : connection_(connection),
      checkpoints_(connection, ledger_database),
      step_(step),
      name_("leftovers_witness_" + step.table),
      elder_name_("leftovers_elder_" + step.table) {}

std::optional<RowWitness::DatedRow> RowWitness::newest(const std::string& condition) {
    const std::string key = quote_identifier(step_.primary_key);
    auto rows = connection_.select("SELECT " + key + ", " + quote_identifier(step_.row_date) + " FROM " +
                                       quote_identifier(step_.real_table) + " WHERE " + key + condition +
                                       " ORDER BY " + key + " DESC LIMIT 1",
                                   {}, step_.key() + ": its newest row");
    if (!rows.next()) return std::nullopt;
    const auto date = rows.time(1);
    return date ? std::optional(DatedRow{rows.number(0), *date}) : std::nullopt;
}

RowWitness::Verdict RowWitness::verdict() { return verdict_of(name_); }

std::optional<std::uint64_t> RowWitness::elder_in_its_place() {
    if (verdict_of(elder_name_) != Verdict::same_row) return std::nullopt;
    return checkpoints_.number(elder_name_);
}

RowWitness::Verdict RowWitness::verdict_of(const std::string& name) {
    const auto row = checkpoints_.number(name);
    const auto date = checkpoints_.time(name);
    if (!row || !date || step_.row_date.empty()) return Verdict::unknown;
    const auto now = newest(" = " + std::to_string(*row));
    if (!now) return step_.delete_rows ? Verdict::unknown : Verdict::other_row;
    return now->date == *date ? Verdict::same_row : Verdict::other_row;
}

void RowWitness::vouch_for(std::span<const ContactRow> rows) {
    if (rows.empty() || step_.row_date.empty()) return;
    const std::uint64_t highest = std::ranges::max(rows, {}, &ContactRow::row).row;
    if (checkpoints_.number(name_).value_or(0) >= highest) return;
    if (const auto found = newest(" <= " + std::to_string(highest))) note(*found);
}

void RowWitness::note(const DatedRow& row) {
    checkpoints_.set_both(name_, row.row, row.date);
    if (const auto elder = newest(" < " + std::to_string(row.row))) {
        checkpoints_.set_both(elder_name_, elder->row, elder->date);
    } else {
        checkpoints_.forget(elder_name_);
    }
}

void RowWitness::step_down() {
    const auto row = checkpoints_.number(elder_name_);
    const auto elder = row ? newest(" = " + std::to_string(*row)) : std::nullopt;
    if (elder) note(*elder);
}

void RowWitness::renew(std::uint64_t highest) {
    checkpoints_.forget(name_);
    checkpoints_.forget(elder_name_);
    if (step_.row_date.empty()) return;
    if (const auto found = newest(" <= " + std::to_string(highest))) note(*found);
}

}  // namespace gdprd::orphans
