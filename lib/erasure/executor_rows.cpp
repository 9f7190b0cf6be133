// Changing rows one by one: structured values lose what identifies and keep their shape, each row its own.
// All columns of such a row are changed in one statement, so that it is counted once.
#include <algorithm>

#include "content/rewrite.h"
#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;
using mautic::Action;
using plan::Step;

namespace {

constexpr std::size_t rows_per_statement = 64;
constexpr std::size_t bytes_per_statement = 4 * 1024 * 1024;

}  // namespace

// Nothing when every structured value is as it should be already.
std::optional<Executor::PendingRow> Executor::rewritten_row(const Step& step, const Rows& row,
                                                            const std::vector<ContactId>& owners,
                                                            Subjects& subjects) const {
    PendingRow pending;
    pending.row.owner = owners.front();
    pending.row.key = row.text(1);
    bool changed = false;
    std::size_t position = 2;
    for (const Action action : {Action::rewrite, Action::hash}) {
        for (const plan::ColumnStep& change : step.columns) {
            if (change.action != action) continue;
            const auto before = row.optional_text(position++);
            if (!before) {
                pending.row.values.emplace_back(nullptr);
                continue;
            }
            std::string after;
            if (action == Action::hash) {
                ask_for_hashes(change, std::span(&*before, 1));
                after = hash_of_row(owners, subjects, change, *before);
                if (after != *before) pending.row.new_hashes.push_back(pending.row.values.size());
            } else if (!before->empty()) {
                content::Rewritten rewritten = content::rewrite(*before, change.format, change.keep_members);
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

// Most contacts have few such rows, and one statement reads them. Where there are more, their keys are read,
// and then the rows, so many at a time.
void Executor::each_to_rewrite(const Step& step, const ResolvedScope& resolved, Subjects& subjects,
                               const std::function<void(std::vector<PendingRow>)>& handle) {
    std::vector<PendingRow> pending;
    std::size_t read = 0;
    Rows rows = select(statements::select_rewritable(step, resolved.scope, keys_per_statement + 1), step);
    while (rows.next() && ++read <= keys_per_statement) {
        auto row = rewritten_row(step, rows, owners_of(resolved, rows.text(0)), subjects);
        if (row) pending.push_back(std::move(*row));
    }
    if (read <= keys_per_statement) return handle(std::move(pending));
    pending.clear();
    Owners owners;
    Rows keys = select(statements::select_rewritable_keys(step, resolved.scope), step);
    while (keys.next()) {
        const auto of_row = owners_of(resolved, keys.text(0));
        owners[keys.text(1)].insert(of_row.begin(), of_row.end());
    }
    for (const ResolvedScope& part : scopes_of_keys(step, owners)) {
        each_to_rewrite(step, part, subjects, handle);
    }
}

void Executor::run_rewritten(const Step& step, const ResolvedScope& resolved, Subjects& subjects) {
    each_to_rewrite(step, resolved, subjects, [&](std::vector<PendingRow> pending) {
        rewrite_rows(step, std::move(pending), subjects);
    });
}

void Executor::rewrite_rows(const Step& step, std::vector<PendingRow> pending, Subjects& subjects) {
    if (pending.empty()) return;
    const statements::Context context = context_for(step);
    std::size_t done = 0;
    while (done < pending.size()) {
        std::size_t size =
            statements::rows_at_a_time(pending.size() - done, rows_per_statement, pending[done].row);
        const auto bytes_of = [&](std::size_t rows) {
            std::size_t bytes = 0;
            for (std::size_t i = 0; i < rows; ++i) bytes += pending[done + i].bytes;
            return bytes;
        };
        while (size > 1 && bytes_of(size) > bytes_per_statement) size /= 2;
        std::vector<statements::RewrittenRow> rows;
        for (std::size_t i = 0; i < size; ++i) {
            count(subjects[pending[done + i].row.owner], step, 1);
            rows.push_back(std::move(pending[done + i].row));
        }
        change_by_key(statements::update_rewritten, step, context, rows, subjects);
        done += size;
    }
}

// The name in a form's results proves nothing: Mautic keeps what was typed there when no file came with it,
// so anybody can name somebody else's file. A name that others' rows hold too may be theirs, and the file
// stays. Finding that out reads the form's results once for each of its upload columns, but only for contacts
// that have an upload in it.
void Executor::note_uploads(const Step& step, const ResolvedScope& resolved, Subjects& subjects) {
    std::vector<std::map<std::string, std::set<ContactId>>> owners_of(step.uploads.size());
    {
        Rows rows = select(statements::select_uploads(step, resolved.scope), step);
        while (rows.next()) {
            const ContactId owner = owner_of(resolved, rows.text(0));
            for (std::size_t i = 0; i < step.uploads.size(); ++i) {
                const std::string name = rows.text(i + 1);
                if (!name.empty()) owners_of[i][name].insert(owner);
            }
        }
    }
    for (std::size_t i = 0; i < step.uploads.size(); ++i) {
        if (owners_of[i].empty()) continue;
        const plan::UploadColumn& upload = step.uploads[i];
        std::vector<std::string> names;
        for (const auto& [name, owners] : owners_of[i]) names.push_back(name);
        std::set<std::string> of_others;
        Rows rows = select(statements::select_uploads_of_others(step, resolved.scope, upload, names), step);
        while (rows.next()) of_others.insert(rows.text(0));
        for (const auto& [name, owners] : owners_of[i]) {
            const bool shared = owners.size() > 1 || of_others.contains(name);
            for (const ContactId owner : owners) {
                Subject& subject = subjects[owner];
                if (shared) {
                    ++subject.uploads_of_others;
                } else {
                    subject.uploads.push_back({upload.form, upload.field, name});
                }
            }
        }
    }
}

}  // namespace gdprd::erasure
