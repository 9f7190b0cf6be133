// Contacts that must not be erased yet, although they are do-not-contact: an unpaid invoice, a legal claim
// (GDPR Article 17(3)). The operator marks them in Mautic by a tag, a segment or a field's value.
//
// Pure: mautic/holds.h asks the database. A hold keeps from the first erasure only; who is erased already has
// nothing left that could be held, but what a merge brings.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/column_values.h"

namespace gdprd::policy {

struct HoldField {
    std::string alias;                // the column of `leads`
    std::vector<std::string> values;  // compared as text, exactly, as a page of Mautic shows it
    bool several = false;             // a multiselect's column has its values joined by '|': each holds
};

struct Holds {
    std::vector<std::string> tags;
    std::vector<std::string> segments;  // by alias or name
    std::vector<HoldField> fields;
    Milliseconds look_again{3'600'000};  // how long a job waits until the contact is looked at again

    bool empty() const { return tags.empty() && segments.empty() && fields.empty(); }
};

// Why a contact is on hold: a rule of the configuration, never a value of the contact.
struct Hold {
    // merged: another contact on hold was merged into this one.
    enum class Kind { tag, segment, field, merged } kind = Kind::tag;
    std::string name;        // as the configuration has it: tag, segment's alias, field's alias
    std::size_t number = 0;  // from 1: its place in the configuration's list; for a field the value's place
    std::uint64_t id = 0;    // Mautic's number of the tag, the segment or the merged contact
    // What had this name in Mautic has another one now, or is gone, so that nobody can say whom the rule
    // meant.
    bool names_nothing = false;
};
const char* name_of(Hold::Kind kind);

// A tag, segment or field that a rule names, by Mautic's number of it.
struct HeldBy {
    Hold::Kind kind = Hold::Kind::tag;
    std::string rule;  // its name as the configuration has it
    std::uint64_t id = 0;

    auto operator<=>(const HeldBy&) const = default;
};

// Does the name of a tag or segment read like the rule on Mautic's pages? Mautic stores some texts
// HTML-escaped ("R&amp;D") and others not, depending on its version and on where they were typed. Without
// regard to case: a hold that is written a little differently holds all the same, because an erasure cannot
// be taken back.
bool reads_as(std::string_view stored, std::string_view rule);

// The rule's hold of what had its name once. None where the rule is not among the holds.
std::optional<Hold> hold_by_memory(const Holds& holds, const HeldBy& named);

// The first rule for a field that holds a contact with these values; columns that are NULL are absent.
std::optional<Hold> hold_by_field(const Holds& holds, const ColumnValues& values);

// "[hold] tags number 2, \"legal claim\"": for the log and the terminal.
std::string describe(const Hold& hold);

}  // namespace gdprd::policy
