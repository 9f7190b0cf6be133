// One audit: every table of Mautic's database that can hold a text is read once, whoever made it, and every
// address in it is asked whether it belongs to anybody who was erased. Nothing is changed, and no value
// leaves the process but as a hash that the ledger has already.
//
// What was read and found is kept in the ledger's database (audit/store.h), so an audit that was stopped is
// gone on with, by whatever process. The ledger's own database is not read: its columns cannot hold an
// address.
//
// Threads: the object is made by one; take() may be called by any, and a table that was taken belongs to the
// one that took it. Errors: DatabaseError, and ConfigurationError for a ledger that cannot be used,
// because it is not there, of another format or another Mautic's.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit/erased_people.h"
#include "audit/findings.h"
#include "audit/store.h"
#include "audit/table_audit.h"

namespace gdprd::audit {

struct PassOptions {
    std::string database;      // Mautic's
    std::string table_prefix;  // of its tables
    std::string ledger_database;
    std::vector<std::string> keys;    // hash keys of today and of former times
    std::vector<std::string> tables;  // only these, with their prefix; all when there is none. Not kept
    bool anew = false;                // whatever is kept
    std::set<ContactId> unnamed{};    // of whom it is known already
    bool is_replica = false;          // what was erased a moment ago may still be there
};

class Pass {
  public:
    using GoOn = ErasedPeople::GoOn;

    // Goes on with the audit that is kept, if it did not come to its end, or begins another one. Reads the
    // hashes of all erasures and the addresses of all contacts; `go_on` may end that, and is_ready() is false
    // then.
    Pass(const Connections& connections, PassOptions options, const GoOn& go_on);

    bool is_ready() const { return people_ != nullptr; }
    bool is_continued() const { return is_continued_; }
    Timestamp begun_at() const { return begun_at_; }
    const ErasedPeople& people() const { return *people_; }

    // The next table to read, the largest first; none when all are taken.
    TableState* take();
    // Goes over to what is kept of it: another process that goes on with the same audit may have come to its
    // end, or to another place. What is not kept at all, a place in a table whose key is no number, stays.
    void refresh(database::Connection& ledger, TableState& state) const;
    // Notes how far it came, over a connection of the caller's.
    void save(database::Connection& ledger, const TableState& state) const;
    // All tables were read to their ends.
    void finish(database::Connection& ledger) const;

    const std::vector<TableState>& tables() const { return tables_; }
    // What could not be searched, in the order of the tables.
    std::vector<verify::NotSearched> not_searched() const;

  private:
    void begin(database::Connection& ledger);
    void read_table_list(database::Connection& mautic);
    bool is_kept() const { return options_.tables.empty(); }

    const PassOptions options_;
    bool is_continued_ = false;
    Timestamp begun_at_{};
    std::unique_ptr<ErasedPeople> people_;
    std::vector<TableState> tables_;
    std::vector<verify::NotSearched> hidden_;
    std::mutex mutex_;
    std::size_t next_ = 0;  // protected by mutex_
};

// What the audit that is kept has found so far, or had at its end, of the tables that are there. Nothing is
// read but the ledger. What it could not search is what could not be searched by these keys and this account;
// of one that has not come to its end, the tables it has not read yet are no part of it.
struct KeptAudit {
    std::optional<Timestamp> begun_at;
    std::optional<Timestamp> finished_at;
    std::vector<TableState> tables;
    std::vector<verify::NotSearched> not_searched;
};
KeptAudit read_kept_audit(const Connections& connections, const PassOptions& options);

// Rows with an address of somebody who was erased, and of somebody who is a contact again.
struct Counts {
    std::uint64_t erased = 0;
    std::uint64_t returned = 0;
};
Counts counts_of(const std::vector<TableState>& tables);
Counts counts_of(const std::vector<FileFindings>& files);

}  // namespace gdprd::audit
