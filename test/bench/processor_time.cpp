#include "bench/processor_time.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "base/error.h"

namespace gdprd::bench {

double processor_seconds(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string word;
    std::getline(file, word, ')');
    std::array<double, 13> fields{};  // behind the name: state, …, utime, stime
    file >> word;
    for (std::size_t i = 1; i < fields.size(); ++i) file >> fields[i];
    return (fields[11] + fields[12]) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

pid_t process_of(const test::PrivateServer& server) {
    std::ifstream file(server.socket().parent_path() / "pid");
    pid_t process = 0;
    if (!(file >> process)) throw Error("the server has no pid file");
    return process;
}

ProcessorTime::ProcessorTime(const test::PrivateServer& server) : server_(process_of(server)) {}

void ProcessorTime::begin() { add(-1); }
void ProcessorTime::end() { add(1); }

void ProcessorTime::add(double sign) {
    own_ += sign * processor_seconds(::getpid());
    servers_ += sign * processor_seconds(server_);
}

}  // namespace gdprd::bench
