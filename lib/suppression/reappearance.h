// An erased person's address on another contact: is it a person who came back, and what is done about it?
// Pure; the contacts are read by suppression/contact_pages.h.
#pragma once

#include <optional>

#include "background/options.h"
#include "background/sightings.h"
#include "base/clock.h"
#include "base/contact_id.h"

namespace gdprd::suppression {

struct Reappearance {
    ContactId contact = 0;
    ContactId former = 0;      // the erased contact that had this address
    Timestamp erased_at{};     // the former's
    Timestamp came_at{};       // when the contact was made, or known by name; whole seconds
    bool has_opt_out = false;  // a do-not-contact row that a trigger covers: it is erased anyway
    bool sent_form = false;    // since the erasure
};

// Did the contact come after the erasure, and after the daemon? One that was there before with the same
// address is a second contact of the same person and not somebody who came back.
bool came_back(const Reappearance& found, Timestamp installed_at);

// From when on it can be believed that it sent no form: Mautic stores the form after the contact. `seen_at`:
// a date in the future is somebody's wrong clock.
Timestamp settled_at(const Reappearance& found, Timestamp seen_at, Milliseconds consent_within);

// Nothing when nothing is to be done.
std::optional<background::Outcome> judge(const Reappearance& found,
                                         const background::SuppressionOptions& options,
                                         Timestamp installed_at);

}  // namespace gdprd::suppression
