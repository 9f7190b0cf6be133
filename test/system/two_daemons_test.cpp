// Two machines, each with a daemon and a queue of its own, work for one Mautic behind a balancer: a contact
// may be announced to both, or to one of them only.
#include "support/catch.h"
#include "system/aftermath.h"
#include "system/load.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

class TwoMachines {
  public:
    explicit TwoMachines(PrivateServer& server)
        : second(server.options("two"), "gdprd_two"), first(server, "two") {
        prepare_for_aftermath(first);
        prepare_for_aftermath(second);
    }

    void start() {
        first.start();
        second.start();
    }

    void wait_until_idle() {
        first.wait_until_idle();
        second.wait_until_idle();
        CHECK(first.metric("queue_jobs{state=\"parked\"}") == 0);
        CHECK(second.metric("queue_jobs{state=\"parked\"}") == 0);
    }

    void stop() {
        first.stop();
        second.stop();
    }

    // How many contacts were erased in this many passes.
    std::uint64_t erased_in(std::string_view passes) {
        return std::stoull(first.server.value(
            "SELECT COUNT(*) FROM erasure WHERE erased_at IS NOT NULL AND passes " + std::string(passes),
            first.ledger_database));
    }

    Machine second;
    Installation first;
};

std::unique_ptr<Load> load_on(const Machine& machine, const std::vector<ContactId>& contacts) {
    return std::make_unique<Load>(machine.config.port, machine.config.webhook_secret, contacts, 3);
}

std::vector<ContactId> every_third_left_out(const std::vector<ContactId>& contacts, ContactId which) {
    std::vector<ContactId> kept;
    for (const ContactId contact : contacts) {
        if (contact % 3 != which) kept.push_back(contact);
    }
    return kept;
}

}  // namespace

TEST_CASE("Two daemons that were both told of everybody erase each contact once") {
    constexpr std::size_t people = 300;
    PrivateServer server;
    TwoMachines machines(server);
    Aftermath aftermath(machines.first, people);
    // Everything is in both queues before either can begin.
    server.stop();
    machines.start();
    const auto to_first = load_on(machines.first, aftermath.contacts());
    const auto to_second = load_on(machines.second, aftermath.contacts());
    CHECK(to_first->acknowledged_contacts().size() == people);
    CHECK(to_second->acknowledged_contacts().size() == people);
    server.start();
    machines.wait_until_idle();
    aftermath.check_contacts(to_first->acknowledged_contacts());
    CHECK(machines.erased_in("= 1") == people);
    machines.stop();
}

TEST_CASE("What waits in the queue of a machine that never comes back is found by the other's sweep") {
    constexpr std::size_t people = 30;
    TwoMachines machines(shared_server());
    for (Machine* machine : {static_cast<Machine*>(&machines.first), &machines.second}) {
        machine->config.options["sweep.incremental"] = "\"200ms\"";
        machine->config.options["sweep.webhook_delay"] = "\"2s\"";
    }
    machines.start();
    Aftermath aftermath(machines.first, people);
    {
        // Nobody can be erased until the machine is gone.
        database::Connection somebody(machines.first.mautic.options());
        const database::Transaction transaction(somebody);
        somebody.select("SELECT id FROM leads FOR UPDATE");
        const auto load = load_on(machines.second, aftermath.contacts());
        CHECK(load->acknowledged_contacts().size() == people);
        machines.second.kill();
        CHECK(machines.first.ledger_rows() == 0);
    }
    machines.first.wait_until("everybody is in the ledger",
                              [&] { return machines.first.ledger_rows() == people; });
    machines.first.wait_until_idle();
    aftermath.check_contacts({aftermath.contacts().begin(), aftermath.contacts().end()});
    CHECK(machines.first.metric("sweep_found_total{reason=\"webhook_lost\"}") == people);
    machines.first.stop();
}

TEST_CASE("Of two daemons at work one is killed again and again: everybody is erased, nobody twice") {
    constexpr std::size_t people = 900;
    TwoMachines machines(shared_server());
    Aftermath aftermath(machines.first, people);
    machines.start();
    // A third goes to both, a third to each alone.
    const auto to_first = load_on(machines.first, every_third_left_out(aftermath.contacts(), 1));
    const auto to_second = load_on(machines.second, every_third_left_out(aftermath.contacts(), 2));
    for (int round = 0; round < 4; ++round) {
        const std::size_t target = to_second->acknowledged() + 100;
        machines.second.wait_until("more is acknowledged", [&] {
            return to_second->acknowledged() >= target || to_second->finished();
        });
        machines.second.kill();
        machines.second.start();
        to_second->server_is_up();
    }
    std::set<ContactId> acknowledged = to_first->acknowledged_contacts();
    CHECK(acknowledged.size() == 2 * people / 3);
    acknowledged.merge(to_second->acknowledged_contacts());
    CHECK(to_first->other_answers() == std::set<int>{});
    CHECK(to_second->other_answers() == std::set<int>{});
    machines.wait_until_idle();
    // A value that was hashed twice is not the one that is expected here.
    aftermath.check_contacts(acknowledged);
    machines.stop();
}
