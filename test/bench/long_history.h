// Contacts with very long histories: years of page views by somebody who is always logged in, or mails to an
// address that everything is copied to.
#pragma once

#include <cstdint>

#include "base/contact_id.h"
#include "fixture/mautic_database.h"

namespace gdprd::bench {

// Each adds `count` of them to a contact of large_mautic.h, in bounded statements.
void add_page_views(test::MauticDatabase& mautic, ContactId contact, std::uint64_t count);
// A row of email_stats, and one of email_stats_devices: each mail was sent, and opened once.
void add_opened_mails(test::MauticDatabase& mautic, ContactId contact, std::uint64_t count);

}  // namespace gdprd::bench
