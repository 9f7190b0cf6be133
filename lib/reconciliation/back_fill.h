// Everyone on Mautic's do-not-contact list who should be erased and is not, old ones too: what an operator
// asks for, page by page.
//
// Threads: one at a time. Errors: DatabaseError; the page is then read again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "erasure/eraser.h"
#include "reconciliation/comparison.h"
#include "reconciliation/contact_set.h"

namespace gdprd::reconciliation {

struct BackFillOptions {
    Timestamp since{};            // opt-outs older than this are left out
    Milliseconds pass_overdue{};  // see Limits
    std::size_t page_rows = 1'000;
};

struct BackFillFindings {
    std::uint64_t rows = 0;                    // of the do-not-contact list
    std::map<Reason, std::uint64_t> contacts;  // to be erased
    std::uint64_t not_due = 0;                 // rows in their grace period

    std::uint64_t to_erase() const;
};

class BackFill {
  public:
    BackFill(const BackFillOptions& options, std::shared_ptr<const erasure::Rules> rules);

    // The contacts of the next page, perhaps none; nothing after the last page. Each contact once.
    std::optional<std::vector<ContactId>> next(database::Connection& connection);

    // Of the pages so far.
    const BackFillFindings& findings() const { return findings_; }

  private:
    const BackFillOptions options_;
    const std::shared_ptr<const erasure::Rules> rules_;
    std::uint64_t reached_ = 0;  // id of the last row read
    bool at_end_ = false;
    ContactSet seen_;
    BackFillFindings findings_;
};

}  // namespace gdprd::reconciliation
