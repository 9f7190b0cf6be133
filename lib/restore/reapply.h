// After a restore of Mautic's database: who of those the ledger names is back, and is to be erased again?
//
// Walks the ledger page by page. A contact is erased again when it has an address that an erasure of it met,
// be it that of an earlier erasure than the last, or one that mails to the contact went to; or no address,
// and the other values that were erased. An erasure that was interrupted is gone on with. An id that belongs
// to somebody else by now is left alone, and named. The backup may be older than the opt-out: then the
// do-not-contact row is put back from the ledger, because the database decides who is erased and Mautic
// decides by it whom it writes to. That is committed before the erasure: an interruption between the two
// leaves an opt-out.
//
// Threads: one at a time; the connection may be another one at each call. Errors: DatabaseError, after which
// the same page can be asked for again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "mautic/do_not_contact.h"
#include "plan/plan.h"
#include "policy/triggers.h"
#include "restore/other_ids.h"
#include "restore/recognition.h"

namespace gdprd::restore {

struct ReapplyOptions {
    std::string table_prefix;
    std::string ledger_database;
    std::shared_ptr<const plan::Plan> plan;  // tells which values of a contact's row would be erased
    policy::Triggers triggers;
    std::optional<Timestamp> since;      // erased since then; older erasures are in the backup
    std::vector<std::string> hash_keys;  // all there were
    std::size_t page_rows = 500;
};

// What was found so far.
struct ReapplyFindings {
    // Contacts that a person has to look at are named, up to this many of each kind.
    static constexpr std::size_t named_max = 1'000;

    std::map<restore::Recognition, std::uint64_t> contacts;
    std::uint64_t opt_outs_lost = 0;  // of the same persons: their do-not-contact row was not in the backup
    std::uint64_t not_triggered = 0;  // of the same persons: no trigger covers their opt-out any more
    // Of the same persons: without an opt-out, and made or changed in Mautic after the erasure. A backup does
    // not do that; they may have come back by their own will. Or they had re-subscribed since, with another
    // address.
    std::uint64_t returned = 0;
    std::map<std::pair<std::string, std::string>, std::uint64_t> unknown_keys;  // by algorithm and key id
    std::uint64_t under_other_ids = 0;  // contacts that nothing is recorded of (restore/other_ids.h)
    std::vector<ContactId> other_address;
    std::vector<ContactId> no_address;
    std::vector<ContactId> not_erased;
    std::vector<ContactId> forgotten;
    std::vector<ContactId> not_triggered_contacts;
    std::vector<ContactId> returned_contacts;
    std::vector<ContactId> under_other_id_contacts;

    std::uint64_t looked_at() const;
    std::uint64_t to_erase() const;
    bool needs_a_look() const;  // something is left for a person to decide
    void add(const ReapplyFindings& page);
};

class Reapply {
  public:
    enum class Mode { look, put_opt_outs_back };

    explicit Reapply(ReapplyOptions options);
    Reapply(const Reapply&) = delete;
    Reapply& operator=(const Reapply&) = delete;

    // The contacts of the next page of the ledger that are to be erased again; nothing at its end. With
    // Mode::look the pages of Mautic's contacts follow, of which none is: they are named only.
    std::optional<std::vector<ContactId>> next(database::Connection& connection, Mode mode);

    const ReapplyFindings& findings() const { return findings_; }

  private:
    using Back =
        std::map<ContactId, std::vector<ledger::Record>>;  // the persons who are back, and their records

    std::vector<ledger::Record> erasures_of(const ledger::Record& current,
                                            const std::vector<ledger::Record>& former) const;
    Back look(database::Connection& connection, const std::vector<ledger::Record>& rows,
              ReapplyFindings& page) const;
    std::vector<ContactId> decide(database::Connection& connection, const Back& back, Mode mode,
                                  ReapplyFindings& page) const;
    std::map<ContactId, restore::Present> read_contacts(database::Connection& connection,
                                                        const std::vector<ContactId>& contacts,
                                                        bool lock) const;

    const ReapplyOptions options_;
    const restore::AddressHashes hashes_;
    OtherIds other_ids_;
    ContactId after_ = 0;
    ReapplyFindings findings_;
};

// The opt-out the ledger has recorded, in Mautic's words; nothing when no trigger covers it. Pure.
std::optional<mautic::DoNotContact> recorded_opt_out(const ledger::Record& row,
                                                     const policy::Triggers& triggers);

}  // namespace gdprd::restore
