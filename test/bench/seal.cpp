// What a seal costs: the time it takes, and the memory of the process beyond what it had before.
#include <functional>

#include "bench/measure.h"
#include "bench/own_memory.h"
#include "bench/processor_time.h"
#include "bench/samples.h"
#include "ledger/ledger.h"
#include "lookup/log.h"
#include "seal/sealer.h"
#include "seal/verifier.h"
#include "support/private_server.h"
#include "support/server_under_test.h"

namespace gdprd::bench {

namespace {

constexpr const char* ledger_name = "sealed_ledger";
constexpr std::size_t rows = 100'000;  // at every scale: two seals, of which a forged one is found

void fill(database::Connection& connection) {
    ledger::Ledger(connection, ledger_name).create();
    lookup::LookupLog(connection, ledger_name).create();
    connection.change(std::string("USE ") + ledger_name);
    connection.change(
        "INSERT INTO erasure (contact_id, subject_hash, algorithm, channel, reason, origin, opted_out_at,"
        " requested_at, erased_at, last_pass_at, completed_at, status, passes, rows_changed, rows_deleted,"
        " rows_late, hash_marks, policy_digest, schema_digest, map_digest)"
        " SELECT seq, SHA2(seq, 256), 'sha256', 'email', 'unsubscribed', 'webhook', NOW(3), NOW(3), NOW(3),"
        " NOW(3), NOW(3), 'complete', 3, 40, 5, 0, LEFT(SHA2(seq, 256), 48), SHA2(1, 256), SHA2(2, 256),"
        " SHA2(3, 256) FROM " +
        test::sequence(1, rows));
}

// Time on the clock, of the processors in this program and in the server, and memory.
void measure(Report& report, const std::string& what, const test::PrivateServer& server,
             const std::function<void()>& work) {
    const MemoryGrowth memory;
    ProcessorTime processor(server);
    processor.begin();
    const auto start = std::chrono::steady_clock::now();
    work();
    report.add({what, seconds_since(start), "s"});
    processor.end();
    report.add({what + ", own processor time", processor.own_seconds(), "s"});
    report.add({what + ", the server's processor time", processor.server_seconds(), "s"});
    report.add({what + ", memory", memory.peak_mebibytes(), "MiB"});
}

}  // namespace

void measure_sealing(const Run& run) {
    test::PrivateServer server;
    database::Connection connection(server.options());
    fill(connection);
    run.report.set_server(connection.server_name());
    const SigningKey key(make_signing_key());
    const auto seal = [&] {
        seal::Sealer sealer({ledger_name, key, {}}, [](const seal::Seal&) {});
        while (sealer.next(connection, [] {})) continue;
    };
    measure(run.report, "all rows for the first time", server, seal);
    measure(run.report, "nothing new", server, seal);
    connection.change(
        "UPDATE erasure SET passes = 4, last_pass_at = NOW(3) + INTERVAL 1 SECOND WHERE contact_id % 1000 = "
        "0");
    measure(run.report, "one row in a thousand changed", server, seal);
    const auto verify = [&](std::uint64_t expected) {
        const auto report = seal::verify_seals(connection, {ledger_name, {key.public_key()}});
        if (report.found_count != expected) throw std::runtime_error("not all, or more, was found");
    };
    measure(run.report, "verify", server, [&] { verify(0); });
    connection.change("UPDATE erasure SET subject_hash = SHA2('other', 256) WHERE contact_id = 61728");
    connection.change("DELETE FROM erasure WHERE contact_id = 77777");
    connection.change(
        "UPDATE erasure SET last_pass_at = '2020-01-01', contact_id = 999999 WHERE contact_id = 5");
    connection.change("DELETE FROM seals_of_sealed_ledger.leaf WHERE seal = 3");
    connection.change("DELETE FROM seals_of_sealed_ledger.seal WHERE number = 3");
    // The row with another number is one that is gone and one that was added.
    measure(run.report, "verify, all of it forged", server, [&] { verify(5); });
}

}  // namespace gdprd::bench
