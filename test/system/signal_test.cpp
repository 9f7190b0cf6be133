// How the service is stopped, reloaded, watched and kept alone.
#include "http/raw_client.h"
#include "support/catch.h"
#include "system/installation.h"
#include "system/manager_socket.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr std::chrono::seconds patience(30);

std::string signed_request(const Installation& here, ContactId contact) {
    const std::string body = webhook_body({contact});
    return gdprd::test::post(
        "/webhook", body,
        "Webhook-Signature: " + webhook_signature(body, here.config.webhook_secret) + "\r\n");
}

// A client that has sent half a request, and the daemon knows it.
RawClient with_half_a_request(Installation& here, const std::string& request) {
    RawClient client(here.config.port);
    client.send(gdprd::test::get("/healthz"));
    CHECK(client.receive().status == 200);
    const std::int64_t open = here.metric("http_connections_open");
    client.send(std::string_view(request).substr(0, request.size() / 2));
    CHECK(open >= 1);
    // Requests of other connections go through the same loop, so after one the half has been read.
    CHECK(here.status_of("/healthz") == 200);
    return client;
}

}  // namespace

TEST_CASE("SIGTERM lets the request in flight be answered, and what it asked for is not lost") {
    Installation here("drain");
    here.config.options["limits.drain_timeout"] = "\"1m\"";
    here.add_opted_out(1);
    here.start();
    RawClient idle(here.config.port);
    idle.send(gdprd::test::get("/healthz"));
    CHECK(idle.receive().status == 200);
    const std::string request = signed_request(here, 1);
    RawClient client = with_half_a_request(here, request);

    here.daemon->send_signal(SIGTERM);
    CHECK(idle.receive_all().empty());
    CHECK_THROWS(RawClient(here.config.port));
    client.send(std::string_view(request).substr(request.size() / 2));
    const RawAnswer answer = client.receive();
    CHECK(answer.status == 204);
    CHECK(answer.field("Connection") == "close");
    CHECK(here.daemon->wait_for_exit(patience) == 0);
    here.start();
    here.wait_until("the contact is erased", [&] { return here.ledger(1) != "no row"; });
    CHECK(here.erased(1));
    here.stop();
}

TEST_CASE("A request that never ends holds up the stop no longer than it may") {
    Installation here("stuck");
    here.config.options["limits.drain_timeout"] = "\"200ms\"";
    here.start();
    RawClient client = with_half_a_request(here, signed_request(here, 1));
    here.daemon->send_signal(SIGTERM);
    CHECK(here.daemon->wait_for_exit(patience) == 0);
    CHECK(client.receive_all().empty());
}

TEST_CASE("A second SIGTERM ends a stop that is stuck") {
    Installation here("second_signal");
    here.config.options["limits.drain_timeout"] = "\"10m\"";
    here.config.options["limits.body_timeout"] = "\"10m\"";
    here.start();
    RawClient client = with_half_a_request(here, signed_request(here, 1));
    here.daemon->send_signal(SIGTERM);
    here.daemon->wait_for_log("stopping:");
    CHECK(here.daemon->running());
    here.daemon->send_signal(SIGTERM);
    CHECK(here.daemon->wait_for_exit(patience) == 128 + SIGTERM);
}

TEST_CASE("SIGHUP changes policy, triggers and secrets while requests come in") {
    Installation here("reload");
    here.config.options["worker.settle"] = "[\"1h\"]";
    for (const ContactId contact : {1, 2}) here.add_opted_out(contact);
    here.add_opted_out(3, 3);
    here.start();
    const std::string old_secret = here.config.webhook_secret;
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.mautic.field(1, "city") == "NULL");

    here.config.webhook_secret = "another secret, just as good";
    here.config.options["policy.fields.city"] = "\"keep\"";
    here.config.options["trigger.reasons"] = "[\"unsubscribed\", \"bounced\", \"manual\"]";
    here.config.write();
    here.daemon->reload();
    here.daemon->wait_for_log("configuration reloaded");
    CHECK(here.post(webhook_body({2}), old_secret) == 401);
    CHECK(here.announce(2) == 204);
    CHECK(here.announce(3, "manual") == 204);
    for (const ContactId contact : {2, 3}) {
        here.wait_for_ledger(contact, "settling");
        CHECK(here.mautic.field(contact, "city") == invented_person(contact).fields.at("city"));
        CHECK(here.mautic.field(contact, "zipcode") == "NULL");
    }
    CHECK(here.ledger(1, "policy_digest") != here.ledger(2, "policy_digest"));
    CHECK(here.metric("config_reloads_total{result=\"ok\"}") == 1);
    here.stop();
}

TEST_CASE("A broken configuration is refused at SIGHUP, and the old one stays") {
    Installation here("bad_reload");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.add_opted_out(1);
    here.start();
    struct Row {
        const char* name;
        const char* option;
        const char* value;
        const char* told;
    };
    const Row rows[] = {
        {"misspelt option", "policy.other_feilds", "\"keep\"", "other_feilds"},
        {"field that does not exist", "policy.fields.emial", "\"keep\"", "emial"},
        {"hash of a number", "policy.fields.shoe_size", "\"hash\"", "shoe_size"},
        {"secret file that is not there", "webhook.secret_files", "[\"/nonexistent\"]", "/nonexistent"},
        {"data map that is not there", "mautic.data_map", "\"/nonexistent\"", "/nonexistent"},
    };
    std::size_t refused = 0;
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto options = here.config.options;
        here.config.options[row.option] = row.value;
        here.config.write();
        here.config.options = options;
        here.daemon->reload();
        here.daemon->wait_for_log("rejected the new configuration; keeping the old one", ++refused);
        CHECK_THAT(here.daemon->log(), ContainsSubstring(row.told));
        CHECK(here.metric("config_reloads_total{result=\"failed\"}") == static_cast<std::int64_t>(refused));
        CHECK(here.metric("config_last_reload_successful") == 0);
        CHECK(here.status_of("/readyz") == 200);
    }
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.erased(1));
    here.config.write();
    here.daemon->reload();
    here.daemon->wait_for_log("configuration reloaded");
    CHECK(here.metric("config_last_reload_successful") == 1);
    here.stop();
}

TEST_CASE("The service manager is told of start, reload and stop, and gets signs of life") {
    Installation here("manager");
    const ManagerSocket manager(here.directory / "notify");
    here.start({{"NOTIFY_SOCKET", (here.directory / "notify").string()}, {"WATCHDOG_USEC", "200000"}});
    CHECK_THAT(manager.wait_for("READY=1"), ContainsSubstring("STATUS="));
    for (int sign = 0; sign < 5; ++sign) CHECK(manager.wait_for("WATCHDOG=1") == "WATCHDOG=1");
    here.daemon->reload();
    CHECK_THAT(manager.wait_for("RELOADING=1"), ContainsSubstring("MONOTONIC_USEC="));
    manager.wait_for("READY=1");
    here.daemon->send_signal(SIGTERM);
    manager.wait_for("STOPPING=1");
    CHECK(here.daemon->wait_for_exit(patience) == 0);
}

TEST_CASE("A second daemon does not start on the same state directory or the same port") {
    Installation here("alone");
    here.start();
    SECTION("state directory") {
        here.config.options["listen.port"] = std::to_string(free_port());
        DaemonProcess second(here.config.write(), here.directory / "second-log");
        CHECK(second.wait_for_exit(patience) == 1);
        CHECK_THAT(second.log(), ContainsSubstring("uses this state directory"));
        CHECK_THAT(second.log(), ContainsSubstring(std::to_string(here.daemon->pid())));
    }
    SECTION("port") {
        here.config.options["queue.directory"] = toml_text((here.directory / "second-state").string());
        DaemonProcess second(here.config.write(), here.directory / "second-log");
        CHECK(second.wait_for_exit(patience) == 1);
        CHECK_THAT(second.log(), ContainsSubstring("Address already in use"));
        CHECK_THAT(second.log(), ContainsSubstring(std::to_string(here.config.port)));
    }
    CHECK(here.announce(1) == 204);
    here.stop();
}

TEST_CASE("A policy that does not fit the schema is refused at the start, by name") {
    Installation here("bad_policy");
    here.config.options["policy.fields.shoe_size"] = "\"hash\"";
    DaemonProcess daemon(here.config.write(), here.directory / "log");
    CHECK(daemon.wait_for_exit(patience) == 2);
    CHECK_THAT(daemon.log(), ContainsSubstring("shoe_size"));
    CHECK_THAT(daemon.log(), ContainsSubstring("double"));
}
