// Rows that a value of the contact's own fields ties, and no column with its id: an account's number, or a
// telephone number.
#include <algorithm>

#include "execution/text_search.h"
#include "matching/own_value.h"

namespace gdprd::execution {

using database::Rows;
using database::Value;
using matching::Sameness;
using plan::Step;

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

bool may_hold(const Step& step, std::string_view field, std::string_view cell, bool is_text) {
    return is_text ? matching::has_telephone(field, cell)
                   : matching::may_hold(field, cell, step.tie.comparison);
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

// The values of rows that contacts beside these, or companies, may hold as well.
std::set<std::string> TextSearch::held_by_others(const Step& step, const Claims& claims) {
    std::set<std::string> wanted;
    std::set<std::string> common;
    for (const auto& [key, owners] : claims.owners) {
        for (const std::string& cell : claims.cells.at(key)) {
            wanted.insert(cell);
            common.insert(matching::common_part(cell, step.tie.comparison));
        }
    }
    const std::vector<std::string> parts(common.begin(), common.end());
    std::set<std::string> held;
    for (const plan::Holders& holders : step.holders) {
        for (std::size_t at = 0; at < parts.size(); at += parts_per_statement) {
            const auto some = std::span(parts).subspan(at, std::min(parts_per_statement, parts.size() - at));
            Rows rows = statements_.select(
                statements::select_holders(step, holders, some, finder_.contacts().all), step);
            while (rows.next()) {
                for (std::size_t i = 0; i < holders.columns.size() + holders.texts.size(); ++i) {
                    if (rows.is_null(i)) continue;
                    const std::string field = rows.text(i);
                    const bool is_text = i >= holders.columns.size();
                    for (const std::string& cell : wanted) {
                        if (may_hold(step, field, cell, is_text)) held.insert(cell);
                    }
                }
            }
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
        const auto holds = [&](const Subject& subject, const std::string& column, bool is_text) {
            const auto value = subject.values.find(column);
            return value != subject.values.end() &&
                   std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
                       return may_hold(step, value->second, cell, is_text);
                   });
        };
        bool is_doubtful = std::any_of(cells.begin(), cells.end(),
                                       [&](const std::string& cell) { return others.contains(cell); });
        for (const auto& [contact, subject] : subjects) {
            if (owners.contains(contact)) continue;
            for (const std::string& column : own.columns)
                is_doubtful = is_doubtful || holds(subject, column, false);
            for (const std::string& column : own.texts)
                is_doubtful = is_doubtful || holds(subject, column, true);
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
        all_searched = each_newest(step, read);
    }
    doubt_what_others_hold(step, subjects, claims);
    for (const auto& [key, contacts] : claims.doubtful) {
        claims.owners.erase(key);
        for (const ContactId contact : contacts) {
            doubtful_[contact].push_back({step.table, step.counted_column(), 1});
        }
    }
    note_how_far(step, all_searched, subjects);
    if (claims.owners.empty()) return {};
    return {{step.text_columns.front(), std::move(claims.owners)}};
}

}  // namespace gdprd::execution
