#include "support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "support/temporary_directory.h"

namespace gdprd::test {

namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> merged_environment(const ChildProcessOptions& options) {
    std::vector<std::string> merged;
    for (const auto& [name, value] : options.environment) merged.push_back(name + "=" + value);
    // The first entry of a name wins in getenv(), so what is added stands before what is inherited.
    for (char** entry = environ; *entry != nullptr; ++entry) merged.emplace_back(*entry);
    return merged;
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(char** arguments, char** environment, int input, int output, int errors,
                         pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // the test died before the line above
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(arguments[0], arguments, environment);
    ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const ChildProcessOptions& options) {
    std::vector<std::string> arguments = options.arguments;
    arguments.at(0) = find_program(arguments.at(0)).string();
    std::vector<std::string> environment = merged_environment(options);
    const auto argument_pointers = pointers_to(arguments);
    const auto environment_pointers = pointers_to(environment);
    const int input = ::open(options.input.c_str(), O_RDONLY | O_CLOEXEC);
    const int output = ::open(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto& error_file = options.errors.empty() ? options.output : options.errors;
    const int errors = ::open(error_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t parent = ::getpid();
    if (input >= 0 && output >= 0 && errors >= 0) pid_ = ::fork();
    if (pid_ == 0) {
        become(const_cast<char**>(argument_pointers.data()), const_cast<char**>(environment_pointers.data()),
               input, output, errors, parent);
    }
    ::close(input);
    ::close(output);
    ::close(errors);
    if (pid_ < 0) throw std::runtime_error("cannot start " + arguments[0]);
    descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

ChildProcess::~ChildProcess() {
    kill();
    ::close(descriptor_);
}

void ChildProcess::send_signal(int number) const {
    if (!exit_code_) ::kill(pid_, number);
}

std::optional<int> ChildProcess::wait_for_exit(std::chrono::milliseconds limit) {
    if (exit_code_) return exit_code_;
    pollfd ended{descriptor_, POLLIN, 0};
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        const int ready = ::poll(&ended, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
        if (ready > 0) break;
        if (ready == 0) return std::nullopt;
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return exit_code_;
}

void ChildProcess::kill() {
    send_signal(SIGKILL);
    wait_for_exit(std::chrono::minutes(1));
}

std::filesystem::path find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const char* search_path = std::getenv("PATH");
    std::istringstream directories(std::string(search_path == nullptr ? "" : search_path) +
                                   ":/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin");
    for (std::string directory; std::getline(directories, directory, ':');) {
        const auto candidate = std::filesystem::path(directory) / name;
        if (!directory.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    throw std::runtime_error("program not found: " + name);
}

std::string run_program(const std::vector<std::string>& arguments, const std::filesystem::path& input,
                        std::chrono::milliseconds limit) {
    const TemporaryDirectory directory;
    ChildProcess program({arguments, {}, input, directory / "output"});
    const std::optional<int> exit_code = program.wait_for_exit(limit);
    std::string printed = read_file(directory / "output");
    if (exit_code == 0) return printed;
    throw std::runtime_error(arguments.at(0) + (exit_code ? " failed: " : " takes too long: ") + printed);
}

}  // namespace gdprd::test
