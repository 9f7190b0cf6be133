#include "mautic/holds.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "content/html_entities.h"
#include "database/placeholders.h"
#include "mautic/column_name.h"
#include "mautic/id_list.h"

namespace gdprd::mautic {

using database::Value;
using policy::HeldBy;
using policy::Hold;

namespace {

// Tags and segments are asked for in the same way, by one column of names at a time.
struct Membership {
    Hold::Kind kind;
    const char* links;       // the table that links contacts with …
    const char* link;        // … by this column …
    const char* names;       // … the table of names,
    const char* name;        // which are in this column
    const char* conditions;  // on the link `x`
};
// Whoever was taken out of a segment by hand stays in the table, marked.
constexpr const char* not_removed = " AND x.manually_removed = 0";
constexpr Membership tags{Hold::Kind::tag, "lead_tags_xref", "tag_id", "lead_tags", "tag", ""};
constexpr std::array<Membership, 2> segments{
    {{Hold::Kind::segment, "lead_lists_leads", "leadlist_id", "lead_lists", "alias", not_removed},
     {Hold::Kind::segment, "lead_lists_leads", "leadlist_id", "lead_lists", "name", not_removed}}};

// Of the names; nothing when there are none.
std::optional<std::string> collation_of(database::Connection& connection, const std::string& prefix,
                                        const Membership& of) {
    auto rows = connection.select("SELECT COLLATION(" + std::string(of.name) + ") FROM " +
                                      database::quote_identifier(prefix + of.names) + " LIMIT 1",
                                  {}, std::string(of.names) + ": read a column's collation");
    return rows.next() ? std::optional(rows.text(0)) : std::nullopt;
}

// Each rule as it is and as a page shows it; the place in the list tells which rule it is.
std::vector<Value> spellings_of(const std::vector<std::string>& rules) {
    std::vector<Value> spellings(rules.begin(), rules.end());
    for (const std::string& rule : rules) spellings.emplace_back(content::html_unescaped(rule));
    return spellings;
}

// The rule that a stored name answers to, from 1: `place` is where the server found it among the spellings, 0
// for nowhere.
std::size_t rule_of(std::uint64_t place, const std::string& stored, const std::vector<std::string>& rules) {
    if (place > 0) return static_cast<std::size_t>(place - 1) % rules.size() + 1;
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const std::string& name) { return policy::reads_as(stored, name); });
    return rule == rules.end() ? 0 : static_cast<std::size_t>(rule - rules.begin()) + 1;
}

// FIELD() gives the place in the list by the same comparison that IN makes; what may be escaped is compared
// here. The links come first in any case: their primary key begins with the contact, or has an index that
// does, and a tag may have a million of them.
std::string members_sql(const Membership& of, const std::string& prefix, const IdList& ids,
                        const std::string& collation, std::size_t spellings) {
    const std::string column = "n." + std::string(of.name);
    const std::string name = database::comparable_column(column, collation);
    const std::string marks = database::question_marks(spellings, collation);
    return "SELECT x.lead_id, FIELD(" + name + "," + marks + "), " + column + ", n.id FROM " +
           database::quote_identifier(prefix + of.links) + " x STRAIGHT_JOIN " +
           database::quote_identifier(prefix + of.names) + " n ON n.id = x." + of.link +
           " WHERE x.lead_id IN " + ids.placeholders() + " AND (" + name + " IN (" + marks + ") OR " +
           column + " LIKE '%&%')" + of.conditions;
}

// Of several rules that hold a contact the first one is named.
void add_members(database::Connection& connection, const std::string& prefix, const Membership& of,
                 const std::vector<std::string>& rules, std::span<const ContactId> contacts,
                 std::map<ContactId, Hold>& found) {
    if (rules.empty() || contacts.empty()) return;
    const IdList ids(contacts);
    const std::vector<Value> spellings = spellings_of(rules);
    std::vector<Value> parameters = spellings;
    parameters.insert(parameters.end(), ids.parameters().begin(), ids.parameters().end());
    parameters.insert(parameters.end(), spellings.begin(), spellings.end());
    const auto collation = collation_of(connection, prefix, of);
    if (!collation) return;
    auto rows = connection.select(members_sql(of, prefix, ids, *collation, spellings.size()), parameters,
                                  std::string(of.links) + ": look for holds");
    std::map<ContactId, Hold> first;
    while (rows.next()) {
        const std::size_t number = rule_of(rows.number(1), rows.text(2), rules);
        if (number == 0) continue;
        Hold hold{of.kind, rules.at(number - 1), number, rows.number(3)};
        auto& known = first.try_emplace(rows.number(0), hold).first->second;
        if (number < known.number) known = std::move(hold);
    }
    found.insert(first.begin(), first.end());
}

// The rows of one column of names that answer to the rule.
void add_answering(database::Connection& connection, const std::string& prefix, const Membership& of,
                   const std::string& rule, std::set<std::uint64_t>& ids) {
    const std::vector<std::string> rules{rule};
    std::vector<Value> parameters = spellings_of(rules);
    const auto spellings = parameters;
    parameters.insert(parameters.end(), spellings.begin(), spellings.end());
    const std::string column = of.name;
    const auto collation = collation_of(connection, prefix, of);
    if (!collation) return;
    const std::string name = database::comparable_column(column, *collation);
    const std::string marks = database::question_marks(spellings.size(), *collation);
    auto rows = connection.select("SELECT id, FIELD(" + name + "," + marks + "), " + column + " FROM " +
                                      database::quote_identifier(prefix + of.names) + " WHERE " + name +
                                      " IN (" + marks + ") OR " + column + " LIKE '%&%'",
                                  parameters, std::string(of.names) + ": look for a hold");
    while (rows.next()) {
        if (rule_of(rows.number(1), rows.text(2), rules) > 0) ids.insert(rows.number(0));
    }
}

// The tags or segments that answer to the rule, by any of their names.
std::set<std::uint64_t> find_answering(database::Connection& connection, const std::string& prefix,
                                       std::span<const Membership> columns, const std::string& rule) {
    std::set<std::uint64_t> ids;
    for (const Membership& of : columns) add_answering(connection, prefix, of, rule, ids);
    return ids;
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

void look_for(database::Connection& connection, const std::string& prefix,
              std::span<const Membership> columns, const std::vector<std::string>& rules,
              HoldFindings& findings) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const Hold hold{columns.front().kind, rules[i], i + 1};
        const auto answering = find_answering(connection, prefix, columns, rules[i]);
        if (answering.empty()) {
            findings.missing.push_back(
                {hold, nearest_name(rules[i], known_names(connection, prefix, columns.front()))});
        } else if (answering.size() > 1) {
            findings.twins.push_back({hold, answering.size()});
        }
    }
}

std::set<std::string, ColumnNameLess> column_names(std::span<const std::string> columns) {
    return {columns.begin(), columns.end()};
}

// Of the remembered segments those that are there, whatever their names are.
std::set<std::uint64_t> living_segments(database::Connection& connection, const std::string& prefix,
                                        const std::set<HeldBy>& remembered) {
    std::vector<Value> ids;
    for (const HeldBy& one : remembered) {
        if (one.kind == Hold::Kind::segment) ids.emplace_back(one.id);
    }
    std::set<std::uint64_t> living;
    if (ids.empty()) return living;
    auto rows =
        connection.select("SELECT id FROM " + database::quote_identifier(prefix + segments.front().names) +
                              " WHERE id IN (" + database::question_marks(ids.size()) + ")",
                          ids, std::string(segments.front().names) + ": look for segments");
    while (rows.next()) living.insert(rows.number(0));
    return living;
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
    for (const Membership& of : segments) {
        add_members(connection, table_prefix, of, holds.segments, ids, found);
    }
    return found;
}

policy::Holds holds_for(policy::Holds holds, const Schema& schema) {
    for (policy::HoldField& rule : holds.fields) {
        const ContactField* field = schema.find_field(rule.alias);
        rule.several = field != nullptr && field->type == "multiselect";
    }
    return holds;
}

std::vector<std::string> tables_of_holds(const policy::Holds& holds) {
    std::vector<std::string> tables;
    if (!holds.tags.empty()) tables.insert(tables.end(), {tags.links, tags.names});
    if (!holds.segments.empty()) {
        tables.insert(tables.end(), {segments.front().links, segments.front().names});
    }
    return tables;
}

HoldFindings look_for_holds(database::Connection& connection, const std::string& table_prefix,
                            const policy::Holds& holds) {
    HoldFindings findings;
    look_for(connection, table_prefix, std::span(&tags, 1), holds.tags, findings);
    look_for(connection, table_prefix, segments, holds.segments, findings);
    return findings;
}

std::set<HeldBy> find_named(database::Connection& connection, const std::string& table_prefix,
                            const policy::Holds& holds) {
    std::set<HeldBy> named;
    const auto add = [&](std::span<const Membership> columns, const std::vector<std::string>& rules) {
        for (const std::string& rule : rules) {
            for (const std::uint64_t id : find_answering(connection, table_prefix, columns, rule)) {
                named.insert({columns.front().kind, rule, id});
            }
        }
    };
    add(std::span(&tags, 1), holds.tags);
    add(segments, holds.segments);
    if (holds.fields.empty()) return named;
    auto rows = connection.select("SELECT id, alias FROM " +
                                      database::quote_identifier(table_prefix + "lead_fields") +
                                      " WHERE object = 'lead'",
                                  {}, "lead_fields: look for holds");
    while (rows.next()) {
        for (const policy::HoldField& field : holds.fields) {
            if (!is_same_column(field.alias, rows.text(1))) continue;
            named.insert({Hold::Kind::field, field.alias, rows.number(0)});
        }
    }
    return named;
}

std::optional<Hold> find_hold_of_nothing(database::Connection& connection, const std::string& table_prefix,
                                         const policy::Holds& holds,
                                         std::span<const std::string> contact_columns,
                                         const std::set<HeldBy>& remembered) {
    const auto columns = column_names(contact_columns);
    for (const policy::HoldField& field : holds.fields) {
        if (!columns.contains(field.alias)) return Hold{Hold::Kind::field, field.alias, 1, 0, true};
    }
    const std::set<HeldBy> named = find_named(connection, table_prefix, holds);
    const std::set<std::uint64_t> living = living_segments(connection, table_prefix, remembered);
    const auto is_there = [&](const HeldBy& one) {
        return one.kind == Hold::Kind::segment ? living.contains(one.id) : named.contains(one);
    };
    for (const HeldBy& one : remembered) {
        if (one.kind != Hold::Kind::tag && !is_there(one)) return policy::hold_by_memory(holds, one);
    }
    for (std::size_t i = 0; i < holds.segments.size(); ++i) {
        const std::string& segment = holds.segments[i];
        const auto is_of_rule = [&](const HeldBy& one) {
            return one.kind == Hold::Kind::segment && one.rule == segment;
        };
        if (std::none_of(named.begin(), named.end(), is_of_rule) &&
            std::none_of(remembered.begin(), remembered.end(), is_of_rule)) {
            return Hold{Hold::Kind::segment, segment, i + 1, 0, true};
        }
    }
    return std::nullopt;
}

std::map<ContactId, HeldBy> find_members(database::Connection& connection, const std::string& table_prefix,
                                         std::span<const ContactId> contacts, const std::set<HeldBy>& of) {
    std::map<ContactId, HeldBy> found;
    if (contacts.empty()) return found;
    for (const Membership& membership : {tags, segments.front()}) {
        std::map<std::uint64_t, const HeldBy*> by_id;
        for (const HeldBy& one : of) {
            if (one.kind == membership.kind) by_id.emplace(one.id, &one);
        }
        if (by_id.empty()) continue;
        const IdList ids(contacts);
        std::vector<Value> parameters = ids.parameters();
        for (const auto& [id, one] : by_id) parameters.emplace_back(id);
        auto rows = connection.select("SELECT x.lead_id, x." + std::string(membership.link) + " FROM " +
                                          database::quote_identifier(table_prefix + membership.links) +
                                          " x WHERE x.lead_id IN " + ids.placeholders() + " AND x." +
                                          membership.link + " IN (" + database::question_marks(by_id.size()) +
                                          ")" + membership.conditions,
                                      parameters, std::string(membership.links) + ": look for members");
        while (rows.next()) found.emplace(rows.number(0), *by_id.at(rows.number(1)));
    }
    return found;
}

}  // namespace gdprd::mautic
