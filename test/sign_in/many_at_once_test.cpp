// Many who sign in at the same time: what ThreadSanitizer looks at.
#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "sign_in/gate.h"
#include "sign_in/one_time_code.h"
#include "sign_in/some_accounts.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;
using namespace gdprd::test;

namespace {

// All of them at the same moment.
std::vector<Entry> together(int threads, const std::function<Entry(int)>& sign_in) {
    std::vector<Entry> entries(static_cast<std::size_t>(threads));
    std::vector<std::thread> running;
    std::atomic<bool> go = false;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            go.wait(false);
            entries[static_cast<std::size_t>(i)] = sign_in(i);
        });
    }
    go = true;
    go.notify_all();
    for (std::thread& thread : running) thread.join();
    return entries;
}

}  // namespace

TEST_CASE("many guesses at the same moment are no more than one after the other") {
    const SomeAccounts some({account_of("anna")});
    Gate gate(some.file, {});
    const auto entries = together(16, [&](int i) {
        return gate.sign_in(credentials_of("anna", "guess", "192.0.2." + std::to_string(i)), start);
    });
    CHECK(std::count_if(entries.begin(), entries.end(),
                        [](const Entry& one) { return one.refusal == Refusal::wrong; }) == 4);
    for (const Entry& one : entries) CHECK_FALSE(one.token);
}

TEST_CASE("a code that two use at the same moment lets one of them in") {
    Account anna = account_of("anna");
    anna.code_secret = code_secret;
    const SomeAccounts some({anna});
    Gate gate(some.file, {});
    Credentials credentials = credentials_of("anna");
    credentials.code = one_time_code(*base32_decoded(code_secret), step_of(start));
    const auto entries = together(3, [&](int) { return gate.sign_in(credentials, start); });
    CHECK(std::count_if(entries.begin(), entries.end(),
                        [](const Entry& one) { return one.token.has_value(); }) == 1);
}

TEST_CASE("sign-ins, pages and changes of the file go together") {
    constexpr int officers = 6;
    std::vector<Account> accounts;
    for (int i = 0; i < officers; ++i) accounts.push_back(account_of("officer" + std::to_string(i)));
    const SomeAccounts some(accounts);
    Gate gate(some.file, {});
    std::atomic<bool> done = false;
    std::thread administrator([&] {
        for (int i = 0; !done; ++i) {
            some.file.change([&](std::vector<Account>& there) {
                there.resize(officers);
                there.push_back(account_of("viewer" + std::to_string(i), Role::viewer));
            });
        }
    });
    const auto entries = together(officers, [&](int i) {
        Entry entry = gate.sign_in(credentials_of("officer" + std::to_string(i)), start);
        for (int page = 0; entry.token && page < 50; ++page) {
            const auto session = gate.find(*entry.token, start);
            if (!session || session->account != "officer" + std::to_string(i)) entry.token.reset();
            gate.trusted("officer0");
            gate.csrf_token_of_visitor("cookie");
        }
        return entry;
    });
    done = true;
    administrator.join();
    for (const Entry& one : entries) CHECK(one.token);
    gate.sign_out(*entries.front().token);
    CHECK_FALSE(gate.find(*entries.front().token, start));
    CHECK(gate.find(*entries.back().token, start));
}
