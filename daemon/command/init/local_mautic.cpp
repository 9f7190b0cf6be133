#include "daemon/command/init/local_mautic.h"

#include <unistd.h>

#include <functional>
#include <iostream>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "daemon/command/common.h"
#include "daemon/command/terminal/text_table.h"
#include "mautic/local_config.h"

namespace gdprd::command {

namespace {

namespace fs = std::filesystem;

using mautic::LocalConfig;
using mautic::LocalSetting;

// PHP takes "localhost" for the Unix socket that it was built or set up with.
std::optional<std::string> usual_socket() {
    std::error_code ignored;
    for (const char* path : {"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"}) {
        if (fs::is_socket(path, ignored)) return path;
    }
    return std::nullopt;
}

std::optional<std::uint16_t> to_port(const std::string& text) {
    const auto port = whole_number<std::uint16_t>(text);
    return port == std::uint16_t{0} ? std::nullopt : port;
}

struct Question {
    std::string why;      // "db_name comes from …"
    std::string asked;    // "Mautic's database"
    std::string options;  // "--database-name"
    bool may_be_empty = false;
    bool by_network = false;  // of no use once it is known that the server is reached by its socket
    std::function<void(const std::string&)> take;
};

class Taking {
  public:
    Taking(InitOptions& options, const LocalConfig& found) : options_(options), found_(found) {}

    void take() {
        take_server();
        take_database();
        take_prefix();
        said_.add({"site_url", found_.site_url.is_set() ? *found_.site_url.text : "unknown"});
        take_queue_mode();
        std::cout << "Read in " << found_.file.string() << ", without executing it:\n";
        said_.print(std::cout, 2);
        std::cout << '\n';
        ask();
    }

  private:
    void take_server() {
        if (options_.database_socket || options_.database_host) {
            return said_.add({"db_host", "as the command line says"});
        }
        if (found_.unix_socket.is_set()) return use_socket("db_unix_socket", *found_.unix_socket.text, "");
        if (!found_.host.is_set()) {
            questions_.push_back(
                {why(found_.host), "Database server (a host, or its Unix socket's path)",
                 "--database-host or --database-socket", false, false, [this](const std::string& answer) {
                     (answer.starts_with('/') ? options_.database_socket : options_.database_host) = answer;
                 }});
            return take_port();
        }
        const std::string& host = *found_.host.text;
        if (host != "localhost") {
            options_.database_host = host;
            said_.add({"db_host", host});
            return take_port();
        }
        if (const auto socket = usual_socket())
            return use_socket("db_host", *socket, "localhost, which means ");
        options_.database_host = "127.0.0.1";
        said_.add({"db_host", "localhost; its Unix socket was not found, so 127.0.0.1"});
        take_port();
    }

    void use_socket(const char* key, const std::string& path, const std::string& said_before) {
        options_.database_socket = path;
        said_.add({key, said_before + path});
    }

    // Mautic's default is the server's. One that is somewhere else must not be missed.
    void take_port() {
        if (options_.database_port) return;
        const auto port = found_.port.is_set() ? to_port(*found_.port.text) : std::nullopt;
        if (port) {
            options_.database_port = port;
            return said_.add({"db_port", std::to_string(*port)});
        }
        const bool is_default = (found_.port.text && found_.port.text->empty()) || is_absent(found_.port);
        if (is_default) return said_.add({"db_port", "not set, so 3306"});
        questions_.push_back({found_.port.text ? "db_port is no port" : why(found_.port), "Its port",
                              "--database-port", false, true, [this](const std::string& answer) {
                                  options_.database_port = to_port(answer);
                                  if (options_.database_port) return;
                                  throw ConfigurationError("init: the answer is no port");
                              }});
    }

    void take_database() {
        if (options_.database_name) return said_.add({"db_name", "as the command line says"});
        if (found_.database.is_set()) {
            options_.database_name = found_.database.text;
            return said_.add({"db_name", *found_.database.text});
        }
        questions_.push_back({why(found_.database), "Mautic's database", "--database-name", false, false,
                              [this](const std::string& answer) { options_.database_name = answer; }});
    }

    void take_prefix() {
        if (options_.table_prefix) return said_.add({"db_table_prefix", "as the command line says"});
        if (found_.table_prefix.text || is_absent(found_.table_prefix)) {
            options_.table_prefix = found_.table_prefix.text.value_or("");
            return said_.add(
                {"db_table_prefix", options_.table_prefix->empty() ? "none" : *options_.table_prefix});
        }
        questions_.push_back({why(found_.table_prefix), "Table prefix (empty for none)", "--table-prefix",
                              true, false,
                              [this](const std::string& answer) { options_.table_prefix = answer; }});
    }

    void take_queue_mode() {
        const LocalSetting& mode = found_.queue_mode;
        const std::string text = mode.is_set() ? *mode.text : is_absent(mode) ? "not set" : "unknown";
        said_.add({"queue_mode", text == "command_process"
                                     ? text
                                     : text +
                                           "; unless it is command_process, with its cron job, Mautic sends "
                                           "each event once and forgets it"});
    }

    static bool is_absent(const LocalSetting& setting) { return setting.reason == mautic::not_in_file; }

    static std::string why(const LocalSetting& setting) {
        return setting.key + ' ' + (setting.text ? "is empty" : setting.reason);
    }

    void ask() {
        if (questions_.empty()) return;
        if (::isatty(STDIN_FILENO) != 1) {
            std::vector<std::string> reasons;
            std::vector<std::string> wanted;
            for (const Question& question : questions_) {
                reasons.push_back(question.why);
                wanted.push_back(question.options);
            }
            throw ConfigurationError("init: " + found_.file.string() + ": " + join(reasons, "; "),
                                     "Give " + join(wanted, ", "));
        }
        for (const Question& question : questions_) {
            if (question.by_network && options_.database_socket) continue;
            std::cout << question.why << ".\n" << question.asked << ": " << std::flush;
            std::string line;
            std::getline(std::cin, line);
            const std::string answer(trimmed(line));
            if (answer.empty() && !question.may_be_empty) {
                throw ConfigurationError("init: nothing was answered", "Give " + question.options);
            }
            question.take(answer);
        }
    }

    InitOptions& options_;
    const LocalConfig& found_;
    TextTable said_;
    std::vector<Question> questions_;
};

}  // namespace

void take_from_mautic(InitOptions& options) {
    const LocalConfig found = mautic::read_local_config(*options.mautic, environment_variable);
    Taking(options, found).take();
}

}  // namespace gdprd::command
