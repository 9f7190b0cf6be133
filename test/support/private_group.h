// A group of MySQL servers on this machine that replicate to each other (Group Replication, what an InnoDB
// Cluster is made of), each with its own data. One of them, the primary, takes changes. Clients reach each
// member by its Unix socket. Only where the server under test is MySQL.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "support/private_server.h"

namespace gdprd::test {

class PrivateGroup {
  public:
    // Starts the first member alone, then the others, and waits until all take part. Throws
    // std::runtime_error.
    explicit PrivateGroup(std::size_t members = 3);

    std::size_t size() const { return members_.size(); }
    PrivateServer& member(std::size_t number) { return *members_.at(number); }

    // What a running member takes for the primary; nothing while it knows none.
    std::optional<std::size_t> primary_seen_by(std::size_t number);
    // Waits until this running member knows a primary other than `former`.
    std::size_t wait_for_primary_after(std::size_t former, std::size_t seen_by);
    // Waits until the member has everything that was committed before the call.
    void wait_until_in_step(std::size_t number);

  private:
    void wait_for_members(std::size_t number, std::size_t count);

    std::vector<std::unique_ptr<PrivateServer>> members_;
};

}  // namespace gdprd::test
