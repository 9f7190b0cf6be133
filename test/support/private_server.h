// A database server of its own for a test, of the kind that support/server_under_test.h says: fresh data in a
// temporary directory, reachable through a Unix socket only. It works for root and for ordinary users, and it
// never outlives the test.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

class PrivateServer {
  public:
    struct Options {
        // Commits are written to the file at once, so killing the server loses none of them. A real disk, and
        // waiting for it, is only needed where time is measured; without it the data is in memory (/dev/shm)
        // if there is room, where a Mautic schema loads ten times faster.
        bool wait_for_disk = false;
        std::vector<std::string> arguments;  // more options for mariadbd; the last one of a name wins
        std::filesystem::path parent{};      // where its directory is made; "": as above
        bool made_with_arguments = false;    // its first data, too: some options hold for a server's life
        bool start = true;                   // false: only the data is there until start()
    };

    // Starts the server and waits until it answers. Throws std::runtime_error with the end of the server's
    // log. The thread that starts it must live as long as the server shall.
    PrivateServer();
    explicit PrivateServer(Options options);
    ~PrivateServer();

    // For the server's root user, without a password.
    database::ConnectionOptions options(std::string_view database = "") const;
    std::filesystem::path socket() const { return directory_ / "s"; }
    std::filesystem::path log_file() const { return directory_ / "log"; }
    const std::filesystem::path& directory() const { return directory_.path(); }
    std::filesystem::path data_directory() const { return directory_ / "data"; }

    // Each of these uses a connection of its own.
    void execute(std::string_view sql, std::string_view database = "");
    database::Rows select(std::string_view sql, std::string_view database = "");
    // The first column of the first row as text; "" for NULL. Throws std::runtime_error when there is no row.
    std::string value(std::string_view sql, std::string_view database = "");

    // Runs a whole script, as `mariadb < file` does; the database is created if it is missing.
    void load_file(const std::filesystem::path& file, std::string_view database);
    void load_sql(std::string_view text, std::string_view database);

    void kill();   // SIGKILL: what a power cut of the machine's processes looks like
    void stop();   // in good order; running transactions are rolled back
    void start();  // again, on the same data
    // Keeps its connections, takes new ones and answers nobody, until wake_up().
    void hang() { server_->send_signal(SIGSTOP); }
    void wake_up() { server_->send_signal(SIGCONT); }
    const std::vector<std::string>& arguments() const { return options_.arguments; }
    // In place of Options::arguments, from the next start on.
    void set_arguments(std::vector<std::string> arguments) { options_.arguments = std::move(arguments); }
    // Runs the server with these options too until it has printed a line with `text`, or ended; then kills
    // it and returns what it printed. It must not be running.
    std::string run_until_printed(std::string_view text, const std::vector<std::string>& arguments) const;
    bool running() { return server_ != nullptr && server_->running(); }

  private:
    std::vector<std::string> command_line() const;
    void wait_until_ready();

    Options options_;
    TemporaryDirectory directory_;
    std::unique_ptr<ChildProcess> server_;
};

}  // namespace gdprd::test
