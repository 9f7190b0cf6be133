// Whose rows a database has, to compare it with its twin.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"

namespace gdprd::soak {

// Whole rows, in some fixed order.
using RowsOfPeople = std::map<ContactId, std::vector<std::string>>;

struct OwnedRows {
    RowsOfPeople by_marker;   // every row of every table in which a person's marker stands
    RowsOfPeople by_contact;  // those with a contact's id in `lead_id` and nobody's marker
};

OwnedRows rows_of_people(const database::ConnectionOptions& options);

// In words; empty when both have the same of this person.
std::string first_difference(const RowsOfPeople& are, const RowsOfPeople& expected, ContactId who);

}  // namespace gdprd::soak
