#include "audit/pass.h"

#include <algorithm>

#include "base/error.h"
#include "database/privileges.h"
#include "ledger/ledger.h"
#include "ledger/owner.h"

namespace gdprd::audit {

using verify::NotSearched;

namespace {

// What was erased on the primary that long ago is taken to have reached the replica.
constexpr std::chrono::minutes replica_lag{10};

bool is_one_of(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Of this format, and this Mautic's: the people of another one are nobody here.
void require_ledger(database::Connection& connection, const PassOptions& options) {
    const std::string& ledger_database = options.ledger_database;
    const auto format = ledger::Ledger(connection, ledger_database).format_found();
    if (format == ledger::Ledger::format) {
        return ledger::require_owner(connection, ledger_database, options.table_prefix);
    }
    throw ConfigurationError("ledger " + ledger_database + ": " +
                                 (format ? "has format " + std::to_string(*format) + ", this program reads " +
                                               std::to_string(ledger::Ledger::format)
                                         : std::string("is not there, so nobody was erased")),
                             "Starting the daemon, or `mautic-gdprd init --ledger-only`, makes it and brings "
                             "an older one up to date");
}

PeopleOptions people_options(const PassOptions& options, Timestamp begun_at) {
    return {options.ledger_database, options.keys, options.is_replica ? begun_at - replica_lag : begun_at,
            options.unnamed};
}

std::vector<NotSearched> hidden_from(database::Connection& mautic, const std::string& database) {
    if (database::may_read_everything(mautic, database)) return {};
    return {
        {database, "the account lacks SELECT on the whole database; what it cannot see was not searched"}};
}

void add_missing_keys(const std::vector<MissingKey>& keys, std::vector<NotSearched>& missing) {
    for (const MissingKey& key : keys) {
        missing.push_back({"erasures recorded under " + key.algorithm +
                               (key.key_id.empty() ? "" : ", key id " + key.key_id),
                           std::to_string(key.records) + " of them; their hash key is not at hand"});
    }
}

void add_unread(const TableState& state, std::vector<NotSearched>& missing) {
    if (!state.failure.empty()) missing.push_back({state.table.name, state.failure});
    if (state.table.has_history) missing.push_back({state.table.name, "former rows (system versioning)"});
    for (std::size_t i = 0; i < state.columns.size(); ++i) {
        if (state.columns[i].unreadable == 0) continue;
        missing.push_back(
            {state.table.name + '.' + state.table.columns[i].name,
             std::to_string(state.columns[i].unreadable) + verify::why_unreadable(state.table.columns[i])});
    }
}

}  // namespace

Pass::Pass(const Connections& connections, PassOptions options, const GoOn& go_on)
    : options_(std::move(options)) {
    require_ledger(connections.ledger, options_);
    begin(connections.ledger);
    read_table_list(connections.mautic);
    if (is_kept()) {
        Store store(connections.ledger, options_.ledger_database);
        for (TableState& state : tables_) store.load(state);
    }
    bool is_ended = false;
    const GoOn watched = [&] {
        is_ended = is_ended || !go_on();
        return !is_ended;
    };
    auto people =
        std::make_unique<ErasedPeople>(connections.ledger, people_options(options_, begun_at_), watched);
    if (!is_ended) {
        people->read_contacts(connections.mautic, connections.ledger, options_.table_prefix + "leads",
                              watched);
    }
    if (!is_ended) people_ = std::move(people);
}

void Pass::begin(database::Connection& ledger) {
    begun_at_ = now();
    if (!is_kept()) return;
    Store store(ledger, options_.ledger_database);
    const auto kept = store.begun_at();
    is_continued_ = kept && !store.finished_at() && !options_.anew;
    if (is_continued_) {
        begun_at_ = *kept;
    } else {
        store.begin(begun_at_);
    }
}

void Pass::read_table_list(database::Connection& mautic) {
    for (verify::SearchedTable& table : verify::read_tables(mautic, options_.database)) {
        if (!is_kept() && !is_one_of(options_.tables, table.name)) continue;
        TableState& state = tables_.emplace_back();
        state.columns.resize(table.columns.size());
        state.table = std::move(table);
    }
    for (const std::string& name : options_.tables) {
        const bool is_there = std::any_of(tables_.begin(), tables_.end(),
                                          [&](const TableState& state) { return state.table.name == name; });
        if (is_there) continue;
        throw ConfigurationError("audit: there is no table " + name +
                                     " with a column that can hold a text, or the account may not see it",
                                 "Name it as it is in the database, with Mautic's prefix");
    }
    std::stable_sort(tables_.begin(), tables_.end(), [](const TableState& one, const TableState& other) {
        return one.table.bytes_estimated > other.table.bytes_estimated;
    });
    if (is_kept()) hidden_ = hidden_from(mautic, options_.database);
}

TableState* Pass::take() {
    const std::scoped_lock lock(mutex_);
    while (next_ < tables_.size() && tables_[next_].finished) ++next_;
    return next_ < tables_.size() ? &tables_[next_++] : nullptr;
}

void Pass::refresh(database::Connection& ledger, TableState& state) const {
    if (!is_kept()) return;
    TableState kept;
    kept.table = state.table;
    Store(ledger, options_.ledger_database).load(kept);
    if (kept.finished || !kept.position.empty()) state = std::move(kept);
}

void Pass::save(database::Connection& ledger, const TableState& state) const {
    if (is_kept()) Store(ledger, options_.ledger_database).save(state);
}

void Pass::finish(database::Connection& ledger) const {
    if (is_kept()) Store(ledger, options_.ledger_database).finish(now());
}

std::vector<NotSearched> Pass::not_searched() const {
    std::vector<NotSearched> missing = hidden_;
    if (people_ != nullptr) add_missing_keys(people_->missing_keys(), missing);
    for (const TableState& state : tables_) add_unread(state, missing);
    return missing;
}

KeptAudit read_kept_audit(const Connections& connections, const PassOptions& options) {
    require_ledger(connections.ledger, options);
    Store store(connections.ledger, options.ledger_database);
    KeptAudit kept{store.begun_at(), store.finished_at(), {}, {}};
    if (!kept.begun_at) return kept;
    kept.not_searched = hidden_from(connections.mautic, options.database);
    const auto people = people_options(options, *kept.begun_at);
    add_missing_keys(hashes_in_use(connections.ledger, people).missing, kept.not_searched);
    for (verify::SearchedTable& table : verify::read_tables(connections.mautic, options.database)) {
        TableState& state = kept.tables.emplace_back();
        state.table = std::move(table);
        store.load(state);
        // Of a table that failed nothing is kept.
        if (kept.finished_at && !state.finished) state.failure = "could not be read to its end, or is newer";
        add_unread(state, kept.not_searched);
    }
    return kept;
}

Counts counts_of(const std::vector<TableState>& tables) {
    Counts counts;
    for (const TableState& state : tables) {
        for (const ColumnFindings& column : state.columns) {
            counts.erased += column.rows_erased;
            counts.returned += column.rows_returned;
        }
    }
    return counts;
}

Counts counts_of(const std::vector<FileFindings>& files) {
    Counts counts;
    for (const FileFindings& file : files) {
        counts.erased += file.lines_erased;
        counts.returned += file.lines_returned;
    }
    return counts;
}

}  // namespace gdprd::audit
