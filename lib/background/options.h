// What the background looks of the daemon do and how often. See background/scheduler.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/schedule.h"

namespace gdprd::background {

// [sweep]: do-not-contact rows for which no webhook came.
struct SweepOptions {
    Milliseconds incremental{60'000};     // how often rows that are new are looked at
    Milliseconds full{86'400'000};        // how often the whole list is compared with the ledger
    Milliseconds webhook_delay{300'000};  // a row younger than this is left to its webhook
    std::size_t page_rows = 1'000;        // rows one statement reads
    std::size_t busy_threads = 32;        // pause while the server runs more statements; 0: never

    bool operator==(const SweepOptions&) const = default;
};

// [suppression]: people who were erased and come back as a new contact.
enum class SuppressionMode { off, report, do_not_contact };

struct SuppressionOptions {
    SuppressionMode mode = SuppressionMode::report;
    bool form_is_consent = true;  // who fills in a form after the erasure comes back of their own will

    bool operator==(const SuppressionOptions&) const = default;
};

// [audit]: the search of the whole database for anybody who was erased.
struct AuditOptions {
    Schedule schedule;
    std::string database_host;  // of a replica to read from; "": the server of [database]

    bool operator==(const AuditOptions&) const = default;
};

// [retention]: when hashes of the erased go.
struct RetentionOptions {
    std::optional<Milliseconds> hashes;  // after the last pass of an erasure; nothing: never

    bool operator==(const RetentionOptions&) const = default;
};

// [deleted_contacts]: what a plain delete in Mautic leaves behind without a contact id.
enum class DeletedContacts {
    off,
    since_installation,  // rows that lost their contact after the daemon was first started
    all,                 // older ones too
};

}  // namespace gdprd::background
