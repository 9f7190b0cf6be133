// The audit as a background task: when [audit] schedule says so, some chunks a turn, so that no other task
// waits long. Goes on with one that a command, or a daemon before this one, has left.
//
// The log tells the beginning, and at the end what was found, column by column and in sum; metrics tell the
// sum. Threads: the scheduler's. Errors: DatabaseError; the next turn goes on at the chunk that failed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "audit/pass.h"
#include "background/task.h"
#include "base/schedule.h"
#include "health/metrics.h"

namespace gdprd::audit {

struct BackgroundAuditOptions {
    Schedule schedule;
    std::optional<database::ConnectionOptions> replica;  // read from there
    std::filesystem::path mautic_directory;              // for the log files; "" leaves them out
    PassOptions pass;
};

class BackgroundAudit : public background::Task {
  public:
    BackgroundAudit(BackgroundAuditOptions options, health::Metrics& metrics);

    std::string_view name() const override { return "audit"; }
    Milliseconds period() const override;
    void run(const background::Run& run) override;

  private:
    bool is_due(const background::Run& run) const;
    bool is_outdated(const background::Run& run) const;
    void go_on(const background::Run& run, database::Connection& mautic);
    void prepare(const background::Run& run, const Connections& connections);
    bool read_tables(const background::Run& run, const Connections& connections);
    void read_table(const background::Run& run, const Connections& connections,
                    background::PageBudget& chunks);
    void finish(const background::Run& run);
    void tell(const LogAudit& logs) const;

    const BackgroundAuditOptions options_;
    health::Metrics& metrics_;
    const Timestamp made_at_ = now();
    std::unique_ptr<Pass> pass_;   // while an audit is under way
    TableState* table_ = nullptr;  // of pass_: the one that is read
    bool is_behind_ = false;       // there is more to do at once
};

}  // namespace gdprd::audit
