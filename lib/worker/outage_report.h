// Reports an outage of the workers: metrics, readiness, and the log once.
//
// Threads: those of the outage.
#pragma once

#include "health/metrics.h"
#include "health/readiness.h"
#include "worker/outage.h"

namespace gdprd::worker {

class OutageReport : public Outage::Observer {
  public:
    // Both outlive this object.
    OutageReport(health::Metrics& metrics, health::Readiness& readiness)
        : metrics_(metrics), readiness_(readiness) {}

    void connected(const std::string& server, bool lasts) override;
    void failed(const Outage::Attempt& attempt) override;
    void ended(Outage::Kind kind) override;

  private:
    health::Metrics& metrics_;
    health::Readiness& readiness_;
};

}  // namespace gdprd::worker
