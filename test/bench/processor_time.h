// How much of the processors a process has used: unlike a rate, little of it is noise of a busy machine.
#pragma once

#include <sys/types.h>

#include "support/private_server.h"

namespace gdprd::bench {

// User and system time the process has taken so far, in seconds.
double processor_seconds(pid_t process);

pid_t process_of(const test::PrivateServer& server);

// The time of the processors that work took, in this process and in the server.
class ProcessorTime {
  public:
    explicit ProcessorTime(const test::PrivateServer& server);

    void begin();
    void end();
    double own_seconds() const { return own_; }
    double server_seconds() const { return servers_; }

  private:
    void add(double sign);

    pid_t server_;
    double own_ = 0, servers_ = 0;
};

}  // namespace gdprd::bench
