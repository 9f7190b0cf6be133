#include "execution/structured_rows.h"

#include <algorithm>
#include <set>
#include <string>

#include "content/rewrite.h"

namespace gdprd::execution {

using database::Rows;
using mautic::Action;
using plan::Step;
using subjects::HashRecognition;
using subjects::keys_per_statement;
using subjects::Owners;
using subjects::RowScope;
using subjects::scopes_of_keys;
using subjects::Subjects;

namespace {

std::size_t by_row(const Step& step) {
    const auto is_by_row = [](const columns::ColumnStep& column) {
        return column.action == Action::rewrite || column.action == Action::hash;
    };
    return static_cast<std::size_t>(std::count_if(step.columns.begin(), step.columns.end(), is_by_row));
}

}  // namespace

void StructuredRows::note_addresses(const columns::ColumnStep& column, const std::string& value,
                                    const std::vector<ContactId>& owners, Subjects& subjects) {
    const bool may_have_some = column.address && owners.size() == 1 && value.find('@') != std::string::npos;
    if (!may_have_some) return;
    for (const std::string& text : content::texts_below(value, column.address->members)) {
        subjects[owners.front()].note_address(text, column.address->kind, hashes_.hasher());
    }
}

// Nothing when every structured value is as it should be already.
std::optional<PendingRow> StructuredRows::pending_row(const Step& step, const Rows& row,
                                                      const std::vector<ContactId>& owners,
                                                      Subjects& subjects) {
    PendingRow pending;
    pending.row.owner = owners.front();
    pending.row.key = row.text(1);
    const bool is_of_contact = !step.address_age || row.number(2 + by_row(step)) != 0;
    bool changed = false;
    std::size_t position = 2;
    for (const Action action : {Action::rewrite, Action::hash}) {
        for (const columns::ColumnStep& column : step.columns) {
            if (column.action != action) continue;
            const auto before = row.optional_text(position++);
            if (!before) {
                pending.row.values.emplace_back(nullptr);
                continue;
            }
            std::string after;
            if (action == Action::hash) {
                const HashRecognition::Cell cell{&column, *before};
                hashes_.look_up(std::span(&cell, 1));
                after = hashes_.hash_of_row(owners, subjects, column, *before);
                if (after != *before) pending.row.new_hashes.push_back(pending.row.values.size());
            } else if (!before->empty()) {
                if (is_of_contact) note_addresses(column, *before, owners, subjects);
                content::Rewritten rewritten = content::rewrite(*before, column.format, column.keep_members);
                after = std::move(rewritten.text);
                changed = changed || after != *before;
                if (!rewritten.understood && after != *before) {
                    ++subjects[pending.row.owner].counts.values_emptied;
                }
            }
            pending.bytes += after.size();
            pending.row.values.emplace_back(std::move(after));
        }
    }
    return changed ? std::optional(std::move(pending)) : std::nullopt;
}

// Most contacts have few such rows, and one statement reads them. Where there are more, the keys of all are
// read, and then the other rows, so many at a time.
void StructuredRows::each_pending(const Step& step, const RowScope& scope, Subjects& subjects,
                                  const std::function<void(std::vector<PendingRow>)>& handle) {
    std::set<std::string> read;
    bool are_more = false;
    {
        std::vector<PendingRow> pending;
        Rows rows = statements_.select(
            statements::select_rewritable(step, scope.scope, keys_per_statement + 1), step);
        while (rows.next()) {
            if (are_more = read.size() == keys_per_statement; are_more) break;
            read.insert(rows.text(1));
            auto row = pending_row(step, rows, scope.owners_of(rows.text(0)), subjects);
            if (row) pending.push_back(std::move(*row));
        }
        handle(std::move(pending));
    }
    if (!are_more) return;
    Owners owners;
    Rows keys = statements_.select(statements::select_rewritable_keys(step, scope.scope), step);
    while (keys.next()) {
        if (read.contains(keys.text(1))) continue;
        const auto of_row = scope.owners_of(keys.text(0));
        owners[keys.text(1)].insert(of_row.begin(), of_row.end());
    }
    for (const RowScope& part : scopes_of_keys(step, owners)) each_pending(step, part, subjects, handle);
}

}  // namespace gdprd::execution
