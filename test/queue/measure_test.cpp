// Figures, not checks: test_queue "[measure]". Hidden from an ordinary run because they take a minute.
#include <chrono>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

namespace {

constexpr std::int64_t no_hindrance = 100'000'000;  // a circuit breaker that counts and never pauses

template <class Body>
double seconds_of(Body&& body) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void say(const std::string& what, double value, const char* unit) {
    std::cout << what << ": " << static_cast<std::int64_t>(value) << ' ' << unit << std::endl;
}

double resident_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6));
    }
    return 0;
}

// Contacts in an order that hits other pages every time, the worst case for a small cache.
std::vector<Arrival> next_arrivals(std::mt19937_64& random, std::size_t count, ContactId below) {
    std::vector<Arrival> arrivals;
    for (std::size_t i = 0; i < count; ++i)
        arrivals.push_back({1 + random() % below, Origin::webhook, now()});
    return arrivals;
}

void take_and_apply(Queue& queue, std::size_t jobs, std::size_t at_once, Outcome::Kind kind) {
    for (std::size_t done = 0; done < jobs;) {
        std::vector<Outcome> outcomes;
        for (const Job& job : queue.take(at_once, now())) {
            outcomes.push_back({kind, job.contact, job.revision, now() + std::chrono::hours(1), 0, 1, ""});
        }
        if (outcomes.empty()) return;
        queue.apply(outcomes);
        done += outcomes.size();
    }
}

}  // namespace

TEST_CASE("throughput of a small queue", "[.][measure]") {
    Shelf shelf(limit(no_hindrance));
    std::mt19937_64 random(1);
    for (const std::size_t group : {1u, 32u}) {
        const std::size_t calls = 500;
        std::vector<double> latencies;
        const double total = seconds_of([&] {
            for (std::size_t i = 0; i < calls; ++i) {
                const auto arrivals = next_arrivals(random, group, 1'000'000'000);
                latencies.push_back(seconds_of([&] { shelf.queue().store(arrivals); }));
            }
        });
        std::ranges::sort(latencies);
        say("store() of " + std::to_string(group), static_cast<double>(calls * group) / total, "requests/s");
        say("  half are done within", latencies[calls / 2] * 1e6, "us");
        say("  99 of 100 within", latencies[calls * 99 / 100] * 1e6, "us");
        say("  the slowest within", latencies.back() * 1e6, "us");
    }
    for (const std::size_t at_once : {1u, 16u}) {
        const double total =
            seconds_of([&] { take_and_apply(shelf.queue(), 3'000, at_once, Outcome::Kind::settle); });
        say("take() and apply() of " + std::to_string(at_once), 3'000 / total, "jobs/s");
    }
}

TEST_CASE("memory and speed with a million jobs", "[.][measure]") {
    Shelf shelf(limit(no_hindrance));
    Queue& queue = shelf.queue();
    std::mt19937_64 random(2);
    say("resident, empty queue", resident_kib(), "KiB");
    std::uintmax_t wal_largest = 0;
    const double stored = seconds_of([&] {
        for (ContactId first = 1; first <= 1'000'000; first += 1'000) {
            std::vector<Arrival> arrivals;
            for (ContactId c = first; c < first + 1'000; ++c) {
                arrivals.push_back({c * 0x9E3779B97F4A7C15u >> 20u, Origin::webhook, now()});
            }
            queue.store(arrivals);
            wal_largest = std::max(wal_largest, std::filesystem::file_size(shelf.file().string() + "-wal"));
        }
    });
    say("stored in chunks of 1000", 1e6 / stored, "requests/s");
    say("largest WAL", static_cast<double>(wal_largest) / 1024, "KiB");
    say("resident, a million jobs", resident_kib(), "KiB");
    say("file", static_cast<double>(queue.status().file_bytes) / 1024, "KiB");
    say("status()", seconds_of([&] { queue.status(); }) * 1e6, "us");
    say("list() of 100", seconds_of([&] { queue.list({}); }) * 1e6, "us");
    const double single = seconds_of([&] {
        for (int i = 0; i < 200; ++i) queue.store(next_arrivals(random, 1, 1'000'000'000));
    });
    say("store() of 1", 200 / single, "requests/s");
    const double done = seconds_of([&] { take_and_apply(queue, 10'000, 16, Outcome::Kind::settle); });
    say("take() and apply() of 16", 10'000 / done, "jobs/s");
    say("resident at the end", resident_kib(), "KiB");
    say("reopened in", seconds_of([&] { shelf.reopen(); }) * 1e3, "ms");
}

TEST_CASE("the circuit breaker with a million jobs", "[.][measure]") {
    Shelf shelf(limit(5'000));
    Queue& queue = shelf.queue();
    for (ContactId first = 1; first <= 1'000'000; first += 10'000) shelf.store(range(first, first + 9'999));
    say("admit() that begins the pause", seconds_of([&] { shelf.admit(5'001); }) * 1e6, "us");
    REQUIRE(shelf.paused());
    say("take() while it lasts", seconds_of([&] { shelf.take(200); }) * 1e6, "us");
    std::vector<double> latencies;
    double resumed = 0;
    std::jthread operator_at_work([&] { resumed = seconds_of([&] { shelf.resume(); }); });
    while (shelf.paused()) {
        const auto arrivals = std::vector<Arrival>{{2'000'000 + latencies.size(), Origin::webhook, now()}};
        latencies.push_back(seconds_of([&] { queue.store(arrivals); }));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));  // a hundred webhooks a second
    }
    operator_at_work.join();
    say("let through in", resumed * 1e3, "ms");
    std::ranges::sort(latencies);
    say("store() meanwhile, calls", static_cast<double>(latencies.size()), "");
    say("  the slowest within", latencies.back() * 1e3, "ms");
}
