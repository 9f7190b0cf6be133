// The main() of every test program, and the one place that knows which generation of Catch2 is installed
// (2.13 on Debian 12, 3 on Debian 13).
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
using ListenerBase = Catch::EventListenerBase;
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
using ListenerBase = Catch::TestEventListenerBase;
#endif

#include <iostream>

#include "support/skipped.h"

namespace {

using namespace gdprd::test;

struct NameKeeper : ListenerBase {
    using ListenerBase::ListenerBase;
    void testCaseStarting(const Catch::TestCaseInfo& test_case) override {
        running_test_case = test_case.name;
    }
};
CATCH_REGISTER_LISTENER(NameKeeper)

}  // namespace

int main(int argc, char* argv[]) {
    const int result = Catch::Session().run(argc, argv);
    for (const std::string& name : skipped_test_cases) std::cout << "SKIPPED: " << name << '\n';
    return result == 0 && !skipped_test_cases.empty() ? skipped_exit_code : result;
}
