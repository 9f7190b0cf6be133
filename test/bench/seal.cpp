// What a seal costs: the time it takes, and the memory of the process beyond what it had before.
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "bench/measure.h"
#include "bench/processor_time.h"
#include "ledger/ledger.h"
#include "lookup/log.h"
#include "seal/sealer.h"
#include "seal/verifier.h"
#include "support/private_server.h"
#include "support/server_under_test.h"

namespace gdprd::bench {

namespace {

constexpr const char* ledger_name = "sealed_ledger";
constexpr std::size_t rows = 100'000;

std::size_t status_kib(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field + ":")) return std::stoul(line.substr(field.size() + 1));
    }
    return 0;
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

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

pid_t process_of(database::Connection& connection) {
    database::Rows found = connection.select("SELECT @@pid_file");
    found.next();
    pid_t process = 0;
    std::ifstream(found.text(0)) >> process;
    return process;
}

// Time on the clock, of the processors in this program and in the server, and memory.
void measure(const char* what, pid_t server, const std::function<void()>& work) {
    forget_peak();
    const std::size_t before = status_kib("VmRSS");
    const double program_before = processor_seconds(::getpid());
    const double server_before = processor_seconds(server);
    const auto start = std::chrono::steady_clock::now();
    work();
    const double seconds = milliseconds_since(start) / 1'000;
    const std::size_t peak = std::max(status_kib("VmHWM"), before) - before;
    std::printf("  %-34s %6.2f s; processor %5.2f s + server's %5.2f s; %5.1f MiB\n", what, seconds,
                processor_seconds(::getpid()) - program_before, processor_seconds(server) - server_before,
                static_cast<double>(peak) / 1024);
}

}  // namespace

void measure_sealing() {
    test::PrivateServer server;
    database::Connection connection(server.options());
    fill(connection);
    const pid_t process = process_of(connection);
    std::printf("seal: a ledger of 100,000 records, with the memory beyond what the program had\n");
    const SigningKey key(make_signing_key());
    const auto seal = [&] {
        seal::Sealer sealer({ledger_name, key, {}}, [](const seal::Seal&) {});
        while (sealer.next(connection, [] {})) continue;
    };
    measure("all rows for the first time", process, seal);
    measure("nothing new", process, seal);
    connection.change(
        "UPDATE erasure SET passes = 4, last_pass_at = NOW(3) + INTERVAL 1 SECOND WHERE contact_id % 1000 = "
        "0");
    measure("one row in a thousand changed", process, seal);
    const auto verify = [&](std::uint64_t expected) {
        const auto report = seal::verify_seals(connection, {ledger_name, {key.public_key()}});
        if (report.found_count != expected) throw std::runtime_error("not all, or more, was found");
    };
    measure("verify", process, [&] { verify(0); });
    connection.change("UPDATE erasure SET subject_hash = SHA2('other', 256) WHERE contact_id = 61728");
    connection.change("DELETE FROM erasure WHERE contact_id = 77777");
    connection.change(
        "UPDATE erasure SET last_pass_at = '2020-01-01', contact_id = 999999 WHERE contact_id = 5");
    connection.change("DELETE FROM seals_of_sealed_ledger.leaf WHERE seal = 3");
    connection.change("DELETE FROM seals_of_sealed_ledger.seal WHERE number = 3");
    // The row with another number is one that is gone and one that was added.
    measure("verify, all of it forged", process, [&] { verify(5); });
}

}  // namespace gdprd::bench
