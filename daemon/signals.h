// The signals of a service, waited for by the main thread. Make it before any other thread: all threads
// inherit the mask. SIGTERM and SIGINT ask to stop, SIGHUP to reload; SIGPIPE is ignored.
#pragma once

#include "base/clock.h"

namespace gdprd::daemon {

class Signals {
  public:
    enum class Event { none, stop, reload };

    Signals();

    // The next signal, or none when `timeout` is over. One thread.
    Event wait(Milliseconds timeout);

    // True once for a signal that asks to stop; one that asks to reload is left for wait(). The same thread.
    bool stop_requested();

    // From now on SIGTERM and SIGINT end the process at once: somebody is tired of waiting for the drain.
    void next_one_kills();

    // As if SIGTERM had come. Any thread.
    void request_stop();
};

}  // namespace gdprd::daemon
