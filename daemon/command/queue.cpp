#include "daemon/command/queue.h"

#include <iostream>
#include <set>

#include "config/config.h"
#include "daemon/command/report/json_output.h"
#include "daemon/command/terminal/text_table.h"
#include "queue/queue.h"

namespace gdprd::command {

namespace {

queue::QueueOptions queue_options(const CommonOptions& options) {
    return config::load_config(options.config_file).queue;
}

queue::QueueFile open_queue(const CommonOptions& options) { return queue::QueueFile(queue_options(options)); }

const char* meaning_of(queue::JobState state) {
    switch (state) {
        case queue::JobState::ready:
            return "to be done as soon as a worker is free";
        case queue::JobState::waiting:
            return "after a passing error, or in a grace period";
        case queue::JobState::running:
            return "a worker has it";
        case queue::JobState::settling:
            return "erased; a later pass is due";
        case queue::JobState::parked:
            break;
    }
    return "given up on; see `queue list --state parked`, then `queue retry`";
}

std::string circuit_breaker_text(const queue::QueueStatus& status, std::int64_t max_per_hour) {
    const std::string erased =
        counted(static_cast<std::uint64_t>(status.erased_last_hour), "contact was", "contacts were") +
        " erased without being asked for by hand in the last hour";
    const std::string limit = max_per_hour == 0 ? "has no limit" : "is " + std::to_string(max_per_hour);
    if (!status.paused_since) return "erasing: " + erased + "; [safety] max_per_hour " + limit;
    return "erasing: PAUSED since " + shown_time(*status.paused_since) + "\n  " + erased + ", and " +
           std::to_string(status.held_back) + " more are held back; [safety] max_per_hour " + limit +
           ".\n  Look whether somebody put everybody on do-not-contact, and undo it in Mautic if so,\n  "
           "or deleted very many contacts (see the log).\n  "
           "Then `mautic-gdprd queue resume` continues; who is not do-not-contact any more is left alone.";
}

}  // namespace

ExitCode queue_status(const CommonOptions& options) {
    const queue::QueueOptions queue = queue_options(options);
    const auto status = queue::QueueFile(queue).status();
    if (options.json) {
        std::cout << to_json(status, queue.erasures_per_hour_max) << '\n';
        return ExitCode::done;
    }
    TextTable table;
    for (const auto& [state, count] : status.jobs) {
        table.add({queue::name_of(state), std::to_string(count), meaning_of(state)});
    }
    table.print(std::cout);
    std::cout << "\noldest request not yet carried out: "
              << (status.oldest_received_at ? shown_time(*status.oldest_received_at) : "none") << '\n'
              << circuit_breaker_text(status, queue.erasures_per_hour_max) << "\nfile: " << status.file_bytes
              << " bytes, format " << status.format_version << '\n';
    return ExitCode::done;
}

ExitCode queue_list(const QueueListOptions& options) {
    const auto jobs = open_queue(options.common).list({options.state, options.limit});
    if (options.common.json) {
        std::cout << to_json(jobs) << '\n';
        return ExitCode::done;
    }
    if (jobs.empty()) {
        std::cout << "No jobs.\n";
        return ExitCode::done;
    }
    TextTable table;
    table.add({"contact", "state", "origin", "received", "due", "attempts", "pass", "last error"});
    for (const queue::Job& job : jobs) {
        table.add({std::to_string(job.contact), queue::name_of(job.state), name_of(job.origin),
                   shown_time(job.received_at), shown_time(job.due_at), std::to_string(job.attempts),
                   std::to_string(job.pass), job.last_error});
    }
    table.print(std::cout);
    if (jobs.size() == options.limit) std::cout << "\nThere may be more; see --limit.\n";
    return ExitCode::done;
}

ExitCode queue_retry(const QueueRetryOptions& options) {
    const auto redriven = open_queue(options.common).redrive(options.contacts);
    const std::size_t wanted = std::set(options.contacts.begin(), options.contacts.end()).size();
    std::cout << counted(redriven, "parked job is", "parked jobs are") << " ready again.\n";
    if (redriven >= wanted) return ExitCode::done;
    std::cout << counted(wanted - redriven, "of the named contacts has", "of the named contacts have")
              << " no parked job.\n";
    return ExitCode::not_everything;
}

ExitCode queue_resume(const CommonOptions& options) {
    const auto let_through = open_queue(options).resume();
    if (let_through) {
        std::cout << "Erasing goes on: " << counted(*let_through, "job is", "jobs are") << " let through.\n";
    } else {
        std::cout << "Erasing was not paused.\n";
    }
    return ExitCode::done;
}

}  // namespace gdprd::command
