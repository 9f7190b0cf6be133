// Speed and memory of the real program, as ratios against a baseline in the same run. Nothing here passes or
// fails: machines differ, ratios less so. docs/explanation/performance.md says what is measured, and quotes a
// run.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>

#include "base/error.h"
#include "base/log.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/options.h"
#include "bench/scratch.h"

namespace gdprd::bench {
namespace {

struct Measurement {
    const char* name;
    const char* about;
    void (*measure)(const Run&);
};

constexpr Measurement all[] = {
    {"receive", "acknowledged webhooks a second, against a bare server", measure_receiving},
    {"latency", "from webhook to erased when idle, against the same statements by hand", measure_latency},
    {"memory", "resident memory, idle and with a million jobs queued", measure_memory},
    {"text", "erasures with and without the search for texts", measure_text_search},
    {"backfill", "contacts erased a second, against set-based SQL and a plugin's loop", measure_backfill},
    {"sizes", "the same contacts in a small, a large and a very large database", measure_sizes},
    {"load", "what Mautic's own statements notice of many erasures", measure_load},
    {"history", "contacts with a million page views or mails", measure_history},
    {"sweep", "reconciliation of a long do-not-contact list", measure_sweep},
    {"audit", "the search for everybody who was erased, against reading alone", measure_audit},
    {"seal", "seals over a ledger of 100,000 records", measure_sealing},
};

std::vector<Known> known_measurements() {
    std::vector<Known> known;
    for (const Measurement& one : all) known.push_back({one.name, one.about});
    return known;
}

// Where lines of JSON go, if anywhere; lines of several processes come one after the other.
std::ostream* open_json(const Options& options, std::ofstream& file) {
    if (options.json.empty()) return nullptr;
    if (options.json == "-") return &std::cout;
    file.open(options.json, std::ios::app);
    if (!file) throw Error(options.json.string() + ": " + std::strerror(errno));
    return &file;
}

int report_failure(const std::string& name, const std::exception& error) {
    std::cerr << "bench: " << name << (name.empty() ? "" : ": ") << describe(error) << std::endl;
    return 1;
}

int measure(const Measurement& measurement, const Options& options) {
    try {
        std::ofstream file;
        log::configure(log::Level::error, log::Format::text);  // figures are what is printed
        Report report(measurement.name, options.scale, std::cout, open_json(options, file));
        measurement.measure({options.scale, report});
        return 0;
    } catch (const std::exception& error) {
        return report_failure(measurement.name, error);
    }
}

// In a process of its own, because a process has one kind of server (support/server_under_test.h) and one
// peak of memory. It does not outlive this one.
bool measure_apart(const Measurement& measurement, const std::string& server, const Options& options) {
    std::cout.flush();
    const pid_t child = ::fork();
    if (child < 0) throw Error(std::string("fork: ") + std::strerror(errno));
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!server.empty()) ::setenv("GDPRD_TEST_SERVER", server.c_str(), 1);
        const int code = measure(measurement, options);
        std::cout.flush();
        ::_exit(code);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFSIGNALED(status)) {
        std::cerr << "bench: " << measurement.name << ": ended by signal " << WTERMSIG(status) << std::endl;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What fails does not keep the others from being measured: a run takes hours. Measurement by measurement, so
// that the figures of several servers are taken close to each other.
int measure_all(const Options& options) {
    const Machine machine = look_at_machine(scratch_parent());
    std::cout << machine.words() << "\n  scale: " << options.scale << std::endl;
    std::ofstream file;
    if (std::ostream* json = open_json(options, file)) *json << machine.json() << std::endl;
    bool all_went_well = true;
    for (const Measurement& measurement : all) {
        const auto& wanted = options.measurements;
        if (std::find(wanted.begin(), wanted.end(), measurement.name) == wanted.end()) continue;
        for (const std::string& server : options.servers) {
            std::cout << '\n' << measurement.name << (server.empty() ? "" : ", " + server) << std::endl;
            all_went_well = measure_apart(measurement, server, options) && all_went_well;
        }
    }
    return all_went_well ? 0 : 1;
}

int run(const std::vector<std::string>& arguments) {
    std::string help;
    const auto options = parse_options(arguments, known_measurements(), help);
    if (options) return measure_all(*options);
    std::cout << help;
    return 0;
}

}  // namespace
}  // namespace gdprd::bench

int main(int argc, char* argv[]) {
    try {
        return gdprd::bench::run({argv + 1, argv + argc});
    } catch (const gdprd::ConfigurationError& error) {
        gdprd::bench::report_failure("", error);
        return 2;
    } catch (const std::exception& error) {
        return gdprd::bench::report_failure("", error);
    }
}
