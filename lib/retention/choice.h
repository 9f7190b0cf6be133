// Which rows of a contact a rule of forgetting takes, and what becomes of the hashes in Mautic's tables.
// Pure.
//
// A contact whose erasure goes on, is partial or is on hold is left alone as a whole: its hashes are still
// needed, or nobody may touch it. An address goes with the erasure that met it (ledger::erasure_of()).
#pragma once

#include <set>
#include <string>

#include "ledger/forgetting.h"

namespace gdprd::retention {

struct Choice {
    ledger::RowsToForget rows;
    // Nothing of the contact stays known: every hash of ours in its rows goes, not only those of addresses.
    bool is_all = false;
    // Hashes of addresses that go, and that no erasure of this contact has which stays.
    std::set<std::string> gone;
    ledger::Marks marks;  // of the hashes in its own row, where all go
    std::string recorded_hash;
};

Choice choose(const ledger::ContactRows& contact, const ledger::ForgettingRule& rule);

bool is_of(const ledger::Record& row, const ledger::ForgettingRule& rule);

}  // namespace gdprd::retention
