#include "bench/processor_time.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

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

}  // namespace gdprd::bench
