// Acknowledged means on disk: how often is synced, what a full disk leaves, what a killed process leaves.
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <set>

#include "shelf.h"
#include "support/catch.h"
#include "syscalls.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

namespace {

std::int64_t jobs_in(Queue& queue) {
    std::int64_t sum = 0;
    for (const auto& [state, count] : queue.status().jobs) sum += count;
    return sum;
}

// All or nothing, no damage, and everything works again.
void check_after_failure(Shelf& shelf, std::int64_t jobs_before) {
    CHECK(jobs_in(shelf.queue()) == jobs_before);
    CHECK(shelf.queue().writable());
    CHECK_NOTHROW(shelf.store({999'999}));
    CHECK(jobs_in(shelf.queue()) == jobs_before + 1);
    shelf.close();
    CHECK(ask_sqlite(shelf.file(), "PRAGMA integrity_check") == "ok");
}

}  // namespace

TEST_CASE("one sync stores any number of requests, and workers wait for none") {
    Shelf shelf;
    shelf.store({1});  // the first commit syncs the header of the new WAL as well
    int before = fsyncs();
    shelf.store({2});
    CHECK(fsyncs() - before == 1);
    before = fsyncs();
    shelf.store(range(3, 34));
    CHECK(fsyncs() - before == 1);

    before = fsyncs();
    const ids taken = shelf.take();
    for (const ContactId contact : taken) shelf.finish(contact);
    CHECK(shelf.queue().writable());
    CHECK(fsyncs() - before == 0);

    before = fsyncs();
    shelf.store({2});
    CHECK(fsyncs() - before == 1);
}

// Scattered contacts change other pages every time; without checkpoints this would leave well over 100 MiB.
TEST_CASE("the WAL stays small, however much goes through it") {
    Shelf shelf;
    std::mt19937_64 random(3);
    std::uintmax_t largest = 0;
    for (int round = 0; round < 120; ++round) {
        ids contacts;
        for (int i = 0; i < 400; ++i) contacts.push_back(random());
        shelf.store(contacts);
        CHECK(shelf.take(400).size() == 400);
        largest = std::max(largest, std::filesystem::file_size(shelf.file().string() + "-wal"));
    }
    INFO("largest " << largest);
    CHECK(largest < 36u << 20u);  // what is moved into the file at once, and one transaction
    CHECK(jobs_in(shelf.queue()) == 48'000);
}

TEST_CASE("a write that fails, whichever it is, stores nothing of its call") {
    const int code = GENERATE(ENOSPC, EIO, EDQUOT);
    INFO(std::strerror(code));
    for (int nth = 1;; ++nth) {
        INFO("write " << nth);
        Shelf shelf;
        shelf.store(range(1, 50));
        bool failed = false;
        bool happened = false;
        {
            const WriteFault fault(nth, code);
            const std::string text = queue_error_of([&] { shelf.store(range(1'000, 1'200)); });
            failed = !text.empty();
            happened = fault.happened();
            if (failed) {
                CHECK_THAT(text, ContainsSubstring("cannot store"));
                CHECK_FALSE(shelf.queue().writable());
                CHECK(jobs_in(shelf.queue()) == 50);
                CHECK_THROWS_AS(shelf.take(), QueueError);
            }
        }
        CHECK(failed == happened);
        check_after_failure(shelf, failed ? 50 : 251);
        if (!failed) break;
        REQUIRE(nth < 1'000);
    }
}

TEST_CASE("a limit on the size of files is a full disk, too") {
    struct rlimit before {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    Shelf shelf;
    shelf.store(range(1, 50));
    struct rlimit tight = before;
    tight.rlim_cur = std::filesystem::file_size(shelf.file().string() + "-wal") + 20'000;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    std::string text;
    std::int64_t stored = 50;
    for (ContactId contact = 1'000; text.empty() && contact < 1'100; ++contact) {
        text = queue_error_of([&] { shelf.store({contact}); });
        if (text.empty()) ++stored;
    }
    const bool writable = shelf.queue().writable();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    ::signal(SIGXFSZ, handler);
    CHECK_THAT(text, ContainsSubstring("cannot store"));
    CHECK_FALSE(writable);
    check_after_failure(shelf, stored);
}

TEST_CASE("a full file system: refused while it is full, accepted when there is space again") {
    TemporaryDirectory directory;
    if (::mount("none", directory.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
        WARN("NOT TESTED: a small tmpfs cannot be mounted here: " << std::strerror(errno));
        return;
    }
    {
        QueueOptions options;
        options.directory = directory.path();
        Shelf shelf(options);
        write_file(directory.path() / "ballast", std::string(300'000, 'x'));
        std::string text;
        std::int64_t stored = 0;
        for (ContactId contact = 1; text.empty() && contact < 100'000; contact += 10) {
            text = queue_error_of([&] { shelf.store(range(contact, contact + 9)); });
            if (text.empty()) stored += 10;
        }
        CHECK_THAT(text, ContainsSubstring("full"));
        CHECK_THAT(text, ContainsSubstring("Free space"));
        CHECK(stored > 0);
        CHECK(jobs_in(shelf.queue()) == stored);
        std::filesystem::remove(directory.path() / "ballast");
        check_after_failure(shelf, stored);
    }
    CHECK(::umount(directory.path().c_str()) == 0);
}

namespace {

// The child stores one contact after the other and says through the pipe which are acknowledged.
[[noreturn]] void store_until_killed(const QueueOptions& options, int pipe, ContactId first) {
    try {
        Queue queue(options);
        for (ContactId contact = first;; ++contact) {
            const Arrival arrival{contact, Origin::webhook, second(0)};
            queue.store({&arrival, 1});
            if (::write(pipe, &contact, sizeof contact) != sizeof contact) ::_exit(1);
            for (const Job& job : queue.take(1, second(0))) {
                const Outcome outcome{Outcome::Kind::wait, job.contact, job.revision, second(60), 1, 0, ""};
                queue.apply({&outcome, 1});
            }
        }
    } catch (...) {
        ::_exit(2);
    }
}

// Kills the child after it acknowledged `wanted` more and a random moment; returns all it acknowledged.
ids kill_after(::pid_t child, int pipe, int wanted, unsigned microseconds) {
    ids acknowledged;
    ContactId contact = 0;
    while (static_cast<int>(acknowledged.size()) < wanted && ::read(pipe, &contact, sizeof contact) > 0) {
        acknowledged.push_back(contact);
    }
    ::usleep(microseconds);  // not to wait for something, but to die anywhere within the next store()
    ::kill(child, SIGKILL);
    while (::read(pipe, &contact, sizeof contact) > 0) acknowledged.push_back(contact);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    return acknowledged;
}

}  // namespace

TEST_CASE("kill -9 at any moment loses nothing that was acknowledged") {
    TemporaryDirectory directory;
    QueueOptions options;
    options.directory = directory.path();
    std::mt19937 random(7);
    std::set<ContactId> acknowledged;
    for (ContactId round = 0; round < 25; ++round) {
        INFO("round " << round);
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const ::pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) store_until_killed(options, ends[1], 1 + round * 1'000'000);
        ::close(ends[1]);
        for (const ContactId c : kill_after(child, ends[0], static_cast<int>(random() % 8),
                                            static_cast<unsigned>(random() % 5'000))) {
            acknowledged.insert(c);
        }
        ::close(ends[0]);
        {
            Queue queue(options);
            std::set<ContactId> found;
            for (const Job& job : queue.list({std::nullopt, 1'000'000})) found.insert(job.contact);
            CHECK(std::ranges::includes(found, acknowledged));
            CHECK(queue.status().jobs.at(JobState::running) == 0);
            CHECK(jobs_in(queue) == static_cast<std::int64_t>(found.size()));
        }
        CHECK(ask_sqlite(directory.path() / "queue.db", "PRAGMA integrity_check") == "ok");
    }
    CHECK(acknowledged.size() > 20);
}
