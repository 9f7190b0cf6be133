// What an action means for one column of the live schema: which literal it gets, or why it cannot be done.
// Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "columns/column_decision.h"
#include "content/rewrite.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "policy/field_policy.h"
#include "policy/hash.h"

namespace gdprd::columns {

// A column that an erasure changes.
struct ColumnStep {
    std::string column;
    mautic::Action action = mautic::Action::remove;  // never keep, field or follows
    // The SQL literal the column gets: all but strip_query, new_random and anonymous_ip NOT NULL.
    // rewrite: what it gets when the proof still finds the person in it. hash: what it gets when the hash
    // goes.
    std::string neutral;
    policy::Normalisation normalisation = policy::Normalisation::plain;  // hash
    bool identifies = false;  // hash: the old values are looked for by the proof
    // Of the contact's own row: an erasure leaves a hash or nothing here, and what stands here otherwise says
    // who somebody is: the person has come back, or it is another one.
    bool tells_return = false;
    content::Format format = content::Format::php;  // rewrite
    std::vector<std::string> keep_members;          // rewrite
    std::optional<mautic::AddressRule> address;     // hash, rewrite: addresses of the contact itself
    std::string why;
};

// A column whose content the proof reads again.
struct SearchedColumn {
    std::string column;
    mautic::Search search = mautic::Search::all;
    bool may_be_emptied =
        false;            // a stripped URL or a rewritten value that still names the person is emptied
    std::string neutral;  // may_be_emptied: the SQL literal for it
};

// "NULL" where the column allows it, else the neutral literal of its type; nothing when there is none (an
// enum, a place on the map, or a NOT NULL foreign key).
std::optional<std::string> removed_literal(const mautic::Table& table, const mautic::Column& column);

// "'[]'" for JSON, "'a:0:{}'" for everything else.
std::string empty_array_literal(const mautic::Column& column);

// What the values of a rewritten column are: `named` by the data map, else what the schema says.
content::Format format_of(const mautic::Column& column, const std::string& named);
// content::empty_of(format) as a literal for this column.
std::string empty_literal(const mautic::Column& column, content::Format format);

// Why `action` cannot be carried out on this column, naming type and length; "" when it can.
// `hash_length`: digits of the hash that this column would get.
std::string why_impossible(const mautic::Table& table, const mautic::Column& column, mautic::Action action,
                           std::size_t hash_length);

// The literal that a change gives the column; "" where each row has its own.
std::string neutral_for(const mautic::Table& table, const mautic::Column& column, const ColumnStep& change);

// What the proof reads of the column; nothing when it holds no text. `has_key`: rows have a primary key of
// one column, by which what still names the person is emptied.
std::optional<SearchedColumn> searched_column(const mautic::Column& column, const ColumnDecision& decision,
                                              mautic::Action action, bool has_key);

// Several rows get the same: a UNIQUE index refuses the second.
bool comes_to_one_value(mautic::Action action);

// A text that could be hashed if its column were longer.
bool is_too_short_for_hash(const mautic::Column& column, std::size_t hash_length);

// Why a rule for all columns at once does not mean this one: the row refers to another one by it, or is found
// by it, or others are; "" when it does.
std::string why_spared(const mautic::DataMap& map, const mautic::Table& table, const std::string& column);

// Why nobody may have this column changed: a later clause of the same statement, a later statement, the proof
// or a later pass reads it, to find the row or to tell whose it is, or it decides whether the contact is
// erased at all; "" when it may be. UPDATE carries its assignments out from left to right, so that an emptied
// column is empty for the next one. All ties of the table's entries count: each has statements of its own.
std::string why_protected(const mautic::Table& table, std::span<const mautic::Tie* const> ties,
                          const std::string& column);

mautic::Action action_of(policy::FieldRule rule);

}  // namespace gdprd::columns
