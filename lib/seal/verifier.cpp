#include "seal/verifier.h"

#include <algorithm>
#include <deque>
#include <map>

#include "seal/comparison.h"
#include "seal/judgement.h"
#include "seal/merkle.h"
#include "seal/outside.h"
#include "seal/store.h"

namespace gdprd::seal {

namespace {

constexpr std::size_t page_size = 1'000;

void add(SealReport& report, const Found& found) {
    ++report.found_count;
    if (report.found.size() < SealReport::found_max) report.found.push_back(found);
}

// All leaves in the order of their seals.
class LeafStream {
  public:
    explicit LeafStream(Store& store) : store_(store) {}

    const Leaf* front() {
        if (leaves_.empty() && !is_at_end_) {
            const auto page = store_.leaves_after(reached_, page_size);
            is_at_end_ = page.size() < page_size;
            if (!page.empty()) reached_ = {page.back().seal, page.back().table, page.back().key};
            leaves_.assign(page.begin(), page.end());
        }
        return leaves_.empty() ? nullptr : &leaves_.front();
    }
    void pop() {
        leaves_.pop_front();
        ++taken_;
    }
    std::uint64_t taken() const { return taken_; }

  private:
    Store& store_;
    std::uint64_t taken_ = 0;
    LeafPlace reached_;
    std::deque<Leaf> leaves_;
    bool is_at_end_ = false;
};

class ChainCheck {
  public:
    ChainCheck(Store& store, const VerifierOptions& options, SealReport& report)
        : store_(store), options_(options), report_(report), leaves_(store), keys_(store.public_keys()) {
        for (const auto& file : options.copies) read_copy(file);
    }

    void run() {
        std::uint64_t reached = 0;
        for (;;) {
            const auto page = store_.page(reached, page_size);
            for (const Seal& seal : page) check(seal);
            if (page.size() < page_size) break;
            reached = page.back().number;
        }
        if (leaves_.front() != nullptr) {
            add(report_, of_seal(Discrepancy::leaves, leaves_.front()->seal));
        } else if (leaves_.taken() != store_.leaf_count()) {
            // Such as stand in no order: with the number of a seal that cannot be, or without the table's
            // key.
            add(report_, of_seal(Discrepancy::leaves, 0));
        }
        check_end();
    }

  private:
    static Found of_seal(Discrepancy what, std::uint64_t number, std::optional<Timestamp> at = std::nullopt) {
        return {what, std::nullopt, 0, number, at, 0};
    }

    void read_copy(const std::filesystem::path& file) {
        const OutsideCopies copies = read_copies(file);
        report_.copies_unreadable += copies.unreadable;
        for (const auto& [number, hash] : copies.hashes) {
            const auto [there, is_new] = outside_.try_emplace(number, hash);
            if (!is_new && there->second != hash) add(report_, of_seal(Discrepancy::outside_copy, number));
        }
        if (copies.contradicting > 0) add(report_, of_seal(Discrepancy::outside_copy, 0));
    }

    void check(const Seal& seal) {
        const auto& before = report_.last;
        const bool follows = seal.number == (before ? before->number + 1 : 1) &&
                             seal.previous == (before ? before->hash() : no_seal_before());
        if (!follows) add(report_, of_seal(Discrepancy::chain, seal.number, seal.at));
        // Another key has to be accepted by a person, who is asked for it by the program.
        if (before && before->key_id != seal.key_id && seal.kind != SealKind::accepted) {
            add(report_, of_seal(Discrepancy::key, seal.number, seal.at));
        }
        const auto key = keys_.find(seal.key_id);
        if (key == keys_.end() || !is_signed_by(seal, key->second)) {
            add(report_, of_seal(Discrepancy::signature, seal.number, seal.at));
        } else if (auto& known = report_.public_keys;
                   std::find(known.begin(), known.end(), key->second) == known.end()) {
            known.push_back(key->second);
        }
        if (seal.layout != layout) add(report_, of_seal(Discrepancy::unknown_layout, seal.number, seal.at));
        check_leaves(seal);
        check_copy(seal);
        ++report_.seals;
        report_.accepted += seal.kind == SealKind::accepted ? 1 : 0;
        report_.imported += seal.kind == SealKind::imported ? 1 : 0;
        report_.forgotten += seal.kind == SealKind::forgotten ? 1 : 0;
        if (!report_.first) report_.first = seal;
        if (seal.whole) report_.compared_at = seal.at;
        report_.last = seal;
    }

    void check_leaves(const Seal& seal) {
        MerkleTree tree;
        bool are_its_own = true;
        for (const Leaf* leaf = leaves_.front(); leaf != nullptr && leaf->seal <= seal.number;
             leaf = leaves_.front()) {
            are_its_own = are_its_own && leaf->seal == seal.number;
            tree.add(leaf->text());
            leaves_.pop();
        }
        if (!are_its_own || tree.count() != seal.rows || to_hex(tree.root()) != seal.root) {
            add(report_, of_seal(Discrepancy::leaves, seal.number, seal.at));
        }
    }

    void check_copy(const Seal& seal) {
        const auto copy = outside_.find(seal.number);
        if (copy == outside_.end()) return;
        ++report_.copies_compared;
        if (copy->second != seal.hash()) {
            add(report_, of_seal(Discrepancy::outside_copy, seal.number, seal.at));
        }
        outside_.erase(copy);
    }

    void check_end() {
        const std::uint64_t last = report_.last ? report_.last->number : 0;
        for (const auto& [number, hash] : outside_) add(report_, of_seal(Discrepancy::cut_off, number));
        const std::uint64_t noted = store_.noted_number();
        if (noted > last && !outside_.contains(noted)) add(report_, of_seal(Discrepancy::cut_off, noted));
        const auto& trusted = options_.public_keys;
        const bool is_trusted = trusted.empty() || !report_.last ||
                                std::any_of(trusted.begin(), trusted.end(), [&](const std::string& key) {
                                    return is_signed_by(*report_.last, key);
                                });
        if (!is_trusted) add(report_, of_seal(Discrepancy::key, last, report_.last->at));
    }

    Store& store_;
    const VerifierOptions& options_;
    SealReport& report_;
    LeafStream leaves_;
    const std::map<std::string, std::string> keys_;
    std::map<std::uint64_t, std::string> outside_;  // hashes of the copies that are not compared yet
};

class RowCheck {
  public:
    RowCheck(database::Connection& connection, Store& store, const std::string& ledger, SealReport& report)
        : store_(store),
          report_(report),
          rows_(connection, ledger),
          history_(rows_, store),
          limits_(stored_limits(store, now())) {}

    void run() {
        Comparison comparison(rows_, store_);
        while (const auto compared = comparison.next([] {})) check(*compared);
    }

  private:
    void check(const Compared& compared) {
        const auto& sealed = compared.sealed;
        if (!compared.row) {
            if (sealed->state != RowState::removed) {
                add(report_, found(Discrepancy::removed, sealed->table, sealed->key, sealed->seal));
            }
            return;
        }
        const Row& row = *compared.row;
        ++report_.rows;
        switch (judge(row, sealed, limits_, history_)) {
            case Judgement::same:
                return;
            case Judgement::added:
            case Judgement::changed:
                ++report_.unsealed;
                return;
            case Judgement::forged_addition:
                return add(report_, found(Discrepancy::added, row.table, row.key, last_whole()));
            case Judgement::forged_change:
            case Judgement::removed:
                break;
        }
        Found change = found(Discrepancy::changed, row.table, row.key, sealed->seal);
        change.as_in_seal = earlier_seal_of(row, sealed->seal);
        add(report_, change);
    }

    // After a restore from a backup rows are what they were once.
    std::uint64_t earlier_seal_of(const Row& row, std::uint64_t before) {
        const Digest content = content_of(row);
        std::uint64_t seal = 0;
        for (const Leaf& leaf : store_.leaves_of_row(row.table, row.key)) {
            if (leaf.seal < before && leaf.content == content) seal = leaf.seal;
        }
        return seal;
    }

    Found found(Discrepancy what, Evidence table, std::uint64_t key, std::uint64_t number) {
        const auto seal = number == 0 ? std::vector<Seal>{} : store_.page(number - 1, 1);
        const bool is_there = !seal.empty() && seal.front().number == number;
        return {what, table, key, number, is_there ? std::optional(seal.front().at) : std::nullopt, 0};
    }

    std::uint64_t last_whole() {
        const auto seal = store_.last_whole();
        return seal ? seal->number : 0;
    }

    Store& store_;
    SealReport& report_;
    RowReader rows_;
    StoredHistory history_;
    const Limits limits_;
};

}  // namespace

SealReport verify_seals(database::Connection& connection, const VerifierOptions& options) {
    SealReport report;
    Store store(connection, options.ledger_database);
    ChainCheck(store, options, report).run();
    RowCheck(connection, store, options.ledger_database, report).run();
    return report;
}

}  // namespace gdprd::seal
