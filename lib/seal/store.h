// The seals, the leaves under them, and the public keys, in a database of their own beside the ledger's
// (ledger/side_database.h). Rows are added, never changed.
//
// A leaf's newest seal decides what its row must be; the number of the last seal is noted in the ledger's
// database too (table `mark`), so that seals that are cut off at the end are noticed unless that was set back
// as well. Threads: that of its connection. Errors: DatabaseError; ConfigurationError where a right is
// missing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "database/connection.h"
#include "ledger/side_database.h"
#include "seal/evidence.h"
#include "seal/seal.h"

namespace gdprd::seal {

// "seals_of_mautic_gdprd"; a digest stands for a name that is too long for that
std::string seals_database(const std::string& ledger_database);

// Where a leaf stands in the order of rows, and in that of seals.
struct LeafPlace {
    std::uint64_t seal = 0;
    Evidence table = Evidence::erasure;
    std::uint64_t key = 0;
};

class Store {
  public:
    Store(database::Connection& connection, const std::string& ledger_database);

    void create();
    bool exists();

    std::optional<Seal> last();
    std::optional<Seal> last_whole();
    // In the order of their numbers, after this one.
    std::vector<Seal> page(std::uint64_t after, std::size_t max);
    // The newest ones first; those before this one, for the next page.
    std::vector<Seal> newest(std::size_t max, std::optional<std::uint64_t> before = std::nullopt);
    std::map<std::string, std::string> public_keys();  // by their ids

    // Within one transaction: leaves first, the seal then. Of two daemons that make the same number the
    // second one gets a DatabaseError for which is_taken() is true.
    void add_leaves(std::span<const Leaf> leaves);
    void add(const Seal& seal, const std::string& public_key);
    static bool is_taken(const database::DatabaseError& error);

    // Leaves of a table in the order of their keys and seals, from this key on; of it those of later seals.
    std::vector<Leaf> leaves_of(Evidence table, std::uint64_t from_key, std::uint64_t after_seal,
                                std::size_t max);
    std::vector<Leaf> leaves_of_row(Evidence table, std::uint64_t key);
    // In the order of seals, and in each in that of its tree.
    std::vector<Leaf> leaves_after(const LeafPlace& place, std::size_t max);
    std::map<Evidence, std::uint64_t> highest_keys();
    std::uint64_t leaf_count();

    // What the ledger's own database says the last number is; 0 when it says nothing.
    std::uint64_t noted_number();
    void note_number(std::uint64_t number);

  private:
    std::vector<Seal> select_seals(const std::string& condition, std::span<const database::Value> parameters);
    std::vector<Leaf> select_leaves(const std::string& index, const std::string& condition);

    database::Connection& connection_;
    ledger::SideDatabase database_;
    const std::string quoted_;
    const std::string mark_table_;
};

}  // namespace gdprd::seal
