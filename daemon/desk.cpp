#include "daemon/desk.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/log.h"
#include "casework/pages.h"
#include "daemon/assembly.h"
#include "daemon/command/lookup_logging.h"
#include "daemon/service_notify.h"
#include "daemon/signals.h"
#include "daemon/socket_thread.h"
#include "desk/frame.h"
#include "http/server.h"
#include "lookup/action_log.h"
#include "mautic/sampling.h"
#include "pages/pages.h"
#include "sign_in/gate.h"

namespace gdprd::daemon {

namespace {

using std::chrono::steady_clock;

constexpr Milliseconds statement_time{20'000};  // of a page; what takes longer runs in the background
constexpr std::size_t handler_threads = 8;      // each with a connection of its own
constexpr std::size_t quick_threads = 1;        // for what waits for nothing
constexpr std::size_t sign_in_threads = 4;
constexpr std::size_t body_bytes_max = 64 * 1024;
constexpr std::size_t connections_max = 256;
// Of all connections at once: nobody's body waits for others'.
constexpr std::size_t bodies_bytes_max = connections_max * body_bytes_max;
constexpr Milliseconds body_time{10'000};
constexpr Milliseconds signal_period{5'000};

// Where the daemon says how it is; "" where only a Unix socket leads to it.
std::string daemon_url(const config::Config& config) {
    if (!config.desk.daemon_url.empty()) return config.desk.daemon_url;
    const http::Listener& listener =
        config.separate_health_listener ? config.health_listener : config.webhook_listener;
    if (!listener.unix_socket.empty() || listener.port == 0) return {};
    const bool is_ipv6 = listener.address.find(':') != std::string::npos;
    std::string host = is_ipv6 ? '[' + listener.address + ']' : listener.address;
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "[::]") host = "[::1]";
    return (listener.certificate_file.empty() ? "http://" : "https://") + host + ':' +
           std::to_string(listener.port);
}

// In the order of the menu.
std::vector<desk::Page> all_pages(pages::Services& services, casework::BackgroundWork& work) {
    std::vector<desk::Page> all{pages::overview(services)};
    for (desk::Page& page : casework::look_up_pages(services, work)) all.push_back(std::move(page));
    all.push_back(pages::register_of_erasures(services));
    all.push_back(pages::holds(services));
    all.push_back(pages::returned(services));
    all.push_back(pages::data(services));
    all.push_back(casework::reports(services));
    all.push_back(casework::seals(services, work));
    all.push_back(casework::residue(services, work));
    all.push_back(casework::look_ups(services));
    all.push_back(casework::actions(services));
    return all;
}

// Those that the desk can read; the others are none of its evidence.
std::vector<std::filesystem::path> seal_copies(const config::Config& config) {
    if (config.seal.file.empty()) return {};
    const std::ifstream file(config.seal.file);
    return file ? std::vector{config.seal.file} : std::vector<std::filesystem::path>{};
}

// The rules as they would be made now, made again after a while: a page need not be newer than that.
class RulesCache {
  public:
    explicit RulesCache(const Assembly& assembly) : assembly_(assembly) {}

    std::shared_ptr<const erasure::Rules> get(database::Connection& connection) {
        {
            const std::lock_guard lock(mutex_);
            if (rules_ && steady_clock::now() - made_at_ < kept_for) return rules_;
        }
        mautic::Schema schema = mautic::read_schema(connection, assembly_.config.mautic.table_prefix);
        mautic::add_samples(connection, assembly_.map, schema);
        // A policy that does not fit stops erasures, and no page.
        auto rules = make_rules(schema, assembly_, plan::Misfit::limited);
        const std::lock_guard lock(mutex_);
        rules_ = rules;
        made_at_ = steady_clock::now();
        return rules;
    }

  private:
    static constexpr std::chrono::seconds kept_for{60};
    const Assembly& assembly_;
    std::mutex mutex_;
    std::shared_ptr<const erasure::Rules> rules_;
    steady_clock::time_point made_at_{};
};

// The key of the log of look-ups, where there is none of [hash], lies in the desk's own directory.
config::Config with_own_state(config::Config config) {
    if (const char* state = std::getenv("STATE_DIRECTORY"); state != nullptr) config.queue.directory = state;
    return config;
}

http::ServerOptions server_options(const config::Config& config, const desk::Frame& frame) {
    http::ServerOptions options;
    options.listeners = {config.desk.listener};
    options.limits.body_bytes_max = body_bytes_max;
    options.limits.bodies_bytes_max = bodies_bytes_max;
    options.limits.connections_max = connections_max;
    options.limits.body_timeout = body_time;
    options.limits.requests_per_commit_max = 1;
    options.wipes_memory = true;
    options.handler_threads = handler_threads;
    options.more_lanes = {quick_threads, sign_in_threads};
    options.kept_fields = frame.kept_fields();
    return options;
}

http::Route health_route() {
    http::Route route;
    route.method = "GET";
    route.path = "/healthz";
    route.lane = desk::Frame::quick_lane;
    route.handle = [](std::span<http::Exchange* const> exchanges) {
        for (http::Exchange* exchange : exchanges) {
            exchange->response.status = 200;
            exchange->response.content_type = "text/plain; charset=utf-8";
            exchange->response.body = "ok\n";
        }
    };
    return route;
}

void log_action(database::Connection& connection, const std::string& ledger_database,
                const lookup::Action& action) {
    lookup::ActionLog log(connection, ledger_database);
    log.create();
    log.add(action);
}

lookup::ActionKind kind_of(desk::SignInEvent event) {
    switch (event) {
        case desk::SignInEvent::signed_in:
            return lookup::ActionKind::sign_in;
        case desk::SignInEvent::refused:
            return lookup::ActionKind::sign_in_refused;
        case desk::SignInEvent::signed_out:
            break;
    }
    return lookup::ActionKind::sign_out;
}

desk::FrameOptions frame_options(const config::Config& config, desk::Connections& connections) {
    desk::FrameOptions options;
    options.trusted_header = config.desk.trusted_header;
    options.is_over_tls = !config.desk.listener.certificate_file.empty();
    options.is_behind_proxy = !config.desk.listener.unix_socket.empty() || !options.is_over_tls;
    options.idle_timeout = config.desk.idle_timeout;
    options.language = config.desk.language;
    options.time_zone = config.desk.time_zone;
    options.log_sign_in = [&](desk::SignInEvent event, const std::string& account,
                              const std::string& remote) {
        log_action(connections.mine(), config.ledger.database,
                   {0, now(), kind_of(event), account, remote, ""});
    };
    return options;
}

// What people typed is in no core, and no other process of this account reads it.
void keep_memory_private() {
#ifndef __SANITIZE_ADDRESS__  // whose search for leaks reads it
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

// The client library initialises itself with the first connection of the process, which must not be made by
// two threads at once.
void connect_once(const database::ConnectionOptions& options) {
    try {
        const database::Connection first(options);
    } catch (const Error& error) {
        log::warning("the desk cannot reach the database; it starts, and its pages say so",
                     {{"error", describe(error)}});
    }
}

void wait_for_stop(Signals& signals) {
    for (;;) {
        switch (signals.wait(signal_period)) {
            case Signals::Event::stop:
                return;
            case Signals::Event::reload:
                // Accounts are read again whenever their file has changed; the rest waits for a restart.
                service::notify_reloading();
                service::notify_ready("open");
                break;
            case Signals::Event::none:
                break;
        }
    }
}

}  // namespace

database::ConnectionOptions desk_connection_options(const config::Config& config) {
    database::ConnectionOptions options = config.database;
    options.user = config.desk.database_user;
    options.password = config.desk.database_password;
    options.read_timeout = std::min(options.read_timeout, statement_time);
    options.lock_wait_timeout = std::min(options.lock_wait_timeout, options.read_timeout / 2);
    return options;
}

int serve_desk(const std::filesystem::path& config_file) {
    keep_memory_private();
    Signals signals;
    const database::ThreadScope thread;
    const Assembly assembly(config_file, config::Reads::desk);
    const config::Config& config = assembly.config;
    log::configure(config.log.level, config.log.format);

    const database::ConnectionOptions options = desk_connection_options(config);
    connect_once(options);
    desk::Connections connections(options);
    desk::DaemonStatusSource status(daemon_url(config));
    RulesCache rules(assembly);
    pages::Services services{.table_prefix = config.mautic.table_prefix,
                             .ledger_database = config.ledger.database,
                             .hash = config.hash,
                             .former_keys = {},
                             .case_required = config.lookup.case_required,
                             .seal_key = config.seal.key,
                             .program_version = GDPRD_VERSION,
                             .connections = connections,
                             .rules = [&](database::Connection& connection) { return rules.get(connection); },
                             .lookup_hasher = command::lookup_log_hasher(with_own_state(config)),
                             .log_action =
                                 [&](database::Connection& connection, const pages::Action& action) {
                                     log_action(connection, config.ledger.database, action);
                                 },
                             .daemon = status,
                             .seal_copies = seal_copies(config)};

    sign_in::Gate gate(sign_in::AccountFile(config.desk.accounts_file),
                       {config.desk.idle_timeout, config.desk.session_timeout, config.desk.codes_required});
    casework::BackgroundWork work;
    desk::Frame frame(frame_options(config, connections), gate, connections, all_pages(services, work));

    auto routes = frame.routes();
    routes.push_back(health_route());
    http::Server server(server_options(config, frame), std::move(routes));
    const service::Watchdog watchdog([] { return true; });
    SocketThread sockets(server, signals);
    log::info("the desk is open",
              {{"version", GDPRD_VERSION},
               {"address", config.desk.listener.unix_socket.empty() ? config.desk.listener.address
                                                                    : config.desk.listener.unix_socket},
               {"port", server.port(0)}});
    service::notify_ready("open");
    wait_for_stop(signals);
    signals.next_one_kills();
    service::notify_stopping("stopping");
    const int exit_code = sockets.stop();
    log::info("the desk is closed");
    return exit_code;
}

}  // namespace gdprd::daemon
