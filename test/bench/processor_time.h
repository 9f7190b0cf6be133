// How much of the processors a process has used: unlike a rate, little of it is noise of a busy machine.
#pragma once

#include <sys/types.h>

namespace gdprd::bench {

// User and system time the process has taken so far, in seconds.
double processor_seconds(pid_t process);

}  // namespace gdprd::bench
