#include "seal/row_seal.h"

#include "base/error.h"
#include "seal/merkle.h"

namespace gdprd::seal {

RowSeal::RowSeal(database::Connection& connection, const RowSealOptions& options)
    : options_(options),
      store_(connection, options.ledger_database),
      rows_(connection, options.ledger_database),
      history_(rows_, store_) {
    if (!store_.exists()) {
        if (store_.noted_number() > 0) require_last_of_key();
        return;
    }
    last_ = store_.last();
    if (!last_ && store_.noted_number() == 0) return;
    require_key();
    require_last_of_key();
    limits_ = stored_limits(store_, options_.clock());
}

void RowSeal::require_key() const {
    if (options_.key) return;
    throw ConfigurationError("[seal] key_file: missing, and the ledger has seals",
                             "Hashes can be changed only where the change can be sealed, or it would look "
                             "like a forgery ever after: set key_file to the key of the seals");
}

void RowSeal::require_last_of_key() const {
    if (last_ && options_.key && is_signed_by(*last_, options_.key->public_key())) return;
    throw Error("seals: the last one is gone, or is not signed with this key",
                "Look at `mautic-gdprd ledger verify`; then `mautic-gdprd ledger seal --accept`");
}

void RowSeal::watch(Evidence table, std::span<const std::uint64_t> keys) {
    if (!last_ || keys.empty()) return;
    for (const Row& row : rows_.rows(table, keys)) {
        const auto leaves = store_.leaves_of_row(table, row.key);
        const auto sealed = leaves.empty() ? std::nullopt : std::optional(leaves.back());
        switch (judge(row, sealed, limits_, history_)) {
            case Judgement::same:
            case Judgement::added:
            case Judgement::changed:
                honest_[table].push_back(row.key);
                break;
            case Judgement::forged_change:
            case Judgement::forged_addition:
            case Judgement::removed:
                break;
        }
    }
}

std::optional<Seal> RowSeal::finish() {
    if (!last_) return std::nullopt;
    MerkleTree tree;
    std::vector<Leaf> leaves;
    for (const auto& [table, keys] : honest_) {
        for (const Row& row : rows_.rows(table, keys)) {
            Leaf leaf = leaf_of(row);
            leaf.seal = last_->number + 1;
            tree.add(leaf.text());
            leaves.push_back(std::move(leaf));
        }
    }
    if (leaves.empty()) return std::nullopt;
    Seal seal;
    seal.number = last_->number + 1;
    seal.at = options_.clock();
    seal.kind = options_.kind;
    seal.layout = layout;
    seal.rows = tree.count();
    seal.root = to_hex(tree.root());
    seal.previous = last_->hash();
    sign(seal, *options_.key);
    store_.add_leaves(leaves);
    store_.add(seal, options_.key->public_key());
    store_.note_number(seal.number);
    return seal;
}

}  // namespace gdprd::seal
