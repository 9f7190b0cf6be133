#include "seal/sealer.h"

#include <utility>

#include "base/error.h"
#include "base/fault.h"
#include "seal/merkle.h"
#include "seal/outside.h"

namespace gdprd::seal {

namespace {

constexpr std::size_t leaves_at_once = 512;
constexpr std::size_t seals_at_once = 1'000;
constexpr int attempts_max = 5;

// The leaves of one seal, on their way into its tree and into the table.
class LeafWriter {
  public:
    LeafWriter(Store& store, std::uint64_t number) : store_(store), number_(number) {}

    void add(Leaf leaf) {
        leaf.seal = number_;
        tree_.add(leaf.text());
        waiting_.push_back(std::move(leaf));
        if (waiting_.size() == leaves_at_once) write();
    }
    void write() {
        store_.add_leaves(waiting_);
        waiting_.clear();
    }
    const MerkleTree& tree() const { return tree_; }

  private:
    Store& store_;
    const std::uint64_t number_;
    MerkleTree tree_;
    std::vector<Leaf> waiting_;
};

std::uint64_t number_of(const std::optional<Seal>& seal) { return seal ? seal->number : 0; }

}  // namespace

Sealer::Sealer(SealerOptions options, OnSeal on_seal)
    : options_(std::move(options)), on_seal_(std::move(on_seal)) {}

void Sealer::refuse_cut_off(std::uint64_t noted, const std::optional<Seal>& last, Store& store) const {
    constexpr const char* advice =
        "Nothing is sealed until somebody has looked at it: `mautic-gdprd ledger verify`, then "
        "`mautic-gdprd ledger seal --accept`";
    const std::uint64_t number = number_of(last);
    if (noted > number && options_.kind != SealKind::accepted) {
        throw Error("seals: the ledger knows of " + std::to_string(noted) + ", and there are " +
                        std::to_string(number),
                    advice);
    }
    if (options_.file.empty()) return;
    const auto outside = OutsideFile(options_.file).last();
    if (!outside) return;
    const auto same = store.page(outside->number - 1, 1);
    if (same.empty() || same.front() != *outside) {
        throw Error("seals: seal " + std::to_string(outside->number) + " of " + options_.file.string() +
                        " is not in the database",
                    std::string(advice) + ", with that file moved to where it is kept");
    }
}

// Whoever may add to the database could add a seal of a key of their own, and this one would vouch for it.
void Sealer::refuse_other_key(const std::optional<Seal>& last) const {
    if (!last || options_.kind == SealKind::accepted || is_signed_by(*last, options_.key.public_key()))
        return;
    throw Error("seals: seal " + std::to_string(last->number) + " is not signed with this key",
                "If the key was changed, run `mautic-gdprd ledger seal --accept` once; all machines need the "
                "same key. Else look at `mautic-gdprd ledger verify`");
}

void Sealer::begin(Store& store) {
    store.create();
    // In this order: what another daemon seals in between is no seal that was cut off.
    const std::uint64_t noted = store.noted_number();
    const auto last = store.last();
    refuse_cut_off(noted, last, store);
    refuse_other_key(last);
    // One that cannot be written is to cost no comparison, and no seal, at each attempt.
    if (!options_.file.empty()) write_file(store);
    begun_at_ = options_.clock();
    limits_ = stored_limits(store, *begun_at_);
}

bool Sealer::next(database::Connection& connection, const std::function<void()>& between_pages) {
    Store store(connection, options_.ledger_database);
    if (!begun_at_) begin(store);
    std::uint64_t reached = number_of(store.last());
    for (int attempt = 1;; ++attempt) {
        try {
            const bool more = turn(connection, between_pages);
            fault::point("sealed");
            if (!options_.file.empty()) write_file(store);
            return more;
        } catch (const database::DatabaseError& error) {
            if (!Store::is_taken(error)) throw;
            // Where another daemon was faster it gets on, and so does the chain.
            const std::uint64_t now_reached = number_of(store.last());
            if (now_reached > reached) attempt = 0;
            if (attempt == attempts_max) throw;
            reached = now_reached;
        }
    }
}

bool Sealer::turn(database::Connection& connection, const std::function<void()>& between_pages) {
    Store store(connection, options_.ledger_database);
    RowReader rows(connection, options_.ledger_database);
    StoredHistory history(rows, store);
    // A record and its findings are read by two statements: as of one moment.
    connection.change("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", {}, "seals: one moment");
    database::Transaction transaction(connection);
    const auto last = store.last();
    const std::uint64_t number = number_of(last) + 1;
    Comparison comparison(rows, store, place_);
    LeafWriter leaves(store, number);
    SealRun counts = run_;
    bool is_through = false;
    for (std::size_t compared = 0;
         compared < options_.rows_per_turn && leaves.tree().count() < options_.rows_per_seal; ++compared) {
        const auto next = comparison.next(between_pages);
        if (!next) {
            is_through = true;
            break;
        }
        ++counts.compared;
        if (auto leaf = leaf_to_seal(*next, history, counts)) leaves.add(std::move(*leaf));
    }
    leaves.write();
    const std::uint64_t sealed = leaves.tree().count();
    if (sealed > 0 || is_through) {
        const Seal seal = make(last, number, sealed, leaves.tree().root(), is_through);
        store.add(seal, options_.key.public_key());
        store.note_number(number);
        fault::point("sealing");
        transaction.commit();
        counts.sealed += sealed;
        counts.last = seal;
        on_seal_(seal);
    }
    run_ = counts;
    place_ = comparison.place();
    return !is_through;
}

std::optional<Leaf> Sealer::leaf_to_seal(const Compared& compared, History& history, SealRun& counts) const {
    const bool accepts = options_.kind != SealKind::regular;
    if (!compared.row) {
        if (compared.sealed->state == RowState::removed) return std::nullopt;
        ++counts.findings;
        return accepts ? std::optional(leaf_of_removed(*compared.sealed)) : std::nullopt;
    }
    switch (judge(*compared.row, compared.sealed, limits_, history)) {
        case Judgement::same:
            return std::nullopt;
        case Judgement::added:
        case Judgement::changed:
            break;
        case Judgement::forged_addition:
        case Judgement::forged_change:
        case Judgement::removed:
            ++counts.findings;
            if (!accepts) return std::nullopt;
    }
    return leaf_of(*compared.row);
}

Seal Sealer::make(const std::optional<Seal>& last, std::uint64_t number, std::uint64_t rows,
                  const Digest& root, bool whole) const {
    Seal seal;
    seal.number = number;
    seal.at = *begun_at_;
    seal.kind = options_.kind;
    seal.whole = whole;
    seal.layout = layout;
    seal.rows = rows;
    seal.root = to_hex(root);
    seal.previous = last ? last->hash() : no_seal_before();
    sign(seal, options_.key);
    return seal;
}

// All that the file lacks, also what a crash or another daemon left.
void Sealer::write_file(Store& store) const {
    const OutsideFile file(options_.file);
    std::uint64_t written = number_of(file.last());
    for (;;) {
        const auto seals = store.page(written, seals_at_once);
        for (const Seal& seal : seals) file.append(seal);
        if (seals.size() < seals_at_once) return;
        written = seals.back().number;
    }
}

}  // namespace gdprd::seal
