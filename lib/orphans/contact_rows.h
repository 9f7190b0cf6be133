// Which contact the rows of some tables belong to, remembered in the ledger's database as numbers: table,
// row, contact, and what tells the row from a later one of that id (orphans/row_constant.h). When Mautic
// deletes a contact these rows stay and hold NULL where its id was, like those that never had a contact, and
// like those of a contact that was merged into a living one. Afterwards the row does not tell whose it was;
// so only a row that was seen with a contact can be known to have lost it.
//
// `step` is one that resolve_tie() left its `leftovers`. Threads: the thread of its connection. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "orphans/row_constant.h"
#include "orphans/row_ids.h"

namespace gdprd::orphans {

struct ContactRow {
    ContactId contact = 0;  // 0: none
    std::uint64_t row = 0;
    RowConstant constant{};

    // Not only one that has its id. Whose it is may have changed.
    bool is_same_row(const ContactRow& other) const {
        return row == other.row && constant && constant == other.constant;
    }
};

RowIds ids_of(std::span<const ContactRow> rows);

class ContactRows {
  public:
    // Nobody's id: rows of contacts that were deleted before, which a restore brought back.
    static constexpr ContactId deleted_before = 0;

    enum class Table {
        seen,   // with the contact in Mautic's row
        given,  // by a merge, which Mautic's row does not show (orphans/merged_rows.h)
    };

    ContactRows(database::Connection& connection, const std::string& ledger_database,
                Table table = Table::seen);

    // Mautic's rows. In the order of the contacts, those that have one, through an index alone: without what
    // tells them from others.
    std::vector<ContactRow> by_contact(const plan::Step& step, const ContactRow& after, std::size_t rows_max);
    // In the order of the rows, with or without a contact.
    std::vector<ContactRow> after(const plan::Step& step, std::uint64_t row, std::size_t rows_max);
    std::vector<ContactRow> now(const plan::Step& step, std::span<const std::uint64_t> rows);
    // Locks those of these rows that are what they were, and without a contact, until the transaction ends.
    RowIds lock_orphaned(const plan::Step& step, std::span<const ContactRow> rows);

    // What is remembered. Those without a contact, or without what tells them from others, are passed over;
    // the last contact of a row counts.
    void keep(const plan::Step& step, std::span<const ContactRow> rows);
    // As rows of `deleted_before`.
    void expect(const plan::Step& step, std::span<const ContactRow> rows);
    void forget(const plan::Step& step, std::span<const std::uint64_t> rows);
    std::vector<ContactRow> of(const plan::Step& step, std::span<const ContactId> contacts,
                               std::size_t rows_max);
    // In the order of the rows.
    std::vector<ContactRow> remembered_after(const plan::Step& step, std::uint64_t row, std::size_t rows_max);
    // Those of these rows that are remembered.
    std::vector<ContactRow> remembered(const plan::Step& step, std::span<const std::uint64_t> rows);
    // Those of these rows whose contact is remembered; those that are not remembered as they are given.
    RowIds known(const plan::Step& step, std::span<const std::uint64_t> rows);
    RowIds unknown(const plan::Step& step, std::span<const ContactRow> rows);
    // Of each of these contacts that has rows with a date the newest one.
    std::map<ContactId, Timestamp> newest_dates(const plan::Step& step, std::span<const ContactId> contacts);
    std::uint64_t contact_count(const plan::Step& step);
    // The contacts of the next `rows_max` rows in the order of the contacts; none at the end.
    std::vector<ContactId> contacts(const plan::Step& step, ContactId after, std::size_t rows_max);

    // Exposed for the tests: the statements, for EXPLAIN.
    static std::string by_contact_statement(const plan::Step& step, const ContactRow& after,
                                            std::size_t rows_max);
    static std::string after_statement(const plan::Step& step, std::uint64_t row, std::size_t rows_max);
    std::string of_statement(const plan::Step& step, std::span<const ContactId> contacts,
                             std::size_t rows_max);
    std::string contacts_statement(const plan::Step& step, ContactId after, std::size_t rows_max);

  private:
    void store(const plan::Step& step, std::span<const ContactRow> rows);
    std::string number_of(const plan::Step& step);  // of its table
    std::string in_table(const plan::Step& step);

    database::Connection& connection_;
    const std::string database_;  // quoted
    const std::string rows_;      // quoted
    std::map<std::string, std::string> numbers_;
};

}  // namespace gdprd::orphans
