// Arguments → command → exit code. Everything that goes wrong ends here as text for people.
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "daemon/command/command_line.h"
#include "daemon/exit_code.h"

namespace {

using gdprd::ExitCode;

// `mautic-gdprd coverage | head`: whoever read has seen enough.
bool nobody_reads_output() {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

// As programs do that write into a closed pipe, but only now: a command that erases is not to die in the
// middle.
[[noreturn]] void end_like_others() {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
    std::_Exit(static_cast<int>(ExitCode::failed));
}

void tell(const std::string& message, const std::string& advice) {
    std::cout.flush();
    std::cerr << "mautic-gdprd: " << message << '\n';
    if (!advice.empty()) std::cerr << "  " << advice << '\n';
}

ExitCode run_and_tell(const std::vector<std::string>& arguments) {
    try {
        const ExitCode code = gdprd::command::run(arguments);
        std::cout.flush();
        if (std::cout) return code;
        if (nobody_reads_output()) end_like_others();
        tell("standard output cannot be written to", {});
        return ExitCode::failed;
    } catch (const gdprd::ConfigurationError& error) {
        tell(error.what(), error.advice());
        return ExitCode::bad_usage;
    } catch (const gdprd::Error& error) {
        tell(error.what(), error.advice());
    } catch (const std::exception& error) {
        tell(error.what(), {});
    }
    return ExitCode::failed;
}

}  // namespace

int main(int argument_count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    return static_cast<int>(run_and_tell({arguments + 1, arguments + argument_count}));
}
