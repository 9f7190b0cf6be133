// Map × policy × schema = plan: what an erasure does in this database, statement by statement. build_plan()
// makes it; `plan` prints it, the executor runs it for one contact or for a batch.
//
// A plan is valid for the schema it was made from and no other. Immutable, so threads share it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "columns/column_step.h"
#include "discovery/unknown.h"
#include "mautic/data_map.h"

namespace gdprd::plan {

// A row that is older than the contact is about another one, who had the id before.
struct RowAge {
    std::string date_column;
    std::string contact_table;
};

// A column with addresses of the contact itself that is not read for its own change.
struct AddressColumn {
    std::string column;
    mautic::AddressRule rule;
    std::optional<RowAge> age{};  // which rows tell
};

// Ids come into use again: a row with a contact's id, in a table that Mautic leaves alone when it merges or
// deletes the contact, belongs to whoever had the id when the row was made. What Mautic noted tells who.
struct IdHistory {
    std::string contact_table;
    std::string merge_table;  // "" when nothing is noted here
    std::string log_table;    // the same
    std::string date_column;  // when the row was made; "" when that is not known
    bool is_log = false;      // the rows stand in the log, so that their numbers tell their order, too
    // Of Plan::left: the contrary, rows that may be the contact's or another owner's. They stay.
    bool doubtful = false;
};

struct KeptColumn {
    std::string column;
    std::string why;
    bool follows = false;  // generated: it changes with its source
};

// A table between the contact and the rows that hang on it. The first link of a chain holds the contact id in
// `tie_column`; each further one is joined to the one before.
struct Link {
    std::string entry;  // of the data map
    std::string real_table;
    std::string tie_column;
    std::string next_column;    // what the next link, or the rows at the end of the chain, refer to
    bool next_is_text = false;  // an empty text refers to nothing
    // The collation of the column it is compared with, where that differs: two texts of different collations
    // cannot be compared, and converting this one leaves the other's index of use.
    std::string next_collation;
    std::string own_collation;
    std::vector<mautic::Condition> conditions;
    std::vector<mautic::Condition> exceptions;
    // The contact's own row, and `next_column` one of its fields: another contact may have the same value,
    // and what it leads to is tied only where none has.
    bool by_value = false;
};

// How rows of visitors are known: a contact that Mautic has never identified, and in whose own row nothing
// stands that identifies anybody.
struct Visitors {
    std::string contact_table;
    std::vector<std::string> identifying;  // columns of it that are empty
    // Where Mautic notes whom it merged: what it has under the id of a contact that is gone is nobody's then,
    // unless that one lives on in another. "" when this database has no such table.
    std::string merge_table;
};

// A column in which such a value may stand.
struct HeldColumn {
    enum class Type { text, number, approximate };
    std::string name;
    Type type = Type::text;
    bool is_field = false;  // of such values: short ones count, too. Else of telephone numbers in any text
};

// The row that says whose another one is.
struct Holder {
    std::string column;  // of the rows, which holds
    std::string real_table;
    std::string key;      // this column of that table;
    std::string contact;  // and the one with the contact's id
};

// Where a value of the contact's own fields may stand that is somebody else's, too: a household's number, or
// a company's.
struct Holders {
    std::string real_table;
    std::string contact;           // the column with the contact's id; "" in a table of others
    std::optional<Holder> holder;  // in place of it
    std::vector<HeldColumn> columns;
    bool is_bounded = false;  // searched only while there are not too many rows
};

// So many rows are searched for who else has a value, beside those of contacts and companies. Where there are
// more, anybody may have it.
constexpr std::uint64_t held_rows_max = 1'000'000;

struct Reference {
    std::string real_table;
    std::string column;
    std::string to_column{};  // "" for that of the tie
    std::string database{};   // "" for Mautic's own
    // Of `column`, where it differs from that of the column it refers to: see Link.
    std::string collation{};

    bool operator==(const Reference&) const = default;
};

// A column of a form's results that holds the name of an uploaded file.
struct UploadColumn {
    std::string column;
    std::uint64_t form = 0;
    std::uint64_t field = 0;
};

// One way in which rows of one table belong to a contact, and what happens to them.
struct Step {
    std::string table;  // without the prefix
    std::string part;
    std::string real_table;  // as in the database
    mautic::Tie tie;         // never none
    // parent: from the contact to the rows. shared: one chain for each column that refers to the rows; its
    // last link's `next_column` is that column. part: those of the shared rows, and these as the last link.
    std::vector<std::vector<Link>> chains;
    // parent with gone_contacts or parent_date, column with row_date: whose of those who had the id the rows
    // are.
    std::optional<IdHistory> id_history;
    // shared: who may still need a row. Rows that are emptied and not deleted: who refers to them from other
    // databases.
    std::vector<Reference> references;
    // shared: rows that are found by their text refer to the rows too.
    std::vector<mautic::EntryColumn> text_sources;
    // text: the rows are visitors', and this step is about one of their columns; the entry has a step for
    // each.
    std::optional<Visitors> visitors;
    std::vector<std::string> text_columns;  // text: those that this database has
    std::size_t newest_rows = 0;            // text
    // text, by the value of a field: the contact's fields that this database has, and who else may have
    // it, the contacts' table last.
    std::vector<std::string> fields;
    std::vector<Holders> holders;
    bool is_indexed = false;  // the rows with a value are found through an index: no bound is needed
    // text: the index of its condition; column with leftovers: the index of its column; "" for none.
    std::string index;
    // column with leftovers: what a row has from its beginning and keeps, and a date that is not before its
    // beginning, "" for none (Tie::row_constant, row_date).
    std::string row_constant;
    bool row_constant_is_date = false;
    std::string row_date;
    // text: the newest rows are those whose primary key is among the highest `newest_rows`, because its
    // conditions have no index that leads to them one by one.
    bool newest_by_range = false;
    bool only_if_named = false;  // shared: only rows that hold a value which identifies the contact
    std::string primary_key;     // "" when it has several columns
    // Rows that are found first are named by this column: the primary key or, where it has several columns,
    // the number that ties a row to the one it hangs on. "" when there is neither.
    std::string row_key;
    // The column that names rows is an integer. The column's type says so, never the look of a value: '0123'
    // may be a text.
    bool key_is_number = false;
    // MariaDB keeps what the rows held before each change, out of reach of an UPDATE: such versions are
    // counted.
    bool keeps_former_rows = false;
    bool delete_rows = false;
    bool later = false;  // done by later passes only
    // Of Plan::left: done by the first pass after somebody has granted a right (rights/rights.h).
    bool waits = false;
    // Of Plan::left: rows that may be somebody else's count while one of these columns holds something.
    std::vector<std::string> filled;
    // unschedule: Mautic's table of the reasons why a step of a campaign did not happen.
    std::string failed_log;
    std::vector<columns::ColumnStep> columns;
    std::vector<columns::SearchedColumn> searched;
    std::vector<KeptColumn> kept;
    // Columns of MySQL's own JSON type, whatever becomes of them: see readable().
    std::vector<std::string> native_json;
    // Text columns of another character set than utf8mb4, in which values are sent: see unchanged().
    std::vector<std::string> other_charset;
    std::vector<std::string> left_columns;  // that this database makes impossible to change: counted
    std::vector<UploadColumn> uploads;
    std::vector<AddressColumn> addresses;
    std::optional<RowAge> address_age;  // which rows' rewritten columns tell addresses of the contact
    std::string why;

    std::string key() const { return part.empty() ? table : table + '#' + part; }
    // Under which column what is left of the rows is counted.
    const std::string& counted_column() const {
        if (!filled.empty()) return filled.front();
        return tie.column.empty() ? primary_key : tie.column;
    }
    // Is there a chain that begins with the value of a contact's field?
    bool is_tied_by_value() const {
        return std::any_of(chains.begin(), chains.end(), [](const auto& c) { return c.front().by_value; });
    }
    // Do its rows lose what this column of theirs has?
    bool takes(const std::string& column) const;
    // The rows are found first and then named by their primary key.
    bool is_found_by_key() const {
        return tie.kind == mautic::Tie::Kind::parent || tie.kind == mautic::Tie::Kind::shared ||
               tie.kind == mautic::Tie::Kind::part || tie.kind == mautic::Tie::Kind::text;
    }
};

// What an erasure cannot do in this database although the data map knows the table: the rest is erased, this
// is left, or deleted where it should have been hashed.
struct Limitation {
    std::string table;       // without the prefix
    std::string real_table;  // as in the database
    std::string column;      // "" for a whole table
    std::string what;        // "its primary key has several columns, …"
    std::string remedy;      // what the operator can do about it
    bool left = true;        // false: nothing stays of the person, but not in the way that was asked for

    std::string name() const { return column.empty() ? table : table + '.' + column; }
};

// What the database account may not do.
struct MissingRight {
    std::string real_table;
    std::string privilege;   // "UPDATE", …
    bool stops_all = false;  // no erasure can do without it
    std::string grant;       // the statement that gives it, for an administrator

    bool operator==(const MissingRight&) const = default;
};

// A column of the contacts' table by which contacts with an address are found.
struct AddressLookupColumn {
    std::string name;  // "" where this database has none
    std::string collation;
};

struct Plan {
    std::string table_prefix;
    std::string contact_table;  // "mtc_leads"
    AddressLookupColumn contact_address;
    // What the database computes of the address, with an index of its own: Mautic has none on the address.
    AddressLookupColumn contact_domain;
    // Every column of it, in the order of `SELECT *` and then the invisible ones: the executor notices a
    // change by them.
    std::vector<std::string> contact_columns;
    std::vector<std::string> invisible_columns;  // of contact_columns, those that `SELECT *` leaves out
    std::vector<std::string> identifying;        // columns of it whose old values the proof looks for
    std::vector<Step> steps;  // in the order of execution; the contact's own row is among them
    // Steps that this database, or a missing right, makes impossible: their rows are counted, and the erasure
    // is not complete.
    std::vector<Step> left;
    std::vector<discovery::Unknown> unknown;
    std::vector<Limitation> limitations;
    std::vector<MissingRight> missing_rights;
    std::set<std::string> waiting_tables;  // without the prefix: they have what waits for a right
    // Table without the prefix, and the column under which what waits is counted.
    std::set<std::pair<std::string, std::string>> waiting_columns;
    // Entries and columns left alone because their switch is off: "lead_devices.tracking_id".
    std::vector<std::string> switched_off;
    bool texts_unsearched = false;  // [text_search] newest_rows = 0
    std::vector<std::string> warnings;
    std::vector<std::string>
        skipped;  // tables and ties of the map that this database or this version does not have
    std::string map_digest;
    std::string policy_digest;
    std::string schema_digest;

    const Step* contact_step() const;
    // Are the rows of this step of `left` found by something that an erasure takes from the contact's own
    // row?
    bool loses_way_to(const Step& of_left) const;
    void add_limitation(Limitation limitation);  // that it does not have yet
    // The steps of what is a part of the rows of this shared one, in the order of execution.
    std::vector<const Step*> parts_of(const Step& shared) const;
    // What is in `unknown` and leads to contacts for certain: it stops erasures with [policy] unknown =
    // "stop". With "delete" some of it is emptied.
    std::vector<const discovery::Unknown*> tied_unknown() const;
    // How many of these are left, or emptied in part only.
    std::size_t undecided_count() const;
    // What the operator can do about one of `unknown`.
    std::string advice_for(const discovery::Unknown& one) const;
};

}  // namespace gdprd::plan
