// Reads contacts with their e-mail addresses in pages of bounded size, through an index, without locks.
// Mautic has no index on the address, so everybody is looked at once when new and once when changed. What is
// no address, a hash for example, does not leave the server.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "background/cursor.h"
#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::suppression {

struct AddressedContact {
    ContactId id = 0;
    std::string address;     // personal data; "" for none
    Timestamp came_at{};     // date_added or, where that is later, date_identified
    Timestamp changed_at{};  // date_modified
};

class ContactPages {
  public:
    ContactPages(database::Connection& connection, const plan::Plan& plan);

    // In the order of their ids, those greater than `id`.
    std::vector<AddressedContact> after(std::uint64_t id, std::size_t rows_max) const;

    // Those of these contacts that there are.
    std::vector<AddressedContact> of(const std::vector<ContactId>& ids) const;

    // In the order of their changes, those after `place` and before `until`. `index` begins with the date.
    std::vector<AddressedContact> changed(const background::DatePlace& place, Timestamp until,
                                          const std::string& index, std::size_t rows_max) const;

    std::uint64_t highest_id() const;  // 0 when there is no contact
    // "" when this Mautic has none: before 6.0.
    std::string change_index() const;

    // Exposed for the tests: the statements, for EXPLAIN.
    std::string statement_after(std::uint64_t id, std::size_t rows_max) const;
    std::string statement_changed(const background::DatePlace& place, Timestamp until,
                                  const std::string& index, std::size_t rows_max) const;

  private:
    std::vector<AddressedContact> read(const std::string& sql) const;

    database::Connection& connection_;
    const std::string table_;  // without quotes
};

}  // namespace gdprd::suppression
