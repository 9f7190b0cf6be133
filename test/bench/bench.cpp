// Speed and memory of the real program, as ratios against a baseline in the same run.
//
//     bench [receive] [latency] [memory] [text] [backfill] [sweep] [audit] [seal]
//     bench --servers mariadb,mysql latency backfill
//
// All measurements without a name; with --servers each on one server after the other.
//
// Without --servers on the server that GDPRD_TEST_SERVER names (support/server_under_test.h).
//
// Nothing here passes or fails: machines differ, ratios less so. The documentation quotes a run.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "support/child_process.h"

namespace {

constexpr const char* all[] = {"receive", "latency", "memory", "text", "backfill", "sweep", "audit", "seal"};

// One process a server, because a process has one; measurement by measurement, so that the figures of the
// servers are taken close to each other.
int measure_on_each(const std::string& server_list, std::vector<std::string> wanted) {
    // The processes write to its end as well, also where it is a file.
    ::fcntl(STDOUT_FILENO, F_SETFL, ::fcntl(STDOUT_FILENO, F_GETFL) | O_APPEND);
    if (wanted.empty()) wanted.assign(std::begin(all), std::end(all));
    for (const std::string& measurement : wanted) {
        std::istringstream servers(server_list);
        for (std::string server; std::getline(servers, server, ',');) {
            std::printf("%s\n", server.c_str());
            std::fflush(stdout);
            gdprd::test::ChildProcessOptions options;
            options.arguments = {"/proc/self/exe", measurement};
            options.environment = {{"GDPRD_TEST_SERVER", server}};
            options.output = "/dev/stdout";
            options.errors = "/dev/stderr";
            gdprd::test::ChildProcess child(options);
            const auto code = child.wait_for_exit(std::chrono::hours(24));
            if (code != 0) return code.value_or(1);
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
    const std::set<std::string> wanted(argv + 1, argv + argc);
    const auto is_wanted = [&](const char* name) { return wanted.empty() || wanted.contains(name); };
    try {
        if (argc > 2 && std::string(argv[1]) == "--servers") {
            return measure_on_each(argv[2], {argv + 3, argv + argc});
        }
        if (is_wanted("receive")) gdprd::bench::measure_receiving();
        if (is_wanted("latency")) gdprd::bench::measure_latency();
        if (is_wanted("memory")) gdprd::bench::measure_memory();
        if (is_wanted("text")) gdprd::bench::measure_text_search();
        if (is_wanted("backfill")) gdprd::bench::measure_backfill();
        if (is_wanted("sweep")) gdprd::bench::measure_sweep();
        if (is_wanted("audit")) gdprd::bench::measure_audit();
        if (is_wanted("seal")) gdprd::bench::measure_sealing();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
