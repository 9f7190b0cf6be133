// The commands' answers as JSON. The keys are a promise to the programs that read them: new ones may come,
// none goes and none changes its meaning. The only place here with nlohmann.
//
// Times are ISO 8601 in UTC; what is not known is null. No personal data: ids, names of tables and columns,
// counts, times, digests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "daemon/command/check/instances.h"
#include "daemon/command/check/report.h"
#include "daemon/command/erase.h"
#include "erasure/preview.h"
#include "lookup/lookup.h"
#include "outbox/outbox.h"
#include "plan/plan.h"
#include "queue/queue.h"

namespace gdprd::command {

std::string to_json(const CheckReport& report);
std::string to_json(const std::vector<CheckedInstance>& checked, const CheckReport& apart);
// `previews` is empty or has one for every step.
std::string to_json(const plan::Plan& plan, std::optional<ContactId> contact,
                    const std::vector<erasure::StepPreview>& previews);
std::string to_json(const std::vector<EraseOutcome>& outcomes, const std::string& remark);
std::string to_json(const lookup::LookupAnswer& answer, bool history_searched);
std::string to_json(const queue::QueueStatus& status, std::int64_t max_per_hour);
std::string to_json(const std::vector<queue::Job>& jobs);

// Of a receiver of notifications.
struct NotifyStatus {
    std::string url;  // "" when it is not configured
    outbox::OutboxFigures figures;
};
std::string to_json(const std::map<std::string, NotifyStatus>& receivers);
std::string to_json(const std::vector<outbox::Notification>& notifications);

}  // namespace gdprd::command
