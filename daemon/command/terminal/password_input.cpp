#include "daemon/command/terminal/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "base/error.h"
#include "base/secret.h"

namespace gdprd::command {

namespace {

// Ctrl-C in between leaves the terminal as it is now; a shell sets its own again.
class WithoutEcho {
  public:
    WithoutEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_silent_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~WithoutEcho() {
        if (is_silent_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

    bool is_silent() const { return is_silent_; }

  private:
    termios before_{};
    bool is_silent_ = false;
};

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
        std::getline(std::cin, password);
    }
    std::cerr << '\n';
    if (password.empty()) throw ConfigurationError("no password was given", advice);
    return password;
}

std::string read_password_file(const std::filesystem::path& file, const std::string& option,
                               const std::string& what) try {
    return read_secret(std::filesystem::absolute(file).string());
} catch (const ConfigurationError& error) {
    throw ConfigurationError(error.what(), option + " takes a file with " + what);
}

}  // namespace gdprd::command
