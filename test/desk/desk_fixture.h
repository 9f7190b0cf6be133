// A desk with two accounts, anna (officer) and bert (viewer), and pages that note what is done with them.
#pragma once

#include <string>
#include <vector>

#include "desk/browser.h"
#include "desk/frame.h"
#include "sign_in/some_accounts.h"

namespace gdprd::test {

class DeskFixture {
  public:
    explicit DeskFixture(desk::FrameOptions given = {}, sign_in::GateOptions gate_options = {});

    struct SignIn {
        desk::SignInEvent event;
        std::string account;
        std::string remote;
    };

    const SomeAccounts accounts;
    Timestamp clock = start;
    bool log_fails = false;
    std::vector<SignIn> sign_ins;
    std::function<void()> slow = [] {};  // what the page "/slow" waits for
    std::vector<std::string> done;       // what forms were sent with
    sign_in::Gate gate;
    desk::Connections connections;
    desk::Frame frame;
    Browser browser{frame};

  private:
    desk::FrameOptions complete(desk::FrameOptions options);
    std::vector<desk::Page> pages();
};

}  // namespace gdprd::test
