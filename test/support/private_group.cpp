#include "support/private_group.h"

#include <stdexcept>
#include <thread>

#include "support/free_ports.h"
#include "support/server_under_test.h"

namespace gdprd::test {

namespace {

constexpr std::chrono::minutes group_step_limit{1};
constexpr const char* group_name = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

// `clients`: the ports that members copy each other's data from; `group`: those of the group's own messages.
std::vector<std::string> arguments_of(std::size_t number, const std::vector<std::uint16_t>& clients,
                                      const std::vector<std::uint16_t>& group) {
    std::string seeds;
    for (const std::uint16_t port : group) seeds += (seeds.empty() ? "" : ",") + loopback_address(port);
    return {"--skip-networking=0", "--bind-address=127.0.0.1", "--port=" + std::to_string(clients[number]),
            "--report-host=127.0.0.1", "--server-id=" + std::to_string(number + 1), "--log-bin=binlog",
            "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--plugin-load-add=group_replication.so",
            std::string("--loose-group-replication-group-name=") + group_name,
            "--loose-group-replication-start-on-boot=OFF",
            "--loose-group-replication-local-address=" + loopback_address(group[number]),
            "--loose-group-replication-group-seeds=" + seeds,
            "--loose-group-replication-recovery-get-public-key=ON",
            // A member that died is given up after a second instead of five.
            "--loose-group-replication-member-expel-timeout=1"};
}

// The account that members copy each other's data with; each makes its own, outside of what is replicated.
void prepare(PrivateServer& member) {
    database::Connection connection(member.options());
    for (const char* statement :
         {"SET sql_log_bin = 0", "CREATE USER copier@'127.0.0.1' IDENTIFIED BY 'p'",
          "GRANT REPLICATION SLAVE, BACKUP_ADMIN, CONNECTION_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO "
          "copier@'127.0.0.1'",
          "CHANGE REPLICATION SOURCE TO SOURCE_USER = 'copier', SOURCE_PASSWORD = 'p' FOR CHANNEL"
          " 'group_replication_recovery'"}) {
        connection.change(statement);
    }
}

template <class Condition>
void wait_until(const std::string& what, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + group_step_limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline)
            throw std::runtime_error("waited too long: " + what);
        std::this_thread::yield();
    }
}

}  // namespace

PrivateGroup::PrivateGroup(std::size_t members) {
    const auto clients = free_ports(members);
    const auto group = free_ports(members);
    for (std::size_t number = 0; number < members; ++number) {
        PrivateServer::Options options;
        options.arguments = arguments_of(number, clients, group);
        members_.push_back(std::make_unique<PrivateServer>(options));
        prepare(member(number));
        if (number == 0) member(0).execute("SET GLOBAL group_replication_bootstrap_group = ON");
        member(number).execute("START GROUP_REPLICATION");
        if (number == 0) member(0).execute("SET GLOBAL group_replication_bootstrap_group = OFF");
        wait_for_members(number, number + 1);
    }
}

void PrivateGroup::wait_for_members(std::size_t number, std::size_t count) {
    wait_until("member " + std::to_string(number) + " of the group", [&] {
        return member(number).value(
                   "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE ="
                   " 'ONLINE'") == std::to_string(count);
    });
}

std::optional<std::size_t> PrivateGroup::primary_seen_by(std::size_t number) {
    database::Rows rows = member(number).select(
        "SELECT MEMBER_PORT FROM performance_schema.replication_group_members WHERE MEMBER_ROLE = 'PRIMARY'"
        " AND MEMBER_STATE = 'ONLINE'");
    if (!rows.next()) return std::nullopt;
    for (std::size_t i = 0; i < size(); ++i) {
        const std::string wanted = "--port=" + rows.text(0);
        for (const std::string& argument : member(i).arguments()) {
            if (argument == wanted) return i;
        }
    }
    return std::nullopt;
}

std::size_t PrivateGroup::wait_for_primary_after(std::size_t former, std::size_t seen_by) {
    std::optional<std::size_t> primary;
    wait_until("another primary", [&] {
        primary = primary_seen_by(seen_by);
        return primary && *primary != former;
    });
    // It takes changes a moment later than the others know of it.
    wait_until("the primary takes changes",
               [&] { return member(*primary).value("SELECT @@super_read_only") == "0"; });
    return *primary;
}

void PrivateGroup::wait_until_in_step(std::size_t number) {
    database::Connection connection(member(number).options());
    connection.change("SET SESSION group_replication_consistency = 'BEFORE'");
    connection.select("SELECT COUNT(*) FROM mysql.user");
}

}  // namespace gdprd::test
