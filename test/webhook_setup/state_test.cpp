// What is read of Mautic's webhooks, on every version of Mautic there is.
#include "webhook_setup/state.h"

#include "fixture/mautic_database.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::webhook_setup;
using gdprd::test::MauticDatabase;
using gdprd::test::PrivateServer;

namespace {

PrivateServer& server() {
    static PrivateServer instance;
    return instance;
}

const WebhookTarget target{"", "/webhook"};
constexpr const char* opt_outs = "mautic.lead_channel_subscription_changed";
constexpr const char* deletions = "mautic.lead_post_delete";

class Hooks {
  public:
    explicit Hooks(MauticDatabase& mautic) : mautic_(mautic) {}

    std::uint64_t add(const std::string& url, const std::string& secret, bool published = true) {
        return mautic_.insert("webhooks", {{"name", "a name nobody reads"},
                                           {"webhook_url", url},
                                           {"secret", secret},
                                           {"is_published", std::int64_t{published}},
                                           {"date_modified", "2026-02-01 10:00:00"}});
    }
    std::uint64_t subscribe(std::uint64_t hook, const std::string& event) {
        return mautic_.insert("webhook_events", {{"webhook_id", hook}, {"event_type", event}});
    }
    void log(std::uint64_t hook, const std::string& status, const std::string& date) {
        mautic_.insert("webhook_logs", {{"webhook_id", hook}, {"status_code", status}, {"date_added", date}});
    }
    // Many at once; `columns` and `values` beside webhook_id.
    void add_many(const std::string& table, std::uint64_t hook, std::size_t count, const std::string& columns,
                  const std::string& values) {
        mautic_.connection().change("INSERT INTO " + mautic_.real_name(table) + " (webhook_id, " + columns +
                                    ") SELECT " + std::to_string(hook) + ", " + values + " FROM " +
                                    test::sequence(1, count));
    }
    void add_logs(std::uint64_t hook, std::size_t count, const std::string& status, const std::string& date) {
        add_many("webhook_logs", hook, count, "status_code, date_added", "'" + status + "', '" + date + "'");
    }
    void queue(std::uint64_t hook, std::uint64_t event, std::size_t count, const std::string& date) {
        const std::string payload =
            mautic_.has_column("webhook_queue", "payload") ? "payload" : "payload_compressed";
        add_many("webhook_queue", hook, count, "event_id, date_added, " + payload,
                 std::to_string(event) + ", '" + date + "', '{}'");
    }

    std::vector<Webhook> read() { return read_webhooks(mautic_.connection(), mautic_.prefix(), target); }

  private:
    MauticDatabase& mautic_;
};

std::uint64_t rows_read(database::Connection& connection) {
    std::uint64_t sum = 0;
    auto rows = connection.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
    while (rows.next()) sum += std::stoull(rows.text(1));
    return sum;
}

std::string time_of(const std::optional<Timestamp>& time) {
    return time ? format_utc(*time).substr(0, 19) : "none";
}

// Two webhooks of ours and one of somebody else with long tables.
void check_reading(MauticDatabase& mautic) {
    Hooks hooks(mautic);
    CHECK(hooks.read().empty());
    const auto theirs = hooks.add("https://crm.example.org/hook", "theirs");
    const auto ours = hooks.add("https://gdpr.example.org/webhook?token=1", "ours");
    const auto off = hooks.add("http://127.0.0.1:8480/webhook/", "", false);
    const auto theirs_event = hooks.subscribe(theirs, opt_outs);
    const auto event = hooks.subscribe(ours, opt_outs);
    hooks.subscribe(ours, "mautic.lead_post_save_update");
    hooks.subscribe(off, deletions);
    hooks.add_logs(theirs, 2'000, "200", "2026-02-27 00:00:00");
    hooks.queue(theirs, theirs_event, 2'000, "2026-02-27 00:00:00");
    hooks.add_logs(ours, 150, "200", "2026-02-28 00:00:00");
    hooks.log(ours, "204", "2026-03-01 10:00:00");
    for (const char* status : {"401", "N/A", "502", "401"}) hooks.log(ours, status, "2026-03-01 11:00:00");
    hooks.log(ours, "404", "2026-03-01 12:00:00");
    hooks.add_logs(off, 120, "500", "2026-02-28 00:00:00");
    hooks.queue(ours, event, 1, "2026-03-01 12:00:00");
    hooks.queue(ours, event, 29, "2026-03-01 12:30:00");
    hooks.add_logs(theirs, 2'000, "200", "2026-03-02 00:00:00");
    hooks.queue(theirs, theirs_event, 2'000, "2026-03-02 00:00:00");

    const auto before = rows_read(mautic.connection());
    const auto found = hooks.read();
    CHECK(rows_read(mautic.connection()) - before < 1'000);

    REQUIRE(found.size() == 2);
    const Webhook& first = found[0];
    CHECK(first.id == ours);
    CHECK(first.published);
    CHECK(first.tells_opt_outs);
    CHECK_FALSE(first.tells_deletions);
    CHECK(first.server == "https://gdpr.example.org:443");
    CHECK(first.secret == "ours");
    CHECK(time_of(first.edited_at) == "2026-02-01 10:00:00");
    CHECK_FALSE(first.unhealthy_since);
    CHECK(first.requests.looked_at == 100);
    CHECK(first.requests.failed == 5);
    CHECK(first.requests.status_codes == std::vector<std::string>{"404", "401", "502", ""});
    CHECK(time_of(first.requests.last_failure) == "2026-03-01 12:00:00");
    CHECK(time_of(first.requests.last_success) == "2026-03-01 10:00:00");
    CHECK(first.waiting == 30);
    CHECK(time_of(first.waiting_since) == "2026-03-01 12:00:00");

    const Webhook& second = found[1];
    CHECK(second.id == off);
    CHECK_FALSE(second.published);
    CHECK_FALSE(second.tells_opt_outs);
    CHECK(second.tells_deletions);
    CHECK(second.secret.empty());
    CHECK(second.requests.looked_at == 100);
    CHECK(second.requests.failed == 100);
    CHECK(second.requests.status_codes == std::vector<std::string>{"500"});
    CHECK_FALSE(second.requests.last_success);
    CHECK(second.waiting == 0);
    CHECK_FALSE(second.waiting_since);

    CHECK(secrets_of(found) == std::vector<std::string>{"ours"});
    CHECK(read_webhook_secrets(mautic.connection(), mautic.prefix(), target) == secrets_of(found));
}

}  // namespace

TEST_CASE("the webhooks of a Mautic of our own making") {
    for (const char* prefix : {"", "mtc_"}) {
        CAPTURE(prefix);
        MauticDatabase mautic(server(), "webhooks", prefix);
        mautic.load_own_schema();
        check_reading(mautic);
    }
}

TEST_CASE("the webhooks of every version of Mautic, with and without a prefix") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        for (const char* prefix : {"", "mtc_"}) {
            CAPTURE(version, prefix);
            MauticDatabase mautic(server(), "webhooks", prefix);
            mautic.load_facts_schema(version);
            check_reading(mautic);
            if (!mautic.has_column("webhooks", "marked_unhealthy_at")) continue;
            CHECK(version >= "7");
            mautic.connection().change("UPDATE " + mautic.real_name("webhooks") +
                                       " SET marked_unhealthy_at = '2026-03-01 12:00:00'");
            CHECK(time_of(Hooks(mautic).read().at(0).unhealthy_since) == "2026-03-01 12:00:00");
        }
    }
}

TEST_CASE("a full queue of Mautic is counted up to a limit") {
    MauticDatabase mautic(server(), "webhooks");
    mautic.load_own_schema();
    Hooks hooks(mautic);
    const auto hook = hooks.add("http://127.0.0.1/webhook", "ours");
    hooks.queue(hook, hooks.subscribe(hook, opt_outs), 12'000, "2026-03-01 12:00:00");
    const auto before = rows_read(mautic.connection());
    CHECK(hooks.read().at(0).waiting == Webhook::waiting_max);
    // Once in the index, once in the list that is counted.
    CHECK(rows_read(mautic.connection()) - before < 2 * Webhook::waiting_max + 1'000);
}

TEST_CASE("rows that nobody expects") {
    MauticDatabase mautic(server(), "webhooks");
    mautic.load_own_schema();
    Hooks hooks(mautic);
    const auto hook = hooks.add("http://127.0.0.1/webhook", std::string(191, 's'));
    hooks.add("http://127.0.0.1/" + std::string(100'000, 'x') + "/webhook", "a URL without end");
    for (const char* status : {"", "2", "20", "2000", "abc", "-1"})
        hooks.log(hook, status, "0001-01-01 00:00:00");
    mautic.connection().change("INSERT INTO webhook_logs (webhook_id, status_code) VALUES (" +
                               std::to_string(hook) + ", '401')");
    const auto found = hooks.read();
    REQUIRE(found.size() == 1);
    CHECK(found[0].secret.size() == 191);
    CHECK(found[0].requests.failed == 7);
    CHECK_FALSE(found[0].requests.last_success);
}

TEST_CASE("a database without webhooks says so") {
    MauticDatabase mautic(server(), "webhooks");
    mautic.load_own_schema();
    mautic.connection().change("DROP TABLE webhook_logs, webhook_queue, webhook_events, webhooks");
    try {
        read_webhooks(mautic.connection(), "", target);
        FAIL("nothing was thrown");
    } catch (const database::DatabaseError& error) {
        CHECK(error.error_class() == database::ErrorClass::schema);
    }
}
