#include "daemon/command/terminal/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>

#include "base/error.h"
#include "base/secret.h"

namespace gdprd::command {

namespace {

volatile std::sig_atomic_t caught = 0;
void catch_signal(int signal) { caught = signal; }

// A signal that would end the program is kept until the terminal is as it was before.
class WithoutEcho {
  public:
    WithoutEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        caught = 0;
        struct sigaction action = {};
        action.sa_handler = catch_signal;  // without SA_RESTART: it ends the reading
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &actions_[i]);
        has_actions_ = true;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_silent_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~WithoutEcho() {
        if (is_silent_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        if (!has_actions_) return;
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &actions_[i], nullptr);
        if (caught != 0) ::raise(caught);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

    bool is_silent() const { return is_silent_; }

  private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

    termios before_{};
    std::array<struct sigaction, signals.size()> actions_{};
    bool has_actions_ = false;
    bool is_silent_ = false;
};

std::string read_line() {
    std::string line;
    for (char byte = 0; caught == 0 && ::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n';) line += byte;
    return line;
}

}  // namespace

std::string read_password(const std::string& prompt, const std::string& advice) {
    if (::isatty(STDIN_FILENO) != 1) {
        throw ConfigurationError("there is no terminal to ask for a password at", advice);
    }
    std::string password;
    {
        const WithoutEcho silence;
        if (!silence.is_silent()) throw ConfigurationError("the terminal would show the password", advice);
        std::cout.flush();
        std::cerr << prompt << ": " << std::flush;
        password = read_line();
    }
    std::cerr << '\n';
    if (password.empty()) throw ConfigurationError("no password was given", advice);
    return password;
}

namespace {

std::string read_named_file(std::string (*read)(const std::string&), const std::filesystem::path& file,
                            const std::string& option, const std::string& what) try {
    if (file.empty()) throw ConfigurationError("the name of the file is empty");
    const std::string path = std::filesystem::absolute(file).string();
    std::string content = read(path);
    if (is_readable_by_everybody(path)) {
        std::cerr << "Warning: " << path << ": everybody on this machine can read it; chmod 0600\n";
    }
    return content;
} catch (const ConfigurationError& error) {
    throw ConfigurationError(error.what(), option + " takes a file with " + what);
}

}  // namespace

std::string read_password_file(const std::filesystem::path& file, const std::string& option,
                               const std::string& what) {
    return read_named_file(read_secret, file, option, what);
}

std::string read_login_file(const std::filesystem::path& file, const std::string& option,
                            const std::string& what) {
    return read_named_file(read_secret_lines, file, option, what);
}

}  // namespace gdprd::command
