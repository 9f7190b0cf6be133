// Two daemons on two nodes start at the same time: each finds that the ledger has to be made, or brought up
// to date, and no lock of one server holds on the other.
#include <barrier>
#include <future>

#include "cluster/cluster.h"
#include "ledger/ledger.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using database::Connection;
using ledger::Ledger;

namespace {

// What create() said on each node: "" when all was well.
std::vector<std::string> create_on_all_nodes(const std::string& name) {
    std::barrier ready(static_cast<std::ptrdiff_t>(cluster().size()));
    std::vector<std::future<std::string>> answers;
    for (std::size_t node = 0; node < cluster().size(); ++node) {
        answers.push_back(std::async(std::launch::async, [&ready, &name, node]() -> std::string {
            const database::ThreadScope thread;
            Connection connection(cluster().node(node).options());
            ready.arrive_and_wait();
            try {
                Ledger(connection, name).create();
                return Ledger(connection, name).format_found() == Ledger::format ? "" : "another format";
            } catch (const Error& error) {
                return error.what();
            }
        }));
    }
    std::vector<std::string> said;
    for (auto& answer : answers) said.push_back(answer.get());
    return said;
}

std::string definition_of_erasure(const std::string& name, std::size_t node) {
    auto rows = cluster().node(node).select("SHOW CREATE TABLE " + name + ".erasure");
    rows.next();
    return rows.text(1);
}

// Takes the ledger back to format 1.
void make_old(const std::string& name) {
    for (const char* sql : {"ALTER TABLE erasure DROP COLUMN files_removed, DROP COLUMN values_emptied, DROP "
                            "COLUMN not_covered, DROP COLUMN undecided",
                            "DELETE FROM ledger_format WHERE version > 1"}) {
        cluster().node(0).execute(sql, name);
    }
}

}  // namespace

TEST_CASE("The ledger is made and brought up to date by daemons on all nodes at once") {
    const std::vector<std::string> all_well(cluster().size());
    for (int round = 1; round <= 8; ++round) {
        const std::string name = "ledger_" + std::to_string(round);
        CAPTURE(name);
        CHECK(create_on_all_nodes(name) == all_well);
        const std::string new_one = definition_of_erasure(name, 0);
        make_old(name);
        REQUIRE(definition_of_erasure(name, 0) != new_one);
        CHECK(create_on_all_nodes(name) == all_well);
        for (std::size_t node = 0; node < cluster().size(); ++node) {
            CHECK(definition_of_erasure(name, node) == new_one);
        }
    }
}
