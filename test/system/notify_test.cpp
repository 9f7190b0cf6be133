// Each erasure is told to the other systems at least once, none is forgotten, and nobody is told of who was
// not erased: whatever is killed, and whenever.
#include "notify/signature.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "base/base64.h"
#include "http/answer_server.h"
#include "support/catch.h"
#include "support/free_ports.h"
#include "system/aftermath.h"
#include "system/load.h"
#include "system/seed.h"

using namespace gdprd;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

const std::string key = "32 bytes that are known to both.";

// A CRM that can be switched off, and that fails now and then.
class Crm {
  public:
    void start() {
        server_ = std::make_unique<AnswerServer>([this](const SeenRequest& request) { return take(request); },
                                                 port);
    }
    void kill() { server_.reset(); }

    // By contact: the ids of the messages it said it had, and their hashes.
    std::map<ContactId, std::set<std::string>> messages() const {
        const std::lock_guard lock(mutex_);
        return messages_;
    }
    std::map<ContactId, std::string> hashes() const {
        const std::lock_guard lock(mutex_);
        return hashes_;
    }
    std::size_t deliveries() const { return deliveries_; }
    bool forged() const { return forged_; }

    const std::uint16_t port = free_ports(1).front();
    std::atomic<int> fails_each{0};  // so many-th request; 0: none

  private:
    Reply take(const SeenRequest& request) {
        const std::string id = request.field("webhook-id");
        const Timestamp at{std::chrono::seconds{std::stoll(request.field("webhook-timestamp"))}};
        if (notify::signed_fields(id, at, request.body, {key})[2].second !=
            request.field("webhook-signature")) {
            forged_ = true;
            return {http_answer(401, "text/plain", "")};
        }
        const int each = fails_each;
        if (each > 0 && ++requests_ % each == 0)
            return requests_ % 2 == 0 ? Reply{""} : Reply{http_answer(503, "text/plain", "")};
        const auto data = nlohmann::json::parse(request.body)["data"];
        const std::lock_guard lock(mutex_);
        messages_[data["contact_id"]].insert(id);
        hashes_[data["contact_id"]] = data["hash"].is_null() ? "" : data["hash"].get<std::string>();
        ++deliveries_;
        return {http_answer(204, "text/plain", "")};
    }

    std::atomic<int> requests_{0};
    std::atomic<std::size_t> deliveries_{0};
    std::atomic<bool> forged_{false};
    mutable std::mutex mutex_;
    std::map<ContactId, std::set<std::string>> messages_;  // guarded by mutex_
    std::map<ContactId, std::string> hashes_;              // guarded by mutex_
    std::unique_ptr<AnswerServer> server_;
};

// NOTIFY_PEOPLE=10000 for the great trial.
std::size_t people_of_this_run() {
    constexpr std::size_t usual = 300;
    const char* text = std::getenv("NOTIFY_PEOPLE");
    return text == nullptr ? usual : std::stoul(text);
}

// On a busy machine too: four people a second are erased and told of at the least.
std::chrono::seconds time_for(std::size_t people) { return std::chrono::seconds{300 + people / 4}; }

void tell(Machine& machine, const Crm& crm) {
    machine.directory.write("crm-secret", "whsec_" + base64_encoded(key) + "\n");
    std::filesystem::permissions(machine.directory / "crm-secret", std::filesystem::perms::owner_read);
    machine.config.options["notify.urls.crm"] =
        "\"http://127.0.0.1:" + std::to_string(crm.port) + "/erased\"";
    machine.config.options["notify.secret_files.crm"] =
        toml_text((machine.directory / "crm-secret").string());
    machine.config.options["notify.timeout"] = "\"1s\"";
    machine.config.options["notify.per_minute_max"] = "60000";
    machine.config.options["notify.backoff_first"] = "\"50ms\"";
    machine.config.options["notify.backoff_max"] = "\"200ms\"";
    machine.config.options["notify.attempts_max"] = "10000";
}

class Notified : public Installation {
  public:
    explicit Notified(const std::string& name) : Installation(name) { tell(*this, crm); }

    void wait_until_told(std::size_t people) {
        wait_until(
            "everybody is told of", [&] { return crm.messages().size() >= people; }, time_for(people));
    }
    std::string count(const std::string& state) {
        return server.value("SELECT COUNT(*) FROM notification WHERE state = '" + state + "'",
                            ledger_database);
    }
    // The receiver has exactly those that the ledger has, once each, by the ledger's hashes.
    void check_told() {
        std::set<ContactId> told;
        for (const auto& [contact, messages] : crm.messages()) {
            INFO(contact);
            told.insert(contact);
            CHECK(messages.size() == 1);
        }
        for (const auto& [contact, hash] : crm.hashes()) {
            INFO(contact);
            CHECK(hash == ledger(contact, "subject_hash"));
            CHECK(ledger(contact, "erased_at") != "NULL");
        }
        CHECK(std::to_string(told.size()) ==
              server.value("SELECT COUNT(*) FROM erasure WHERE erased_at IS NOT NULL", ledger_database));
        CHECK_FALSE(crm.forged());
        check_log();
    }
    // The log is at its lowest level in these tests.
    void check_log() const {
        std::ifstream file(directory / "log");
        const std::string log{std::istreambuf_iterator<char>(file), {}};
        CHECK_FALSE(log.empty());
        CHECK(log.find("whsec_") == std::string::npos);
        CHECK(log.find(base64_encoded(key)) == std::string::npos);
        for (const auto& [contact, hash] : crm.hashes()) {
            INFO(contact);
            CHECK(log.find(hash) == std::string::npos);
        }
    }

    Crm crm;
};

}  // namespace

TEST_CASE("Receiver and daemon are killed again and again: each erasure is told, none of somebody else") {
    const std::size_t people = people_of_this_run();
    Notified here("notified");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, people);
    for (ContactId other = people + 1; other <= people + 20; ++other) here.mautic.add_contact(other);
    here.crm.fails_each = 7;
    here.crm.start();
    here.start();
    std::mt19937 random{seed_of_this_run()};
    const auto between = [&](int least, int most) {
        return std::uniform_int_distribution<int>(least, most)(random);
    };
    Load load(here.config.port, here.config.webhook_secret, aftermath.contacts(), {3, true, {}});
    for (int round = 0; round < 10; ++round) {
        const int share = static_cast<int>(people / 50);
        const std::size_t target = load.acknowledged() + static_cast<std::size_t>(between(share, 5 * share));
        here.wait_until("enough is acknowledged",
                        [&] { return load.acknowledged() >= target || load.finished(); });
        if (round % 3 == 0) {
            here.crm.kill();
        } else {
            here.crm.kill();
            here.crm.start();
        }
        REQUIRE_FALSE(here.daemon->wait_for_exit(Milliseconds{between(0, 300)}).has_value());
        here.kill();
        here.start();
        load.server_is_up();
    }
    here.crm.kill();
    here.crm.fails_each = 0;
    here.crm.start();
    CHECK(load.acknowledged_contacts().size() == people);
    here.wait_until(
        "everybody is erased", [&] { return here.ledger_rows() == people; }, time_for(people));
    here.wait_until_idle();
    here.wait_until_told(people);
    here.wait_until(
        "all is noted", [&] { return here.count("waiting") == "0"; }, std::chrono::minutes(2));
    CHECK(here.count("parked") == "0");
    here.wait_until("the figures say so",
                    [&] { return here.metric("notifications_waiting{receiver=\"crm\"}") == 0; });
    CHECK(here.metric("notifications_parked{receiver=\"crm\"}") == 0);
    CHECK(here.metric("notifications_delivered_total{receiver=\"crm\"}") > 0);
    CHECK(here.crm.messages().size() == people);
    here.check_told();
    for (ContactId other = people + 1; other <= people + 20; ++other) {
        INFO(other);
        CHECK(here.untouched(other));
        CHECK_FALSE(here.crm.messages().contains(other));
    }
    here.stop();
}

TEST_CASE("A transaction that dies before its commit tells nobody; once it is carried out it is told of") {
    Notified here("notified_fault");
    here.crm.start();
    here.add_opted_out(7);
    here.launch({{"MAUTIC_GDPRD_FAULT", "before-commit"}});
    here.daemon->wait_until_listening(here.config.port);
    here.announce(7);
    REQUIRE(here.daemon->wait_for_exit(30s).has_value());
    CHECK(here.server.value("SELECT COUNT(*) FROM notification", here.ledger_database) == "0");
    here.start();
    here.wait_until_told(1);
    here.check_told();
    here.stop();
}

TEST_CASE("Killed between the receiver's answer and its note, it tells again with the same id") {
    Notified here("notified_twice");
    here.crm.start();
    here.add_opted_out(7);
    here.launch({{"MAUTIC_GDPRD_FAULT", "notification-sent"}});
    here.daemon->wait_until_listening(here.config.port);
    here.announce(7);
    REQUIRE(here.daemon->wait_for_exit(30s).has_value());
    CHECK(here.crm.deliveries() == 1);
    here.start();
    here.wait_until(
        "it is noted", [&] { return here.count("delivered") == "1"; }, 60s);
    CHECK(here.crm.deliveries() == 2);
    here.check_told();
    here.stop();
}

TEST_CASE("A receiver that hangs holds up no erasure, no readiness and no stop") {
    Notified here("notified_hang");
    here.config.options["notify.timeout"] = "\"5m\"";
    std::atomic<bool> end{false};
    std::atomic<bool> hangs{false};
    AnswerServer receiver(
        [&](const SeenRequest&) {
            hangs = true;
            while (!end) std::this_thread::sleep_for(5ms);
            return Reply{""};
        },
        here.crm.port);
    struct AtTheEnd {
        ~AtTheEnd() { end = true; }
        std::atomic<bool>& end;
    } const ends{end};
    here.start();
    here.add_opted_out(7);
    here.announce(7);
    here.wait_for_ledger(7, "complete");
    here.wait_until("the receiver has the message", [&] { return hangs.load(); });
    here.add_opted_out(8);
    here.announce(8);
    here.wait_for_ledger(8, "complete");
    CHECK(here.status_of("/readyz") == 200);
    const auto begun = std::chrono::steady_clock::now();
    here.stop();
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
    here.check_log();
}

TEST_CASE("Two daemons of one ledger tell of each erasure") {
    constexpr std::size_t people = 200;
    PrivateServer server;
    Machine second(server.options("told_by_two"), "gdprd_told_by_two");
    Installation first(server, "told_by_two");
    Crm crm;
    for (Machine* machine : {static_cast<Machine*>(&first), &second}) {
        prepare_for_aftermath(*machine);
        tell(*machine, crm);
    }
    Aftermath aftermath(first, people);
    crm.start();
    first.start();
    second.start();
    Load to_first(first.config.port, first.config.webhook_secret, aftermath.contacts(), 3);
    Load to_second(second.config.port, second.config.webhook_secret, aftermath.contacts(), 3);
    CHECK(to_first.acknowledged_contacts().size() == people);
    CHECK(to_second.acknowledged_contacts().size() == people);
    first.wait_until_idle();
    second.wait_until_idle();
    first.wait_until("everybody is told of", [&] { return crm.messages().size() == people; });
    for (const auto& [contact, messages] : crm.messages()) CHECK(messages.size() == 1);
    CHECK(crm.deliveries() == people);
    second.stop();
    first.stop();
}
