// What the columns of a table that nobody described say by their names and types. Guesses, for a person to
// judge: nothing is erased by them but rows whose number in `lead_id` or `contact_id` says whose they are.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mautic/schema.h"

namespace gdprd::discovery {

// Is it by its name the id of the contact whose row this is, and not of one with a part of its own:
// contact_id, not recipient_contact_id or referred_by?
bool names_the_contact(std::string_view column);
// May it be one with a part of its own: parent_id, sent_by?
bool names_a_part(std::string_view column);
// Can it hold the id of a contact, by its name and type?
bool may_be_a_contact_id(const mautic::Column& column);

// Is the column named like an address, a telephone number or a person's name, and can it hold one?
bool may_name_a_person(const mautic::Column& column);

// Is the column named like an e-mail address, and can it hold one?
bool names_an_address(const mautic::Column& column);

// Is the column named like a telephone number, and not like the id of one?
bool names_a_telephone(const mautic::Column& column);

struct ColumnEvidence {
    // Columns that are named like a contact's id: lead_id, contactId, lead_hash_id.
    std::vector<const mautic::Column*> ids;
    std::vector<std::string> personal;   // named like an address, a telephone number, a person's name
    std::vector<std::string> free_text;  // named like texts that may say anything: payload, last_error
    std::vector<std::string> same_type;  // of the type of `leads.id`, which little else in Mautic has
};

// Columns with a foreign key are passed over: they hold what that refers to.
ColumnEvidence column_evidence(const mautic::Table& table, const mautic::Schema& schema);

}  // namespace gdprd::discovery
