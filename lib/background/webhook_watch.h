// Looks whether Mautic's webhook to this daemon lives: the fast path of every opt-out. What is wrong is said
// in /readyz and as metrics, and once in the log; the sweep goes on meanwhile, so nothing of it makes the
// daemon "not ready".
//
// With [webhook] secret = "from-database" it also keeps the secrets up to date.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "background/task.h"
#include "health/metrics.h"
#include "health/readiness.h"
#include "webhook_setup/warnings.h"

namespace gdprd::background {

class WebhookWatch : public Task {
  public:
    struct Dependencies {
        // What the daemon expects of the webhooks today.
        std::function<webhook_setup::WebhookExpectations()> expectations;
        // Given the secrets of the webhooks that point at the target, after each reading of them.
        std::function<void(const webhook_setup::WebhookTarget&, const std::vector<std::string>&)>
            take_secrets;
        health::Readiness& readiness;
        health::Metrics& metrics;
    };

    WebhookWatch(Milliseconds period, Dependencies dependencies);

    std::string_view name() const override { return "webhook watch"; }
    Milliseconds period() const override { return period_; }
    void run(const Run& run) override;

  private:
    void tell(const std::vector<webhook_setup::WebhookWarning>& warnings, std::uint64_t waiting);
    void log_changes(const std::vector<webhook_setup::WebhookWarning>& warnings);

    const Milliseconds period_;
    const Dependencies dependencies_;
    std::vector<webhook_setup::WebhookWarning> told_;
};

}  // namespace gdprd::background
