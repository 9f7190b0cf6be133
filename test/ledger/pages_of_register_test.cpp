// The register, page by page, against a judge who sorts every record in memory.
#include <algorithm>
#include <random>
#include <tuple>

#include "fixture/explain.h"
#include "ledger/random_ledger.h"
#include "records/register.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Record;
using ledger::Status;
using records::Register;
using records::RegisterEntry;
using records::RegisterFilter;
using records::RegisterPlace;

namespace {

// What a page shows of a record, in the order of the list.
using Shown = std::tuple<std::optional<Timestamp>, ContactId, bool, Status, Origin, policy::Reason>;

Shown shown(const RegisterEntry& entry) {
    return {entry.place.erased_at, entry.place.contact, entry.is_former(),
            entry.status,          entry.origin,        entry.reason};
}

bool is_asked_for(const Record& one, const RegisterFilter& filter) {
    if ((filter.from || filter.to) && !one.erased_at) return false;
    if (filter.from && *one.erased_at < *filter.from) return false;
    if (filter.to && *one.erased_at >= *filter.to) return false;
    if (filter.current_only && one.former) return false;
    return (!filter.status || one.status == *filter.status) &&
           (!filter.origin || one.origin == *filter.origin) &&
           (!filter.reason || one.reason == *filter.reason);
}

// In pages of any size, all of them, or nothing where two pages have the same record.
std::vector<Shown> walked(Register& pages, const RegisterFilter& filter, std::size_t page_size) {
    std::vector<Shown> all;
    std::optional<RegisterPlace> after;
    while (true) {
        const auto page = pages.page(filter, after, page_size);
        REQUIRE(page.size() <= page_size);
        for (const RegisterEntry& entry : page) all.push_back(shown(entry));
        if (page.size() < page_size) return all;
        after = page.back().place;
    }
}

// Without a time there is no telling which of two records of one contact is the later one: their order is the
// table's, and the judge only knows who is among them.
std::vector<Shown> in_order(std::vector<Shown> all) {
    std::stable_sort(all.begin(), all.end(), [](const Shown& one, const Shown& other) {
        const auto key = [](const Shown& of) {
            return std::tuple(std::get<0>(of), std::get<1>(of), !std::get<2>(of));
        };
        return key(one) > key(other);
    });
    return all;
}

std::vector<Shown> judged(const std::vector<Record>& all, const RegisterFilter& filter) {
    std::vector<Shown> kept;
    for (const Record& one : all) {
        if (is_asked_for(one, filter))
            kept.push_back({one.erased_at, one.contact, one.former, one.status, one.origin, one.reason});
    }
    return in_order(std::move(kept));
}

RegisterFilter random_filter(std::mt19937& random, RandomLedger& ledger) {
    RegisterFilter filter;
    const auto span = ledger.span();
    const auto chance = [&] { return random() % 3 == 0; };
    if (chance()) filter.from = span.from;
    if (chance()) filter.to = span.to;
    if (chance()) filter.status = static_cast<Status>(random() % 6);
    if (chance()) filter.origin = static_cast<Origin>(random() % 3);
    if (chance()) filter.reason = static_cast<policy::Reason>(1 + random() % 3);
    filter.current_only = chance();
    return filter;
}

// Former records that tell of no first pass are listed one by one.
std::vector<Record> listed_records(RandomLedger& random_ledger) {
    std::vector<Record> all;
    for (const Record& one : random_ledger.all()) {
        if (!one.former || one.erased_at) all.push_back(one);
    }
    ledger::Ledger ledger(random_ledger.connection, counted_ledger);
    for (ContactId contact = 1; contact <= 60; ++contact) {
        for (const Record& one : ledger.former(std::span(&contact, 1))) {
            if (!one.erased_at) all.push_back(one);
        }
    }
    return all;
}

// Of the same time and contact, in any order.
std::vector<Shown> compared(std::vector<Shown> all) {
    for (auto first = all.begin(); first != all.end();) {
        const auto last = std::find_if(first, all.end(), [&](const Shown& one) {
            return std::get<0>(one) != std::get<0>(*first) || std::get<1>(one) != std::get<1>(*first) ||
                   std::get<2>(one) != std::get<2>(*first);
        });
        std::sort(first, last);
        first = last;
    }
    return all;
}

std::uint64_t rows_read_so_far(database::Connection& connection) {
    std::uint64_t sum = 0;
    auto rows = connection.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
    while (rows.next()) sum += std::stoull(rows.text(1));
    return sum;
}

// 200,000 current and 20,000 former ones; one of a thousand is partial, a half of them forgotten.
void fill(database::Connection& connection, const std::string& name) {
    server().execute("DROP DATABASE IF EXISTS " + name);
    ledger::Ledger(connection, name).create();
    const auto insert = [&](const char* table, const char* last) {
        const std::string digest = "REPEAT('d', 64)";
        connection.change(
            "INSERT INTO " + name + '.' + table +
            " (contact_id, algorithm, channel, reason, origin, erased_at, status, passes, rows_changed,"
            " rows_deleted, rows_late, hash_marks, policy_digest, schema_digest, map_digest, files_removed,"
            " values_emptied, not_covered, forgotten_at)"
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
            " SELECT a.i + 1000 * (b.i - 1), 'md5', 'email', 'unsubscribed', 'webhook',"
            " TIMESTAMPADD(SECOND, (a.i + 1000 * b.i) DIV 7, '2020-01-01'),"
            " IF(a.i = 500, 'partial', 'complete'), 2, 1, 1, 0, '', " +
            digest + ", " + digest + ", " + digest +
            ", 0, 0, '', IF(b.i % 2 = 0, TIMESTAMPADD(SECOND, a.i, '2025-01-01'), NULL)"
            " FROM n a JOIN n b ON b.i <= " +
            last);
    };
    insert("erasure", "200");
    insert("former_erasure", "20");
    connection.change("UPDATE " + name + ".former_erasure SET erased_at = TIMESTAMPADD(YEAR, -1, erased_at)");
    connection.select("ANALYZE TABLE " + name + ".erasure, " + name + ".former_erasure");
}

}  // namespace

TEST_CASE("the register has every record once, in its order, whatever is filtered and however large a page") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 15; ++round) {
        RandomLedger ledger(static_cast<unsigned>(random()));
        const auto all = listed_records(ledger);
        Register pages(ledger.connection, counted_ledger);
        for (int i = 0; i < 12; ++i) {
            const RegisterFilter filter = random_filter(random, ledger);
            const std::size_t page_size = 1 + random() % 9;
            CAPTURE(round, i, page_size);
            CHECK(compared(walked(pages, filter, page_size)) == compared(judged(all, filter)));
        }
    }
}

TEST_CASE("a register without a record has an empty page") {
    RandomLedger ledger(1);
    for (const char* table : {"finding", "former_finding", "erasure", "former_erasure"})
        ledger.connection.change(std::string("DELETE FROM ") + counted_ledger + '.' + table);
    CHECK(Register(ledger.connection, counted_ledger).page({}, std::nullopt, 50).empty());
}

TEST_CASE("a page of the register reads about as many rows as it shows, wherever it stands") {
    database::Connection connection(server().options());
    fill(connection, "long_ledger");
    Register pages(connection, "long_ledger");
    constexpr std::size_t page_size = 200;
    std::size_t seen = 0;
    std::optional<RegisterPlace> after;
    std::uint64_t most = 0;
    const std::uint64_t start = rows_read_so_far(connection);
    const std::uint64_t looking = rows_read_so_far(connection) - start;
    while (true) {
        const std::uint64_t before = rows_read_so_far(connection);
        const auto page = pages.page({}, after, page_size);
        most = std::max(most, rows_read_so_far(connection) - before - looking);
        seen += page.size();
        if (page.size() < page_size) break;
        after = page.back().place;
    }
    CHECK(seen == 220'000);
    CHECK(most < 20 * page_size);
    // Of a rare status the index alone is read, and nothing is sorted but the page.
    RegisterFilter rare;
    rare.status = Status::partial;
    CHECK(walked(pages, rare, page_size).size() == 220);
}

TEST_CASE("the register is read backwards from its index, and not sorted") {
    database::Connection connection(server().options());
    fill(connection, "long_ledger");
    for (const std::string table : {"erasure", "former_erasure"}) {
        const std::string id = table == "erasure" ? "" : ", r.id DESC";
        for (auto& line :
             explain(connection, "SELECT r.contact_id FROM long_ledger." + table +
                                     " r FORCE INDEX (by_time) WHERE r.status = 'partial' AND (r.erased_at <"
                                     " '2019-06-01' OR r.erased_at IS NULL OR (r.erased_at = '2019-06-01' AND"
                                     " r.contact_id < 77)) ORDER BY r.erased_at DESC, r.contact_id DESC" +
                                     id + " LIMIT 50")) {
            CAPTURE(table, line["Extra"]);
            CHECK(line["key"] == "by_time");
            CHECK(line["Extra"].find("filesort") == std::string::npos);
            CHECK(line["Extra"].find("Using index") != std::string::npos);
        }
    }
}
