#include "bench/machine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/report.h"
#include "bench/samples.h"

namespace gdprd::bench {
namespace {

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "unknown processor";
}

std::string first_word_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string word;
    file >> word;
    return word;
}

// A line of mountinfo: id, parent, major:minor, root, mount point, options, optional fields, -, type, source.
std::string filesystem_of(const std::string& device) {
    std::ifstream file("/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word, of_line;
        words >> word >> word >> of_line;
        const auto dash = line.find(" - ");
        if (of_line != device || dash == std::string::npos) continue;
        std::istringstream(line.substr(dash + 3)) >> word;
        return word;
    }
    return "unknown file system";
}

// A partition is a directory in its disk's.
std::string disk_of(const std::string& device) {
    std::error_code none;
    auto directory = std::filesystem::canonical("/sys/dev/block/" + device, none);
    if (none) return "no disk of its own";
    if (std::filesystem::exists(directory / "partition")) directory = directory.parent_path();
    const std::string name = directory.filename().string();
    // What a virtual disk says of itself is not what it lies on.
    if (name.starts_with("vd") || name.starts_with("xvd")) return name + ", virtual";
    return name + (first_word_of(directory / "queue/rotational") == "1" ? ", rotating" : ", solid state");
}

std::vector<double> fsync_times(const std::filesystem::path& directory) {
    const auto path = directory / "fsync";
    const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    std::vector<double> times;
    const std::array<char, 4096> block{};
    for (int i = 0; i < 100; ++i) {
        const auto start = std::chrono::steady_clock::now();
        if (::write(file, block.data(), block.size()) < 0 || ::fsync(file) != 0) {
            const int number = errno;
            ::close(file);
            throw std::system_error(number, std::generic_category(), path.string());
        }
        times.push_back(milliseconds_since(start));
    }
    ::close(file);
    std::filesystem::remove(path);
    return times;
}

}  // namespace

Machine look_at_machine(const std::filesystem::path& directory) {
    struct stat status {};
    ::stat(directory.c_str(), &status);
    const std::string device =
        std::to_string(major(status.st_dev)) + ':' + std::to_string(minor(status.st_dev));
    Machine machine;
    ::getloadavg(&machine.load, 1);
    machine.cores = std::thread::hardware_concurrency();
    machine.processor = processor_name();
    machine.memory_gib = static_cast<double>(memory_bytes()) / (1024.0 * 1024 * 1024);
    machine.filesystem = filesystem_of(device);
    machine.disk = disk_of(device);
    const auto times = fsync_times(directory);
    machine.fsync_ms = median(times);
    machine.fsync_p99_ms = percentile(times, 0.99);
    machine.build = GDPRD_BUILD_TYPE;
    return machine;
}

std::string Machine::words() const {
    return "machine: " + std::to_string(cores) + " processors (" + processor + "), " + readable(memory_gib) +
           " GiB of memory, load " + readable(load) + "\n  " + filesystem + " on " + disk +
           ", an fsync p50 " + readable(fsync_ms) + " ms, p99 " + readable(fsync_p99_ms) +
           " ms\n  build: " + build;
}

std::string Machine::json() const {
    return nlohmann::ordered_json{{"machine",
                                   {{"cores", cores},
                                    {"processor", processor},
                                    {"memory_gib", memory_gib},
                                    {"load", load},
                                    {"filesystem", filesystem},
                                    {"disk", disk},
                                    {"fsync_ms", fsync_ms},
                                    {"fsync_p99_ms", fsync_p99_ms},
                                    {"build", build}}}}
        .dump();
}

}  // namespace gdprd::bench
