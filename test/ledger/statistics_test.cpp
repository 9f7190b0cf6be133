// What a report counts, against a judge who reads every record and does it slowly.
#include "records/statistics.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "certificate/month.h"
#include "erasure/world.h"
#include "ledger/random_ledger.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Ledger;
using ledger::Record;
using ledger::Status;
using records::Span;
using records::Statistics;

namespace {

std::vector<Record> erased_in(const std::vector<Record>& all, const Span& span) {
    std::vector<Record> erased;
    for (const Record& one : all) {
        if (one.erased_at && *one.erased_at >= span.from && *one.erased_at < span.to) erased.push_back(one);
    }
    return erased;
}

bool is_measured(const Record& one) { return one.opted_out_at && *one.opted_out_at <= *one.erased_at; }

bool is_repeated(const std::vector<Record>& all, const Record& one) {
    return is_measured(one) && std::any_of(all.begin(), all.end(), [&](const Record& other) {
               return other.contact == one.contact && other.erased_at && *other.erased_at < *one.erased_at &&
                      is_measured(other) && other.opted_out_at == one.opted_out_at;
           });
}

using Kind = std::tuple<std::chrono::sys_days, Origin, Status, policy::Reason>;

std::map<Kind, std::uint64_t> counted_slowly(const std::vector<Record>& erased) {
    std::map<Kind, std::uint64_t> counts;
    for (const Record& one : erased) {
        ++counts[{std::chrono::floor<std::chrono::days>(*one.erased_at), one.origin, one.status, one.reason}];
    }
    return counts;
}

struct SlowTimes {
    std::vector<std::int64_t> times;
    std::size_t repeated = 0;
};

SlowTimes times_of(const std::vector<Record>& all, const std::vector<Record>& erased,
                   std::optional<Origin> origin) {
    SlowTimes found;
    for (const Record& one : erased) {
        if (origin && one.origin != *origin) continue;
        const bool repeated = is_repeated(all, one);
        found.repeated += repeated;
        if (is_measured(one) && !repeated)
            found.times.push_back((*one.erased_at - *one.opted_out_at).count());
    }
    std::sort(found.times.begin(), found.times.end());
    return found;
}

void check_times(const records::Times& found, const SlowTimes& slow, std::size_t erasures) {
    const auto& times = slow.times;
    CHECK(found.measured == times.size());
    CHECK(found.repeated == slow.repeated);
    CHECK(found.unmeasured == erasures - times.size() - slow.repeated);
    CHECK(found.median.has_value() == !times.empty());
    CHECK(found.percentile_95.has_value() == !times.empty());
    if (times.empty()) return;
    const std::size_t half = times.size() / 2;
    CHECK(found.median->count() ==
          (times.size() % 2 == 1 ? times[half] : (times[half - 1] + times[half]) / 2));
    // The least one that 95 of 100 do not exceed.
    const auto is_enough = [&](std::int64_t limit) {
        const auto within =
            std::count_if(times.begin(), times.end(), [&](auto time) { return time <= limit; });
        return static_cast<std::size_t>(within) * 100 >= times.size() * 95;
    };
    CHECK(found.percentile_95->count() == *std::find_if(times.begin(), times.end(), is_enough));
    CHECK(found.longest->count() == times.back());
}

}  // namespace

TEST_CASE("Statistics are what somebody comes to who reads every record") {
    const auto clocks = certificate::all_clocks();
    std::size_t erasures = 0, depends = 0, exceeded = 0, repeated = 0;
    constexpr unsigned seeds = 12;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        RandomLedger random(seed);
        Statistics statistics(random.connection, counted_ledger);
        for (int period = 0; period < 4; ++period) {
            const Span span = random.span();
            CAPTURE(format_utc(span.from), format_utc(span.to));
            const auto erased = erased_in(random.all(), span);
            erasures += erased.size();

            std::map<Kind, std::uint64_t> counts;
            const records::PeriodCounts found_counts = statistics.count(span, clocks);
            for (const auto& one : found_counts.erasures)
                counts[{one.day, one.origin, one.status, one.reason}] = one.erasures;
            CHECK(counts == counted_slowly(erased));

            check_times(found_counts.times, times_of(random.all(), erased, std::nullopt), erased.size());
            for (const auto& [origin, name] : origin_names) {
                const auto is_of_it = [&, of = origin](const Record& one) { return one.origin == of; };
                const auto all =
                    static_cast<std::size_t>(std::count_if(erased.begin(), erased.end(), is_of_it));
                const auto times = found_counts.times_of.find(origin);
                CHECK((times != found_counts.times_of.end()) == (all > 0));
                if (all > 0) check_times(times->second, times_of(random.all(), erased, origin), all);
            }

            const auto count = [&](auto condition) {
                return static_cast<std::uint64_t>(std::count_if(erased.begin(), erased.end(), condition));
            };
            const std::vector<Timestamp> ends{span.from, span.from + std::chrono::hours(5), span.to};
            const auto before = count([&](const Record& one) { return *one.erased_at < ends[1]; });
            CHECK(statistics.count_between(ends) ==
                  std::vector<std::uint64_t>{before, erased.size() - before});

            const auto& limits = found_counts.limits;
            CHECK(limits.without_files == count([](const Record& one) { return one.not_covered.files; }));
            CHECK(limits.without_older_rows ==
                  count([](const Record& one) { return one.not_covered.older_rows; }));
            CHECK(limits.with_undecided ==
                  count([](const Record& one) { return one.not_covered.undecided.value_or(0) > 0; }));
            CHECK(limits.undecided_unrecorded ==
                  count([](const Record& one) { return !one.not_covered.undecided; }));

            const auto& months = found_counts.months;
            const auto month = [&](std::optional<certificate::Month> of) {
                return count([&](const Record& one) {
                    if (one.reason == policy::Reason::bounced || is_repeated(random.all(), one)) return false;
                    const auto took = certificate::took(one.opted_out_at, one.erased_at);
                    return took ? of == took->month : !of;
                });
            };
            CHECK(months.within == month(certificate::Month::within));
            CHECK(months.depends == month(certificate::Month::depends));
            CHECK(months.exceeded == month(certificate::Month::exceeded));
            CHECK(months.unmeasured == month(std::nullopt));
            CHECK(months.not_asked ==
                  count([](const Record& one) { return one.reason == policy::Reason::bounced; }));
            CHECK(months.repeated == count([&](const Record& one) {
                      return one.reason != policy::Reason::bounced && is_repeated(random.all(), one);
                  }));
            repeated += months.repeated;
            depends += months.depends;
            exceeded += months.exceeded;
        }

        std::map<Status, std::uint64_t> open;
        std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> left;
        std::uint64_t without_column = 0;
        std::vector<ContactId> held;
        std::optional<Timestamp> first;
        for (const Record& one : random.all()) {
            if (one.erased_at && (!first || *one.erased_at < *first)) first = one.erased_at;
            if (one.former) continue;
            if (one.status != Status::complete && one.status != Status::superseded) ++open[one.status];
            if (one.status == Status::held) held.push_back(one.contact);
            if (one.status != Status::partial) continue;
            without_column += one.findings.empty();
            for (const auto& finding : one.findings) {
                auto& [contacts, cells] = left[finding.table + '.' + finding.column];
                ++contacts;
                cells += finding.cells;
            }
        }
        CHECK(statistics.open() == open);
        CHECK(statistics.count_current(Status::superseded) ==
              static_cast<std::uint64_t>(std::count_if(
                  random.all().begin(), random.all().end(),
                  [](const Record& one) { return !one.former && one.status == Status::superseded; })));
        CHECK(statistics.first_erasure() == first);
        CHECK(statistics.partial_without_column() == without_column);
        std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> found;
        for (const auto& one : statistics.left_columns())
            found[one.table + '.' + one.column] = {one.contacts, one.cells};
        CHECK(found == left);
        std::vector<ContactId> found_held;
        for (ContactId after = 0;;) {
            const auto page = statistics.held(after, 2);
            if (page.empty()) break;
            found_held.insert(found_held.end(), page.begin(), page.end());
            after = page.back();
        }
        CHECK(found_held == held);
        CHECK(statistics.has_forgotten() ==
              std::any_of(random.all().begin(), random.all().end(),
                          [](const Record& one) { return one.forgotten_at.has_value(); }));
    }
    // The histories have what they are made for.
    CHECK(erasures > 500);
    CHECK(depends > 5);
    CHECK(exceeded > 5);
    CHECK(repeated > 5);
}

TEST_CASE("An index leads to the erasures of a period") {
    RandomLedger random(1);
    Ledger ledger(random.connection, counted_ledger);
    std::vector<Record> rows;
    for (ContactId contact = 1'000; contact < 4'000; ++contact) {
        Record row;
        row.contact = contact;
        row.algorithm = "md5";
        row.channel = "email";
        row.policy_digest = row.schema_digest = row.map_digest = std::string(64, 'd');
        row.erased_at = beginning + std::chrono::days(1'000 + static_cast<int>(contact));
        row.status = Status::complete;
        rows.push_back(row);
    }
    ledger.write(rows);
    random.connection.select("ANALYZE TABLE " + std::string(counted_ledger) + ".erasure");
    const auto read = [&] {
        std::uint64_t rows_read = 0;
        auto status = random.connection.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (status.next()) rows_read += status.number(1);
        return rows_read;
    };
    const auto before = read();
    const std::vector<records::Clocks> clocks{{}, {std::chrono::hours(1), std::chrono::hours(1)}};
    Statistics(random.connection, counted_ledger)
        .count({beginning, beginning + std::chrono::days(3)}, clocks);
    CHECK(read() - before < 2'000);
}
