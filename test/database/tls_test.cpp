#include "server.h"
#include "support/catch.h"
#include "support/server_certificate.h"
#include "support/server_under_test.h"

using namespace gdprd;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;

namespace {

// A user who comes over the network.
database::ConnectionOptions options_by_network(test::PrivateServer& server) {
    server.execute("CREATE USER far@'127.0.0.%' IDENTIFIED BY 'p'");
    auto options = server.options();
    options.unix_socket.clear();
    options.host = test::far_address;
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
    test::make_server_certificate(directory, "server", test::far_address);
    test::make_server_certificate(directory, "stranger", test::far_address);
    test::PrivateServer server({.arguments = test::arguments_for_tls(directory, "server")});
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
    test::make_server_certificate(directory, "server", "db.example.org");
    test::PrivateServer server({.arguments = test::arguments_for_tls(directory, "server")});
    auto options = options_by_network(server);
    options.tls_ca_file = (directory / "server.pem").string();
    CHECK(refusal(options) == ErrorClass::connection);
}

TEST_CASE("the certificate that MySQL makes for itself names no host, and is refused") {
    const test::TemporaryDirectory directory;
    test::PrivateServer server({.arguments = test::arguments_for_tls(directory)});
    auto options = options_by_network(server);
    const auto made_by_server = server.data_directory() / "ca.pem";
    REQUIRE(std::filesystem::exists(made_by_server) == test::ServerUnderTest::get().is_mysql());
    if (!std::filesystem::exists(made_by_server))
        return;  // MariaDB 10.11 makes none, 11.8 one without a file
    options.tls_ca_file = made_by_server.string();
    CHECK(refusal(options) == ErrorClass::connection);
}

TEST_CASE("with a CA file a server without TLS is refused") {
    const test::TemporaryDirectory directory;
    test::make_server_certificate(directory, "server", "localhost");
    auto options = test::test_options();
    options.tls_ca_file = (directory / "server.pem").string();
    CHECK(refusal(options) == ErrorClass::connection);
}
