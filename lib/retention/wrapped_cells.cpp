#include "retention/wrapped_cells.h"

#include <algorithm>
#include <array>

namespace gdprd::retention {

using columns::ColumnStep;
using ledger::Fingerprint;
using ledger::Marks;
using policy::Hasher;
using policy::Normalisation;
using subjects::Subjects;

namespace {

bool is_of_address_column(const ColumnStep& column) { return column.normalisation == Normalisation::email; }

}  // namespace

WrappedCells::WrappedCells(const Hasher& hasher, const std::optional<ledger::HashKey>& made_by,
                           subjects::HashRecognition& recognition, ledger::Fingerprints& fingerprints,
                           retention::Wrapping& ledger)
    : hasher_(hasher),
      made_by_(made_by),
      recognition_(recognition),
      fingerprints_(fingerprints),
      ledger_(ledger) {}

void WrappedCells::expect(const Subjects& subjects, std::map<ContactId, Wrappable> contacts) {
    contacts_ = std::move(contacts);
    std::vector<Fingerprint> to_ask;
    for (const auto& [contact, subject] : subjects) {
        for (const auto& [column, value] : subject.values) {
            if (Hasher::may_be_hash(value)) to_ask.push_back(ledger::fingerprint_of_wrapped(value));
        }
    }
    fingerprints_.look_up(to_ask);
    for (const auto& [contact, subject] : subjects) {
        for (const auto& [column, value] : subject.values) {
            if (Hasher::may_be_hash(value) && is_wrapped(value)) {
                own_wrapped_ones_[contact].push_back({column, value});
            }
        }
    }
}

void WrappedCells::look_up(std::span<const subjects::HashRecognition::Cell> cells) {
    recognition_.look_up(cells);
    std::vector<Fingerprint> to_ask;
    std::set<std::string> addresses;
    for (const auto& cell : cells) {
        const std::string value(cell.value);
        const std::string wrapped = *hasher_.wrapped(value);
        for (const std::string& one : {value, wrapped}) {
            to_ask.push_back(ledger::fingerprint_of(one));
            to_ask.push_back(ledger::fingerprint_of_wrapped(one));
            if (is_of_address_column(*cell.column) && !addresses_.contains(one)) addresses.insert(one);
        }
    }
    fingerprints_.look_up(to_ask);
    addresses_.merge(ledger_.find(addresses));
}

bool WrappedCells::is_wrapped(const std::string& value) const {
    return fingerprints_.contains(ledger::fingerprint_of_wrapped(value));
}

bool WrappedCells::came_back(const std::string& value) const { return is_wrapped(*hasher_.wrapped(value)); }

bool WrappedCells::is_known_address(const std::string& hash) {
    const std::string key_id = hasher_.key_id();
    const auto as_it_is = addresses_.find(hash);
    const bool is_of_kind =
        made_by_ && as_it_is != addresses_.end() &&
        std::any_of(as_it_is->second.begin(), as_it_is->second.end(), [&](const auto& made) {
            return made.second == made_by_->key_id &&
                   std::find(made_by_->algorithms.begin(), made_by_->algorithms.end(), made.first) !=
                       made_by_->algorithms.end();
        });
    if (is_of_kind) return true;
    const auto wrapped = addresses_.find(*hasher_.wrapped(hash));
    if (wrapped != addresses_.end() &&
        std::any_of(wrapped->second.begin(), wrapped->second.end(), [&](const auto& made) {
            return made.first.starts_with("wrapped-") && made.second.starts_with(key_id);
        })) {
        return true;
    }
    if (as_it_is == addresses_.end() && Hasher::has_hash_shape(hash)) unknown_.insert(hash);
    return false;
}

bool WrappedCells::goes(ContactId owner, const ColumnStep& column, const std::string& value, bool is_own) {
    const auto contact = contacts_.find(owner);
    if (contact == contacts_.end() || is_wrapped(value)) return false;
    const Wrappable& of = contact->second;
    const bool is_marked = is_own && std::any_of(of.marks.begin(), of.marks.end(), [&](const Marks& marks) {
                               return marks.contains(column.column, value);
                           });
    if (is_marked || came_back(value)) return true;
    if (is_of_address_column(column)) return is_known_address(value);
    if (!made_by_ || of.only_marked) return false;
    if (of.is_mixed && (is_own || value.size() == hasher_.length(Normalisation::plain))) return false;
    return recognition_.is_noted(value);
}

std::optional<std::string> WrappedCells::replacement(const std::string& value) {
    return hasher_.wrapped(value);
}

void WrappedCells::is_gone(std::span<const ContactId> owners, const ColumnStep& column,
                           const std::string& value, bool is_own, std::uint64_t) {
    gone_.insert(value);
    if (is_own || !is_of_address_column(column)) noted_.insert(value);
    if (is_own) own_cells_[owners.front()].push_back({column.column, value});
}

Marks WrappedCells::marks_of(ContactId contact, const Marks& marks, bool is_wrapped) const {
    std::set<std::string, std::less<>> rest = marks.all();
    Marks after;
    const auto take = [&](const std::map<ContactId, std::vector<OwnCell>>& cells, bool is_replaced) {
        const auto own = cells.find(contact);
        if (own == cells.end()) return;
        for (const OwnCell& cell : own->second) {
            if (rest.erase(Marks::mark_of(cell.column, cell.before)) == 0) continue;
            after.add(cell.column, is_replaced ? *hasher_.wrapped(cell.before) : cell.before);
        }
    };
    take(own_cells_, true);
    take(own_wrapped_ones_, false);
    for (const std::string& mark : rest) after.add_mark(is_wrapped ? *hasher_.wrapped(mark) : mark);
    return after;
}

void WrappedCells::note(ledger::Forgetting& ledger, const std::set<std::string>& others) {
    std::set<std::string> all = gone_;
    all.insert(others.begin(), others.end());
    // Of a hash the fingerprint, and the note that it is wrapped.
    std::array<std::vector<std::pair<Fingerprint, Fingerprint>>, 2> months;
    std::set<Fingerprint> old;
    for (const std::string& hash : all) {
        const std::string wrapped = *hasher_.wrapped(hash);
        const std::array after{ledger::fingerprint_of(wrapped), ledger::fingerprint_of_wrapped(wrapped)};
        const Fingerprint before = ledger::fingerprint_of(hash);
        old.insert(before);
        for (std::size_t i = 0; i < after.size(); ++i) months[i].emplace_back(before, after[i]);
        if (!noted_.contains(hash) || fingerprints_.contains(before)) continue;
        for (const Fingerprint one : after) {
            if (!fingerprints_.contains(one)) fingerprints_.add(one);
        }
    }
    for (auto& pairs : months) ledger_.copy_months(pairs);
    fingerprints_.write();
    ledger.forget_fingerprints(old);
}

}  // namespace gdprd::retention
