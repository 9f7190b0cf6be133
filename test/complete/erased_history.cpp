#include "complete/erased_history.h"

#include <algorithm>

#include "complete/statistics.h"

namespace gdprd::test {

namespace {

// The policy that leaves nothing: fields that a policy may keep hold no value of the person here.
policy::FieldPolicy strict_policy() {
    policy::FieldPolicy policy = sample_policy();
    policy.other_fields = policy::FieldRule::remove;
    return policy;
}

}  // namespace

ErasedHistory::ErasedHistory(const SchemaCase& schema)
    : world(schema.prefix, schema.version, schema.upgraded),
      history(world.mautic),
      needles(history.subject()),
      before(world.mautic.connection(), history.tables()),
      statistics_before(statistics_of(world.mautic)) {
    world.policy = strict_policy();
    world.prepare();
}

erasure::Result ErasedHistory::erase(int pass, bool more_passes) {
    return world.erase(FullHistory::subject_id, pass, more_passes);
}

Dump ErasedHistory::dump() { return Dump(world.mautic.connection(), history.tables()); }

Dump ErasedHistory::dump_of_table(const std::string& real_name) {
    LiveTables one = history.tables();
    std::erase_if(one, [&](const auto& table) { return table.second.real_name != real_name; });
    return Dump(world.mautic.connection(), one);
}

std::vector<std::string> ErasedHistory::changes_of_others(const Dump& first, const Dump& second) const {
    return Dump::differences(first, second, [&](const RowMaker::RowId& row) {
        if (is_of_subject(row)) return false;
        // Why a step did not happen: the row is made when it is cancelled, under the step's id.
        if (row.first == "campaign_lead_event_failed_log" &&
            is_of_subject({"campaign_lead_event_log", row.second})) {
            return false;
        }
        if (row.first != "ip_addresses") return true;
        // The anonymous address is made when it is needed first.
        const auto& table = second.tables().at("ip_addresses");
        const auto address = std::find(table.columns.begin(), table.columns.end(), "ip_address");
        const auto found = table.rows.find(row.second);
        return found == table.rows.end() ||
               found->second.at(static_cast<std::size_t>(address - table.columns.begin())) != "*.*.*.*";
    });
}

}  // namespace gdprd::test
