#include "command/terminal.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace gdprd::test {

namespace {

// What comes within a minute; "" at the end of the program.
std::string read_some(int terminal) {
    pollfd readable{terminal, POLLIN, 0};
    if (::poll(&readable, 1, 60'000) <= 0) throw std::runtime_error("the program says nothing for a minute");
    char buffer[4096];
    const ssize_t size = ::read(terminal, buffer, sizeof(buffer));  // EIO when the program has ended
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : "";
}

}  // namespace

Answer run_at_terminal(const std::vector<std::string>& command,
                       const std::vector<std::pair<std::string, std::string>>& questions) {
    int terminal = -1;
    const pid_t program = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (program < 0) throw std::runtime_error("no terminal can be made");
    if (program == 0) {
        std::vector<char*> arguments;
        for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
        arguments.push_back(nullptr);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    Answer answer;
    std::size_t seen = 0;
    try {
        for (const auto& [question, typed] : questions) {
            std::size_t at = 0;
            while ((at = answer.text.find(question, seen)) == std::string::npos) {
                const std::string more = read_some(terminal);
                if (more.empty()) throw std::runtime_error("never asked: " + question + "; " + answer.text);
                answer.text += more;
            }
            seen = at + question.size();
            if (::write(terminal, typed.data(), typed.size()) < 0) throw std::runtime_error("cannot type");
        }
        for (std::string more = read_some(terminal); !more.empty(); more = read_some(terminal)) {
            answer.text += more;
        }
    } catch (...) {
        ::kill(program, SIGKILL);
        ::waitpid(program, nullptr, 0);
        ::close(terminal);
        throw;
    }
    ::close(terminal);
    int status = 0;
    ::waitpid(program, &status, 0);
    answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return answer;
}

}  // namespace gdprd::test
