// A Galera cluster of its own for a test: several MariaDB servers on this machine, each with its own data,
// that replicate to each other over ports of 127.0.0.1. Clients reach each node by its Unix socket.
//
// Needs Debian's galera-4 and rsync, which come with mariadb-server.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/private_server.h"

namespace gdprd::test {

class PrivateGalera {
  public:
    // Starts the first node alone, then the others, each of which takes a copy of its data; waits until all
    // are in step. Some five seconds a node. Throws std::runtime_error with the end of a node's log.
    explicit PrivateGalera(std::size_t nodes = 3);

    std::size_t size() const { return nodes_.size(); }
    PrivateServer& node(std::size_t number) { return *nodes_.at(number).server; }

    void kill(std::size_t number) { node(number).kill(); }
    // Brings a node back as the service of the Debian package does: finds out how far its data got, joins,
    // gets what it missed, and waits until it is in step.
    void restart(std::size_t number);

    // Runs a statement with the `mariadb` client and returns what it printed. Works on a node that has lost
    // the others, to which the program's own Connection refuses to connect.
    std::string run_client(std::size_t number, const std::string& sql);

    // A status variable of the node, e.g. "wsrep_cluster_size".
    std::string status(std::size_t number, const std::string& variable);
    void wait_for_status(std::size_t number, const std::string& variable, const std::string& value);

    // Waits until the node has everything that was committed anywhere before the call.
    void wait_until_in_step(std::size_t number);

  private:
    struct Node {
        std::unique_ptr<PrivateServer> server;
        std::vector<std::string> arguments;
    };

    void start(Node& node, const std::vector<std::string>& more);

    std::vector<Node> nodes_;
};

}  // namespace gdprd::test
