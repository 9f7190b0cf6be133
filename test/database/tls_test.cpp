#include "server.h"
#include "support/catch.h"

using namespace gdprd;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;

namespace {

// A self-signed certificate for that name, valid for a day.
void make_certificate(const test::TemporaryDirectory& directory, const std::string& file,
                      const std::string& name) {
    test::run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                       "-nodes", "-days", "1", "-subj", "/CN=" + name, "-addext",
                       "subjectAltName=DNS:" + name, "-keyout", (directory / (file + ".key")).string(),
                       "-out", (directory / (file + ".pem")).string()});
}

std::vector<std::string> server_arguments(const test::TemporaryDirectory& directory,
                                          const std::string& file) {
    return {"--ssl-cert=" + (directory / (file + ".pem")).string(),
            "--ssl-key=" + (directory / (file + ".key")).string()};
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
    make_certificate(directory, "server", "localhost");
    make_certificate(directory, "stranger", "localhost");
    test::PrivateMariaDb server({.arguments = server_arguments(directory, "server")});
    auto options = server.options();
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
    auto options = server.options();
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
