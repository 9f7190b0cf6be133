// nginx or Caddy between Mautic and the daemon, configured as the documentation says: what Mautic gets,
// measured, and the tables of docs/guide/reverse-proxy.md say the same. The daemons have no database, and
// need none to take webhooks.
#include <sys/wait.h>

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "http/certificate.h"
#include "http/raw_client.h"
#include "support/catch.h"
#include "support/free_ports.h"
#include "system/http_client.h"
#include "system/load.h"
#include "system/machine.h"
#include "system/reverse_proxy.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

// A daemon of its own. Health pages have another listener, so that they say how it is whatever the proxy
// does.
struct Daemon : Machine {
    Daemon() : Machine(no_database(), "ledger") {
        config.options["listen.port"] = std::to_string(webhook_port);
        config.options["listen.health_address"] = "\"127.0.0.1\"";
        config.options["listen.health_port"] = std::to_string(config.port);
    }

    void listen_at(const std::filesystem::path& socket) {
        config.options.erase("listen.port");
        config.options["listen.unix_socket"] = toml_text(socket.string());
    }

    // Until all of its threads have stopped.
    void freeze() {
        daemon->send_signal(SIGSTOP);
        ::waitpid(daemon->pid(), nullptr, WUNTRACED);
    }
    void thaw() { daemon->send_signal(SIGCONT); }

    std::set<ContactId> contacts() const {
        const auto answer = nlohmann::json::parse(
            run_program({daemon_program().string(), "queue", "list", "--json", "--limit", "1000000",
                         "--config", (directory / "mautic-gdprd.toml").string()}));
        std::set<ContactId> ids;
        for (const auto& job : answer.at("jobs")) ids.insert(job.at("contact").get<ContactId>());
        return ids;
    }

    std::uint16_t webhook_port = free_ports(1).front();
};

// What Mautic gets, in the words of the tables.
std::string got(std::uint16_t port, const std::string& path, const std::string& body,
                const std::string& secret) {
    const auto answer = HttpClient(port).post(path, body, secret);
    return answer ? std::to_string(answer->status) : "closed";
}

// Mautic sends no body without this from 1 MiB on.
std::string got_for_large_body(std::uint16_t port, std::size_t size, const std::string& secret) {
    const std::string body = webhook_body({7}, size);
    HttpClient client(port, std::chrono::seconds(20));
    client.send_bytes(
        "POST /webhook HTTP/1.1\r\nHost: gdpr.example.org\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\nExpect: 100-Continue\r\nWebhook-Signature: " + webhook_signature(body, secret) + "\r\n\r\n");
    auto answer = client.read_answer();
    if (answer && answer->status == 100) {
        client.send_bytes(body);
        answer = client.read_answer();
        if (answer && answer->status == 100) answer = client.read_answer();  // the daemon's own, passed on
    }
    return answer ? std::to_string(answer->status) : "closed";
}

struct Certificates {
    explicit Certificates(const TemporaryDirectory& directory)
        : authority(directory.write("ca.pem", made.certificate_pem).string()),
          key(directory.write("key.pem", made.key_pem).string()) {}

    Certificate made = make_certificate();
    std::string authority;
    std::string key;
};

// "listen 443 ssl", its files, and beside it a port without TLS for the test's own client.
Replacements tls_at(std::uint16_t tls_port, std::uint16_t plain_port, const Certificates& files) {
    return {{"listen 443 ssl;", "listen 127.0.0.1:" + std::to_string(tls_port) +
                                    " ssl; listen 127.0.0.1:" + std::to_string(plain_port) + ';'},
            {"/etc/ssl/gdpr.example.org.pem", files.authority},
            {"/etc/ssl/private/gdpr.example.org.key", files.key}};
}

// nginx with one server of the documentation, and nginx alone: without the lines that make the difference.
struct Proxies {
    Proxies(const std::string& page, const std::string& line, const Replacements& more) {
        const auto ports = free_ports(4);
        const std::string block = replaced(block_of_page(page, line), more);
        tls_port = ports[0];
        documented_port = ports[1];
        alone_port = ports[3];
        documented.emplace(replaced(block, tls_at(tls_port, documented_port, files)), documented_port);
        alone.emplace(without_rules(replaced(block, tls_at(ports[2], alone_port, files))), alone_port);
    }

    // Waiting for a minute is nothing to measure.
    static std::string without_rules(const std::string& block) {
        std::string rest;
        std::istringstream lines(block);
        for (std::string line; std::getline(lines, line);) {
            const auto has = [&](const char* text) { return line.find(text) != std::string::npos; };
            if (has("proxy_read_timeout")) line = "proxy_connect_timeout 1s; proxy_read_timeout 1s;";
            if (has("error_page") || has(" proxy_connect_timeout") || has("@closed") || has("client_") ||
                has("next_upstream"))
                continue;
            rest += line + '\n';
        }
        return rest;
    }

    TemporaryDirectory directory;
    Certificates files{directory};
    std::uint16_t tls_port = 0;
    std::uint16_t documented_port = 0;
    std::uint16_t alone_port = 0;
    std::optional<Nginx> documented;
    std::optional<Nginx> alone;
};

// The answers in a row of a table: of the proxy alone, and as documented. How long they took is left out.
std::pair<std::string, std::string> row(const std::string& name) {
    const std::string page =
        read_file(std::filesystem::path(GDPRD_SOURCE_DIR) / "docs/guide/reverse-proxy.md");
    const std::string begin = "\n| " + name + " | ";
    const auto at = page.find(begin);
    CAPTURE(name);
    REQUIRE(at != std::string::npos);
    const std::string cells = page.substr(at + begin.size(), page.find('\n', at + 1) - at - begin.size());
    const std::string second = cells.substr(cells.find(" | ") + 3);
    return {cells.substr(0, cells.find(' ')), second.substr(0, second.find(' '))};
}

// The row says what both gave.
void check_row(const std::string& name, const std::string& alone, const std::string& documented) {
    CAPTURE(name);
    CHECK(row(name) == std::pair(alone, documented));
}

// Connections to a port of 127.0.0.1 that are open, as their other ends see them.
bool is_connected_to(std::uint16_t port) {
    char wanted[32];
    std::snprintf(wanted, sizeof(wanted), " 0100007F:%04X 01 ", static_cast<unsigned>(port));
    return read_file("/proc/net/tcp").find(wanted) != std::string::npos;
}

}  // namespace

TEST_CASE("nginx in front of one daemon") {
    proxy_program("nginx");
    Daemon daemon;
    const Proxies proxies("guide/reverse-proxy.md", "proxy_pass http://127.0.0.1:8480;",
                          {{"127.0.0.1:8480", loopback_address(daemon.webhook_port)},
                           {"proxy_read_timeout 30s;", "proxy_read_timeout 1s;"}});
    const std::string& secret = daemon.config.webhook_secret;
    const auto measured = [&](const std::string& name,
                              const std::function<std::string(std::uint16_t)>& send) {
        check_row(name, send(proxies.alone_port), send(proxies.documented_port));
    };
    ContactId next = 1;
    const auto post = [&](std::uint16_t port) {
        return got(port, "/webhook", webhook_body({next++}), secret);
    };

    daemon.start();
    measured("takes the webhook", post);
    measured("gets a body of 2 MB",
             [&](std::uint16_t port) { return got_for_large_body(port, 2'000'000, secret); });
    CHECK(got_for_large_body(proxies.documented_port, 4'100'000, secret) == "204");
    CHECK(daemon.contacts() == std::set<ContactId>{1, 2, 7});
    measured("gets a body beyond `[limits] body_size_max`",
             [&](std::uint16_t port) { return got_for_large_body(port, 4 * mebibyte + 1, secret); });
    measured("does not know the secret",
             [&](std::uint16_t port) { return got(port, "/webhook", webhook_body({1}), "another secret"); });
    measured("has another path",
             [&](std::uint16_t port) { return got(port, "/hooks", webhook_body({1}), secret); });
    // A payload holds personal data; nothing of it goes to the proxy's disk.
    CHECK(proxies.documented->error_log().find("temporary file") == std::string::npos);

    // Over TLS, as Mautic comes, and as an administrator tries it.
    const auto tried = run_program({daemon_program().string(), "webhook", "test", "--config",
                                    (daemon.directory / "mautic-gdprd.toml").string(), "--url",
                                    "https://localhost:" + std::to_string(proxies.tls_port) + "/webhook",
                                    "--ca-file", proxies.files.authority});
    CHECK_THAT(tried, ContainsSubstring("took the sample (status 204)"));

    daemon.freeze();
    measured("hangs", post);
    daemon.thaw();
    measured("is killed with the request in hand", [&](std::uint16_t port) {
        daemon.freeze();
        HttpClient client(port);
        const std::string body = webhook_body({next++});
        client.send_bytes(
            "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\nWebhook-Signature: " + webhook_signature(body, secret) + "\r\n\r\n" + body);
        daemon.wait_until("nginx has connected", [&] { return is_connected_to(daemon.webhook_port); });
        daemon.kill();
        const auto answer = client.read_answer();
        daemon.start();
        return answer ? std::to_string(answer->status) : "closed";
    });
    daemon.stop();
    measured("is stopped", post);

    daemon.config.options["queue.jobs_max"] = "1";
    daemon.start();
    measured("has a full queue (`[queue] jobs_max`), or its disk is full", post);
    daemon.stop();
    daemon.config.options.erase("queue.jobs_max");
    daemon.config.options["limits.connections_max"] = "1";
    daemon.start();
    HttpClient holder(daemon.webhook_port);
    daemon.wait_until("the only connection is taken",
                      [&] { return holder.get("/nothing-there").has_value(); });
    measured("has all its connections in use (`[limits] connections_max`)", post);
}

TEST_CASE("nginx that has no connection left for the daemon gives Mautic no answer") {
    proxy_program("nginx");
    Daemon daemon;
    const Proxies proxies("guide/reverse-proxy.md", "proxy_pass http://127.0.0.1:8480;",
                          {{"127.0.0.1:8480", loopback_address(daemon.webhook_port)},
                           {"proxy_read_timeout 30s;", "proxy_read_timeout 2s;"}});
    daemon.start();
    daemon.freeze();
    const std::string body = webhook_body({1});
    const std::string request =
        "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\nWebhook-Signature: " + webhook_signature(body, daemon.config.webhook_secret) + "\r\n\r\n" + body;
    // Of nginx's 512 connections these take 400, and what is left is not enough for as many to the daemon.
    std::vector<std::unique_ptr<HttpClient>> clients;
    for (int i = 0; i < 400; ++i) {
        clients.push_back(std::make_unique<HttpClient>(proxies.documented_port, std::chrono::seconds(20)));
        REQUIRE(clients.back()->send_bytes(request.substr(0, request.size() - 1)));
    }
    for (const auto& client : clients) client->send_bytes(request.substr(request.size() - 1));
    std::map<int, int> answers;
    for (const auto& client : clients) {
        const auto answer = client->read_answer();
        if (answer) ++answers[answer->status];
    }
    daemon.thaw();
    CHECK(answers == std::map<int, int>{});
}

TEST_CASE("nginx in front of a daemon's Unix socket") {
    proxy_program("nginx");
    Daemon daemon;
    const auto socket = daemon.directory / "webhook.socket";
    daemon.listen_at(socket);
    const Proxies proxies(
        "guide/reverse-proxy.md", "proxy_pass http://127.0.0.1:8480;",
        {{"proxy_pass http://127.0.0.1:8480;", "proxy_pass http://unix:" + socket.string() + ";"}});
    const auto measured = [&](const std::string& name) {
        const auto post = [&](std::uint16_t port) {
            return got(port, "/webhook", webhook_body({1}), daemon.config.webhook_secret);
        };
        check_row(name, post(proxies.alone_port), post(proxies.documented_port));
    };
    daemon.start();
    measured("takes it through a Unix socket");
    CHECK(daemon.contacts() == std::set<ContactId>{1});
    daemon.stop();
    measured("is stopped, with a Unix socket");
}

namespace {

// Two daemons with TLS and certificates for the name that nginx expects.
struct TwoDaemons {
    TwoDaemons() {
        const Certificate certificate = make_certificate("gdpr.example.org");
        authority = directory.write("daemons.pem", certificate.certificate_pem).string();
        const std::string key = directory.write("daemons.key", certificate.key_pem).string();
        for (Daemon* daemon : {&first, &second}) {
            daemon->config.options["listen.certificate_file"] = toml_text(authority);
            daemon->config.options["listen.key_file"] = toml_text(key);
            start(*daemon);
        }
    }

    static void start(Daemon& daemon) {
        daemon.launch();
        daemon.daemon->wait_until("it listens", [&] {
            try {
                RawClient::over_tls(daemon.webhook_port);
                return true;
            } catch (const std::exception&) {
                return false;
            }
        });
    }

    std::unique_ptr<Proxies> behind_nginx() const {
        return std::make_unique<Proxies>(
            "guide/several-machines.md", "proxy_pass https://mautic_gdprd;",
            Replacements{{"10.0.0.11:8443", loopback_address(first.webhook_port)},
                         {"10.0.0.12:8443", loopback_address(second.webhook_port)},
                         {"/etc/ssl/certs/ca-certificates.crt", authority},
                         {"proxy_read_timeout 5s;", "proxy_read_timeout 1s;"}});
    }

    // With new ones, which remember no failure. Several requests come to both daemons.
    void measure(const std::string& name) {
        const auto proxies = behind_nginx();
        const auto worst = [&](std::uint16_t port) {
            std::string answer = "204";
            for (int i = 0; i < 4 && answer == "204"; ++i) {
                answer = got(port, "/webhook", webhook_body({next++}), first.config.webhook_secret);
            }
            return answer;
        };
        check_row(name, worst(proxies->alone_port), worst(proxies->documented_port));
    }

    TemporaryDirectory directory;
    std::string authority;
    Daemon first;
    Daemon second;
    ContactId next = 1;
};

}  // namespace

TEST_CASE("nginx in front of two daemons") {
    proxy_program("nginx");
    TwoDaemons daemons;
    daemons.first.freeze();
    daemons.measure("one hangs");
    daemons.first.thaw();
    daemons.first.stop();
    daemons.measure("one is stopped");
    daemons.first.config.options["queue.jobs_max"] = "1";
    TwoDaemons::start(daemons.first);
    daemons.measure("one has a full queue");
    daemons.first.stop();
    daemons.second.stop();
    daemons.measure("both are stopped");
}

TEST_CASE("One of two daemons is killed under load, and no webhook is lost") {
    proxy_program("nginx");
    TwoDaemons daemons;
    const auto proxies = daemons.behind_nginx();
    std::vector<ContactId> everybody;
    for (ContactId contact = 1; contact <= 400; ++contact) everybody.push_back(contact);
    Load load(proxies->documented_port, daemons.first.config.webhook_secret, everybody,
              {.senders = 4, .resend = true, .make_visit = {}});
    daemons.first.wait_until("some are stored", [&] { return load.acknowledged() > 100; });
    daemons.first.kill();
    CHECK(load.acknowledged_contacts().size() == everybody.size());
    CHECK(load.other_answers().empty());  // Mautic 4 to 6 would have deleted its event
    std::set<ContactId> stored = daemons.first.contacts();
    CHECK_FALSE(stored.empty());
    stored.merge(daemons.second.contacts());
    CHECK(stored == std::set<ContactId>(everybody.begin(), everybody.end()));
}

namespace {

// The instances of one machine, each with its socket below `run`.
struct Instances {
    Instances() {
        for (const std::string& name : names) {
            std::filesystem::create_directories(run / ("mautic-gdprd-" + name));
            Daemon& daemon = daemons[name];
            daemon.listen_at(run / ("mautic-gdprd-" + name) / "webhook.socket");
            daemon.config.webhook_secret = "the secret of the instance " + name;
            daemon.start();
        }
    }

    Replacements sockets() const { return {{"/run/mautic-gdprd-", (run / "mautic-gdprd-").string()}}; }

    // What is sent through the proxy at `port` to each of them, with the secret of each of them.
    void check_separation(std::uint16_t port) {
        const auto send = [&](const std::string& path, const std::string& secret_of, ContactId contact) {
            return got(port, path, webhook_body({contact}), daemons.at(secret_of).config.webhook_secret);
        };
        ContactId contact = 0;
        std::map<std::string, std::set<ContactId>> expected;
        for (const std::string& name : names) {
            for (const std::string& other : names) {
                CAPTURE(name, other);
                CHECK(send('/' + name + "/webhook", other, ++contact) == (name == other ? "204" : "401"));
                if (name == other) expected[name].insert(contact);
            }
        }
        // What is not exactly a name leads nowhere, whosever signature it has.
        for (const char* path :
             {"/webhook", "/A/webhook", "/a/webhook/", "/a/x/webhook", "/a%2fx/webhook", "/a/../webhook",
              "/a_b/webhook", "/a/healthz", "/healthz", "/a/metrics", "//webhook"}) {
            CAPTURE(path);
            CHECK(send(path, "a", ++contact) == "404");
        }
        for (const char* path : {"/c/webhook", "/config/webhook", "/-/webhook", "/site-111/webhook"}) {
            CAPTURE(path);
            CHECK(send(path, "a", ++contact) == "closed");
        }
        for (const std::string& name : names) CHECK(daemons.at(name).contacts() == expected[name]);
    }

    const std::vector<std::string> names{"a", "a-b", "b", "site-1", "site-11"};
    TemporaryDirectory run;
    std::map<std::string, Daemon> daemons;
};

// A site of the documentation, at a port of its own.
Replacements site_at(std::uint16_t port) {
    return {{"gdpr.example.org {", ':' + std::to_string(port) + " {\nbind 127.0.0.1"}};
}

}  // namespace

TEST_CASE("nginx in front of many instances: a webhook for one never reaches another") {
    proxy_program("nginx");
    Instances instances;
    const Proxies proxies("guide/many-mautics.md", "proxy_pass http://unix:", instances.sockets());
    instances.check_separation(proxies.documented_port);
}

TEST_CASE("Caddy in front of many instances: a webhook for one never reaches another") {
    proxy_program("caddy");
    Instances instances;
    const std::uint16_t port = free_ports(1).front();
    const Caddy caddy(
        replaced(replaced(block_of_page("guide/many-mautics.md", "reverse_proxy unix/"), instances.sockets()),
                 site_at(port)),
        port);
    instances.check_separation(port);
}

TEST_CASE("Caddy in front of one daemon gives Mautic what nginx gives it as documented") {
    proxy_program("caddy");
    Daemon daemon;
    const std::uint16_t port = free_ports(1).front();
    const Caddy caddy(
        replaced(replaced(block_of_page("guide/reverse-proxy.md", "reverse_proxy 127.0.0.1:8480"),
                          {{"127.0.0.1:8480", loopback_address(daemon.webhook_port)},
                           {"response_header_timeout 30s", "response_header_timeout 1s"}}),
                 site_at(port)),
        port);
    const std::string& secret = daemon.config.webhook_secret;
    const auto check = [&](const std::string& name, const std::string& answer) {
        CAPTURE(name);
        CHECK(answer == row(name).second);
    };
    ContactId next = 1;
    const auto post = [&] { return got(port, "/webhook", webhook_body({next++}), secret); };

    daemon.start();
    check("takes the webhook", post());
    check("gets a body of 2 MB", got_for_large_body(port, 2'000'000, secret));
    check("gets a body beyond `[limits] body_size_max`", got_for_large_body(port, 4 * mebibyte + 1, secret));
    check("does not know the secret", got(port, "/webhook", webhook_body({1}), "another secret"));
    check("has another path", got(port, "/hooks", webhook_body({1}), secret));
    daemon.freeze();
    check("hangs", post());
    daemon.thaw();
    daemon.stop();
    check("is stopped", post());
    daemon.config.options["queue.jobs_max"] = "1";
    daemon.start();
    check("has a full queue (`[queue] jobs_max`), or its disk is full", post());
}
