#include "orphans/orphaned_rows.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "background/checkpoints.h"
#include "base/log.h"
#include "orphans/merged_rows.h"
#include "rights/remedy.h"

namespace gdprd::orphans {

using background::DeletedContacts;
using background::pages_a_turn;
using background::Run;
using plan::Step;

namespace {

constexpr std::size_t contacts_a_page = 200;
constexpr Milliseconds soon{60'000};  // after Mautic has told of a deletion, at the latest
constexpr int attempts = 3;           // at rows that Mautic has locked too

bool is_conflict(const database::DatabaseError& error) {
    return error.error_class() == database::ErrorClass::conflict;
}

// Where a right is missing, a part of what they left would stay, and nobody would know of it any more.
bool is_stopped(const erasure::Rules& rules) {
    return rules.is_stopped() || !rules.plan->missing_rights.empty();
}

}  // namespace

OrphanedRows::OrphanedRows(DeletedContacts mode, const background::SweepOptions& options,
                           Deletions& deletions, MayErase may_erase, health::Metrics& metrics,
                           const Pace& pace)
    : mode_(mode),
      options_(options),
      deletions_(deletions),
      may_erase_(std::move(may_erase)),
      metrics_(metrics),
      pace_(pace),
      rows_(options.page_rows, options.full, pace.overlap),
      logged_(mode, options.page_rows, pace.overlap),
      old_(options.page_rows, metrics) {}

Milliseconds OrphanedRows::period() const {
    if (more_at_once_) return Milliseconds{0};
    const Milliseconds usual = std::min(soon, options_.incremental);
    return waits_ ? std::min(usual, std::max(pace_.lag, Milliseconds{1})) : usual;
}

// Rows are watched and contacts judged while erasing is held back, too.
void OrphanedRows::run(const Run& run) {
    more_at_once_ = waits_ = false;
    failure_ = nullptr;
    unwatched_.clear();
    rows_erased_ = 0;
    if (mode_ == DeletedContacts::off) return;
    GoneContacts gone(run.connection, *run.rules);
    background::PageBudget pages(run);
    const auto steps = orphan_steps(*run.rules->plan);
    for (const Step* step : steps) {
        if (run.stop.stop_requested()) return;
        const bool is_watched = attempt([&] {
            if (!rows_.can_tell_rows(run, *step, pages)) {
                more_at_once_ = true;
                return false;
            }
            if (!rows_.scan(run, *step, pages)) more_at_once_ = true;
            return true;
        });
        if (!is_watched) unwatched_.insert(step->table);
    }
    scan_for_gone(run, gone, pages);
    const bool all_judged = judge(run, gone);
    if (all_judged && may_erase(run, gone)) erase_deleted(run, gone);
    if (all_judged && gone.is_empty()) tell_missing(run, gone);
    if (may_go_on(run)) erase_given(run);
    for (const Step* step : steps) {
        if (mode_ != DeletedContacts::all || !may_go_on(run) || run.stop.stop_requested()) break;
        if (unwatched_.contains(step->table)) continue;
        attempt([&] {
            if (!old_.scan(run, *step, pages, [&] { return may_go_on(run); })) more_at_once_ = true;
            return true;
        });
    }
    if (rows_erased_ > 0) log::info("erased orphaned rows of deleted contacts", {{"rows", rows_erased_}});
    waits_ = !gone.is_empty();
    if (failure_) std::rethrow_exception(failure_);
}

void OrphanedRows::scan_for_gone(const Run& run, GoneContacts& gone, background::PageBudget& pages) {
    gone.add(deletions_.take());
    if (!logged_.scan(run, gone, pages)) more_at_once_ = true;
    if (!walk_ && Clock::now() >= full_due_) {
        walk_.emplace();
        gone.judge_waiting();
        missing_ = 0;
        is_missing_told_ = false;
    }
    if (!walk_) return;
    const auto steps = orphan_steps(*run.rules->plan);
    constexpr std::array tables{ContactRows::Table::seen, ContactRows::Table::given};
    while (walk_->place < steps.size() * tables.size()) {
        ContactRows rows(run.connection, run.rules->ledger_database, tables[walk_->place % tables.size()]);
        const Step& step = *steps[walk_->place / tables.size()];
        const auto page = rows.contacts(step, walk_->reached, options_.page_rows);
        gone.add(page);
        const bool is_last = page.empty();
        walk_->reached = is_last ? 0 : page.back();
        if (is_last) ++walk_->place;
        if (is_last) continue;
        if (!pages.another()) {
            more_at_once_ = true;
            return;
        }
    }
    // Rows that are not all known yet are looked at again.
    if (!more_at_once_) full_due_ = Clock::now() + options_.full;
    walk_.reset();
}

// When all known contacts were looked through and dealt with. Where there is no contact at all, whoever is
// still known is missing, whatever else is not loaded yet.
void OrphanedRows::tell_missing(const Run& run, GoneContacts& gone) {
    const bool was_empty = std::exchange(is_empty_, gone.no_contacts());
    if (was_empty && !is_empty_) full_due_ = Clock::time_point{};
    if (walk_) return;
    if (is_empty_) missing_ = std::max(missing_, known_contacts(run));
    if (is_missing_told_ && was_empty == is_empty_) return;
    is_missing_told_ = true;
    note_missing(run, missing_);
    if (missing_ == 0) return;
    log::warning(
        "contacts are gone from Mautic without having been deleted: the table is empty, or rows of other"
        " tables still hold their ids. Nothing of theirs is erased. Load the rest of the backup, or see the"
        " guide Deleted contacts",
        {{"table", run.rules->plan->contact_table}, {"contacts", missing_}});
}

// At least so many.
std::uint64_t OrphanedRows::known_contacts(const Run& run) const {
    std::uint64_t known = 0;
    ContactRows rows(run.connection, run.rules->ledger_database);
    for (const Step* step : orphan_steps(*run.rules->plan)) {
        known = std::max(known, rows.contact_count(*step));
    }
    return known;
}

void OrphanedRows::note_missing(const Run& run, std::uint64_t contacts) {
    metrics_.missing_contacts(contacts);
    background::Checkpoints(run.connection, run.rules->ledger_database).set_number(missing_mark, contacts);
}

// False when there are more: then it is not known yet how many were deleted.
bool OrphanedRows::judge(const Run& run, GoneContacts& gone) {
    const Timestamp until = now() - pace_.lag;
    for (std::size_t pages = 0; pages < pages_a_turn && !run.stop.stop_requested(); ++pages) {
        const auto contacts = gone.to_judge(until, contacts_a_page);
        if (contacts.empty()) return true;
        const auto verdict = gone.judge(contacts);
        missing_ += verdict.missing.size();
        metrics_.leftover_rows_left(give_to_winners(run, verdict.merged, options_.page_rows));
        std::vector<ContactId> done = verdict.back;
        done.insert(done.end(), verdict.missing.begin(), verdict.missing.end());  // the next walk finds them
        for (const auto& [contact, winner] : verdict.merged) done.push_back(contact);
        for (const ContactId contact : verdict.held) {
            log::warning("a contact on hold was deleted in Mautic: its orphaned rows are left alone",
                         {{"contact", contact}});
            done.push_back(contact);
        }
        gone.note_deleted(verdict.deleted, true);
        gone.note_waiting(verdict.unproven);
        gone.done(done);
        run.throttle.wait(run.connection, run.stop);
    }
    more_at_once_ = true;
    return false;
}

bool OrphanedRows::may_go_on(const Run& run) const { return !is_stopped(*run.rules) && may_erase_(0); }

bool OrphanedRows::may_erase(const Run& run, GoneContacts& gone) {
    const std::size_t contacts = gone.deleted_count();
    tell_missing_right(*run.rules, contacts);
    if (is_stopped(*run.rules)) return false;
    if (contacts == 0) allowed_ = 0;
    if (contacts == 0) return false;
    const std::size_t more = contacts - std::min(contacts, allowed_);
    if (!may_erase_(more)) return false;
    allowed_ += more;
    return true;
}

void OrphanedRows::tell_missing_right(const erasure::Rules& rules, std::size_t contacts) {
    const auto& missing = rules.plan->missing_rights;
    if (missing.empty()) is_right_told_ = false;
    if (missing.empty() || contacts == 0 || std::exchange(is_right_told_, true)) return;
    log::warning("orphaned rows wait until the missing privileges are granted",
                 {{"contacts", contacts},
                  {"why", missing.front().privilege + " on " + missing.front().real_table +
                              " is not granted. " + rights::remedy}});
}

// Those with which something is wrong are tried again when the others had their turn.
void OrphanedRows::erase_deleted(const Run& run, GoneContacts& gone) {
    erase_pages_ = pages_a_turn;
    bool from_the_first = !erased_until_;
    for (std::size_t pages = 0; pages < pages_a_turn && !run.stop.stop_requested(); ++pages) {
        const auto page = gone.deleted(erased_until_, contacts_a_page);
        if (page.empty()) {
            erased_until_.reset();
            if (std::exchange(from_the_first, true)) return;
            continue;
        }
        const auto contacts = gone.judge(page, true).deleted;
        std::vector<ContactId> changed;
        std::set_difference(page.begin(), page.end(), contacts.begin(), contacts.end(),
                            std::back_inserter(changed));
        gone.note_deleted(changed, false);
        if (!contacts.empty() && !erase_and_note(run, gone, contacts) && has_failed_ && contacts.size() > 1) {
            erase_one_by_one(run, gone, contacts);
        }
        if (erase_pages_ == 0) break;  // these have more
        erased_until_ = page.back();
    }
    more_at_once_ = true;
}

// Of many, one with which something is wrong would keep the others waiting. Where the run ends before the
// last of them, the next one goes on behind the last that was tried.
void OrphanedRows::erase_one_by_one(const Run& run, GoneContacts& gone, std::span<const ContactId> contacts) {
    for (const ContactId& contact : contacts) {
        if (run.stop.stop_requested() || erase_pages_ == 0) return;
        const bool done = erase_and_note(run, gone, {&contact, 1});
        if (!done && !has_failed_ && erase_pages_ == 0) return;  // it has more
        if (!done && has_failed_) {
            log::warning("could not erase the orphaned rows of a deleted contact; retrying",
                         {{"contact", contact}});
        }
        erased_until_ = contact;
    }
}

bool OrphanedRows::erase_and_note(const Run& run, GoneContacts& gone, std::span<const ContactId> contacts) {
    if (!erase(run, gone, contacts)) return false;
    gone.done(contacts);
    allowed_ -= std::min(allowed_, contacts.size());
    return true;
}

bool OrphanedRows::erase(const Run& run, GoneContacts& gone, std::span<const ContactId> contacts) {
    bool all = true;
    has_failed_ = false;
    for (const Step* step : orphan_steps(*run.rules->plan)) {
        if (unwatched_.contains(step->table)) all = false;
        if (unwatched_.contains(step->table)) continue;
        for (const auto table : {ContactRows::Table::seen, ContactRows::Table::given}) {
            const auto deleted = [&](std::span<const ContactId> owners) { return gone.all_deleted(owners); };
            if (!attempt([&] { return erase_rows(run, table, *step, contacts, deleted); })) all = false;
        }
    }
    if (!attempt([&] { return erase_named(run, gone, contacts); })) all = false;
    return all;
}

// Rows that have a contact are found by it. What is remembered of them as this one's goes, or is another's.
bool OrphanedRows::erase_rows(const Run& run, ContactRows::Table table, const Step& step,
                              std::span<const ContactId> contacts, const Confirm& confirm) {
    ContactRows rows(run.connection, run.rules->ledger_database, table);
    ContactRows seen(run.connection, run.rules->ledger_database);
    OrphanEraser eraser(run.connection, *run.rules);
    for (;;) {
        if (run.stop.stop_requested() || erase_pages_ == 0) return false;
        run.throttle.wait(run.connection, run.stop);
        std::vector<ContactRow> page = rows.of(step, contacts, OrphanEraser::rows_max);
        if (page.empty()) return true;
        --erase_pages_;
        std::vector<ContactId> owners;
        for (const ContactRow& one : page) owners.push_back(one.contact);
        std::vector<ContactRow> with_contact = rows.now(step, ids_of(page));
        std::erase_if(with_contact, [](const ContactRow& one) { return one.contact == 0; });
        rows.forget(step, ids_of(with_contact));
        for (const ContactRow& one : with_contact) {
            std::erase_if(page, [&](const ContactRow& of_page) { return of_page.row == one.row; });
        }
        std::erase_if(with_contact, [&](const ContactRow& one) {
            return std::find(contacts.begin(), contacts.end(), one.contact) != contacts.end();
        });
        seen.keep(step, with_contact);
        const bool confirmed =
            count([&] { return eraser.erase(step, page, table, [&] { return confirm(owners); }); });
        if (!confirmed) return false;
    }
}

// What a merge left to contacts that are erased by now, with their own opt-out.
void OrphanedRows::erase_given(const Run& run) {
    erase_pages_ = pages_a_turn;
    for (ContactId after = 0; !run.stop.stop_requested();) {
        const auto winners = erased_winners(run, after, contacts_a_page);
        if (winners.empty()) return;
        after = winners.back();
        const auto contacts = erasure::whose_erasure_stands(run.connection, *run.rules, winners);
        if (contacts.empty()) continue;
        // Whoever re-subscribed by now, or is on hold, keeps what is theirs.
        const auto erased = [&](std::span<const ContactId> owners) {
            const std::set<ContactId> asked(owners.begin(), owners.end());
            const std::vector<ContactId> all(asked.begin(), asked.end());
            return erasure::whose_erasure_stands(run.connection, *run.rules, all).size() == all.size();
        };
        for (const Step* step : orphan_steps(*run.rules->plan)) {
            if (unwatched_.contains(step->table)) continue;
            attempt([&] { return erase_rows(run, ContactRows::Table::given, *step, contacts, erased); });
        }
        if (erase_pages_ == 0) more_at_once_ = true;
        if (erase_pages_ == 0) return;
    }
}

bool OrphanedRows::erase_named(const Run& run, GoneContacts& gone, std::span<const ContactId> contacts) {
    std::vector<ContactId> named(contacts.begin(), contacts.end());
    std::erase(named, ContactRows::deleted_before);
    OrphanEraser eraser(run.connection, *run.rules);
    return count([&] { return eraser.erase_named(named, [&] { return gone.all_deleted(named); }); });
}

bool OrphanedRows::count(const std::function<std::optional<erasure::Counts>()>& erase) {
    for (int turn = 1;; ++turn) {
        try {
            const auto counts = erase();
            if (!counts) return false;
            rows_erased_ += counts->total();
            metrics_.leftover_rows(counts->total());
            return true;
        } catch (const database::DatabaseError& error) {
            if (!is_conflict(error) || turn == attempts) throw;
        }
    }
}

bool OrphanedRows::attempt(const std::function<bool()>& part) {
    try {
        return part();
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
        has_failed_ = true;
        if (!failure_) failure_ = std::current_exception();
    } catch (const files::FilesError&) {
        has_failed_ = true;
        if (!failure_) failure_ = std::current_exception();
    }
    return false;
}

}  // namespace gdprd::orphans
