// A Mautic database as a firm has it after some years: many contacts, each with a history of about 25 rows,
// written by statements over whole ranges of contacts, because row by row it would take hours.
//
// The rows look as Mautic writes them. Tables that the schema does not have are left out. Which values a
// contact has follows from its id alone: the same range is the same rows in every database.
#pragma once

#include <cstdint>
#include <vector>

#include "base/contact_id.h"
#include "fixture/mautic_database.h"
#include "support/private_server.h"

namespace gdprd::bench {

// Contacts with consecutive ids.
struct Range {
    ContactId first = 1;
    std::uint64_t count = 0;

    ContactId last() const { return first + count - 1; }
};
std::vector<ContactId> ids_of(Range contacts);

// test/support/mautic5.sql, or one of the schemas of the facts: GDPRD_BENCH_SCHEMA=5.2.10 in the environment.
void load_wanted_schema(test::MauticDatabase& mautic);

// A server with memory and log as a production server has them, its data on the disk of the build directory,
// waiting for that disk at every commit.
test::PrivateServer::Options large_server();

// Rows that hang on no contact: mails, a page, a form, segments, a campaign. Once, before the first contacts.
void add_shared_content(test::MauticDatabase& mautic);

// The contacts with their history. Ranges are added in ascending order, without gaps, each in one go.
void add_contacts(test::MauticDatabase& mautic, Range contacts);

// A row of lead_donotcontact each: unsubscribed from e-mail, with a comment, a year ago.
void unsubscribe(test::MauticDatabase& mautic, Range contacts);

// What a server does by itself sooner or later: counts rows for its optimizer.
void analyze(test::MauticDatabase& mautic);

// Waits until the server has nothing left to write or to clean up: that would be measured otherwise. Throws
// Error after an hour.
void settle(test::MauticDatabase& mautic);

}  // namespace gdprd::bench
