// Rows that a value of the contact's own fields ties, and no column with its id: an account's number, or a
// telephone number.
#include <algorithm>
#include <iterator>

#include "matching/own_value.h"
#include "text_search/text_search.h"

namespace gdprd::text_search {

using database::Rows;
using database::Value;
using matching::Sameness;
using plan::Step;
using subjects::keys_per_statement;
using subjects::Owners;
using subjects::Subject;
using subjects::Subjects;

struct TextSearch::Claims {
    // Values of the subjects' fields as they were before this pass; of a later one, those that stayed.
    std::map<ContactId, std::vector<std::string>> values;
    std::map<std::string, std::vector<std::string>> cells;  // by key: what ties the row
    Owners owners;
    Owners doubtful;  // rows that may be the contact's
};

namespace {

constexpr std::size_t parts_per_statement = 32;

// A hash of ours is no number of anybody's, though it may consist of digits.
std::map<ContactId, std::vector<std::string>> values_of(const Step& step, const Subjects& subjects) {
    std::map<ContactId, std::vector<std::string>> values;
    for (const auto& [contact, subject] : subjects) {
        for (const std::string& field : step.fields) {
            const auto value = subject.values.find(field);
            if (value == subject.values.end() || subject.marks.contains(field, value->second)) continue;
            if (matching::common_part(value->second, step.tie.comparison).empty()) continue;
            values[contact].push_back(value->second);
        }
    }
    return values;
}

Sameness sameness_of(const std::vector<std::string>& values, std::string_view cell,
                     mautic::Comparison comparison) {
    Sameness best = Sameness::none;
    for (const std::string& value : values) {
        best = std::max(best, matching::compare_values(value, cell, comparison));
    }
    return best;
}

bool may_hold(const Step& step, const plan::HeldColumn& column, std::string_view field,
              std::string_view cell) {
    return column.is_field ? matching::may_hold(field, cell, step.tie.comparison)
                           : matching::has_telephone(field, cell);
}

}  // namespace

void TextSearch::read_values(const Step& step, std::span<const Value> keys, Claims& claims) {
    if (keys.empty()) return;
    Rows rows =
        statements_.select(statements::select_texts(step, statements::scope_of_keys(step, keys)), step);
    while (rows.next()) {
        const std::string key = rows.text(0);
        for (std::size_t i = 0; i < step.text_columns.size(); ++i) {
            if (rows.is_null(i + 1)) continue;
            const std::string cell = rows.text(i + 1);
            for (const auto& [contact, values] : claims.values) {
                const Sameness sameness = sameness_of(values, cell, step.tie.comparison);
                if (sameness == Sameness::none) continue;
                (sameness == Sameness::same ? claims.owners : claims.doubtful)[key].insert(contact);
                claims.cells[key].push_back(cell);
            }
        }
    }
}

void TextSearch::look_for_holders(const Step& step, const plan::Holders& holders,
                                  std::span<const std::string> parts, std::set<std::string>& free,
                                  std::set<std::string>& held) {
    Rows rows =
        statements_.select(statements::select_holders(step, holders, parts, finder_.contacts().all), step);
    while (!free.empty() && rows.next()) {
        for (std::size_t i = 0; i < holders.columns.size(); ++i) {
            if (rows.is_null(i)) continue;
            const std::string field = rows.text(i);
            for (auto cell = free.begin(); cell != free.end();) {
                const bool is_held = may_hold(step, holders.columns[i], field, *cell);
                if (is_held) held.insert(*cell);
                cell = is_held ? free.erase(cell) : std::next(cell);
            }
        }
    }
}

// Are there few enough rows to be searched? Takes them off what may be searched still.
bool TextSearch::are_few(const Step& step, const plan::Holders& holders, std::uint64_t& most) {
    if (!holders.is_bounded) return true;
    Rows rows = statements_.select(statements::count_up_to(holders.real_table, most + 1), step);
    const std::uint64_t count = rows.next() ? rows.number(0) : 0;
    if (count > most) return false;
    most -= count;
    return true;
}

// The values of rows that contacts beside these, or companies, may hold as well.
std::set<std::string> TextSearch::held_by_others(const Step& step, const Claims& claims) {
    std::set<std::string> free;
    std::set<std::string> common;
    for (const auto& [key, owners] : claims.owners) {
        for (const std::string& cell : claims.cells.at(key)) {
            free.insert(cell);
            common.insert(matching::common_part(cell, step.tie.comparison));
        }
    }
    const std::vector<std::string> parts(common.begin(), common.end());
    std::set<std::string> held;
    std::uint64_t most = plan::held_rows_max;
    for (const plan::Holders& holders : step.holders) {
        if (free.empty()) break;
        if (!are_few(step, holders, most)) {
            held.merge(free);
            break;
        }
        for (std::size_t at = 0; at < parts.size(); at += parts_per_statement) {
            look_for_holders(step, holders,
                             std::span(parts).subspan(at, std::min(parts_per_statement, parts.size() - at)),
                             free, held);
        }
    }
    return held;
}

// What somebody else may hold is not the contacts' alone: also one of the same pass, whose own row may have
// been erased already.
void TextSearch::doubt_what_others_hold(const Step& step, const Subjects& subjects, Claims& claims) {
    const std::set<std::string> others = held_by_others(step, claims);
    const plan::Holders& own = step.holders.back();  // of the contacts' table
    for (const auto& [key, owners] : claims.owners) {
        const auto& cells = claims.cells.at(key);
        const auto holds = [&](const Subject& subject, const plan::HeldColumn& column) {
            const auto value = subject.values.find(column.name);
            return value != subject.values.end() &&
                   std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
                       return may_hold(step, column, value->second, cell);
                   });
        };
        bool is_doubtful = std::any_of(cells.begin(), cells.end(),
                                       [&](const std::string& cell) { return others.contains(cell); });
        for (const auto& [contact, subject] : subjects) {
            if (owners.contains(contact)) continue;
            for (const plan::HeldColumn& column : own.columns)
                is_doubtful = is_doubtful || holds(subject, column);
        }
        if (is_doubtful) claims.doubtful[key].insert(owners.begin(), owners.end());
    }
}

TextSearch::OwnersByColumn TextSearch::search_values(const Step& step, Subjects& subjects) {
    Claims claims;
    claims.values = values_of(step, subjects);
    if (claims.values.empty() || finder_.is_empty(step)) return {};
    const auto read = [&](std::span<const Value> keys) { read_values(step, keys, claims); };
    bool all_searched = true;
    if (step.is_indexed) {
        std::vector<Value> values;
        for (const auto& [contact, of_contact] : claims.values) {
            values.insert(values.end(), of_contact.begin(), of_contact.end());
        }
        std::vector<Value> keys;
        {
            Rows rows = statements_.select(statements::select_with_values(step, values), step);
            while (rows.next()) keys.push_back(statements::key_value(step, rows.text(0)));
        }
        for (std::size_t at = 0; at < keys.size(); at += keys_per_statement) {
            read(std::span(keys).subspan(at, std::min(keys_per_statement, keys.size() - at)));
        }
    } else {
        all_searched = each_newest(step, TextFilter(step), read);
    }
    doubt_what_others_hold(step, subjects, claims);
    for (const auto& [key, contacts] : claims.doubtful) {
        claims.owners.erase(key);
        for (const ContactId contact : contacts) doubt(step, key, contact);
    }
    note_how_far(step, all_searched, subjects);
    if (claims.owners.empty()) return {};
    return {{step.text_columns.front(), std::move(claims.owners)}};
}

}  // namespace gdprd::text_search
