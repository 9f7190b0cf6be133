// A certificate of its own for a private database server, and the options with which the server takes
// encrypted connections over the network.
#pragma once

#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/free_ports.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

// This machine. Newer client libraries check neither name nor, without one, certificate of a server at
// "localhost", 127.0.0.1, ::1 or a Unix socket; they do not know this address.
inline constexpr const char* far_address = "127.0.0.2";

// "FILE.pem", signed by itself, for that name or for far_address, valid for a day, and "FILE.key".
inline void make_server_certificate(const TemporaryDirectory& directory, const std::string& file,
                                    const std::string& name) {
    run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-days", "1", "-subj", "/CN=" + name, "-addext",
                 "subjectAltName=" + std::string(name == far_address ? "IP:" : "DNS:") + name, "-keyout",
                 (directory / (file + ".key")).string(), "-out", (directory / (file + ".pem")).string()});
}

// Listens at far_address. Without a file the server has the certificate it makes for itself, if it does.
inline std::vector<std::string> arguments_for_tls(const TemporaryDirectory& directory,
                                                  const std::string& file = "") {
    std::vector<std::string> arguments = {"--skip-networking=0", std::string("--bind-address=") + far_address,
                                          "--port=" + std::to_string(free_ports(1).front())};
    if (file.empty()) return arguments;
    arguments.push_back("--ssl-cert=" + (directory / (file + ".pem")).string());
    arguments.push_back("--ssl-key=" + (directory / (file + ".key")).string());
    return arguments;
}

}  // namespace gdprd::test
