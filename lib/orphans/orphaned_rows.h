// The task that finds and erases what Mautic left behind of contacts that it deleted: rows of statistics and
// forms that lost their contact, and rows that name it by its id still, like the audit log. They are treated
// like the rows of an erased contact.
//
// Nobody else's: a row counts only when it was seen with the contact before (orphans/row_watch.h) and is the
// same row still, and a contact only when it is known to be deleted and not merged into another one
// (orphans/gone_contacts.h). Rows that a merge left without a contact belong to the one that stays from then
// on, and go when that one is deleted or erased.
//
// Where `leads` was emptied or a backup is half loaded, contacts seem to be gone. That is told, and nothing
// of theirs is erased.
//
// Gone contacts are told of by the webhook and by the audit log; and whoever of the known ones is not there
// any more is found after a start and every `full`. Everything is done in chunks.
//
// Threads: the scheduler's. Errors: DatabaseError and FilesError, after the other tables had their turn.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "background/options.h"
#include "background/task.h"
#include "health/metrics.h"
#include "orphans/contact_rows.h"
#include "orphans/deletions.h"
#include "orphans/gone_contacts.h"
#include "orphans/logged_deletions.h"
#include "orphans/old_orphans.h"
#include "orphans/orphan_eraser.h"
#include "orphans/row_watch.h"

namespace gdprd::orphans {

class OrphanedRows : public background::Task {
  public:
    // Noted in the ledger's database (background/checkpoints.h): how many contacts were gone at the last look
    // through all known ones without a deletion.
    static constexpr std::string_view missing_mark = "missing_contacts";

    // Whether so many deleted contacts more may be erased now; they count when it says yes. 0: whether what
    // was allowed before may go on. The circuit breaker.
    using MayErase = std::function<bool(std::size_t contacts)>;

    struct Pace {
        Milliseconds overlap{60'000};  // see row_watch.h
        // How long a contact must have been seen to be gone: for tools that remove the row of a merged
        // contact first and write the merge down afterwards.
        Milliseconds lag{10'000};
    };

    OrphanedRows(background::DeletedContacts mode, const background::SweepOptions& options,
                 Deletions& deletions, MayErase may_erase, health::Metrics& metrics)
        : OrphanedRows(mode, options, deletions, std::move(may_erase), metrics, Pace{}) {}
    OrphanedRows(background::DeletedContacts mode, const background::SweepOptions& options,
                 Deletions& deletions, MayErase may_erase, health::Metrics& metrics, const Pace& pace);

    std::string_view name() const override { return "deleted contacts"; }
    Milliseconds period() const override;
    void run(const background::Run& run) override;

  private:
    using Clock = std::chrono::steady_clock;
    // Are these contacts still what they are erased for?
    using Confirm = std::function<bool(std::span<const ContactId>)>;

    // Where the scan for known contacts that are gone is.
    struct Walk {
        std::size_t place = 0;  // among the plan's tables, each as seen and as given
        ContactId reached = 0;
    };

    void scan_for_gone(const background::Run& run, GoneContacts& gone, background::PageBudget& pages);
    bool judge(const background::Run& run, GoneContacts& gone);
    void tell_missing(const background::Run& run, GoneContacts& gone);
    std::uint64_t known_contacts(const background::Run& run) const;
    void note_missing(const background::Run& run, std::uint64_t contacts);
    // Neither an unknown column nor the circuit breaker is in the way.
    bool may_go_on(const background::Run& run) const;
    bool may_erase(const background::Run& run, GoneContacts& gone);
    void tell_missing_right(const erasure::Rules& rules, std::size_t contacts);
    void erase_deleted(const background::Run& run, GoneContacts& gone);
    void erase_one_by_one(const background::Run& run, GoneContacts& gone,
                          std::span<const ContactId> contacts);
    bool erase_and_note(const background::Run& run, GoneContacts& gone, std::span<const ContactId> contacts);
    bool erase(const background::Run& run, GoneContacts& gone, std::span<const ContactId> contacts);
    bool erase_rows(const background::Run& run, ContactRows::Table table, const plan::Step& step,
                    std::span<const ContactId> contacts, const Confirm& confirm);
    void erase_given(const background::Run& run);
    bool erase_named(const background::Run& run, GoneContacts& gone, std::span<const ContactId> contacts);
    // False when it was not confirmed.
    bool count(const std::function<std::optional<erasure::Counts>()>& erase);
    // Whether it went well; a failure is kept until the end of the run.
    bool attempt(const std::function<bool()>& part);

    const background::DeletedContacts mode_;
    const background::SweepOptions options_;
    Deletions& deletions_;
    const MayErase may_erase_;
    health::Metrics& metrics_;
    const Pace pace_;
    RowWatch rows_;
    LoggedDeletions logged_;
    OldOrphans old_;
    std::optional<Walk> walk_;
    Clock::time_point full_due_{};           // at once
    std::optional<ContactId> erased_until_;  // the deleted contact at which the last run ended
    std::size_t allowed_ = 0;      // deleted contacts that the circuit breaker allowed and that are not done
    std::size_t erase_pages_ = 0;  // of rows, left for this run
    std::uint64_t rows_erased_ = 0;    // in this run
    std::exception_ptr failure_;       // the first one of this run
    bool has_failed_ = false;          // something since the last erase() began
    std::set<std::string> unwatched_;  // tables that could not be scanned in this run
    bool is_empty_ = false;            // `leads`
    std::uint64_t missing_ = 0;        // contacts of GoneContacts::Verdict::missing since the last walk began
    bool is_missing_told_ = false;     // of this walk
    bool is_right_told_ = false;       // until none is missing any more
    bool more_at_once_ = false;
    bool waits_ = false;  // for the end of the lag
};

}  // namespace gdprd::orphans
