#include "bench/large_mautic.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <regex>
#include <thread>

#include "base/error.h"
#include "bench/large_mautic_rows.h"
#include "bench/machine.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "support/server_under_test.h"

namespace gdprd::bench {
namespace {

void replace_all(std::string& text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

// While it lives, rows are inserted as a dump is restored: without checks that they satisfy anyway, and
// without waiting for the disk.
class WithoutChecks {
  public:
    explicit WithoutChecks(test::MauticDatabase& mautic)
        : connection_(mautic.connection()),
          mode_(mautic.value("SELECT @@SESSION.sql_mode")),
          flush_(mautic.value("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit")) {
        connection_.change("SET SESSION unique_checks = 0, foreign_key_checks = 0, sql_mode = ''");
        connection_.change("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
    }
    // Over a connection that was lost there is nothing to put back.
    ~WithoutChecks() {
        try {
            connection_.change("SET SESSION unique_checks = 1, foreign_key_checks = 1, sql_mode = '" + mode_ +
                               "'");
            connection_.change("SET GLOBAL innodb_flush_log_at_trx_commit = " + flush_);
        } catch (const database::DatabaseError&) {
        }
    }
    WithoutChecks(const WithoutChecks&) = delete;
    WithoutChecks& operator=(const WithoutChecks&) = delete;

  private:
    database::Connection& connection_;
    std::string mode_;
    std::string flush_;
};

// Statements name MariaDB's engine of sequences.
std::string with_sequences(const std::string& sql) {
    static const std::regex sequence("seq_([0-9]+)_to_([0-9]+)");
    std::string text;
    auto rest = sql.begin();
    for (std::sregex_iterator found(sql.begin(), sql.end(), sequence), end; found != end; ++found) {
        text.append(rest, (*found)[0].first);
        text +=
            "(SELECT seq FROM " + test::sequence(std::stoull((*found)[1]), std::stoull((*found)[2])) + ")";
        rest = (*found)[0].second;
    }
    return text.append(rest, sql.end());
}

// A statement that inserted the rows of all contacts would exceed the connection's timeout. So many have
// 16,000 mails, each with a place of its own in the index of tracking hashes: on a rotating disk, when the
// index is larger than the server's memory, that is half a minute.
constexpr std::uint64_t contacts_at_once = 2'000;

void run_part(test::MauticDatabase& mautic, const FillStatement& statement, Range whole, Range part) {
    std::string sql = statement.sql;
    replace_all(sql, "{prefix}", mautic.prefix());
    replace_all(sql, "{first}", std::to_string(part.first));
    replace_all(sql, "{last}", std::to_string(part.last()));
    replace_all(sql, "{count}", std::to_string(whole.count));
    replace_all(sql, "{before}", std::to_string(whole.first - 1));
    mautic.connection().change(with_sequences(sql), {}, statement.table + ": fill");
}

// Rows get the same ids however many parts there are.
void run(test::MauticDatabase& mautic, const FillStatement& statement, Range range) {
    if (!mautic.has_table(statement.table)) return;
    Range part{range.first, 0};
    do {
        part.count = std::min(contacts_at_once, range.last() + 1 - part.first);
        run_part(mautic, statement, range, part);
        part.first += part.count;
    } while (part.first <= range.last());
}

}  // namespace

std::vector<ContactId> ids_of(Range contacts) {
    std::vector<ContactId> ids(contacts.count);
    std::iota(ids.begin(), ids.end(), contacts.first);
    return ids;
}

void load_wanted_schema(test::MauticDatabase& mautic) {
    const char* version = std::getenv("GDPRD_BENCH_SCHEMA");
    version == nullptr ? mautic.load_own_schema() : mautic.load_facts_schema(version);
}

// As a server that shares its machine with Mautic has it.
std::uint64_t buffer_pool_bytes() {
    constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
    return std::min(4 * gibibyte, memory_bytes() / 4);
}

test::PrivateServer::Options large_server() {
    test::PrivateServer::Options options;
    options.wait_for_disk = true;
    options.parent = scratch_parent();
    options.arguments = {"--innodb-buffer-pool-size=" + std::to_string(buffer_pool_bytes()),
                         test::ServerUnderTest::get().is_mysql() ? "--innodb-redo-log-capacity=1G"
                                                                 : "--innodb-log-file-size=1G",
                         "--innodb-flush-log-at-trx-commit=1",
                         "--innodb-use-native-aio=1",
                         "--innodb-buffer-pool-dump-at-shutdown=0",
                         "--performance-schema=0"};
    return options;
}

void add_shared_content(test::MauticDatabase& mautic) {
    const WithoutChecks fast(mautic);
    for (const FillStatement& statement : shared_content()) run(mautic, statement, {});
}

void add_contacts(test::MauticDatabase& mautic, Range contacts) {
    const WithoutChecks fast(mautic);
    for (const FillStatement& statement : contact_history()) run(mautic, statement, contacts);
}

void unsubscribe(test::MauticDatabase& mautic, Range contacts) {
    const WithoutChecks fast(mautic);
    run(mautic, opt_outs(), contacts);
}

void analyze(test::MauticDatabase& mautic) {
    for (const FillStatement& statement : contact_history()) {
        if (!mautic.has_table(statement.table)) continue;
        mautic.connection().select("ANALYZE TABLE " +
                                   database::quote_identifier(mautic.real_name(statement.table)));
    }
    mautic.connection().select("ANALYZE TABLE " +
                               database::quote_identifier(mautic.real_name("lead_donotcontact")));
}

void settle(test::MauticDatabase& mautic) {
    const auto dirty_pages = [&] {
        auto status = mautic.connection().select("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
        status.next();
        return status.number(1);
    };
    const auto versions = [&] {
        return std::stoull(
            mautic.value("SELECT `COUNT` FROM information_schema.INNODB_METRICS"
                         " WHERE NAME = 'trx_rseg_history_len'"));
    };
    constexpr std::uint64_t few_pages = 100, few_versions = 100;
    constexpr double patience_seconds = 3'600;
    const auto start = std::chrono::steady_clock::now();
    mautic.connection().change("SET GLOBAL innodb_max_dirty_pages_pct = 0, innodb_io_capacity = 20000");
    while (dirty_pages() > few_pages || versions() > few_versions) {
        if (seconds_since(start) > patience_seconds) {
            throw Error("the server has been writing for an hour, and has not come to rest");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    mautic.connection().change(
        "SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT, innodb_io_capacity = DEFAULT");
}

}  // namespace gdprd::bench
