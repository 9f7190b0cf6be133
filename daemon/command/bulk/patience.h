// When a command that erases many contacts gives up on a database: for what waiting does not help, at once;
// else after some minutes in which nothing became of any contact.
//
// Threads: those of the outage, which calls it under its lock.
#pragma once

#include "daemon/command/bulk/mass_list.h"
#include "worker/outage.h"

namespace gdprd::command {

class Patience : public worker::Outage::Observer {
  public:
    // A restart of the server is waited for, a server that is gone is not.
    static constexpr int failures_max = 20;

    // Ends the list, which outlives this object.
    explicit Patience(MassList& list) : list_(list) {}

    // Counted from the last contact that something became of: a server that restarts and ends at the same
    // work again is connected to in between. Workers that fail together have failed once.
    void failed(const worker::Outage::Attempt& attempt) override;
    void ended(worker::Outage::Kind kind) override;

  private:
    MassList& list_;
    // Protected by the outage's lock.
    std::uint64_t done_ = 0;  // contacts that something had become of at the last failure
    int in_a_row_ = 0;
    int failures_ = 0;
};

}  // namespace gdprd::command
