// Two daemons on two nodes of a cluster, a Mautic that writes on the third, and nodes that die and come back.
#include <atomic>
#include <random>
#include <thread>

#include "cluster/cluster.h"
#include "support/catch.h"
#include "system/aftermath.h"
#include "system/load.h"
#include "system/traces.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::int64_t conflicts(Machine& machine) { return machine.metric("retries_total{error=\"conflict\"}"); }

// A Mautic on a node of its own that goes on writing about the same contacts, nothing personal.
class BusyMautic {
  public:
    BusyMautic(database::ConnectionOptions node, std::size_t contacts)
        : node_(std::move(node)), contacts_(contacts), thread_([this] { write(); }) {}
    ~BusyMautic() {
        stopped_ = true;
        thread_.join();
    }

    void wait_for_more() const {
        for (const std::size_t before = writes_; writes_ == before;) std::this_thread::yield();
    }

  private:
    void write() {
        const database::ThreadScope thread;
        std::mt19937 random{1};
        std::uniform_int_distribution<std::size_t> any(1, contacts_);
        while (!stopped_) {
            // The node dies and comes back; the application tries again, and so does this.
            try {
                database::Connection connection(node_);
                while (!stopped_) {
                    const std::string contact = std::to_string(any(random));
                    connection.change("UPDATE leads SET points = points + 1 WHERE id = " + contact);
                    connection.change("UPDATE email_stats SET open_count = open_count + 1 WHERE lead_id = " +
                                      contact);
                    ++writes_;
                }
            } catch (const database::DatabaseError&) {
                std::this_thread::yield();
            }
        }
    }

    const database::ConnectionOptions node_;
    const std::size_t contacts_;
    std::atomic<bool> stopped_{false};
    std::atomic<std::size_t> writes_{0};
    std::thread thread_;
};

// Contacts, announced to both daemons in stages; between them nodes die.
class Stages {
  public:
    Stages(Installation& first, Machine& second, const std::vector<ContactId>& contacts, std::size_t count)
        : first_(first), second_(second), contacts_(contacts), size_(contacts.size() / count) {}

    void begin_next() {
        const auto begin = contacts_.begin() + static_cast<std::ptrdiff_t>(next_ * size_);
        const std::vector<ContactId> stage(begin, begin + static_cast<std::ptrdiff_t>(size_));
        for (const Machine* machine :
             {static_cast<const Machine*>(&first_), static_cast<const Machine*>(&second_)}) {
            loads_.push_back(
                std::make_unique<Load>(machine->config.port, machine->config.webhook_secret, stage, 2));
        }
        ++next_;
    }

    // Until `part` of ten of the stage that began last are erased.
    void wait_for_erasures(std::size_t part) {
        const std::size_t target = (next_ - 1) * size_ + size_ * part / 10;
        first_.wait_until("some are erased", [&] { return first_.ledger_rows() >= target; });
    }

    // After each start of a daemon.
    void daemon_is_up() {
        for (const auto& load : loads_) load->server_is_up();
    }

    std::set<ContactId> acknowledged() {
        std::set<ContactId> all;
        for (const auto& load : loads_) {
            all.merge(load->acknowledged_contacts());
            CHECK(load->other_answers() == std::set<int>{});
        }
        return all;
    }

  private:
    Installation& first_;
    Machine& second_;
    const std::vector<ContactId>& contacts_;
    const std::size_t size_;
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<Load>> loads_;
};

std::map<std::string, std::string> checksums(std::size_t node, const std::string& database) {
    auto tables = cluster().node(node).select("SHOW TABLES", database);
    std::map<std::string, std::string> sums;
    while (tables.next()) {
        const std::string table = database::quote_identifier(tables.text(0));
        auto rows = cluster().node(node).select("CHECKSUM TABLE " + table + " EXTENDED", database);
        rows.next();
        sums[tables.text(0)] = rows.text(1);
    }
    return sums;
}

std::vector<std::string> tables_that_differ(std::size_t node, const std::string& database) {
    const auto here = checksums(node, database);
    std::vector<std::string> different;
    for (const auto& [table, sum] : checksums(0, database)) {
        const auto found = here.find(table);
        if (found == here.end() || found->second != sum) different.push_back(table);
    }
    return different;
}

void check_all_nodes(Installation& here) {
    for (std::size_t node = 0; node < cluster().size(); ++node) {
        CAPTURE(node);
        cluster().wait_until_in_step(node);
        CHECK(traces(cluster().node(node).options(here.mautic.name())).empty());
        CHECK(tables_that_differ(node, here.mautic.name()) == std::vector<std::string>{});
        CHECK(tables_that_differ(node, here.ledger_database) == std::vector<std::string>{});
    }
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t times = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
    return times;
}

}  // namespace

TEST_CASE("Nodes die and come back under two daemons: everybody is erased on every node") {
    constexpr std::size_t people = 900;
    Machine second(cluster().node(1).options("galera"), "gdprd_galera");
    Installation first(cluster().node(0), "galera");
    prepare_for_aftermath(first);
    prepare_for_aftermath(second);
    Aftermath aftermath(first, people);
    first.start();
    second.start();
    auto mautic = std::make_unique<BusyMautic>(cluster().node(2).options("galera"), people);
    Stages stages(first, second, aftermath.contacts(), 3);

    // A node dies that no daemon is connected to.
    stages.begin_next();
    stages.wait_for_erasures(2);
    cluster().kill(2);
    stages.wait_for_erasures(9);
    cluster().restart(2);
    mautic->wait_for_more();

    // The second daemon's node dies: it waits, takes webhooks meanwhile, and goes on by itself.
    stages.begin_next();
    stages.wait_for_erasures(2);
    cluster().kill(1);
    second.wait_until("/readyz tells", [&] { return second.status_of("/readyz") == 503; });
    CHECK(second.announce(1) == 204);
    CHECK(first.status_of("/readyz") == 200);
    stages.wait_for_erasures(9);
    cluster().restart(1);
    second.wait_until("/readyz is well again", [&] { return second.status_of("/readyz") == 200; });

    // It dies again, and its daemon is given another node.
    stages.begin_next();
    stages.wait_for_erasures(2);
    cluster().kill(1);
    second.stop();
    second.config.options["database.unix_socket"] = toml_text(cluster().node(0).socket().string());
    second.start();
    stages.daemon_is_up();
    second.wait_until("it works on the other node", [&] { return second.status_of("/readyz") == 200; });

    const auto acknowledged = stages.acknowledged();
    CHECK(acknowledged.size() == people);
    first.wait_until_idle();
    second.wait_until_idle();
    CHECK(second.metric("queue_jobs{state=\"parked\"}") == 0);
    CHECK(conflicts(first) + conflicts(second) > 0);
    mautic.reset();
    cluster().restart(1);
    aftermath.check_contacts(acknowledged);
    check_all_nodes(first);
    first.stop();
    second.stop();
}

TEST_CASE(
    "A daemon whose node has lost the others waits, without trying in a circle, and goes on by itself") {
    constexpr std::size_t people = 200;
    Installation here(cluster().node(0), "minority");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, people);
    here.start();
    here.wait_until("it is ready", [&] { return here.status_of("/readyz") == 200; });
    cluster().kill(1);
    cluster().kill(2);
    cluster().wait_for_status(0, "wsrep_ready", "OFF");
    Load load(here.config.port, here.config.webhook_secret, aftermath.contacts(), 2);
    CHECK(load.acknowledged_contacts().size() == people);
    here.wait_until("/readyz tells", [&] { return here.status_of("/readyz") == 503; });
    here.daemon->wait_for_log("cannot connect to the database; retrying");
    CHECK(here.status_of("/healthz") == 200);

    // What an administrator does who knows that the others are dead.
    cluster().run_client(0, "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'");
    aftermath.check(load.acknowledged_contacts());
    // A few for each worker, and then none: a circle would make thousands.
    CHECK(count(here.daemon->log(), "erasing failed") <= 20);
    CHECK(here.metric("jobs_parked_total") == 0);
    cluster().restart(1);
    cluster().restart(2);
    check_all_nodes(here);
    here.stop();
}
