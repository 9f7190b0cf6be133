// A ledger of random records, in which ties, copies and holds are frequent.
#pragma once

#include <chrono>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "erasure/world.h"
#include "ledger/ledger.h"
#include "records/statistics.h"

namespace gdprd::test {

inline constexpr const char* counted_ledger = "test_ledger_statistics";
inline constexpr Timestamp beginning{std::chrono::sys_days(std::chrono::year(2026) / 1 / 28)};

// Records of few contacts, many of which share a moment, a day or the end of a month.
class RandomLedger {
  public:
    explicit RandomLedger(unsigned seed) : connection(server().options()), random_(seed) {
        server().execute(std::string("DROP DATABASE IF EXISTS ") + counted_ledger);
        ledger::Ledger ledger(connection, counted_ledger);
        ledger.create();
        std::vector<ledger::Record> current;
        std::vector<ledger::Record> former;
        const int contacts = number(0, 60);
        for (int contact = 1; contact <= contacts; ++contact) {
            current.push_back(record(static_cast<ContactId>(contact)));
            for (int i = number(0, 3); i > 1; --i) {
                former.push_back(record(static_cast<ContactId>(contact)));
                // Erased again after the same opt-out, by a command or after a restore.
                if (former.back().erased_at && number(0, 1) == 0)
                    former.back().opted_out_at = current.back().opted_out_at;
            }
        }
        // What a copy of the ledger knew of the same erasures, more or less of them.
        std::vector<ledger::Record> copies;
        for (const auto* rows : {&current, &former}) {
            for (ledger::Record row : *rows) {
                if (number(0, 4) != 0) continue;
                row.status = status(number(0, 2));
                if (number(0, 1) == 0 && row.last_pass_at)
                    row.last_pass_at = *row.last_pass_at + Milliseconds(number(-5, 5));
                copies.push_back(row);
            }
        }
        former.insert(former.end(), copies.begin(), copies.end());
        if (!current.empty()) ledger.write(current);
        if (!former.empty()) ledger.add_former(former);
        all_ = records(ledger, contacts);
    }

    records::Span span() {
        const Timestamp from = beginning + std::chrono::days(number(-2, 40));
        return {from, from + std::chrono::days(number(1, 50))};
    }
    const std::vector<ledger::Record>& all() const { return all_; }

    database::Connection connection;

  private:
    int number(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }
    static ledger::Status status(int of) {
        constexpr ledger::Status erased[] = {ledger::Status::complete, ledger::Status::settling,
                                             ledger::Status::superseded, ledger::Status::partial};
        return erased[of];
    }

    ledger::Record record(ContactId contact) {
        ledger::Record row;
        row.contact = contact;
        row.algorithm = "md5";
        row.channel = "email";
        row.reason = static_cast<policy::Reason>(number(1, 3));
        row.origin = static_cast<Origin>(number(0, 2));
        row.policy_digest = row.schema_digest = row.map_digest = std::string(64, 'd');
        row.requested_at = beginning + Milliseconds(number(0, 1'000));
        if (number(0, 6) == 0) {
            row.status = ledger::Status::held;
            return row;
        }
        row.status = status(number(0, 3));
        row.erased_at = beginning + std::chrono::days(number(0, 40)) + std::chrono::hours(number(0, 2) * 12) +
                        Milliseconds(number(0, 1));
        row.last_pass_at = row.erased_at;
        if (number(0, 5) > 0) {
            // Some about a month before.
            const int hours = number(0, 1) == 0 ? number(-1, 33 * 24) : number(28 * 24, 32 * 24);
            row.opted_out_at = *row.erased_at - std::chrono::hours(hours) - Milliseconds(number(0, 3));
        }
        row.subject_hash = std::string(32, 'a');
        if (number(0, 5) == 0) {
            row.forgotten_at = beginning + std::chrono::days(400);
            row.subject_hash.clear();
        }
        row.not_covered = {number(0, 1) == 0, number(0, 1) == 0, std::nullopt};
        if (number(0, 1) == 0) row.not_covered.undecided = static_cast<std::uint64_t>(number(0, 2));
        if (row.status == ledger::Status::partial && number(0, 3) > 0) {
            row.findings = {{"page_hits", "url", static_cast<std::uint64_t>(number(1, 9))}};
            if (number(0, 1) == 0) row.findings.push_back({"email_stats", "source", 1});
        }
        return row;
    }

    // Each erasure once, as lookups and certificates have them.
    static std::vector<ledger::Record> records(ledger::Ledger& ledger, int contacts) {
        std::vector<ledger::Record> all;
        for (int contact = 1; contact <= contacts; ++contact) {
            const auto id = static_cast<ContactId>(contact);
            const ledger::Record current = *ledger.find(id);
            all.push_back(current);
            for (const ledger::Record& one : ledger::latest_of_each(ledger.former(std::span(&id, 1)))) {
                if (!current.erased_at || one.erased_at != current.erased_at) all.push_back(one);
            }
        }
        return all;
    }

    std::mt19937 random_;
    std::vector<ledger::Record> all_;
};

}  // namespace gdprd::test
