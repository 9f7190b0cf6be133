// A program started by a test. It never outlives the test: the kernel kills it when the thread that started
// it dies (with it or with the process), and the destructor does.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gdprd::test {

struct ChildProcessOptions {
    std::vector<std::string> arguments;  // arguments[0] is the program: a path, or a name to look up
    std::vector<std::pair<std::string, std::string>> environment;  // added to the test's own
    std::filesystem::path input = "/dev/null";
    std::filesystem::path output = "/dev/null";  // standard output and standard error, appended
    std::filesystem::path errors{};              // standard error, when it shall not go there
};

class ChildProcess {
  public:
    // Throws std::runtime_error when the program cannot be found or started. The thread that makes the object
    // must live as long as the program shall.
    explicit ChildProcess(const ChildProcessOptions& options);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    void send_signal(int number) const;  // nothing happens when it has ended

    // The exit code, 128 + n when signal n ended it, or nothing when it still runs after that time.
    std::optional<int> wait_for_exit(std::chrono::milliseconds limit);
    bool running() { return !wait_for_exit(std::chrono::milliseconds(0)).has_value(); }

    // SIGKILL, then waits.
    void kill();

  private:
    pid_t pid_ = -1;
    int descriptor_ = -1;  // of the process: becomes readable when it ends
    std::optional<int> exit_code_;
};

// The path of a program in $PATH or one of the sbin directories. Throws std::runtime_error.
std::filesystem::path find_program(const std::string& name);

// Runs a program to its end and returns what it printed. Throws std::runtime_error with that text when the
// exit code is not 0 or it takes longer than `limit`.
std::string run_program(const std::vector<std::string>& arguments,
                        const std::filesystem::path& input = "/dev/null",
                        std::chrono::milliseconds limit = std::chrono::minutes(2));

}  // namespace gdprd::test
