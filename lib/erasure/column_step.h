// What an action means for one column of the live schema: which literal it gets, or why it cannot be done.
// Pure; used by plan.cpp only.
#pragma once

#include <optional>
#include <string>

#include "content/rewrite.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "policy/field_policy.h"
#include "policy/hash.h"

namespace gdprd::erasure {

// "NULL" where the column allows it, else the neutral literal of its type; nothing when there is none (an
// enum, or a NOT NULL foreign key).
std::optional<std::string> removed_literal(const mautic::Table& table, const mautic::Column& column);

// "'[]'" for JSON, "'a:0:{}'" for everything else.
std::string empty_array_literal(const mautic::Column& column);

// What the values of a rewritten column are: `named` by the data map, else what the schema says.
content::Format format_of(const mautic::Column& column, const std::string& named);
// content::empty_of(format) as a literal for this column.
std::string empty_literal(const mautic::Column& column, content::Format format);

// Why `action` cannot be carried out on this column, naming type and length; "" when it can.
std::string why_impossible(const mautic::Table& table, const mautic::Column& column, mautic::Action action,
                           const policy::Hasher& hasher);

// Why the operator may not have this column changed: it ties the row to its contact, identifies the row, or
// decides whether the contact is erased at all; "" when they may.
std::string why_protected(const mautic::Table& table, const mautic::Tie& tie, const std::string& column);

mautic::Action action_of(policy::FieldRule rule);

}  // namespace gdprd::erasure
