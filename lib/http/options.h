// Where the server listens and what it puts up with (promise 10: a limit on everything).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gdprd::http {

struct Listener {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;        // 0: any free one (tests)
    std::string certificate_file;  // PEM chain; set together with key_file: TLS 1.2 or newer
    std::string key_file;          // PEM
    // In place of address and port: a Unix socket, who may connect to it, and the group it is given to ("":
    // the process's own).
    std::string unix_socket;
    std::uint32_t unix_socket_mode = 0660;
    std::string unix_socket_group;

    bool operator==(const Listener&) const = default;
};

struct Limits {
    std::size_t body_bytes_max = 4 * 1024 * 1024;  // answers 413; Mautic sends 4-14 KB an event, ten a POST
    std::size_t bodies_bytes_max = 64 * 1024 * 1024;  // all bodies in memory together; beyond it, connections
                                                      // wait before their body is read
    std::size_t header_bytes_max = 16 * 1024;         // answers 431
    std::size_t connections_max = 256;                // more are accepted and closed at once
    std::size_t requests_per_commit_max = 256;        // how many waiting requests one handler call gets
    std::chrono::milliseconds header_timeout{10'000};  // from the first byte to the end of the header
    std::chrono::milliseconds body_timeout{30'000};    // the whole body
    std::chrono::milliseconds idle_timeout{75'000};    // between two requests of a connection
    std::chrono::milliseconds write_timeout{10'000};   // the whole answer
    std::chrono::milliseconds drain_timeout{5'000};    // stop(): how long requests in flight may take

    bool operator==(const Limits&) const = default;
};

struct ServerOptions {
    std::vector<Listener> listeners;
    Limits limits;
    std::size_t handler_threads = 1;
    // Threads of lanes 1, 2, …: for routes that must not wait behind others (Route::lane).
    std::vector<std::size_t> more_lanes{};
    // Header fields that handlers want to see, in lower case. All others are read over.
    std::vector<std::string> kept_fields{};
    // What people sent and were answered is overwritten once it was used: it may be personal data.
    bool wipes_memory = false;
};

}  // namespace gdprd::http
