#include "daemon/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <initializer_list>

namespace gdprd::daemon {

namespace {

sigset_t set_of(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
}

sigset_t waited_for() { return set_of({SIGTERM, SIGINT, SIGHUP}); }

}  // namespace

Signals::Signals() {
    const sigset_t set = waited_for();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    // A write beyond RLIMIT_FSIZE must fail like any full disk instead of ending the process.
    std::signal(SIGXFSZ, SIG_IGN);
}

Signals::Event Signals::wait(Milliseconds timeout) {
    const sigset_t set = waited_for();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(timeout);
    timespec limit{};
    limit.tv_sec = seconds.count();
    limit.tv_nsec = std::chrono::nanoseconds(timeout - seconds).count();
    switch (sigtimedwait(&set, nullptr, &limit)) {
        case SIGTERM:
        case SIGINT:
            return Event::stop;
        case SIGHUP:
            return Event::reload;
        default:
            return Event::none;
    }
}

bool Signals::stop_requested() {
    const sigset_t set = set_of({SIGTERM, SIGINT});
    const timespec at_once{};
    return sigtimedwait(&set, nullptr, &at_once) > 0;
}

void Signals::next_one_kills() {
    const sigset_t set = set_of({SIGTERM, SIGINT});
    for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Signals::request_stop() { kill(getpid(), SIGTERM); }

}  // namespace gdprd::daemon
