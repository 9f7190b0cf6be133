#include "text_search/text_search.h"

#include <algorithm>

#include "base/text.h"
#include "content/queued_message.h"
#include "content/webhook_payload.h"
#include "matching/clickthrough.h"
#include "matching/mentions.h"

namespace gdprd::text_search {

using database::Rows;
using database::Value;
using matching::Identity;
using plan::Step;
using subjects::HoldFinder;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::read_subjects;
using subjects::RowFinder;
using subjects::RowScopes;
using subjects::scopes_of_keys;
using subjects::Subjects;

namespace {

constexpr std::size_t page_rows = 1024;  // whose lengths and versions are asked for at a time
constexpr std::size_t text_rows = 128;   // whose texts are
constexpr std::size_t text_bytes_max = 8 * 1024 * 1024;
// Rows that an earlier pass could only count are looked for so many times deeper.
constexpr std::size_t known_rows_factor = 100;

// Whose a row is, by its text.
struct RowOwners {
    std::set<ContactId> all;
    std::set<ContactId> by_id;  // of these, those whom an id names; the others only an address
};

// All the subjects that these columns of the row name. `anyone` is what identifies any of them: most rows are
// about none, and that is found out at once. A row that says by an id whose it is, is not theirs whose
// addresses it quotes.
RowOwners owners_by_text(const Step& step, const Rows& row, std::size_t first_column, std::size_t columns,
                         const Subjects& subjects, const Identity& anyone) {
    RowOwners owners;
    std::set<ContactId> mentioned;
    for (std::size_t i = first_column; i < first_column + columns; ++i) {
        if (!step.tie.mentions.empty() && !row.is_null(i + 1)) {
            mentioned.merge(matching::mentioned_contacts(row.text(i + 1), step.tie.mentions));
        }
    }
    for (std::size_t i = first_column; i < first_column + columns; ++i) {
        if (row.is_null(i + 1)) continue;
        const std::string text = row.text(i + 1);
        const bool names_anyone = anyone.found_in(text, mautic::Search::strong);
        const auto clicked = step.tie.clicks ? matching::clicked_contacts(text) : std::set<ContactId>();
        if (!names_anyone && mentioned.empty() && clicked.empty()) continue;
        for (const auto& [contact, subject] : subjects) {
            const bool has_id = mentioned.contains(contact) || clicked.contains(contact);
            if (has_id) owners.by_id.insert(contact);
            if (owners.all.contains(contact)) continue;
            const bool is_named =
                names_anyone && mentioned.empty() && subject.addresses.found_in(text, mautic::Search::strong);
            if (is_named || has_id) owners.all.insert(contact);
        }
    }
    return owners;
}

// What a webhook says of whose it is decides, not whom it mentions. One that cannot be read says nothing, and
// nothing of it is ever sent: nobody else loses by it.
void keep_owners_of_webhook(const Step& step, const Rows& row, const Subjects& subjects, RowOwners& owners) {
    std::set<ContactId> named;
    bool any_readable = false;
    for (std::size_t i = 0; i < step.text_columns.size(); ++i) {
        const std::string text = row.text(i + 1);
        if (text.empty()) continue;
        const auto contacts = content::contacts_of_webhook(text);
        any_readable = any_readable || contacts.readable;
        if (contacts.readable && contacts.others) return owners.all.clear();
        named.insert(contacts.named.begin(), contacts.named.end());
    }
    const bool are_all_erased = std::all_of(
        named.begin(), named.end(), [&](const ContactId contact) { return subjects.contains(contact); });
    if (!are_all_erased) return owners.all.clear();
    if (any_readable || !named.empty()) {
        std::erase_if(owners.all, [&](const ContactId contact) { return !named.contains(contact); });
    }
    owners.by_id.merge(named);
}

// Of a message in a queue only those for whom the step may have it. A mail whose recipients cannot be read
// may be to anybody.
void keep_owners_of_message(const Step& step, const Rows& row, const Subjects& subjects, RowOwners& owners) {
    if (step.tie.messages == mautic::Messages::all || owners.all.empty()) return;
    if (step.tie.messages == mautic::Messages::own_webhooks)
        return keep_owners_of_webhook(step, row, subjects, owners);
    bool is_mail = false;
    std::optional<std::vector<content::MailRecipient>> recipients;
    for (std::size_t i = 0; i < step.text_columns.size(); ++i) {
        const std::string text = row.text(i + 1);
        is_mail = is_mail || content::tells_of_mail(text);
        if (!recipients) recipients = content::recipients_of_mail(text);
    }
    if (!is_mail && !recipients) {
        if (step.tie.messages == mautic::Messages::own_mails) owners.all.clear();
        return;
    }
    std::erase_if(owners.all, [&](const ContactId contact) {
        if (!recipients) return true;
        const Identity& addresses = subjects.at(contact).addresses;
        const std::string id = std::to_string(contact);
        const auto names = [&](const auto& recipient) { return recipient.contact == id; };
        const auto may_be_own = [&](const auto& recipient) {
            return (recipient.contact.empty() || names(recipient)) && addresses.is_address(recipient.address);
        };
        // An address may be another contact's too, or a member of staff's: who waits for a mail must be named
        // by it.
        const bool has_id = std::any_of(recipients->begin(), recipients->end(), names);
        if (has_id) owners.by_id.insert(contact);
        const bool is_named = has_id || step.tie.messages != mautic::Messages::own_mails;
        return !is_named || !std::all_of(recipients->begin(), recipients->end(), may_be_own);
    });
}

// Which rows are searched, and for what of each subject.
std::string rows_and_ways_of(const Step& step) {
    return statements::select_newest(step, std::nullopt, step.newest_rows).sql +
           (step.tie.clicks ? '+' : '-') + join(step.tie.mentions, "\n");
}

void note_addresses(const Rows& row, std::size_t first_column, std::size_t columns,
                    const std::string& named_in, const RowOwners& owners, AddressHolders& holders) {
    std::vector<std::string> texts;
    for (std::size_t i = first_column; i < first_column + columns; ++i) texts.push_back(row.text(i + 1));
    for (const ContactId contact : owners.all) {
        if (!owners.by_id.contains(contact)) holders.note(named_in, row.text(0), contact, texts);
    }
}

}  // namespace

TextSearch::TextSearch(PlanStatements& statements, const RowFinder& finder, const policy::Hasher& hasher,
                       HoldFinder& holds, TextIndex* index)
    : statements_(statements), finder_(finder), hasher_(hasher), holds_(holds), index_(index) {
    if (index_ != nullptr) index_->begin_transaction();
}

void TextSearch::note_how_far(const Step& step, bool all_searched, Subjects& subjects) {
    if (!all_searched) searched_in_part_.insert(step.key());
    const bool is_whole = !searched_in_part_.contains(step.key());  // each of the entry's tables
    for (auto& [contact, subject] : subjects) {
        subject.older_rows_unsearched = subject.older_rows_unsearched || !all_searched;
        if (is_whole) {
            subject.searched_wholly.insert(step.key());
        } else {
            subject.searched_wholly.erase(step.key());
        }
    }
}

// Reads the texts of these rows and notes whose they are: all columns of a row together, or those of a
// visitor's row each for itself.
void TextSearch::read_texts(const Step& step, std::span<const Value> keys, const Subjects& subjects,
                            const Identity& anyone, const TextFilter& filter, AddressHolders& holders,
                            OwnersByColumn& owners) {
    if (keys.empty()) return;
    std::map<std::string, ContactId> visitors;
    {
        Rows rows =
            statements_.select(statements::select_texts(step, statements::scope_of_keys(step, keys)), step);
        const std::size_t columns = step.text_columns.size();
        const std::size_t at_a_time = step.visitors ? 1 : columns;
        while (rows.next()) {
            if (!filter.note({rows.text(0), rows.text(columns + 1)}, rows)) continue;
            for (std::size_t i = 0; i < columns; i += at_a_time) {
                auto of_row = owners_by_text(step, rows, i, at_a_time, subjects, anyone);
                if (!of_row.all.empty()) last_.met_nobody = false;
                keep_owners_of_message(step, rows, subjects, of_row);
                if (of_row.all.empty()) continue;
                note_addresses(rows, i, at_a_time, step.text_columns[i], of_row, holders);
                owners[step.text_columns[i]][rows.text(0)].insert(of_row.all.begin(), of_row.all.end());
                if (step.visitors && !rows.is_null(columns + 2)) {
                    visitors[rows.text(0)] = rows.number(columns + 2);
                }
            }
        }
    }
    leave_held_visitors(visitors, owners);
}

// A visitor on hold is untouched like anybody on hold, and so, while a rule does not say any more whom it
// held, is one whom the ledger has on hold.
void TextSearch::leave_held_visitors(const std::map<std::string, ContactId>& visitors,
                                     OwnersByColumn& owners) {
    if (holds_.empty() || visitors.empty()) return;
    std::set<ContactId> ids;
    for (const auto& [row, visitor] : visitors) ids.insert(visitor);
    const auto contacts = read_subjects(statements_.connection(), statements_.plan(), hasher_,
                                        std::vector<ContactId>(ids.begin(), ids.end()));
    mautic::FieldValues values;
    for (const auto& [visitor, contact] : contacts) values.emplace(visitor, &contact.values);
    std::set<ContactId> held;
    for (const auto& [visitor, hold] : holds_.find(values)) held.insert(visitor);
    const auto on_record = holds_.held_on_record(std::vector<ContactId>(ids.begin(), ids.end()));
    if (!on_record.empty() && holds_.find_hold_of_nothing()) held.insert(on_record.begin(), on_record.end());
    for (const auto& [row, visitor] : visitors) {
        if (!held.contains(visitor)) continue;
        for (auto& [column, of_column] : owners) of_column.erase(row);
    }
}

// Deeper once only: as long as the right is missing the contact has a pass every hour.
std::size_t TextSearch::rows_to_search(const Step& step) const {
    return finder_.has_known_rows(step) && !step.waits ? step.newest_rows * known_rows_factor
                                                       : step.newest_rows;
}

// The steps of one entry, one for each of its columns, share one search.
Owners TextSearch::search_visitors(const Step& step, Subjects& subjects) {
    const auto [known, is_new] = of_visitors_.try_emplace(step.key());
    if (is_new) {
        Step whole = step;
        whole.newest_rows = rows_to_search(step);
        whole.text_columns.clear();
        for (const Step& other : statements_.plan().steps) {
            if (other.key() == step.key()) whole.text_columns.push_back(other.text_columns.front());
        }
        known->second = search(whole, subjects);
    }
    return known->second[step.text_columns.front()];
}

RowScopes TextSearch::scopes_of(const Step& step, Subjects& subjects) {
    if (step.visitors) return scopes_of_keys(step, search_visitors(step, subjects));
    Step deep = step;
    deep.newest_rows = rows_to_search(step);
    OwnersByColumn found = search(deep, subjects);
    return found.empty() ? RowScopes{} : scopes_of_keys(step, found.begin()->second);
}

std::vector<TextSearch::NewestRow> TextSearch::read_newest(const Step& step,
                                                           const std::optional<std::string>& before,
                                                           std::size_t count) {
    std::vector<NewestRow> page;
    Rows rows = statements_.select(statements::select_newest(step, before, count), step);
    while (rows.next()) page.push_back({{rows.text(0), rows.text(2)}, rows.number(1)});
    return page;
}

// As many at a time as may be held in memory.
void TextSearch::use_rows(const Step& step, std::span<const NewestRow> rows, const UseKeys& use) {
    std::vector<Value> keys;
    std::size_t bytes = 0;
    for (const NewestRow& row : rows) {
        if (keys.size() == text_rows || bytes + row.bytes > text_bytes_max) {
            use(keys);
            keys.clear();
            bytes = 0;
        }
        keys.push_back(statements::key_value(step, row.row.key));
        bytes += row.bytes;
    }
    use(keys);
}

// Page by page from the end of the primary key. Of each page first the lengths of the texts are asked for,
// then the texts of those that may matter; one that is too long to be held in memory is not searched.
bool TextSearch::each_newest(const Step& step, const TextFilter& filter, const UseKeys& use) {
    bool all_searched = true;
    std::optional<std::string> last;
    std::size_t left = step.newest_rows;
    for (bool go_on = true; go_on;) {
        // One more than is to be searched: is there one?
        const std::size_t wanted = std::min(page_rows, left + 1);
        std::vector<NewestRow> page = read_newest(step, last, wanted);
        go_on = page.size() == wanted && wanted <= left;
        if (page.size() > left) {
            page.pop_back();
            all_searched = false;
        }
        if (page.empty()) break;
        left -= page.size();
        last = page.back().row.key;
        const auto too_long = std::erase_if(page, [](const auto& row) { return row.bytes > text_bytes_max; });
        all_searched = all_searched && too_long == 0;
        std::erase_if(page, [&](const auto& row) { return !filter.may_be_theirs(row.row); });
        use_rows(step, page, use);
    }
    if (step.newest_by_range && statements_.select(statements::select_older(step), step).next())
        all_searched = false;
    return all_searched;
}

// Once, however many steps and columns are about the row.
void TextSearch::doubt(const Step& step, const std::string& key, ContactId contact) {
    if (!doubted_rows_.emplace(contact, step.real_table, key).second) return;
    doubtful_[contact].push_back({step.table, step.counted_column(), 1});
}

TextSearch::OwnersByColumn TextSearch::search(const Step& step, Subjects& subjects) {
    if (!step.fields.empty()) return search_values(step, subjects);
    Identity anyone;
    for (const auto& [contact, subject] : subjects) anyone.add(subject.addresses);
    const bool anything_to_find = !step.tie.mentions.empty() || step.tie.clicks || anyone.has_strong();
    if (!anything_to_find || finder_.is_empty(step)) return {};
    OwnersByColumn owners;
    AddressHolders holders(statements_, subjects);
    LastSearch search{rows_and_ways_of(step), anyone.size()};
    if (index_ == nullptr || !last_.says_it_of(search)) {
        last_ = std::move(search);
        const TextFilter filter(index_, step, subjects, anyone);
        last_.all_searched = each_newest(step, filter, [&](std::span<const Value> keys) {
            read_texts(step, keys, subjects, anyone, filter, holders, owners);
        });
    }
    note_how_far(step, last_.all_searched, subjects);
    for (const auto& [contact, keys] : holders.take_doubtful(step, owners)) {
        for (const std::string& key : keys) doubt(step, key, contact);
    }
    return owners;
}

}  // namespace gdprd::text_search
