// Arguments → command → exit code. Everything that goes wrong ends here as text for people.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "daemon/command/command_line.h"
#include "daemon/exit_code.h"

namespace {

using gdprd::ExitCode;

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
    return static_cast<int>(run_and_tell({arguments + 1, arguments + argument_count}));
}
