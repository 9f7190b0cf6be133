#include "mautic/holds.h"

#include "base/text.h"
#include "mautic/id_list.h"

namespace gdprd::mautic {

using database::Value;
using policy::Hold;

namespace {

// Tags and segments are asked for in the same way.
struct Membership {
    Hold::Kind kind;
    const char* links;       // the table that links contacts with …
    const char* link;        // … by this column …
    const char* names;       // … the table of names,
    const char* name;        // which are in this column
    const char* conditions;  // on the link `x`
};
constexpr Membership tags{Hold::Kind::tag, "lead_tags_xref", "tag_id", "lead_tags", "tag", ""};
// Whoever was taken out of a segment by hand stays in the table, marked.
constexpr Membership segments{
    Hold::Kind::segment,          "lead_lists_leads", "leadlist_id", "lead_lists", "alias",
    " AND x.manually_removed = 0"};

std::string question_marks(std::size_t count) {
    std::string marks = "?";
    for (std::size_t i = 1; i < count; ++i) marks += ",?";
    return marks;
}

// FIELD() gives the place in the list by the same comparison that IN makes. The links come first in any case:
// their primary key begins with the contact, or has an index that does, and a tag may have a million of them.
std::string members_sql(const Membership& of, const std::string& prefix, const IdList& ids,
                        std::size_t names) {
    const std::string marks = question_marks(names);
    return "SELECT x.lead_id, MIN(FIELD(n." + std::string(of.name) + "," + marks + ")) FROM " +
           database::quote_identifier(prefix + of.links) + " x STRAIGHT_JOIN " +
           database::quote_identifier(prefix + of.names) + " n ON n.id = x." + of.link +
           " WHERE x.lead_id IN " + ids.placeholders() + " AND n." + of.name + " IN (" + marks + ")" +
           of.conditions + " GROUP BY x.lead_id";
}

void add_members(database::Connection& connection, const std::string& prefix, const Membership& of,
                 const std::vector<std::string>& names, std::span<const ContactId> contacts,
                 std::map<ContactId, Hold>& found) {
    if (names.empty() || contacts.empty()) return;
    const IdList ids(contacts);
    std::vector<Value> parameters(names.begin(), names.end());
    parameters.insert(parameters.end(), ids.parameters().begin(), ids.parameters().end());
    parameters.insert(parameters.end(), names.begin(), names.end());
    auto rows = connection.select(members_sql(of, prefix, ids, names.size()), parameters,
                                  std::string(of.links) + ": look for holds");
    while (rows.next()) {
        const auto number = static_cast<std::size_t>(rows.number(1));
        found.emplace(rows.number(0), Hold{of.kind, names.at(number - 1), number});
    }
}

bool exists(database::Connection& connection, const std::string& prefix, const Membership& of,
            const std::string& name) {
    return connection
        .select("SELECT 1 FROM " + database::quote_identifier(prefix + of.names) + " WHERE " + of.name +
                    " = ? LIMIT 1",
                std::vector<Value>{name}, std::string(of.names) + ": look for a hold")
        .next();
}

// Enough to find a slip of the finger; a Mautic with more tags than that has no use for the hint.
std::vector<std::string> known_names(database::Connection& connection, const std::string& prefix,
                                     const Membership& of) {
    auto rows = connection.select("SELECT " + std::string(of.name) + " FROM " +
                                      database::quote_identifier(prefix + of.names) + " LIMIT 10000",
                                  {}, std::string(of.names) + ": read names");
    std::vector<std::string> names;
    while (rows.next()) names.push_back(rows.text(0));
    return names;
}

void add_missing(database::Connection& connection, const std::string& prefix, const Membership& of,
                 const std::vector<std::string>& names, std::vector<MissingHold>& missing) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (exists(connection, prefix, of, names[i])) continue;
        missing.push_back(
            {{of.kind, names[i], i + 1}, nearest_name(names[i], known_names(connection, prefix, of))});
    }
}

}  // namespace

std::map<ContactId, Hold> find_holds(database::Connection& connection, const std::string& table_prefix,
                                     const policy::Holds& holds, const FieldValues& contacts) {
    std::map<ContactId, Hold> found;
    std::vector<ContactId> ids;
    for (const auto& [contact, values] : contacts) {
        ids.push_back(contact);
        if (auto hold = policy::hold_by_field(holds, *values)) found.emplace(contact, std::move(*hold));
    }
    add_members(connection, table_prefix, tags, holds.tags, ids, found);
    add_members(connection, table_prefix, segments, holds.segments, ids, found);
    return found;
}

std::vector<MissingHold> find_missing_holds(database::Connection& connection, const std::string& table_prefix,
                                            const policy::Holds& holds) {
    std::vector<MissingHold> missing;
    add_missing(connection, table_prefix, tags, holds.tags, missing);
    add_missing(connection, table_prefix, segments, holds.segments, missing);
    return missing;
}

}  // namespace gdprd::mautic
