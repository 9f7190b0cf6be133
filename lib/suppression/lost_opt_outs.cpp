#include "suppression/lost_opt_outs.h"

#include <algorithm>

#include "background/sightings.h"
#include "base/log.h"
#include "suppression/opt_out_cover.h"

namespace gdprd::suppression {

using background::Run;
using database::quote_identifier;

namespace {

std::string merge_records_of(const std::string& prefix) {
    return quote_identifier(prefix + "contact_merge_records");
}

}  // namespace

LostOptOuts::LostOptOuts(std::size_t page_rows, Milliseconds overlap, health::Metrics& metrics)
    : page_rows_(page_rows), metrics_(metrics), cursor_("merges_seen", overlap) {}

std::string LostOptOuts::winners_statement(const std::string& prefix, std::uint64_t after,
                                           std::size_t rows_max) {
    return "SELECT id, contact_id FROM " + merge_records_of(prefix) + " FORCE INDEX (PRIMARY) WHERE id > " +
           std::to_string(after) + " ORDER BY id LIMIT " + std::to_string(rows_max);
}

// All that were ever merged into these: along a chain of merges Mautic moves the earlier records to the last
// winner. Who was on hold was do-not-contact too; who re-subscribed was not.
std::string LostOptOuts::losers_statement(const Run& run, const std::vector<ContactId>& winners) {
    std::string ids;
    for (const ContactId id : winners) ids += (ids.empty() ? "" : ",") + std::to_string(id);
    return "SELECT DISTINCT m.contact_id, m.merged_id FROM " +
           merge_records_of(run.rules->plan->table_prefix) + " m JOIN " +
           quote_identifier(run.rules->ledger_database) +
           ".`erasure` e ON e.contact_id = m.merged_id WHERE m.contact_id IN (" + ids +
           ") AND e.status <> 'superseded'";
}

bool LostOptOuts::scan(const Run& run) {
    const std::string& prefix = run.rules->plan->table_prefix;
    const auto highest = [&] {
        auto rows = run.connection.select("SELECT MAX(id) FROM " + merge_records_of(prefix), {},
                                          "contact_merge_records: highest id");
        return rows.next() ? rows.number(0) : 0;
    };
    const auto read_page = [&](std::uint64_t& reached) {
        auto rows = run.connection.select(winners_statement(prefix, reached, page_rows_), {},
                                          "contact_merge_records: read");
        std::vector<ContactId> winners;
        std::size_t read = 0;
        for (; rows.next(); ++read) {
            reached = rows.number(0);
            winners.push_back(rows.number(1));
        }
        std::sort(winners.begin(), winners.end());
        winners.erase(std::unique(winners.begin(), winners.end()), winners.end());
        judge(run, winners);
        return read;
    };
    return cursor_.scan(run, page_rows_, highest, read_page);
}

void LostOptOuts::judge(const Run& run, const std::vector<ContactId>& winners) {
    if (winners.empty()) return;
    background::Sightings sightings(run.connection, run.rules->ledger_database);
    auto rows = run.connection.select(losers_statement(run, winners), {}, "contact_merge_records: compare");
    while (rows.next()) {
        const Merge merge{rows.number(0), rows.number(1)};
        if (is_opted_out(run.connection, *run.rules, merge.winner)) continue;
        if (!sightings.add(background::Sighting::lost_opt_out, merge.winner, merge.loser,
                           background::Outcome::reported))
            continue;
        metrics_.lost_opt_outs(1);
        log::warning("a contact with an opt-out was merged into one that has none: check it in Mautic",
                     {{"contact", merge.winner}, {"merged", merge.loser}});
    }
}

}  // namespace gdprd::suppression
