// The listener with a certificate, from the handshake to the erased contact.
#include "http/certificate.h"
#include "http/raw_client.h"
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("A webhook over TLS erases a contact") {
    Installation here("tls");
    const Certificate certificate = make_certificate();
    const auto certificate_file = here.directory.write("certificate.pem", certificate.certificate_pem);
    const auto key_file = here.directory.write("key.pem", certificate.key_pem);
    std::filesystem::permissions(key_file, std::filesystem::perms::owner_read);
    here.config.options["listen.certificate_file"] = toml_text(certificate_file.string());
    here.config.options["listen.key_file"] = toml_text(key_file.string());
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.add_opted_out(1);
    here.daemon.emplace(here.config.write(), here.directory / "log");
    here.daemon->wait_for_log("ready");

    RawClient client = RawClient::over_tls(here.config.port);
    client.send(gdprd::test::get("/readyz"));
    CHECK(client.receive().status == 200);
    const std::string body = webhook_body({1}, 100'000);
    client.send(gdprd::test::post(
        "/webhook", body,
        "Webhook-Signature: " + webhook_signature(body, here.config.webhook_secret) + "\r\n"));
    CHECK(client.receive().status == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.erased(1));

    RawClient plain(here.config.port);
    plain.send(gdprd::test::get("/readyz"));
    CHECK_THAT(plain.receive_all(), !ContainsSubstring("HTTP/1.1 200"));
    client.send(gdprd::test::get("/readyz"));
    CHECK(client.receive().status == 200);
    here.stop();
}
