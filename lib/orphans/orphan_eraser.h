// Erases what Mautic left behind of contacts that it deleted: rows that lost their contact, and rows that no
// foreign key ties and that name it by its id still, like the audit log. Their columns get what those of an
// erased contact's rows get.
//
// Threads: the thread of its connection. Errors: DatabaseError and FilesError; nothing is changed in the
// database then.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "database/connection.h"
#include "erasure/orphaned_rows.h"
#include "orphans/contact_rows.h"

namespace gdprd::orphans {

// One step for each table whose rows may have lost their contact, in the plan's order.
std::vector<const plan::Step*> orphan_steps(const plan::Plan& plan);

class OrphanEraser {
  public:
    // So many rows are a short transaction even where each has a large text.
    static constexpr std::size_t rows_max = 200;
    // Asked when everything is changed and nothing is committed: is it still true that the contacts are gone
    // for good? What Mautic has committed until then it sees.
    using Confirm = std::function<bool()>;

    OrphanEraser(database::Connection& connection, const erasure::Rules& rules);

    // At most `rows_max` of the table's rows, in one transaction together with the note that they are dealt
    // with; what is remembered of them goes, and in `table`, where they are remembered, also what turns out
    // to be no such row. Those that have a contact, and others that came under their ids,
    // are left alone. Returns what was changed, their dependent rows included; nothing when it was not
    // confirmed.
    std::optional<erasure::Counts> erase(const plan::Step& step, std::span<const ContactRow> rows,
                                         ContactRows::Table table, const Confirm& confirm);
    // What still names these contacts by their id, in one transaction; and their files.
    std::optional<erasure::Counts> erase_named(std::span<const ContactId> contacts, const Confirm& confirm);

  private:
    // Each once a contact; where that is not known, once a transaction: the next one may be about another.
    void note_addresses(const erasure::Subjects& subjects);
    void remove_files(const files::ContactFiles::Wanted& wanted) const;

    database::Connection& connection_;
    const erasure::Rules& rules_;
};

}  // namespace gdprd::orphans
