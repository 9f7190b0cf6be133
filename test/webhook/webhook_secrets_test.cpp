// Secrets of files and of Mautic's database, merged by one owner.
#include "daemon/webhook_secrets.h"

#include <atomic>
#include <future>
#include <thread>

#include "daemon/secrets_reader.h"
#include "receiver_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using daemon::SecretsReader;
using daemon::WebhookSecrets;
using test::change_of;
using test::ReceiverFixture;

namespace {

using Texts = std::vector<std::string>;

const Timestamp noon = parse_utc("2026-03-01 12:00:00").value();

config::Config configuration(Texts files, bool from_database) {
    config::Config config;
    config.webhook.secrets = std::move(files);
    config.webhook.secrets_from_database = from_database;
    return config;
}

}  // namespace

TEST_CASE("without from-database the files alone count") {
    WebhookSecrets secrets(configuration({"a", "b"}, false));
    CHECK(secrets.settings().secrets_complete);
    secrets.take_from_database({"c"});
    CHECK(secrets.settings().secrets == Texts{"a", "b"});
    CHECK(secrets.settings().secrets_complete);
    CHECK_FALSE(secrets.from_database());
}

TEST_CASE("secrets of the database come beside those of the files") {
    WebhookSecrets secrets(configuration({"a"}, true));
    CHECK(secrets.settings().secrets == Texts{"a"});
    CHECK_FALSE(secrets.settings().secrets_complete);
    secrets.take_from_database({"b", "", "a", "b"});
    CHECK(secrets.settings().secrets == Texts{"a", "b"});
    CHECK(secrets.settings().secrets_complete);
    CHECK(secrets.expectations().secrets == Texts{"a", "b"});
    CHECK(secrets.expectations().secrets_from_database);
}

TEST_CASE("as long as none is known, none is wrong") {
    WebhookSecrets secrets(configuration({}, true));
    CHECK(secrets.settings().secrets.empty());
    CHECK_FALSE(secrets.settings().secrets_complete);
    secrets.take_from_database({});
    CHECK_FALSE(secrets.settings().secrets_complete);
    secrets.take_from_database({""});
    CHECK_FALSE(secrets.settings().secrets_complete);
    secrets.take_from_database({"b"});
    CHECK(secrets.settings().secrets_complete);
}

TEST_CASE("an old secret is accepted for a while, counted from when it was missed") {
    WebhookSecrets secrets(configuration({}, true));
    const auto hour = std::chrono::hours(1);
    const auto step = std::chrono::seconds(1);
    secrets.take_from_database({"old"}, noon);
    secrets.take_from_database({"new"}, noon + hour);
    CHECK(secrets.settings().secrets == Texts{"old", "new"});
    secrets.take_from_database({"new"}, noon + hour + WebhookSecrets::old_accepted - step);
    CHECK(secrets.settings().secrets == Texts{"old", "new"});
    SECTION("it goes") {
        secrets.take_from_database({"new"}, noon + hour + WebhookSecrets::old_accepted);
        CHECK(secrets.settings().secrets == Texts{"new"});
    }
    SECTION("it came back in time") {
        secrets.take_from_database({"old"}, noon + hour + WebhookSecrets::old_accepted - step);
        secrets.take_from_database({"old"}, noon + hour + WebhookSecrets::old_accepted);
        CHECK(secrets.settings().secrets == Texts{"old", "new"});
        secrets.take_from_database({"old"}, noon + 2 * hour);
        CHECK(secrets.settings().secrets == Texts{"old"});
    }
    SECTION("the last one of all is as good as none") {
        secrets.take_from_database({}, noon + 2 * hour);
        CHECK(secrets.settings().secrets == Texts{"new"});
        secrets.take_from_database({}, noon + 3 * hour);
        CHECK(secrets.settings().secrets.empty());
        CHECK_FALSE(secrets.settings().secrets_complete);
    }
}

TEST_CASE("a reload keeps what the database has, unless it is about other webhooks") {
    WebhookSecrets secrets(configuration({"a"}, true));
    secrets.take_from_database({"b"});
    auto changed = configuration({"c"}, true);
    SECTION("another file") {
        secrets.replace_configuration(changed);
        CHECK(secrets.settings().secrets == Texts{"c", "b"});
        CHECK(secrets.settings().secrets_complete);
    }
    SECTION("another URL") {
        changed.webhook.url = "https://gdpr.example.org/webhook";
        secrets.replace_configuration(changed);
        CHECK(secrets.settings().secrets == Texts{"c"});
        CHECK_FALSE(secrets.settings().secrets_complete);
        CHECK(secrets.expectations().target.url == changed.webhook.url);
    }
    SECTION("from files only, and back") {
        changed.webhook.secrets_from_database = false;
        secrets.replace_configuration(changed);
        CHECK(secrets.settings().secrets == Texts{"c"});
        CHECK(secrets.settings().secrets_complete);
        changed.webhook.secrets_from_database = true;
        secrets.replace_configuration(changed);
        CHECK_FALSE(secrets.settings().secrets_complete);
    }
    SECTION("another path needs a restart") {
        changed.webhook.path = "/elsewhere";
        secrets.replace_configuration(changed);
        CHECK(secrets.expectations().target.path == "/webhook");
    }
}

TEST_CASE("secrets of webhooks that nobody asks for any more are not taken") {
    auto options = configuration({}, true);
    options.webhook.url = "https://old.example.org/webhook";
    WebhookSecrets secrets(options);
    const auto looked_for = secrets.expectations().target;
    secrets.take_from_database(looked_for, {"old"});
    CHECK(secrets.settings().secrets == Texts{"old"});
    options.webhook.url = "https://new.example.org/webhook";
    secrets.replace_configuration(options);  // while the database is being read
    secrets.take_from_database(looked_for, {"old"});
    CHECK(secrets.settings().secrets.empty());
    CHECK_FALSE(secrets.settings().secrets_complete);
}

TEST_CASE("every change reaches the receiver, whoever makes it") {
    ReceiverFixture fixture;
    WebhookSecrets secrets(configuration({}, true));
    secrets.attach(fixture.receiver);
    CHECK(fixture.answer_to(change_of(1), "from the database").drop);
    secrets.take_from_database({"from the database"});
    CHECK(fixture.answer_to(change_of(2), "from the database").status == 204);
    CHECK(fixture.answer_to(change_of(3), "another").status == 401);
    secrets.replace_configuration(configuration({"of a file"}, true));
    CHECK(fixture.answer_to(change_of(4), "of a file").status == 204);
    CHECK(fixture.answer_to(change_of(5), "from the database").status == 204);

    // A reload and a look of the watch at the same time: both are in force afterwards.
    std::atomic<int> ready{0};
    const auto together = [&](const auto& change) {
        ++ready;
        while (ready < 2) std::this_thread::yield();
        for (int i = 0; i < 200; ++i) change(i);
    };
    std::thread watch(
        [&] { together([&](int i) { secrets.take_from_database({"d" + std::to_string(i)}); }); });
    std::thread reload([&] {
        together(
            [&](int i) { secrets.replace_configuration(configuration({"f" + std::to_string(i)}, true)); });
    });
    watch.join();
    reload.join();
    CHECK(fixture.answer_to(change_of(6), "d199").status == 204);
    CHECK(fixture.answer_to(change_of(7), "f199").status == 204);
    CHECK(fixture.answer_to(change_of(8), "f198").status == 401);
}

TEST_CASE("a signature that matches no known secret has them read, once for all requests") {
    ReceiverFixture fixture;
    int readings = 0;
    bool can_be_read = true;
    std::string in_database = "changed";
    fixture.receiver.when_unmatched([&] {
        ++readings;
        if (can_be_read) fixture.receiver.replace_settings({{ReceiverFixture::secret, in_database}, {}});
        return can_be_read;
    });

    CHECK(fixture.answer_to(change_of(1)).status == 204);
    http::Exchange& without = fixture.request(change_of(2));
    without.request.signature.clear();
    fixture.receive();
    CHECK(without.response.status == 401);
    CHECK(readings == 0);

    const auto& changed = fixture.request(change_of(3), "changed");
    const auto& known = fixture.request(change_of(4));
    const auto& rubbish = fixture.request(change_of(5), "rubbish");
    const auto& changed_too = fixture.request(change_of(6), "changed");
    fixture.receive();
    CHECK(readings == 1);
    CHECK(changed.response.status == 204);
    CHECK(known.response.status == 204);
    CHECK(rubbish.response.status == 401);
    CHECK(changed_too.response.status == 204);
    CHECK(fixture.stored_contacts() == std::vector<ContactId>{1, 3, 4, 6});

    can_be_read = false;
    in_database = "changed again";
    CHECK(fixture.answer_to(change_of(7), "changed again").drop);
    CHECK(fixture.observed.back().first == webhook::Receipt::undecided);
    CHECK(fixture.answer_to(change_of(8), "changed").status == 204);
    can_be_read = true;
    CHECK(fixture.answer_to(change_of(7), "changed again").status == 204);
}

TEST_CASE("the secrets are read once an interval, whoever asks how often") {
    std::atomic<int> readings{0};
    SecretsReader reader([&] { ++readings; }, {std::chrono::hours{1}, std::chrono::minutes{1}});
    CHECK(reader.read_now());
    for (int i = 0; i < 100; ++i) CHECK_FALSE(reader.read_now());
    CHECK(readings == 1);
}

TEST_CASE("a database that cannot be asked says nothing about a signature") {
    bool away = true;
    SecretsReader reader(
        [&] {
            if (away) throw Error("no connection");
        },
        {Milliseconds{0}, std::chrono::minutes{1}});
    CHECK_FALSE(reader.read_now());
    away = false;
    CHECK(reader.read_now());
}

TEST_CASE("nobody waits for a slow database, and all who ask share one reading") {
    std::promise<void> slow;
    std::atomic<int> readings{0};
    SecretsReader reader(
        [&, answer = slow.get_future().share()] {
            ++readings;
            answer.wait();
        },
        {Milliseconds{0}, Milliseconds{1}});
    // None of these calls would return otherwise: the reading ends only afterwards.
    std::vector<std::thread> askers;
    std::atomic<int> answers{0};
    for (int i = 0; i < 4; ++i) askers.emplace_back([&] { answers += reader.read_now() ? 1 : 0; });
    for (std::thread& asker : askers) asker.join();
    CHECK(answers == 0);
    CHECK(readings <= 1);
    slow.set_value();
}

TEST_CASE("who asks while the secrets are being read is not told that they are all known") {
    std::promise<void> begun;
    std::promise<void> go_on;
    SecretsReader reader(
        [&] {
            begun.set_value();
            go_on.get_future().wait();
        },
        {std::chrono::hours{1}, std::chrono::minutes{1}});
    auto first = std::async(std::launch::async, [&] { return reader.read_now(); });
    begun.get_future().wait();
    auto second = std::async(std::launch::async, [&] { return reader.read_now(); });
    go_on.set_value();
    CHECK(first.get());
    CHECK_FALSE(second.get());
}
