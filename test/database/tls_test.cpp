#include "server.h"
#include "support/catch.h"
#include "support/free_ports.h"

using namespace gdprd;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;

namespace {

constexpr const char* far_address = "127.0.0.2";

// A self-signed certificate for that name, valid for a day.
void make_certificate(const test::TemporaryDirectory& directory, const std::string& file,
                      const std::string& name) {
    test::run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                       "-nodes", "-days", "1", "-subj", "/CN=" + name, "-addext",
                       "subjectAltName=" + std::string(name == far_address ? "IP:" : "DNS:") + name,
                       "-keyout", (directory / (file + ".key")).string(), "-out",
                       (directory / (file + ".pem")).string()});
}

std::vector<std::string> server_arguments(const test::TemporaryDirectory& directory,
                                          const std::string& file) {
    return {"--ssl-cert=" + (directory / (file + ".pem")).string(),
            "--ssl-key=" + (directory / (file + ".key")).string(), "--skip-networking=0",
            std::string("--bind-address=") + far_address,
            "--port=" + std::to_string(test::free_ports(1).front())};
}

// A user who comes over the network. Newer client libraries check neither name nor, without one, certificate
// of a server at "localhost", 127.0.0.1, ::1 or a Unix socket; this address is on this machine too, and they
// do not know it.
database::ConnectionOptions options_by_network(test::PrivateMariaDb& server) {
    server.execute("CREATE USER far@'127.0.0.%' IDENTIFIED BY 'p'");
    auto options = server.options();
    options.unix_socket.clear();
    options.host = far_address;
    options.port = static_cast<std::uint16_t>(std::stoi(server.value("SELECT @@port")));
    options.user = "far";
    options.password = "p";
    return options;
}

std::string cipher(Connection& connection) {
    auto rows = connection.select("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    REQUIRE(rows.next());
    return rows.text(1);
}

ErrorClass refusal(const database::ConnectionOptions& options) {
    try {
        const Connection connection(options);
    } catch (const DatabaseError& error) {
        UNSCOPED_INFO(error.what());
        return error.error_class();
    }
    FAIL("connected");
    return ErrorClass::permanent;
}

}  // namespace

TEST_CASE("with a CA file the connection is encrypted and the certificate verified") {
    const test::TemporaryDirectory directory;
    make_certificate(directory, "server", far_address);
    make_certificate(directory, "stranger", far_address);
    test::PrivateMariaDb server({.arguments = server_arguments(directory, "server")});
    auto options = options_by_network(server);
    {
        Connection plain(options);
        CHECK(cipher(plain).empty());
    }
    options.tls_ca_file = (directory / "server.pem").string();
    {
        Connection encrypted(options);
        CHECK_FALSE(cipher(encrypted).empty());
        // Writing to a server that is gone must not end this process with SIGPIPE either.
        server.kill();
        const std::vector<database::Value> large{std::string(5'000'000, 'x')};
        for (int round = 0; round < 2; ++round) {
            CHECK_THROWS_AS(encrypted.select("SELECT ?", large), DatabaseError);
        }
        server.start();
    }
    options.tls_ca_file = (directory / "stranger.pem").string();
    CHECK(refusal(options) == ErrorClass::connection);
    options.tls_ca_file = (directory / "missing.pem").string();
    CHECK(refusal(options) == ErrorClass::connection);
}

TEST_CASE("with a CA file a server whose certificate names another host is refused") {
    const test::TemporaryDirectory directory;
    make_certificate(directory, "server", "db.example.org");
    test::PrivateMariaDb server({.arguments = server_arguments(directory, "server")});
    auto options = options_by_network(server);
    options.tls_ca_file = (directory / "server.pem").string();
    CHECK(refusal(options) == ErrorClass::connection);
}

TEST_CASE("with a CA file a server without TLS is refused") {
    const test::TemporaryDirectory directory;
    make_certificate(directory, "server", "localhost");
    auto options = test::test_options();
    options.tls_ca_file = (directory / "server.pem").string();
    CHECK(refusal(options) == ErrorClass::connection);
}
