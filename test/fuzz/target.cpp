#include "fuzz/target.h"

#include <signal.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace gdprd::fuzz {

namespace {

// libFuzzer counts seconds on the clock, of which a busy machine grants few. It ends by itself at SIGUSR1.
void end_after_processor_seconds(long seconds) {
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR1;
    timer_t timer{};
    itimerspec budget{};
    budget.it_value.tv_sec = seconds;
    if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0 ||
        timer_settime(timer, 0, &budget, nullptr) != 0) {
        std::perror("no timer of processor time");
        std::exit(1);
    }
}

}  // namespace

void must_hold(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace gdprd::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    if (const char* seconds = std::getenv("FUZZ_PROCESSOR_SECONDS"); seconds != nullptr) {
        gdprd::fuzz::end_after_processor_seconds(std::atol(seconds));
    }
    gdprd::fuzz::prepare();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    gdprd::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
