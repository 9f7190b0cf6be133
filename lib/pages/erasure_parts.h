// What the pages about erasures have in common. Pure, but for is_there_no_ledger().
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "certificate/month.h"
#include "desk/page.h"
#include "pages/services.h"

namespace gdprd::pages {

// The register is not made yet, or not brought up to date; what a page says then. Throws DatabaseError.
bool is_there_no_ledger(Services& services);
desk::Html no_ledger(const desk::Visit& visit);

// "1,234"
std::string count(const desk::Visit& visit, std::uint64_t number);
// "" for none.
std::string when(const desk::Visit& visit, const std::optional<Timestamp>& time);
// Of the milliseconds in a link; nothing after the year 9999, which no column has.
std::optional<Timestamp> moment_of(std::uint64_t milliseconds);

// Its page of the register.
desk::Html contact_link(ContactId contact);
desk::Html paragraph(std::string_view text);
// Lines, one below the other.
desk::Html lines(std::string_view text);
// Lists are read with one row more than a page shows, which tells whether there is a next page. Leaves what
// is shown.
template <typename Row>
bool has_next_page(std::vector<Row>& rows, std::size_t shown) {
    if (rows.size() <= shown) return false;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(shown), rows.end());
    return true;
}
// Links to the first and to the next page, where there are such: <nav>.
desk::Html pager(const desk::Visit& visit, const std::optional<desk::Link>& first,
                 const std::optional<desk::Link>& next);

}  // namespace gdprd::pages
