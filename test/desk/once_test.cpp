#include "desk/once.h"

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "desk/results.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::desk;

TEST_CASE("a form that several send at once is done once, and all get its answer") {
    Once once;
    std::atomic<int> done{0};
    std::vector<std::jthread> tabs;
    std::atomic<int> right{0};
    for (int i = 0; i < 8; ++i) {
        tabs.emplace_back([&] {
            const auto answer = once.answer("anna", "f1", [&] {
                ++done;
                return Answer::go_to(Link("/look-up/7"));
            });
            if (answer && answer->redirect == "/look-up/7") ++right;
        });
    }
    tabs.clear();
    CHECK(done == 1);
    CHECK(right == 8);
    CHECK(once.was_done("anna", "f1"));
    CHECK_FALSE(once.was_done("bert", "f1"));
}

TEST_CASE("whoever sends a form that is being worked on for long is told so, and gets its answer later") {
    Once once(Milliseconds{1});
    std::promise<void> begun;
    std::promise<void> end;
    std::jthread first([&] {
        once.answer("anna", "f1", [&] {
            begun.set_value();
            end.get_future().wait();
            return Answer::go_to(Link("/look-up/7"));
        });
    });
    begun.get_future().wait();
    const auto never = [] { return Answer::go_to(Link("/never")); };
    CHECK_FALSE(once.answer("anna", "f1", never));
    CHECK(once.answer("bert", "f1", never));
    end.set_value();
    first.join();
    CHECK(once.answer("anna", "f1", never)->redirect == "/look-up/7");
}

TEST_CASE("a form with a mistake in it may be sent again, and so may one whose work has failed") {
    Once once;
    int done = 0;
    once.answer("anna", "f", [&] {
        ++done;
        return Answer::page("again", {});
    });
    CHECK_THROWS(once.answer("anna", "f", [&]() -> Answer {
        ++done;
        throw std::runtime_error("database");
    }));
    once.answer("anna", "f", [&] {
        ++done;
        return Answer::go_to(Link("/"));
    });
    CHECK(done == 3);
    once.answer("anna", "f", [&] {
        ++done;
        return Answer::go_to(Link("/other"));
    });
    CHECK(done == 3);
}

TEST_CASE("what is kept of forms stays bounded") {
    Once once;
    for (std::size_t i = 0; i < 2 * Once::kept_max; ++i) {
        once.answer("anna", std::to_string(i), [] { return Answer::go_to(Link("/")); });
    }
    CHECK_FALSE(once.was_done("anna", "0"));
    CHECK(once.was_done("anna", std::to_string(2 * Once::kept_max - 1)));
    const auto download = [] {
        Answer answer;
        answer.download = Answer::Download{"a.pdf", "application/pdf", std::string(10 * 1024 * 1024, 'x')};
        return answer;
    };
    for (const char* form : {"a", "b", "c", "d"}) once.answer("bert", form, download);
    CHECK_FALSE(once.was_done("bert", "a"));
    CHECK(once.was_done("bert", "d"));
}

TEST_CASE("a result is its owner's, for half an hour, the last twenty of them") {
    Results<int> results;
    const Timestamp begin{};
    const std::string id = results.keep("anna", 7, begin);
    REQUIRE(results.find("anna", id, begin));
    CHECK(*results.find("anna", id, begin) == 7);
    CHECK_FALSE(results.find("bert", id, begin));
    CHECK_FALSE(results.find("anna", "other", begin));
    CHECK(results.find("anna", id, begin + Results<int>::kept_for));
    CHECK_FALSE(results.find("anna", id, begin + Results<int>::kept_for + Milliseconds{1}));
    const std::string first = results.keep("anna", 1, begin);
    for (std::size_t i = 0; i < Results<int>::most_of_one; ++i) results.keep("anna", 2, begin);
    CHECK_FALSE(results.find("anna", first, begin));
}
