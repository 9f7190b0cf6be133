// [queue], [worker], [health], [log]: how the work is done and watched.
#include <cstdlib>

#include "config/sections.h"

namespace gdprd::config {

namespace {

using namespace std::chrono_literals;

constexpr const char* state_directory_default = "/var/lib/mautic-gdprd";

// systemd names the directories of StateDirectory= with colons between them; the first is ours.
std::string state_directory() {
    const char* given = std::getenv("STATE_DIRECTORY");
    const std::string text = given == nullptr ? "" : given;
    const std::string first = text.substr(0, text.find(':'));
    return first.empty() ? state_directory_default : first;
}

}  // namespace

void read_queue(Reader& reader, Config& config) {
    Section section = reader.section("queue");
    const std::string directory = section.text("directory", "", absolute_path);
    config.queue.directory = directory.empty() ? state_directory() : directory;
    config.queue.jobs_max = section.integer("jobs_max", config.queue.jobs_max, 1, 1'000'000'000);
}

void read_worker(Reader& reader, Config& config) {
    Section section = reader.section("worker");
    auto& worker = config.worker;
    worker.threads = section.integer("threads", worker.threads, 1, 64);
    worker.batch_max = section.integer("batch_max", worker.batch_max, 1, 1'000);
    worker.transaction_time =
        section.duration("transaction_time", worker.transaction_time, 1ms, std::chrono::minutes{1});
    worker.slice_rows = section.integer("slice_rows", worker.slice_rows, 100, 10'000'000);
    worker.attempts_max = section.integer("attempts_max", worker.attempts_max, 1, 1'000);
    worker.backoff_first = section.duration("backoff_first", worker.backoff_first, 1ms, 1h);
    worker.backoff_max = section.duration("backoff_max", worker.backoff_max, 1ms, std::chrono::days{7});
    worker.settle = section.durations("settle", worker.settle, 1ms, std::chrono::days{90});
    worker.schema_refresh = section.duration("schema_refresh", worker.schema_refresh, 100ms, 24h);
    if (worker.backoff_max < worker.backoff_first) {
        section.problem(section.has("backoff_max") ? "backoff_max" : "backoff_first",
                        "backoff_max " + in_quotes(format_duration(worker.backoff_max)) +
                            " is shorter than backoff_first " +
                            in_quotes(format_duration(worker.backoff_first)));
    }
}

void read_health(Reader& reader, Config& config) {
    Section section = reader.section("health");
    config.health.backlog_age_max =
        section.duration("backlog_age_max", config.health.backlog_age_max, 1s, std::chrono::days{30});
}

void read_log(Reader& reader, Config& config) {
    Section section = reader.section("log");
    config.log.level = section.choice<log::Level>("level", config.log.level,
                                                  {{"debug", log::Level::debug},
                                                   {"info", log::Level::info},
                                                   {"warning", log::Level::warning},
                                                   {"error", log::Level::error}});
    // systemd sets the variable when standard error goes to the journal.
    const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    const std::string name = section.choice<std::string>(
        "format", "auto", {{"auto", "auto"}, {"text", "text"}, {"journald", "journald"}, {"json", "json"}});
    config.log.format = log::Format::text;
    if (name == "journald" || (name == "auto" && journal)) config.log.format = log::Format::journald;
    if (name == "json") config.log.format = log::Format::json;
}

}  // namespace gdprd::config
