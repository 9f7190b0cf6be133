// The numbers that Mautic's reports show. An erasure may change none of them.
#pragma once

#include <string>

#include "fixture/mautic_database.h"

namespace gdprd::test {

// One line a report: "mails sent by mail: 3=5,…". Reports on tables that this version lacks are left out.
std::string statistics_of(MauticDatabase& mautic);

}  // namespace gdprd::test
