#include "retention/mautic_hashes.h"

#include <algorithm>

#include "base/random.h"
#include "database/placeholders.h"
#include "erasure/case.h"
#include "mautic/id_list.h"
#include "statements/column_sql.h"

namespace gdprd::retention {

using columns::ColumnStep;
using database::Rows;
using database::Value;
using mautic::Tie;
using plan::Step;
using policy::Normalisation;
using statements::HashedValue;
using subjects::RowScope;
using subjects::Subject;
using subjects::Subjects;

namespace {

constexpr const char* merge_table = "contact_merge_records";

bool is_reachable(const Step& step) {
    return step.tie.kind == Tie::Kind::contact || step.tie.kind == Tie::Kind::column ||
           step.tie.kind == Tie::Kind::parent;
}

Value neutral_of(const ColumnStep& column) {
    return column.neutral == "NULL" ? Value(nullptr) : Value(std::string());
}

constexpr int must_not_be_null = 1048;  // ER_BAD_NULL_ERROR

bool is_taken(const database::DatabaseError& error) {
    return error.code() == 1062 || error.code() == 1586;  // ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME
}

bool is_of_address(const ColumnStep& column) { return column.normalisation == Normalisation::email; }

}  // namespace

Winners find_winners(database::Connection& connection, const plan::Plan& plan,
                     const std::vector<ContactId>& contacts) {
    Winners winners;
    const bool has_table = std::any_of(plan.steps.begin(), plan.steps.end(),
                                       [](const Step& step) { return step.table == merge_table; });
    if (!has_table || contacts.empty()) return winners;
    std::map<ContactId, std::set<ContactId>>
        losers;  // of each that is reached, who of `contacts` leads there
    for (const ContactId contact : contacts) losers[contact] = {contact};
    constexpr int chain_max = 10;
    std::vector<ContactId> reached = contacts;
    for (int link = 0; link < chain_max && !reached.empty(); ++link) {
        const mautic::IdList ids(reached);
        Rows rows = connection.select("SELECT DISTINCT merged_id, contact_id FROM " +
                                          database::quote_identifier(plan.table_prefix + merge_table) +
                                          " WHERE merged_id IN " + ids.placeholders(),
                                      ids.parameters(), "contact_merge_records: look for winners");
        std::set<ContactId> next;
        while (rows.next()) {
            const ContactId winner = rows.number(1);
            const auto from = losers[rows.number(0)];
            auto& of_winner = losers[winner];
            const std::size_t before = of_winner.size();
            of_winner.insert(from.begin(), from.end());
            winners[winner].insert(from.begin(), from.end());
            if (of_winner.size() > before) next.insert(winner);
        }
        reached.assign(next.begin(), next.end());
    }
    return winners;
}

namespace {

// The policy may have been another one when the contact was erased: what it hashed may be emptied, or kept,
// by now.
std::vector<ColumnStep> columns_with_hashes(const Step& step) {
    const bool is_own_row = step.tie.kind == Tie::Kind::contact;
    std::vector<ColumnStep> columns;
    for (const ColumnStep& column : step.columns) {
        const bool is_text = column.neutral == "NULL" || column.neutral == "''";
        const bool was_hashed = column.action == mautic::Action::remove && is_text &&
                                (is_own_row || column.normalisation == Normalisation::email);
        if (column.action != mautic::Action::hash && !was_hashed) continue;
        columns.push_back(column);
    }
    for (const plan::KeptColumn& kept : step.kept) {
        if (!is_own_row || kept.column == step.tie.column) continue;
        ColumnStep& column = columns.emplace_back();
        column.column = kept.column;
        column.neutral = "NULL";
        if (kept.column == "email") column.normalisation = Normalisation::email;
    }
    const auto& json = step.native_json;
    std::erase_if(columns, [&](const ColumnStep& column) {
        return std::find(json.begin(), json.end(), column.column) != json.end();
    });
    for (ColumnStep& column : columns) column.action = mautic::Action::hash;
    return columns;
}

}  // namespace

plan::Plan plan_of_hashes(const plan::Plan& plan) {
    plan::Plan hashes = plan;
    for (Step& step : hashes.steps) {
        step.columns = columns_with_hashes(step);
        step.later = false;
        step.failed_log.clear();
        step.uploads.clear();
        step.addresses.clear();
    }
    std::erase_if(hashes.steps, [](const Step& step) {
        return !is_reachable(step) || step.delete_rows ||
               (step.columns.empty() && step.tie.kind != Tie::Kind::contact);
    });
    return hashes;
}

std::vector<std::string> unreachable_columns(const plan::Plan& plan) {
    std::vector<std::string> columns;
    for (const Step& step : plan.steps) {
        if (is_reachable(step) || step.delete_rows) continue;
        for (const ColumnStep& column : step.columns) {
            if (column.action == mautic::Action::hash) columns.push_back(step.table + '.' + column.column);
        }
    }
    return columns;
}

namespace {

// What others have that are not forgotten.
class OthersHashes {
  public:
    explicit OthersHashes(ledger::Forgetting& ledger) : ledger_(ledger) {}

    void look_up(std::span<const subjects::HashRecognition::Cell> cells) {
        std::set<std::string> unknown;
        for (const auto& cell : cells) {
            if (!is_of_address(*cell.column) || !policy::Hasher::has_hash_shape(cell.value)) continue;
            if (asked_.emplace(cell.value).second) unknown.emplace(cell.value);
        }
        known_.merge(ledger_.still_known(unknown));
    }
    bool have(const std::string& hash) const { return known_.contains(hash); }

  private:
    ledger::Forgetting& ledger_;
    std::set<std::string> asked_;
    std::set<std::string> known_;
};

}  // namespace

MauticHashes::MauticHashes(database::Connection& connection, const erasure::Rules& rules,
                           const plan::Plan& plan, ledger::Forgetting& ledger,
                           ledger::Fingerprints& fingerprints)
    : connection_(connection),
      rules_(rules),
      plan_(plan),
      ledger_(ledger),
      statements_(connection, plan),
      hashes_(rules.hasher, &fingerprints) {
    // The server makes these of the others, and takes no value for them.
    Rows generated = connection.select(
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "
        "?"
        " AND EXTRA LIKE '%GENERATED%'",
        std::vector<Value>{plan.contact_table}, "leads: look for generated columns");
    while (generated.next()) generated_.insert(generated.text(0));
}

void MauticHashes::remove(Subjects subjects, const std::map<ContactId, Choice>& choices) {
    class OfChoices : public Decision {
      public:
        OfChoices(subjects::HashRecognition& hashes, const Subjects& subjects,
                  const std::map<ContactId, Choice>& choices, ledger::Forgetting& ledger)
            : hashes_(hashes), subjects_(subjects), choices_(choices), others_(ledger) {}

        void look_up(std::span<const subjects::HashRecognition::Cell> cells) override {
            hashes_.look_up(cells);
            others_.look_up(cells);
        }
        bool goes(ContactId owner, const ColumnStep& column, const std::string& value, bool is_own) override {
            const auto of_owner = choices_.find(owner);
            if (of_owner == choices_.end()) return false;
            const Choice& choice = of_owner->second;
            if (is_of_address(column) && choice.gone.contains(value)) return true;
            if (!choice.is_all || (is_of_address(column) && others_.have(value))) return false;
            const Subject& subject = subjects_.at(owner);
            return is_own ? hashes_.is_our_hash(subject, column.column, value)
                          : hashes_.is_our_hash(subject, column, value);
        }

      private:
        subjects::HashRecognition& hashes_;
        const Subjects& subjects_;
        const std::map<ContactId, Choice>& choices_;
        OthersHashes others_;
    };
    std::vector<ContactId> contacts;
    for (const auto& [contact, choice] : choices) {
        if (contact == 0) continue;
        contacts.push_back(contact);
        Subject& subject = subjects[contact];
        subject.marks = choice.marks;
        subject.recorded_hash = choice.recorded_hash;
        subject.in_ledger = !choice.marks.empty() || !choice.recorded_hash.empty();
        subject.is_back = erasure::has_new_address(*rules_.plan, subject.values);
    }
    if (contacts.empty()) return;
    hashes_.recognise(subjects);
    OfChoices decision(hashes_, subjects, choices, ledger_);
    run(subjects, contacts, decision);
}

void MauticHashes::remove_from_winners(Subjects subjects, const std::map<ContactId, Choice>& choices,
                                       const Winners& winners) {
    class OfLosers : public Decision {
      public:
        OfLosers(const std::map<ContactId, Choice>& choices, const Winners& winners,
                 const std::map<ContactId, std::set<std::string>>& own)
            : choices_(choices), winners_(winners), own_(own) {}

        void look_up(std::span<const subjects::HashRecognition::Cell>) override {}
        bool goes(ContactId owner, const ColumnStep& column, const std::string& value, bool is_own) override {
            const auto losers = winners_.find(owner);
            if (losers == winners_.end() || own_.at(owner).contains(value)) return false;
            return std::any_of(losers->second.begin(), losers->second.end(), [&](const ContactId loser) {
                const auto choice = choices_.find(loser);
                if (choice == choices_.end()) return false;
                if (is_of_address(column)) return choice->second.gone.contains(value);
                return is_own && choice->second.is_all && choice->second.marks.contains(column.column, value);
            });
        }

      private:
        const std::map<ContactId, Choice>& choices_;
        const Winners& winners_;
        const std::map<ContactId, std::set<std::string>>& own_;  // what is known of the winners themselves
    };
    std::vector<ContactId> contacts;
    for (const auto& [winner, losers] : winners) contacts.push_back(winner);
    if (contacts.empty()) return;
    const auto own = known_hashes(contacts);
    OfLosers decision(choices, winners, own);
    run(subjects, contacts, decision);
}

std::map<ContactId, std::set<std::string>> MauticHashes::known_hashes(
    const std::vector<ContactId>& contacts) {
    std::map<ContactId, std::set<std::string>> known;
    for (const auto& [contact, rows] : ledger_.rows_of(contacts)) {
        auto& hashes = known[contact];
        if (rows.current) hashes.insert(rows.current->subject_hash);
        for (const auto& one : rows.former) hashes.insert(one.record.subject_hash);
        for (const auto& one : rows.addresses) hashes.insert(one.address.hash);
    }
    return known;
}

void MauticHashes::run(Subjects& subjects, const std::vector<ContactId>& contacts, Decision& decision) {
    subjects::RowFinder finder(statements_, {contacts, contacts, {}});
    finder.find_associated_rows();
    for (const Step& step : plan_.steps) {
        if (!statements::has_hashed_columns(step)) continue;
        if (step.tie.kind == Tie::Kind::contact) {
            std::vector<ContactId> there;
            for (const ContactId contact : contacts) {
                const auto subject = subjects.find(contact);
                if (subject != subjects.end() && !subject->second.values.empty()) there.push_back(contact);
            }
            if (!there.empty()) run_scope(step, {statements::scope_of_contacts(step, there), {}}, decision);
            continue;
        }
        for (const RowScope& scope : finder.scopes_of(step)) run_scope(step, scope, decision);
    }
}

struct MauticHashes::Cell {
    std::string owner;
    std::size_t place = 0;
    const ColumnStep* column = nullptr;
    std::string value;
    std::uint64_t rows = 0;
};

void MauticHashes::run_scope(const Step& step, const RowScope& scope, Decision& decision) {
    std::vector<Cell> cells;
    Rows rows = statements_.select(statements::select_hashed(step, scope.scope, statements::Context{}), step);
    while (rows.next()) {
        for (std::size_t place = 0; place < step.columns.size(); ++place) {
            auto value = rows.optional_text(1 + place);
            if (!value || !policy::Hasher::may_be_hash(*value)) continue;
            const bool is_own_row = step.tie.kind == Tie::Kind::contact;
            if (is_own_row && generated_.contains(step.columns[place].column)) continue;
            cells.push_back({rows.text(0), place, &step.columns[place], *std::move(value),
                             rows.number(1 + step.columns.size())});
        }
    }
    std::vector<subjects::HashRecognition::Cell> asked;
    for (const Cell& cell : cells) asked.push_back({cell.column, cell.value});
    decision.look_up(asked);
    std::vector<HashedValue> values;
    for (const Cell& cell : cells) {
        const auto owners = scope.owners_of(cell.owner);
        const bool is_own = step.tie.kind == Tie::Kind::contact;
        const bool goes = std::all_of(owners.begin(), owners.end(), [&](const ContactId owner) {
            return decision.goes(owner, *cell.column, cell.value, is_own);
        });
        if (!goes) continue;
        const auto replacement = decision.replacement(cell.value);
        values.push_back({cell.owner, cell.place, cell.value,
                          replacement ? Value(*replacement) : neutral_of(*cell.column)});
        decision.is_gone(owners, *cell.column, cell.value, is_own, cell.rows);
        removed_.cells[step.table + '.' + cell.column->column] += cell.rows;
        removed_.fingerprints.insert(
            {ledger::fingerprint_of(cell.value), ledger::fingerprint_of_wrapped(cell.value)});
    }
    write(step, scope, values);
}

// Several rows come to one value, which a UNIQUE index on a column that must not be NULL refuses: then each
// value becomes another one that is nobody's. Of a column that the plan keeps it is not known whether it may
// be NULL.
void MauticHashes::write(const Step& step, const RowScope& scope, std::span<const HashedValue> values) {
    constexpr std::size_t values_per_statement = 256;
    for (std::size_t done = 0; done < values.size(); done += values_per_statement) {
        const auto some = values.subspan(done, std::min(values_per_statement, values.size() - done));
        std::vector<HashedValue> after(some.begin(), some.end());
        const auto change = [&] {
            statements_.change(statements::update_hashed(step, scope.scope, statements::Context{}, after),
                               step);
        };
        try {
            try {
                change();
            } catch (const database::DatabaseError& error) {
                if (error.code() != must_not_be_null) throw;
                for (HashedValue& one : after) one.after = std::string();
                change();
            }
        } catch (const database::DatabaseError& error) {
            if (!is_taken(error)) throw;
            for (HashedValue& one : after) {
                one.after = random_hex((one.before.size() + 1) / 2).substr(0, one.before.size());
            }
            change();
        }
    }
}

// By the value alone, which only an address is sure to be.
void MauticHashes::remove_from_rows_of_nobody(const std::set<std::string>& gone) {
    const auto known = ledger_.still_known(gone);
    std::vector<Value> hashes;
    for (const std::string& hash : gone) {
        if (!known.contains(hash)) hashes.emplace_back(hash);
    }
    constexpr std::size_t hashes_per_statement = 512;
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::column) continue;
        for (const ColumnStep& column : step.columns) {
            if (!is_of_address(column)) continue;
            for (std::size_t done = 0; done < hashes.size(); done += hashes_per_statement) {
                std::vector<Value> parameters;
                const std::string list = database::in_list(
                    std::span(hashes).subspan(done, std::min(hashes_per_statement, hashes.size() - done)),
                    parameters);
                const std::uint64_t changed = connection_.change(
                    "UPDATE " + database::quote_identifier(step.real_table) + " SET " +
                        database::quote_identifier(column.column) + " = " + column.neutral + " WHERE " +
                        database::quote_identifier(step.tie.column) + " IS NULL AND " +
                        database::quote_identifier(column.column) + " IN " + list,
                    parameters, step.table + ": remove hashes of deleted contacts");
                if (changed > 0) removed_.cells[step.table + '.' + column.column] += changed;
            }
        }
    }
}

}  // namespace gdprd::retention
