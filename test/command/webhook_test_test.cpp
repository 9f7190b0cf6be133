// `webhook test` against the real daemon, and against whatever else may stand at the URL.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command/program.h"
#include "http/answer_server.h"
#include "support/catch.h"
#include "support/free_ports.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::uint64_t add_webhook(Site& site, const std::string& url, const std::string& secret,
                          bool published = true) {
    return site.mautic.insert("webhooks", {{"name", "a name that nobody may show"},
                                           {"webhook_url", url},
                                           {"secret", secret},
                                           {"is_published", std::int64_t{published ? 1 : 0}}});
}

// A configuration whose daemon does not run, and something else at the URL.
struct Place {
    explicit Place(Reply reply) : server([reply](const SeenRequest&) { return reply; }) {}

    Answer test() {
        const Answer answer =
            test::run({"webhook", "test", "--config", config.write().string(), "--url",
                       "http://127.0.0.1:" + std::to_string(server.port()) + "/webhook?token=hidden"});
        CHECK(answer.text.find(config.webhook_secret) == std::string::npos);
        CHECK(answer.text.find("hidden") == std::string::npos);
        return answer;
    }

    TemporaryDirectory directory;
    DaemonConfig config{directory, no_database()};
    AnswerServer server;
};

}  // namespace

TEST_CASE("webhook test reaches the daemon, which has nothing to do") {
    Site site("webhook_test");
    site.make_ledger();
    site.here.start();
    const std::string url = "http://127.0.0.1:" + std::to_string(site.here.config.port) + "/webhook";
    const Answer none = site.run({"webhook", "test"});
    CHECK(none.exit_code == 2);
    CHECK_THAT(none.text, ContainsSubstring("webhook create"));

    const auto id = add_webhook(site, url + "?token=hidden", site.here.config.webhook_secret);
    const Answer arrived = site.run({"webhook", "test"});
    CAPTURE(arrived.text);
    CHECK(arrived.exit_code == 0);
    CHECK_THAT(arrived.text, ContainsSubstring("Mautic's webhook " + std::to_string(id) + ": " + url + '\n'));
    CHECK_THAT(arrived.text, ContainsSubstring("verified; a forged one is refused"));
    CHECK_THAT(arrived.text, ContainsSubstring("took the sample (status 204)"));
    CHECK_THAT(arrived.text, ContainsSubstring("127.0.0.1 is private: Mautic 7 sends nothing there"));
    CHECK(arrived.text.find("hidden") == std::string::npos);
    CHECK(arrived.text.find("nobody may show") == std::string::npos);
    CHECK(arrived.text.find(site.here.config.webhook_secret) == std::string::npos);
    CHECK(site.here.metric("webhooks_received_total{outcome=\"test\"}") == 1);
    CHECK(site.here.metric("webhooks_received_total{outcome=\"unauthentic\"}") == 1);
    CHECK_THAT(site.run({"queue", "list", "--json"}).text, ContainsSubstring("[]"));
    CHECK(site.run({"webhook", "test", "--url", url}).exit_code == 0);

    CHECK_THAT(site.run({"webhook", "test", "--url", url + "/other"}).text,
               ContainsSubstring("the daemon has nothing at this path (status 404)"));
    CHECK_THAT(site.run({"webhook", "test", "--url", url.substr(0, url.rfind('/')) + "/healthz"}).text,
               ContainsSubstring("the daemon has nothing at this path (status 405)"));

    site.mautic.connection().change("UPDATE webhooks SET secret = 'another secret', is_published = 0");
    const Answer wrong = site.run({"webhook", "test"});
    CAPTURE(wrong.text);
    CHECK(wrong.exit_code == 3);
    CHECK_THAT(wrong.text, ContainsSubstring("does not know the secret"));
    CHECK_THAT(wrong.text, ContainsSubstring("not published"));
    CHECK_THAT(wrong.text, ContainsSubstring("mautic-gdprd webhook create"));
    CHECK(wrong.text.find("another secret") == std::string::npos);
    site.mautic.connection().change("UPDATE webhooks SET secret = ''");
    CHECK_THAT(site.run({"webhook", "test"}).text, ContainsSubstring("no secret in Mautic"));
    site.mautic.connection().change(
        "UPDATE webhooks SET webhook_url = 'gdpr.example.org/webhook', secret = 'x'");
    CHECK_THAT(site.run({"webhook", "test"}).text, ContainsSubstring("not a URL"));

    site.here.stop();
    const Answer stopped = site.run({"webhook", "test", "--url", url});
    CHECK(stopped.exit_code == 3);
    CHECK_THAT(stopped.text, ContainsSubstring("Connection refused"));
}

TEST_CASE("webhook test with secrets from Mautic's database") {
    Site site("webhook_test_database");
    site.make_ledger();
    site.options.erase("webhook.secret_files");
    site.options["webhook.secret"] = "\"from-database\"";
    const std::string url = "http://127.0.0.1:" + std::to_string(site.here.config.port) + "/webhook";
    add_webhook(site, url, "a secret of Mautic's");
    site.here.start();
    const Answer arrived = site.run({"webhook", "test", "--url", url});
    CAPTURE(arrived.text);
    CHECK(arrived.exit_code == 0);
    CHECK(arrived.text.find("a secret of") == std::string::npos);
    // The forged sample made the daemon read the secrets a moment ago: within two seconds it does not again.
    site.mautic.connection().change("UPDATE webhooks SET secret = 'a newer one of Mautic'");
    const Answer again = site.run({"webhook", "test"});
    if (again.exit_code != 0) CHECK_THAT(again.text, ContainsSubstring("run this again"));
    site.here.wait_until("the new secret is known", [&] {
        return site.run({"webhook", "test"}).exit_code == 0;
    });
}

TEST_CASE("webhook test says which hop fails") {
    struct Case {
        const char* what;
        Reply reply;
        const char* topic;
        const char* says;
    };
    const std::string page = "<html>nginx</html>";
    const Case cases[] = {
        {"proxy without a daemon",
         {http_answer(502, "text/html", page)},
         "daemon",
         "the proxy answers for the daemon"},
        {"proxy that waits in vain",
         {http_answer(504, "text/html", page)},
         "daemon",
         "Is the daemon running"},
        {"proxy as documented, daemon stopped", {""}, "proxy", "systemctl status mautic-gdprd"},
        {"redirect",
         {http_answer(301, "", "", "Location: https://gdpr.example.org/webhook?t=hidden\r\n")},
         "proxy",
         "redirects (status 301) to https://gdpr.example.org/webhook; Mautic does not follow"},
        {"redirect to rubbish",
         {http_answer(302, "", "",
                      "Location: \xc2\x9b"
                      "2J\r\n")},
         "proxy",
         "redirects (status 302); Mautic"},
        {"wrong path at the proxy",
         {http_answer(404, "text/html", page)},
         "path",
         "the web server has nothing"},
        {"wrong path at the daemon", {http_answer(404, "", "")}, "path", "[listen] path"},
        {"a login",
         {http_answer(401, "text/html", page, "WWW-Authenticate: Basic\r\n")},
         "proxy",
         "wants a login"},
        {"wrong secret", {http_answer(401, "", "")}, "signature", "does not know the secret"},
        {"access rules", {http_answer(403, "text/html", page)}, "proxy", "access rules"},
        {"body limit", {http_answer(413, "text/html", page)}, "proxy", "client_max_body_size"},
        {"TLS port", {http_answer(400, "text/html", page)}, "proxy", "the URL begins with https"},
        {"another version", {http_answer(400, "", "")}, "daemon", "another version"},
        {"a web page",
         {http_answer(200, "text/html", page)},
         "daemon",
         "something else answers there (status 200"},
        {"a server that says yes",
         {"HTTP/1.1 204 No Content\r\n\r\n"},
         "signature",
         "a forged one is taken too"},
        {"no HTTP", {"SSH-2.0-OpenSSH\r\n"}, "proxy", "with TLS the URL begins with https"},
    };
    for (const Case& one : cases) {
        Place place(one.reply);
        const Answer answer = place.test();
        CAPTURE(one.what, answer.text);
        CHECK(answer.exit_code == 3);
        CHECK_THAT(answer.text, ContainsSubstring(std::string("problem  ") + one.topic));
        CHECK_THAT(answer.text, ContainsSubstring(one.says));
        CHECK(answer.text.find("\xc2\x9b") == std::string::npos);
        // The sample names nobody, and the second one is sent only where the first was taken.
        const auto seen = place.server.requests();
        REQUIRE(seen.size() == (answer.text.find("forged") == std::string::npos ? 1 : 2));
        CHECK(seen[0].body.starts_with(R"({"mautic.lead_channel_subscription_changed":[],"timestamp":")"));
        CHECK(seen[0].field("Webhook-Signature") ==
              webhook_signature(seen[0].body, place.config.webhook_secret));
        CHECK(seen[0].target == "/webhook?token=hidden");
        if (seen.size() == 2) CHECK(seen[1].field("Webhook-Signature") != seen[0].field("Webhook-Signature"));
    }
}

TEST_CASE("webhook test and the way to the place") {
    Place place(Reply{"HTTP/1.1 204 No Content\r\n\r\n"});
    const auto run = [&](const std::string& url, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"webhook", "test", "--config", place.config.write().string(),
                                           "--url",   url};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return test::run(arguments);
    };
    const Answer unknown = run("https://no-such-host.invalid/webhook");
    CHECK(unknown.exit_code == 3);
    CHECK_THAT(unknown.text, ContainsSubstring("problem  name"));
    const Answer refused = run("http://127.0.0.1:" + std::to_string(free_ports(1).front()) + "/webhook");
    CHECK_THAT(refused.text, ContainsSubstring("problem  connection"));
    CHECK_THAT(refused.text, ContainsSubstring("firewall"));
    const Answer plain = run("https://127.0.0.1:" + std::to_string(place.server.port()) + "/webhook");
    CHECK_THAT(plain.text, ContainsSubstring("ok       connection"));
    CHECK_THAT(plain.text, ContainsSubstring("problem  TLS"));

    const Certificate certificate = make_certificate();
    const AnswerServer safe([](const SeenRequest&) { return Reply{http_answer(502, "text/html", "x")}; },
                            certificate);
    const std::string url = "https://localhost:" + std::to_string(safe.port()) + "/webhook";
    CHECK_THAT(run(url).text, ContainsSubstring("certificate is not accepted"));
    const Answer trusted =
        run(url, {"--ca-file", place.directory.write("ca", certificate.certificate_pem).string()});
    CAPTURE(trusted.text);
    CHECK_THAT(trusted.text, ContainsSubstring("ok       name           localhost is 127.0.0.1"));
    CHECK_THAT(trusted.text, ContainsSubstring("ok       TLS"));
    CHECK_THAT(trusted.text, ContainsSubstring("problem  daemon"));
    CHECK(run("not a URL").exit_code == 3);
}

TEST_CASE("webhook test says nothing good of a certificate that it has not seen") {
    Place place(Reply{""});
    // Takes connections, and never says a word.
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener, 5) == 0);
    REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    const Answer answer =
        test::run({"webhook", "test", "--config", place.config.write().string(), "--url",
                   "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/webhook"});
    ::close(listener);
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK(answer.text.find("ok       TLS") == std::string::npos);
    CHECK_THAT(answer.text, ContainsSubstring("problem  TLS"));
}

TEST_CASE("webhook test sends nothing to other receivers of Mautic's webhooks") {
    Site site("webhook_test_others");
    site.make_ledger();
    site.here.start();
    const AnswerServer other(
        [](const SeenRequest&) { return Reply{http_answer(200, "application/json", "{}")}; });
    add_webhook(site, "http://127.0.0.1:" + std::to_string(site.here.config.port) + "/webhook",
                site.here.config.webhook_secret);
    add_webhook(site, "http://localhost:" + std::to_string(other.port()) + "/crm/webhook", "of the CRM");
    const Answer answer = site.run({"webhook", "test"});
    CAPTURE(answer.text);
    CHECK(other.requests().empty());
}

TEST_CASE("webhook test takes only the daemon's refusal of the forged sample for one") {
    const std::string second = GENERATE(as<std::string>{}, http_answer(503, "text/html", "too many requests"),
                                        http_answer(429, "text/html", "too many requests"), "");
    std::size_t requests = 0;
    const AnswerServer server([&](const SeenRequest&) {
        return ++requests == 1 ? Reply{"HTTP/1.1 204 No Content\r\n\r\n"} : Reply{second};
    });
    const TemporaryDirectory directory;
    const DaemonConfig config(directory, no_database());
    const Answer answer = test::run({"webhook", "test", "--config", config.write().string(), "--url",
                                     "http://127.0.0.1:" + std::to_string(server.port()) + "/webhook"});
    CAPTURE(second, answer.text);
    CHECK(answer.text.find("verified") == std::string::npos);
    CHECK(answer.exit_code == 3);
}
