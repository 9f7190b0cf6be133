// Which contact the rows of some tables belong to, remembered in the ledger's database as numbers: table,
// row, contact. When Mautic deletes a contact these rows stay and hold NULL where its id was, like those that
// never had a contact, and like those of a contact that was merged into a living one. Afterwards the row does
// not tell whose it was; so only a row that was seen with a contact can be known to have lost it.
//
// `step` is one that resolve_tie() left its `leftovers`. Threads: the thread of its connection. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"
#include "orphans/orphan_notes.h"

namespace gdprd::orphans {

struct ContactRow {
    ContactId contact = 0;  // 0: none
    std::uint64_t row = 0;
};

class ContactRows {
  public:
    // Nobody's id: rows of contacts that were deleted before, which a restore brought back.
    static constexpr ContactId deleted_before = 0;

    ContactRows(database::Connection& connection, const std::string& ledger_database);

    // Mautic's rows. In the order of the contacts, those that have one, through an index alone.
    std::vector<ContactRow> by_contact(const plan::Step& step, const ContactRow& after, std::size_t rows_max);
    // In the order of the rows, with or without a contact.
    std::vector<ContactRow> after(const plan::Step& step, std::uint64_t row, std::size_t rows_max);
    std::vector<ContactRow> now(const plan::Step& step, std::span<const std::uint64_t> rows);

    // What is remembered. Those without a contact are passed over; the last contact of a row counts.
    void keep(const plan::Step& step, std::span<const ContactRow> rows);
    void forget(const plan::Step& step, std::span<const std::uint64_t> rows);
    void forget_after(const plan::Step& step, std::uint64_t row);
    // What is remembered, in the order of the rows.
    std::vector<ContactRow> remembered(const plan::Step& step, std::uint64_t after, std::size_t rows_max);
    std::vector<ContactRow> of(const plan::Step& step, std::span<const ContactId> contacts,
                               std::size_t rows_max);
    // Those of these rows whose contact is remembered.
    RowIds known(const plan::Step& step, std::span<const std::uint64_t> rows);
    // The contacts of the next `rows_max` rows in the order of the contacts; none at the end.
    std::vector<ContactId> contacts(const plan::Step& step, ContactId after, std::size_t rows_max);
    // After a restore of Mautic's database the rows are as they were before they were erased. Ids above the
    // highest one that these tables have now will be other rows'. Returns how many are expected.
    std::uint64_t expect_erased_again(std::span<const plan::Step* const> steps);

    // Exposed for the tests: the statements, for EXPLAIN.
    static std::string by_contact_statement(const plan::Step& step, const ContactRow& after,
                                            std::size_t rows_max);
    static std::string after_statement(const plan::Step& step, std::uint64_t row, std::size_t rows_max);
    std::string of_statement(const plan::Step& step, std::span<const ContactId> contacts,
                             std::size_t rows_max);
    std::string contacts_statement(const plan::Step& step, ContactId after, std::size_t rows_max);

  private:
    std::string number_of(const plan::Step& step);  // of its table
    std::string in_table(const plan::Step& step);

    database::Connection& connection_;
    const std::string unquoted_database_;
    const std::string database_;  // quoted
    const std::string rows_;      // quoted
    std::map<std::string, std::string> numbers_;
};

}  // namespace gdprd::orphans
