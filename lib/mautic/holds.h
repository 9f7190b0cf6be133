// Which contacts the operator's holds keep from being erased: tags and segments from the database, fields
// from the contacts' rows, which the caller has locked.
//
// Tags and segments are compared as the database compares them (without case, by its collation) and as Mautic
// shows them (policy::reads_as): a hold that is written a little differently holds all the same, because an
// erasure cannot be taken back. Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/column_values.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "mautic/schema.h"
#include "policy/holds.h"

namespace gdprd::mautic {

// The columns of `leads` that are not NULL, by contact.
using FieldValues = std::map<ContactId, const ColumnValues*>;

// The held ones of these contacts, each with one rule that holds it. At most three statements, whatever the
// number of contacts; none without holds or contacts.
std::map<ContactId, policy::Hold> find_holds(database::Connection& connection,
                                             const std::string& table_prefix, const policy::Holds& holds,
                                             const FieldValues& contacts);

// A tag or segment of the holds that this Mautic does not have.
struct MissingHold {
    policy::Hold hold;
    std::string nearest;  // "" when no name is near
};
// A rule that several of Mautic's tags or segments answer to, because they read the same: "R&D" and
// "R&amp;D".
struct TwinHold {
    policy::Hold hold;
    std::size_t names = 0;
};
struct HoldFindings {
    std::vector<MissingHold> missing;
    std::vector<TwinHold> twins;
};
// The holds with what the schema says of their fields: whether a column has several values. Pure.
policy::Holds holds_for(policy::Holds holds, const Schema& schema);

// The tables that find_holds() reads for these holds, without the prefix. Pure.
std::vector<std::string> tables_of_holds(const policy::Holds& holds);

HoldFindings look_for_holds(database::Connection& connection, const std::string& table_prefix,
                            const policy::Holds& holds);

// The tags, segments and fields that the rules name now. Fields without a row in `lead_fields` are not among
// them.
std::set<policy::HeldBy> find_named(database::Connection& connection, const std::string& table_prefix,
                                    const policy::Holds& holds);

// The first rule of which nobody can say any more whom it held: Mautic does not have its field, or no segment
// of its name and none that had it; or one that had it was deleted, with all its members or values. Not of
// tags, which Mautic deletes by itself once nobody has them. `contact_columns`: those of `leads`;
// `remembered`: what the rules have named until now.
std::optional<policy::Hold> find_hold_of_nothing(database::Connection& connection,
                                                 const std::string& table_prefix, const policy::Holds& holds,
                                                 std::span<const std::string> contact_columns,
                                                 const std::set<policy::HeldBy>& remembered);

// Those of the contacts that have one of these tags, or are in one of these segments, whatever its name is
// now, each with one of them. Fields are passed over.
std::map<ContactId, policy::HeldBy> find_members(database::Connection& connection,
                                                 const std::string& table_prefix,
                                                 std::span<const ContactId> contacts,
                                                 const std::set<policy::HeldBy>& of);

}  // namespace gdprd::mautic
