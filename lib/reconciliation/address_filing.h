// Files the addresses of people who were erased before the ledger kept them (ledger/addresses.h), as far as
// the history still shows them: the record's own, the hashes that stand in the mails sent to the contact, and
// those in mails whose contact Mautic has deleted. What an old erasure emptied (audit log, forms) shows
// nothing any more.
//
// Page by page, each in a transaction together with the position, so that a stop or a kill loses nothing and
// the next call goes on. After the end it begins again: while daemons are restarted one after the other, one
// of the version before goes on erasing. Threads: one at a time. Errors: DatabaseError; the page is then read
// again.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "database/connection.h"
#include "ledger/addresses.h"

namespace gdprd::reconciliation {

struct AddressFilingOptions {
    std::string table_prefix;
    std::string ledger_database;
    bool dry_run = false;  // counts only
    std::size_t page_rows = 500;
};

struct AddressFilingCounts {
    std::uint64_t contacts = 0;                      // with a record of an erasure
    std::uint64_t mails = 0;                         // of deleted contacts
    std::map<AddressKind, std::uint64_t> addresses;  // that were not filed yet
};

class AddressFiling {
  public:
    // Is every address filed that can be? Then nobody has to read the history to look somebody up.
    static bool is_done(database::Connection& connection, const std::string& ledger_database);
    // Records came from elsewhere whose addresses are not there.
    static void begin_anew(database::Connection& connection, const std::string& ledger_database);

    explicit AddressFiling(AddressFilingOptions options) : options_(std::move(options)) {}

    // The next page; false when there was none, and all is done.
    bool next(database::Connection& connection);
    const AddressFilingCounts& counts() const { return counts_; }

  private:
    void begin(database::Connection& connection);
    bool file_contacts(database::Connection& connection);
    bool file_mails(database::Connection& connection);
    std::vector<ledger::ErasedAddress> of_contacts(database::Connection& connection,
                                                   std::span<const ContactId> contacts) const;
    void note(database::Connection& connection, std::span<const ledger::ErasedAddress> addresses);
    std::uint64_t position(database::Connection& connection, std::string_view mark) const;

    const AddressFilingOptions options_;
    AddressFilingCounts counts_;
    bool has_begun_ = false;
    // dry_run: how far it came. What is written is read from the ledger each time: an erasure that meets an
    // unknown hash sends it back to the beginning.
    std::map<std::string, std::uint64_t, std::less<>> reached_;
};

}  // namespace gdprd::reconciliation
