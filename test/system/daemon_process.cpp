#include "system/daemon_process.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/temporary_directory.h"
#include "system/http_client.h"

namespace gdprd::test {

namespace {

std::uintmax_t size_of(const std::filesystem::path& file) {
    std::error_code missing;
    const std::uintmax_t size = std::filesystem::file_size(file, missing);
    return missing ? 0 : size;
}

ChildProcessOptions serve(const std::filesystem::path& config_file, const std::filesystem::path& log_file,
                          const DaemonProcess::Environment& environment) {
    ChildProcessOptions options;
    options.arguments = {daemon_program().string(), "serve", "--config", config_file.string()};
    options.environment = environment;
    options.output = log_file;
    return options;
}

bool answers_200(std::uint16_t port, std::string_view path) {
    try {
        HttpClient client(port, std::chrono::seconds(5));
        const auto answer = client.get(path);
        return answer && answer->status == 200;
    } catch (const std::exception&) {
        return false;  // it took the connection and died, say: the next try will tell
    }
}

std::size_t occurrences(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

}  // namespace

std::filesystem::path daemon_program() {
    const char* other = std::getenv("MAUTIC_GDPRD");
    const std::filesystem::path program = other != nullptr ? other : GDPRD_DAEMON;
    if (!std::filesystem::exists(program)) {
        throw std::runtime_error("no program to test: '" + program.string() + "'");
    }
    return program;
}

DaemonProcess::DaemonProcess(const std::filesystem::path& config_file, std::filesystem::path log_file,
                             const Environment& environment)
    : log_file_(std::move(log_file)),
      log_begin_(size_of(log_file_)),
      process_(serve(config_file, log_file_, environment)) {}

void DaemonProcess::wait_until(const std::string& what, const std::function<bool()>& condition,
                               std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        // This waits, for the one event that would make all further waiting useless.
        const auto exit_code = process_.wait_for_exit(std::chrono::milliseconds(10));
        if (exit_code && !condition()) {
            throw std::runtime_error("the daemon ended with " + std::to_string(*exit_code) + " before " +
                                     what + "; its log:\n" + log());
        }
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("waited too long until " + what + "; the daemon's log:\n" + log());
        }
    }
}

void DaemonProcess::wait_until_ready(std::uint16_t port, std::chrono::milliseconds limit) {
    wait_until(
        "/readyz says yes", [&] { return answers_200(port, "/readyz"); }, limit);
}

void DaemonProcess::wait_until_listening(std::uint16_t port, std::chrono::milliseconds limit) {
    wait_until(
        "/healthz says yes", [&] { return answers_200(port, "/healthz"); }, limit);
}

void DaemonProcess::wait_for_log(std::string_view text, std::size_t times, std::chrono::milliseconds limit) {
    wait_until(
        "'" + std::string(text) + "' stands in the log", [&] { return occurrences(log(), text) >= times; },
        limit);
}

std::optional<int> DaemonProcess::stop(std::chrono::milliseconds limit) {
    send_signal(SIGTERM);
    return wait_for_exit(limit);
}

std::string DaemonProcess::log() const {
    const std::string all = read_file(log_file_);
    return all.size() > log_begin_ ? all.substr(static_cast<std::size_t>(log_begin_)) : std::string();
}

std::size_t DaemonProcess::resident_bytes() const {
    std::ifstream status("/proc/" + std::to_string(pid()) + "/status");
    std::string line;
    while (std::getline(status, line)) {
        if (!line.starts_with("VmRSS:")) continue;
        std::size_t kibibytes = 0;
        std::istringstream(line.substr(6)) >> kibibytes;
        return kibibytes * 1024;
    }
    throw std::runtime_error("the daemon has no memory: it ended");
}

}  // namespace gdprd::test
