#include "support/private_galera.h"

#include <pwd.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "support/free_ports.h"

namespace gdprd::test {

namespace {

constexpr std::chrono::minutes cluster_step_limit{1};
constexpr const char* provider = "/usr/lib/galera/libgalera_smm.so";

// What one node listens on: replication, catching up by write sets, catching up by a copy of all data.
struct Ports {
    std::uint16_t group = 0;
    std::uint16_t catching_up = 0;
    std::uint16_t copy = 0;
};

std::vector<Ports> ports_for(std::size_t nodes) {
    const auto free = free_ports(3 * nodes);
    std::vector<Ports> ports;
    for (std::size_t number = 0; number < nodes; ++number) {
        ports.push_back({free[3 * number], free[3 * number + 1], free[3 * number + 2]});
    }
    return ports;
}

std::string cluster_address(const std::vector<Ports>& ports) {
    std::string address;
    for (const Ports& node : ports)
        address += (address.empty() ? "gcomm://" : ",") + loopback_address(node.group);
    return address;
}

// A node that dies is noticed in three seconds instead of five, and given up in six instead of fifteen. With
// less, a node that only has to wait for a busy processor is taken for dead.
std::string provider_options(const Ports& ports) {
    return "base_host=127.0.0.1;base_port=" + std::to_string(ports.group) + ";gmcast.listen_addr=tcp://" +
           loopback_address(ports.group) + ";ist.recv_addr=" + loopback_address(ports.catching_up) +
           ";ist.recv_bind=" + loopback_address(ports.catching_up) +
           ";gcache.size=32M;gcache.page_size=8M;evs.keepalive_period=PT0.5S;evs.inactive_check_period=PT0."
           "25S"
           ";evs.suspect_timeout=PT3S;evs.inactive_timeout=PT6S;evs.install_timeout=PT6S";
}

std::vector<std::string> arguments_of(std::size_t number, const std::vector<Ports>& ports) {
    return {"--binlog-format=ROW",
            "--innodb-autoinc-lock-mode=2",
            "--wsrep-on=ON",
            std::string("--wsrep-provider=") + provider,
            "--wsrep-cluster-name=test",
            "--wsrep-cluster-address=" + cluster_address(ports),
            "--wsrep-node-name=node-" + std::to_string(number),
            "--wsrep-node-address=" + loopback_address(ports[number].group),
            "--wsrep-sst-method=rsync",
            "--wsrep-sst-receive-address=" + loopback_address(ports[number].copy),
            "--wsrep-provider-options=" + provider_options(ports[number])};
}

// The data is copied by an rsync that root's privileges are taken from: it writes as `nobody`.
void open_for_copy(const std::filesystem::path& directory, const std::filesystem::path& data) {
    if (::geteuid() != 0) return;
    const passwd* nobody = ::getpwnam("nobody");
    if (nobody == nullptr) throw std::runtime_error("no user nobody");
    const auto give = [&](const std::filesystem::path& path) {
        if (::lchown(path.c_str(), nobody->pw_uid, nobody->pw_gid) != 0) {
            throw std::runtime_error("cannot give away " + path.string());
        }
    };
    std::filesystem::permissions(directory,
                                 std::filesystem::perms::group_exec | std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    give(data);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) give(entry.path());
}

// As `galera_recovery` does: the position is in what the server prints.
std::string recovered_position(const PrivateServer& server) {
    constexpr std::string_view mark = "WSREP: Recovered position:";
    const std::string printed = server.run_until_printed(mark, {"--wsrep-recover"});
    const std::size_t at = printed.rfind(mark);
    if (at == std::string::npos) throw std::runtime_error("no position in:\n" + printed);
    const std::size_t begin = printed.find_first_not_of(' ', at + mark.size());
    return printed.substr(begin, printed.find_first_of(" \r\n", begin) - begin);
}

}  // namespace

PrivateGalera::PrivateGalera(std::size_t nodes) {
    if (!std::filesystem::exists(provider)) throw std::runtime_error(std::string("missing: ") + provider);
    const auto ports = ports_for(nodes);
    for (std::size_t number = 0; number < nodes; ++number) {
        PrivateServer::Options options;
        options.start = false;
        nodes_.push_back({std::make_unique<PrivateServer>(options), arguments_of(number, ports)});
    }
    for (std::size_t number = 0; number < nodes; ++number) {
        start(nodes_[number],
              number == 0 ? std::vector<std::string>{"--wsrep-new-cluster"} : std::vector<std::string>{});
        wait_for_status(number, "wsrep_local_state_comment", "Synced");
    }
    for (std::size_t number = 0; number < nodes; ++number) {
        wait_for_status(number, "wsrep_cluster_size", std::to_string(nodes));
    }
}

void PrivateGalera::restart(std::size_t number) {
    Node& node = nodes_.at(number);
    node.server->set_arguments(node.arguments);
    start(node, {"--wsrep-start-position=" + recovered_position(*node.server)});
    wait_for_status(number, "wsrep_local_state_comment", "Synced");
}

void PrivateGalera::start(Node& node, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = node.arguments;
    arguments.insert(arguments.end(), more.begin(), more.end());
    open_for_copy(node.server->directory(), node.server->data_directory());
    node.server->set_arguments(arguments);
    node.server->start();
}

std::string PrivateGalera::run_client(std::size_t number, const std::string& sql) {
    return run_program({"mariadb", "--no-defaults", "--user=root",
                        "--socket=" + node(number).socket().string(), "--batch", "--skip-column-names",
                        "--execute=" + sql});
}

std::string PrivateGalera::status(std::size_t number, const std::string& variable) {
    const std::string printed = run_client(number, "SHOW GLOBAL STATUS LIKE '" + variable + "'");
    const std::size_t tab = printed.find('\t');
    return tab == std::string::npos ? "" : printed.substr(tab + 1, printed.find('\n', tab) - tab - 1);
}

void PrivateGalera::wait_for_status(std::size_t number, const std::string& variable,
                                    const std::string& value) {
    const auto deadline = std::chrono::steady_clock::now() + cluster_step_limit;
    std::string found;
    while ((found = status(number, variable)) != value) {
        if (std::chrono::steady_clock::now() >= deadline) {
            throw std::runtime_error("node " + std::to_string(number) + ": waited too long until " +
                                     variable + " is " + value + "; it is " + found);
        }
        std::this_thread::yield();
    }
}

void PrivateGalera::wait_until_in_step(std::size_t number) {
    node(number).select("SET STATEMENT wsrep_sync_wait = 7 FOR SELECT 1");
}

}  // namespace gdprd::test
