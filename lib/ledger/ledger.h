// The ledger: what the operator answers an authority with. Its own database on the same server, written in
// the erasing transaction (promise 4).
//
// One record an erasure. `erasure` holds the current one of each contact id; when another erasure of that id
// begins, `former_erasure` takes it over as it is, in the same transaction. There it is never changed or
// removed again: rows are only added, so that whoever was erased under an earlier address, or had the id
// before somebody else got it, is found as long as the ledger lives.
//
// Column types and CHECKs make it impossible to store a name or an address: ids, times, counts, enumerations
// and lower-case hexadecimal only. Which columns a proof found something in is kept as numbers of the
// dictionary `covered_column`, which is filled from the plan alone.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/names.h"
#include "base/origin.h"
#include "database/connection.h"
#include "ledger/marks.h"
#include "policy/triggers.h"

namespace gdprd::ledger {

enum class Status {
    settling,    // erased and proven; a later pass is due
    complete,    // erased, proven, and a later pass found nothing new
    partial,     // something is left; the findings say in which table and column
    superseded,  // the contact re-subscribed before the erasure was complete; left alone since
    erasing,  // a contact with very many rows is being erased in several transactions; not all are done yet
    held,     // do-not-contact, and kept from being erased by a rule of [hold]; nothing was changed
};
inline constexpr auto status_names = make_names<Status>({{Status::settling, "settling"},
                                                         {Status::complete, "complete"},
                                                         {Status::partial, "partial"},
                                                         {Status::superseded, "superseded"},
                                                         {Status::erasing, "erasing"},
                                                         {Status::held, "held"}});
inline const char* name_of(Status status) { return status_names.of(status); }

struct Finding {
    std::string table;
    std::string column;
    std::uint64_t cells = 0;
};

// What an erasure did not look at.
struct NotCovered {
    bool files = false;       // avatar and uploads: no directory is configured, or some were left alone
    bool older_rows = false;  // tables of free text were searched in their newest rows only
    // Tables and columns that led to contacts and that nobody had decided about, at the last pass. What is
    // proven is said of the others. Nothing: not recorded, because an earlier version made the pass.
    std::optional<std::uint64_t> undecided;
    bool any() const { return files || older_rows || undecided.value_or(0) > 0; }
};

struct Record {
    ContactId contact = 0;
    std::string subject_hash;  // of the e-mail address; "" when the contact had none, and while it is held
    std::string algorithm;     // policy::Hasher::algorithm_name()
    std::string key_id;        // "" without a key
    std::string channel;       // stored as email, sms or other
    policy::Reason reason = policy::Reason::unsubscribed;
    Origin origin = Origin::webhook;
    std::optional<Timestamp> opted_out_at;  // the do-not-contact row's date
    std::optional<Timestamp> requested_at;  // when the webhook or command arrived
    std::optional<Timestamp> erased_at;     // the first pass of the last erasure; nothing before there is one
    std::optional<Timestamp> last_pass_at;
    std::optional<Timestamp> completed_at;
    Status status = Status::settling;
    std::uint64_t passes = 0;
    std::uint64_t rows_changed = 0;
    std::uint64_t rows_deleted = 0;
    std::uint64_t rows_late = 0;       // of these, found by later passes
    std::uint64_t files_removed = 0;   // by passes that were committed
    std::uint64_t values_emptied = 0;  // serialized values that could not be read, and were emptied
    NotCovered not_covered;
    Marks marks;
    std::string policy_digest;
    std::string schema_digest;
    std::string map_digest;
    // Sealed with the record (seal/evidence.h), and copied with it; "" for one that is not written yet. The
    // same as long as the record is of the same erasure.
    std::string salt;
    // The retention period is over: hash, key id, marks and salt are gone. Whose erasure it was can no longer
    // be told, except by the contact's id.
    std::optional<Timestamp> forgotten_at;
    std::vector<Finding> findings;
    // Further addresses that tell the contact, of those that the erasure met. Filled by who recognises people
    // by them, and kept in a table of their own (ledger/addresses.h).
    std::vector<std::string> address_hashes;
    bool former = false;  // another erasure of the same id followed
    bool begins = false;  // for write(): the record that is there becomes a former one first

    // Was anything erased by it? A hold alone is no erasure; one that somebody's return ended half-way is.
    bool tells_of_erasure() const {
        return erased_at || passes > 0 || status == Status::erasing || rows_changed + rows_deleted > 0;
    }
};

class Ledger {
  public:
    static constexpr int format = 10;

    Ledger(database::Connection& connection, std::string database);

    // Creates database and tables, or brings older ones up to `format`; refuses newer ones. Several daemons
    // may do so at once. Throws ConfigurationError when it is not allowed to.
    void create();
    // The format found, or nothing when there is no ledger.
    std::optional<int> format_found();

    // The rows of these contacts, locked for the transaction. Their findings are read where there can be any.
    std::map<ContactId, Record> lock(std::span<const ContactId> contacts);
    void write(const Record& row);
    // The current records of these contacts, with few statements. Each contact at most once.
    void write(std::span<const Record> rows);
    // Records of erasures that others followed, beside what is there.
    void add_former(std::span<const Record> rows);

    // The current record.
    std::optional<Record> find(ContactId contact);
    // The records before the current ones, in the order of contact and time. Of an erasure there may be more
    // than one, where a copy of the ledger knew more of it: latest_of_each().
    std::vector<Record> former(std::span<const ContactId> contacts);
    // Records of both kinds.
    std::uint64_t count();
    // Rows of contacts with a greater id than `after`, in the order of id, at most so many.
    std::vector<Record> page(ContactId after, std::size_t rows_max);
    // The same without findings, of contacts with a record of an erasure, an earlier one included.
    std::vector<Record> page_of_erased(ContactId after, std::size_t rows_max);
    // Like write(), in place of what is recorded of these contacts, whatever that is. Each contact once.
    void replace(std::span<const Record> rows);
    // Current and former ones, in the order of the contacts.
    std::vector<Record> find_by_subject(std::span<const std::string> hashes);

  private:
    std::string table(std::string_view name) const;
    std::vector<Record> select(const std::string& condition, std::span<const database::Value> parameters,
                               bool lock_rows);
    std::vector<Record> select_former(const std::string& condition,
                                      std::span<const database::Value> parameters);
    void keep_as_former(std::span<const Record> rows);
    std::pair<std::string, std::string> name_column(const Finding& finding);
    void read_findings(Record& row);
    void read_findings_of_all(std::vector<Record>& rows);
    void insert(std::span<const Record> rows);
    void drop_findings(std::span<const Record> rows);
    void write_findings(const Record& row);
    void make_tables(int from);

    database::Connection& connection_;
    std::string database_;
};

// Are these two of the same erasure, at the same time or at different ones?
bool same_erasure(const Record& one, const Record& other);
// Does `offered` tell more recent things of its contact than `present`? Equal ones do not. Pure.
bool is_newer(const Record& offered, const Record& present);
// Of each erasure the record that tells most, in the same order.
std::vector<Record> latest_of_each(std::vector<Record> rows);

}  // namespace gdprd::ledger
