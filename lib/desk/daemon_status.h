// What the daemon says of itself: its pages /readyz and /metrics, read over HTTP as any monitoring does. The
// desk reads neither its queue nor its memory.
//
// Threads: any; an answer is kept for some seconds, and a page waits a moment for it at most.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "desk/latest.h"

namespace gdprd::desk {

struct DaemonStatus {
    bool is_reachable = false;
    bool is_ready = false;
    // What is not ready and why, and what needs a person all the same: the daemon's words, in English.
    struct Part {
        std::string name;  // "database", "schema", "queue", "backlog", "policy", "safety"
        std::string detail;
    };
    std::vector<Part> not_ready;
    std::vector<std::string> warnings;
    // Of /metrics, without labels or as name{label="value"}; what is missing is not known.
    std::map<std::string, double> metrics;

    std::optional<double> metric(const std::string& name) const;
};

class DaemonStatusSource {
  public:
    explicit DaemonStatusSource(std::string url) : url_(std::move(url)) {}
    DaemonStatus read();

  private:
    DaemonStatus ask() const;

    const std::string url_;  // "http://127.0.0.1:8481"; "": nobody to ask
    Latest<DaemonStatus> latest_{"state of the daemon", {.kept_for = Milliseconds{5'000}}};
};

// Pure, of the two bodies.
DaemonStatus status_of(int ready_status, const std::string& ready_json, const std::string& metrics_text);

}  // namespace gdprd::desk
