#include "rights/tables.h"

namespace gdprd::rights {

std::set<std::string> tables_of_named_rows(const plan::Plan& plan) {
    std::set<std::string> tables;
    for (const plan::Step& step : plan.steps) {
        if (!step.only_if_named) continue;
        tables.insert(step.real_table);
        for (const auto& chain : step.chains) {
            for (const plan::Link& link : chain) tables.insert(link.real_table);
        }
    }
    return tables;
}

std::string addresses_of(const plan::Plan& plan) { return plan.table_prefix + "ip_addresses"; }

}  // namespace gdprd::rights
