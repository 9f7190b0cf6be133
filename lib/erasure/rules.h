// What decides how a contact is erased. Made anew when the policy, the secrets or the schema change; shared
// by all workers, immutable but for what is remembered of searched texts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "files/contact_files.h"
#include "plan/plan.h"
#include "policy/hash.h"
#include "policy/holds.h"
#include "policy/triggers.h"
#include "text_search/text_index.h"

namespace gdprd::erasure {

struct Rules {
    std::shared_ptr<const plan::Plan> plan;
    policy::Hasher hasher;
    policy::Triggers triggers;
    std::string ledger_database;
    bool stop_on_unknown = false;  // [policy] unknown = "stop"
    policy::Holds holds{};
    // None: files are not covered, and the ledger says so.
    std::shared_ptr<const files::ContactFiles> files{};
    std::size_t slice_rows = 10'000;      // of one contact in one table and one transaction
    std::vector<std::string> notified{};  // names of the systems that are told of each erasure
    // Not a rule: what those who erase by these rules have learned of the texts they searched. None: every
    // text is read each time.
    std::shared_ptr<text_search::TextIndex> text_index = std::make_shared<text_search::TextIndex>();

    // Nobody is erased, because something leads to contacts and nobody has decided about it.
    bool is_stopped() const { return stop_on_unknown && !plan->tied_unknown().empty(); }
};

}  // namespace gdprd::erasure
