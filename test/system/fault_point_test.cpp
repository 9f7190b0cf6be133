// The daemon dies at the moments that matter most, one by one.
#include "support/catch.h"
#include "system/aftermath.h"

using namespace gdprd;
using namespace gdprd::test;

#ifdef GDPRD_FAULT_POINTS

namespace {

constexpr int killed = 128 + SIGKILL;

// The moment is given as MAUTIC_GDPRD_FAULT; contact 1 is announced, and the daemon is dead afterwards.
// Returns what the sender saw.
int announce_and_die(Installation& here, const std::string& moment) {
    here.start({{"MAUTIC_GDPRD_FAULT", moment}});
    const int status = here.announce(1);
    CHECK(here.daemon->wait_for_exit(std::chrono::seconds(60)) == killed);
    return status;
}

// A worker may die before the answer is out, or after it.
bool may_be_acknowledged(int status) { return status == 204 || status == 0; }

std::string contacts_in_ledger(Installation& here) {
    return here.server.value("SELECT COUNT(*) FROM erasure", here.ledger_database);
}

}  // namespace

TEST_CASE("Dying before the commit of an erasure leaves the contact whole") {
    Installation here("before_commit");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 1);
    CHECK(may_be_acknowledged(announce_and_die(here, "before-commit")));
    CHECK(here.untouched(1));
    CHECK(contacts_in_ledger(here) == "0");
    here.start();
    here.wait_for_ledger(1, "settling");
    aftermath.check({1});
    CHECK(here.ledger(1, "passes") == "1");
    here.stop();
}

TEST_CASE("Dying after the commit of an erasure leaves the contact erased, and it is not hashed again") {
    Installation here("after_commit");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 1);
    CHECK(may_be_acknowledged(announce_and_die(here, "after-commit")));
    CHECK(here.erased(1));
    CHECK(contacts_in_ledger(here) == "1");
    here.start();
    here.wait_for_ledger(1, "settling");
    aftermath.check({1});
    here.stop();
}

TEST_CASE("Dying before the queue learns of an erasure leads to the same") {
    Installation here("before_apply");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 1);
    CHECK(may_be_acknowledged(announce_and_die(here, "queue-before-apply")));
    CHECK(here.erased(1));
    here.start();
    aftermath.check({1});
    here.stop();
}

TEST_CASE("Dying before a webhook is stored acknowledges nothing") {
    Installation here("before_store");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 1);
    CHECK(announce_and_die(here, "queue-before-store") == 0);
    here.start();
    aftermath.check({});
    CHECK(here.untouched(1));
    here.stop();
}

TEST_CASE("Dying between storing a webhook and answering it erases a contact whom nobody was told of") {
    Installation here("after_store");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 1);
    CHECK(announce_and_die(here, "queue-after-store") == 0);
    here.start();
    here.wait_for_ledger(1, "settling");
    aftermath.check({1});
    here.stop();
}

TEST_CASE("Dying in a later pass repeats that pass") {
    Installation here("later_pass");
    prepare_for_aftermath(here);
    here.config.options["worker.settle"] = "[\"100ms\"]";
    Aftermath aftermath(here, 1);
    const std::string hash = md5_of(invented_person(1).email());
    CHECK(may_be_acknowledged(announce_and_die(here, "before-commit:2")));
    CHECK(here.erased(1));
    CHECK(here.mautic.field(1, "email") == hash);
    // The pass is due at once: the daemon may be dead before it answers anything.
    here.daemon.emplace(here.config.write(), here.directory / "log",
                        DaemonProcess::Environment{{"MAUTIC_GDPRD_FAULT", "after-commit"}});
    CHECK(here.daemon->wait_for_exit(std::chrono::seconds(60)) == killed);
    CHECK(here.mautic.field(1, "email") == hash);
    here.start();
    here.wait_for_ledger(1, "complete");
    here.wait_until_jobs("settling", 0);
    CHECK(here.mautic.field(1, "email") == hash);
    here.stop();
}

#else

TEST_CASE("This build has no points to die at") {
    WARN("built without GDPRD_FAULT_POINTS: dying at a chosen moment is not tested");
}

#endif
