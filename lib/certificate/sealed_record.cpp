#include "certificate/sealed_record.h"

#include <algorithm>

#include "seal/comparison.h"
#include "seal/merkle.h"
#include "seal/store.h"

namespace gdprd::certificate {

namespace {

// The record as the seals see it.
std::optional<seal::Row> row_of(seal::RowReader& rows, const ledger::Record& record) {
    if (!record.former) return rows.record(record.contact);
    const auto former = rows.former_records(record.contact);
    const auto same = std::find_if(former.begin(), former.end(), [&](const seal::Row& row) {
        const auto& erased_at = row.value("erased_at");
        return row.value("subject_hash").value_or("") == record.subject_hash &&
               erased_at.has_value() == record.erased_at.has_value() &&
               (!erased_at || *erased_at == format_utc(*record.erased_at));
    });
    return same == former.end() ? std::nullopt : std::optional(*same);
}

// A former record was sealed as it is while it was the current one, maybe.
std::vector<seal::Leaf> leaves_of(seal::Store& store, const seal::Row& row, const ledger::Record& record) {
    auto leaves = store.leaves_of_row(row.table, row.key);
    if (record.former) {
        const auto before = store.leaves_of_row(seal::Evidence::erasure, record.contact);
        leaves.insert(leaves.end(), before.begin(), before.end());
    }
    std::sort(leaves.begin(), leaves.end(),
              [](const seal::Leaf& a, const seal::Leaf& b) { return a.seal < b.seal; });
    return leaves;
}

// Its root is that of the leaves that are filed under it.
bool covers_its_leaves(seal::Store& store, const seal::Seal& seal) {
    constexpr std::size_t page_leaves = 1'000;
    seal::MerkleTree tree;
    seal::LeafPlace place{seal.number, seal::all_evidence.front(), 0};
    for (bool goes_on = true; goes_on;) {
        const auto leaves = store.leaves_after(place, page_leaves);
        goes_on = leaves.size() == page_leaves;
        for (const seal::Leaf& leaf : leaves) {
            if (leaf.seal != seal.number) {
                goes_on = false;
                break;
            }
            tree.add(leaf.text());
            place = {leaf.seal, leaf.table, leaf.key};
        }
    }
    return tree.count() == seal.rows && to_hex(tree.root()) == seal.root;
}

std::optional<seal::Seal> good_seal(seal::Store& store, std::uint64_t number) {
    const auto page = store.page(number - 1, 1);
    if (page.empty() || page.front().number != number) return std::nullopt;
    const auto keys = store.public_keys();
    const auto key = keys.find(page.front().key_id);
    if (key == keys.end() || !seal::is_signed_by(page.front(), key->second)) return std::nullopt;
    if (!covers_its_leaves(store, page.front())) return std::nullopt;
    return page.front();
}

}  // namespace

SealedRecord sealed_record(database::Connection& connection, const std::string& ledger_database,
                           const ledger::Record& record) {
    seal::Store store(connection, ledger_database);
    if (!store.exists()) return {};
    seal::RowReader rows(connection, ledger_database);
    const auto row = row_of(rows, record);
    if (!row) return {};
    const auto leaves = leaves_of(store, *row, record);
    if (leaves.empty()) return {};
    const auto content = seal::leaf_of(*row).content;
    const auto same = std::find_if(leaves.rbegin(), leaves.rend(),
                                   [&](const seal::Leaf& leaf) { return leaf.content == content; });
    const seal::Leaf& leaf = same == leaves.rend() ? leaves.back() : *same;
    const bool is_newest = record.former ? same != leaves.rend() : leaves.back().content == content;
    const auto seal = good_seal(store, leaf.seal);
    if (!seal) return {SealState::broken, std::nullopt};
    return {is_newest ? SealState::good : SealState::changed, seal};
}

}  // namespace gdprd::certificate
