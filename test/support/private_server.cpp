#include "support/private_server.h"

#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "support/server_template.h"
#include "support/server_under_test.h"

namespace gdprd::test {

namespace {

constexpr std::chrono::minutes start_limit{1};

std::filesystem::path parent_directory(bool real_disk) {
    constexpr std::uintmax_t room_min = std::uintmax_t{1} << 30;
    const std::filesystem::path memory = "/dev/shm";
    std::error_code error;
    const auto room = std::filesystem::space(memory, error);
    const bool usable = !error && room.available >= room_min && ::access(memory.c_str(), W_OK) == 0;
    return usable && !real_disk ? memory : std::filesystem::temp_directory_path();
}

std::string end_of(const std::filesystem::path& file) {
    constexpr std::size_t length_max = 3'000;
    const std::string text = read_file(file);
    return text.size() <= length_max ? text : text.substr(text.size() - length_max);
}

}  // namespace

PrivateServer::PrivateServer() : PrivateServer(Options{}) {}

PrivateServer::PrivateServer(Options options)
    : options_(std::move(options)),
      directory_(options_.parent.empty() ? parent_directory(options_.wait_for_disk) : options_.parent) {
    if (options_.made_with_arguments) {
        ServerUnderTest::get().make_data(directory_ / "data", options_.arguments);
    } else {
        std::filesystem::copy(server_template(), directory_ / "data",
                              std::filesystem::copy_options::recursive);
    }
    if (options_.start) start();
}

PrivateServer::~PrivateServer() = default;

database::ConnectionOptions PrivateServer::options(std::string_view database) const {
    database::ConnectionOptions options;
    options.unix_socket = socket().string();
    options.user = "root";
    options.database = database;
    return options;
}

void PrivateServer::execute(std::string_view sql, std::string_view database) {
    database::Connection(options(database)).change(sql, {}, "private server");
}

database::Rows PrivateServer::select(std::string_view sql, std::string_view database) {
    return database::Connection(options(database)).select(sql, {}, "private server");
}

std::string PrivateServer::value(std::string_view sql, std::string_view database) {
    database::Rows rows = select(sql, database);
    if (!rows.next()) throw std::runtime_error("no row for: " + std::string(sql));
    return rows.text(0);
}

void PrivateServer::load_file(const std::filesystem::path& file, std::string_view database) {
    execute("CREATE DATABASE IF NOT EXISTS " + database::quote_identifier(database) +
            " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
    run_program({ServerUnderTest::get().client(), "--no-defaults", "--user=root",
                 "--socket=" + socket().string(), "--default-character-set=utf8mb4", std::string(database)},
                file);
}

void PrivateServer::load_sql(std::string_view text, std::string_view database) {
    const TemporaryDirectory directory;
    load_file(directory.write("script.sql", text), database);
}

void PrivateServer::kill() { server_.reset(); }

void PrivateServer::stop() {
    if (!server_) return;
    server_->send_signal(SIGTERM);
    if (!server_->wait_for_exit(start_limit)) throw std::runtime_error("the private server does not stop");
    server_.reset();
}

void PrivateServer::start() {
    std::filesystem::remove(socket());
    server_ =
        std::make_unique<ChildProcess>(ChildProcessOptions{command_line(), {}, "/dev/null", log_file()});
    wait_until_ready();
}

std::string PrivateServer::run_until_printed(std::string_view text,
                                             const std::vector<std::string>& arguments) const {
    const TemporaryDirectory directory;
    std::vector<std::string> all = command_line();
    all.insert(all.end(), arguments.begin(), arguments.end());
    ChildProcess program({all, {}, "/dev/null", directory / "output"});
    const auto deadline = std::chrono::steady_clock::now() + start_limit;
    while (true) {
        const bool ended = program.wait_for_exit(std::chrono::milliseconds(10)).has_value();
        std::string printed = read_file(directory / "output");
        const std::size_t at = printed.find(text);
        const bool whole_line = at != std::string::npos && printed.find('\n', at) != std::string::npos;
        if (whole_line || ended) return printed;
        if (std::chrono::steady_clock::now() >= deadline) {
            throw std::runtime_error("the private server takes too long; it printed:\n" + printed);
        }
    }
}

std::vector<std::string> PrivateServer::command_line() const {
    const std::string directory = directory_.path().string();
    const ServerUnderTest& kind = ServerUnderTest::get();
    std::vector<std::string> arguments = {kind.server(),
                                          "--no-defaults",
                                          "--datadir=" + directory + "/data",
                                          "--tmpdir=" + directory,
                                          "--socket=" + socket().string(),
                                          "--pid-file=" + directory + "/pid",
                                          "--skip-networking",
                                          "--skip-name-resolve",
                                          "--skip-log-bin",
                                          "--max-connections=100",
                                          "--innodb-buffer-pool-size=32M",
                                          "--innodb-flush-log-at-trx-commit=1",
                                          "--innodb-buffer-pool-dump-at-shutdown=0",
                                          "--innodb-buffer-pool-load-at-startup=0",
                                          "--innodb-use-native-aio=0",
                                          "--key-buffer-size=1M"};
    const auto of_kind = kind.arguments();
    arguments.insert(arguments.end(), of_kind.begin(), of_kind.end());
    if (!options_.wait_for_disk) {
        arguments.insert(arguments.end(), {"--loose-innodb-flush-method=nosync", "--loose-debug-no-sync"});
    }
    if (::geteuid() == 0) arguments.emplace_back("--user=root");
    arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
    return arguments;
}

void PrivateServer::wait_until_ready() {
    const auto deadline = std::chrono::steady_clock::now() + start_limit;
    while (true) {
        try {
            const database::Connection connection(options());
            return;
        } catch (const database::DatabaseError& error) {
            const bool not_yet = error.error_class() == database::ErrorClass::connection;
            const bool late = std::chrono::steady_clock::now() >= deadline;
            if (!not_yet || late || server_->wait_for_exit(std::chrono::milliseconds(10))) {
                throw std::runtime_error(std::string("the private server does not start: ") + error.what() +
                                         "\n" + end_of(log_file()));
            }
        }
    }
}

}  // namespace gdprd::test
