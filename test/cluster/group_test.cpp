// A daemon at the primary of a MySQL group, which dies; the daemon is led to another member.
#include "support/catch.h"
#include "support/private_group.h"
#include "support/server_under_test.h"
#include "support/skipped.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId contacts = 30;

// What a proxy or a virtual address does for a daemon: one name for whoever it leads to now.
class Address {
  public:
    explicit Address(const TemporaryDirectory& directory) : path_(directory / "primary") {}
    void lead_to(const PrivateServer& server) const {
        std::filesystem::remove(path_);
        std::filesystem::create_symlink(server.socket(), path_);
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("erasing goes on at the group's new primary, and waits at a member that takes no changes") {
    if (!ServerUnderTest::get().is_mysql()) skip_test_case();
    PrivateGroup group;
    const std::size_t first = group.primary_seen_by(0).value();
    Installation here(group.member(first), "mautic");
    const Address address(here.directory);
    address.lead_to(group.member(first));
    here.config.options["database.unix_socket"] = toml_text(address.path().string());
    for (ContactId contact = 1; contact <= contacts; ++contact) here.add_opted_out(contact);
    here.mautic.add_contact(100);
    here.start();
    for (ContactId contact = 1; contact <= contacts / 2; ++contact) CHECK(here.announce(contact) == 204);
    here.wait_until("some are erased", [&] { return here.ledger_rows() >= 3; });

    group.member(first).kill();
    for (ContactId contact = contacts / 2 + 1; contact <= contacts; ++contact) {
        CHECK(here.announce(contact) == 204);
    }
    const std::size_t second = group.wait_for_primary_after(first, (first + 1) % group.size());
    const std::size_t other = 3 - first - second;
    // A member that only follows takes every login and refuses every change.
    address.lead_to(group.member(other));
    here.wait_until("the daemon is told that it may change nothing",
                    [&] { return here.page("/readyz").find("error 1290") != std::string::npos; });
    CHECK(here.metric("jobs_parked_total") == 0);
    address.lead_to(group.member(second));
    // The connections to the follower are good ones; a proxy ends them when it leads elsewhere.
    auto sessions = group.member(other).select(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = 'mautic' AND ID <> CONNECTION_ID()");
    while (sessions.next()) {
        try {
            group.member(other).execute("KILL " + sessions.text(0));
        } catch (const database::DatabaseError&) {
            continue;  // it has ended by itself
        }
    }
    here.wait_until_idle();
    here.wait_until_jobs("settling", 0);
    CHECK(here.metric("jobs_parked_total") == 0);
    here.stop();
    for (const std::size_t number : {second, other}) {
        CAPTURE(number, second);
        group.wait_until_in_step(number);
        auto& member = group.member(number);
        CHECK(member.value("SELECT COUNT(*) FROM " + here.ledger_database +
                           ".erasure WHERE status = 'complete'") == std::to_string(contacts));
        CHECK(member.value("SELECT COUNT(*) FROM leads WHERE email LIKE '%@%'", "mautic") == "1");
    }
}

TEST_CASE("of two members that change a row the second to commit is told of a conflict") {
    if (!ServerUnderTest::get().is_mysql()) skip_test_case();
    PrivateGroup group;
    group.member(0).execute("CREATE DATABASE test");
    group.member(0).execute("CREATE TABLE test.t (id INT PRIMARY KEY, n INT)");
    group.member(0).execute("INSERT INTO test.t VALUES (1, 0)");
    group.member(0).select("SELECT group_replication_switch_to_multi_primary_mode()");
    group.wait_until_in_step(1);
    database::Connection one(group.member(0).options("test"));
    database::Connection two(group.member(1).options("test"));
    one.begin();
    two.begin();
    one.change("UPDATE t SET n = n + 1");
    two.change("UPDATE t SET n = n + 10");
    one.commit();
    try {
        two.commit();
        FAIL("both committed");
    } catch (const database::DatabaseError& error) {
        CAPTURE(error.what());
        CHECK(error.error_class() == database::ErrorClass::conflict);
    }
    group.wait_until_in_step(1);
    CHECK(group.member(1).value("SELECT n FROM t", "test") == "1");
}
