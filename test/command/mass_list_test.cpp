// The contacts of a mass erasure on their way: who comes when, who comes again, and when it is over.
#include "daemon/command/bulk/mass_list.h"

#include <atomic>
#include <thread>

#include "base/error.h"
#include "command/program.h"
#include "daemon/command/bulk/patience.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using command::MassTotals;
using queue::Job;
using queue::Outcome;

namespace {

// A list in the hands of workers.
class List {
  public:
    explicit List(command::ContactSource source) : list_(std::move(source), throttle_) {}

    // The next jobs, which are waited for; none when there will not be any.
    std::vector<Job> take(database::Connection& connection, std::size_t max) {
        while (!list_.is_over()) {
            list_.wait_for_work(stop_);
            auto jobs = list_.take({connection, stop_, beat_}, max);
            if (!jobs.empty()) return jobs;
        }
        return {};
    }
    void apply(database::Connection& connection, const std::vector<Job>& jobs,
               const worker::BatchResult& result) {
        list_.apply({connection, stop_, beat_}, jobs, result);
    }
    void interrupt() { list_.interrupt(); }
    MassTotals totals() const { return list_.totals(); }
    command::MassList& itself() { return list_; }

  private:
    const std::stop_token stop_;
    health::Beat beat_{"worker", Milliseconds{1'000}};
    background::Throttle throttle_{{0, 0}};
    command::MassList list_;
};

database::Connection connect() { return database::Connection(shared_server().options()); }

// Pages of these contacts, then the end.
command::ContactSource source_of(std::vector<std::vector<ContactId>> pages) {
    return [pages,
            next = std::size_t{0}](database::Connection&) mutable -> std::optional<std::vector<ContactId>> {
        if (next == pages.size()) return std::nullopt;
        return pages[next++];
    };
}

std::vector<ContactId> ids_of(const std::vector<Job>& jobs) {
    std::vector<ContactId> ids;
    for (const Job& job : jobs) ids.push_back(job.contact);
    return ids;
}

Outcome outcome(ContactId contact, Outcome::Kind kind, const std::string& error = "") {
    Outcome made;
    made.contact = contact;
    made.kind = kind;
    made.error = error;
    return made;
}

void add_erased(worker::BatchResult& result, ContactId contact) {
    erasure::Result erased;
    erased.contact = contact;
    result.results.push_back(erased);
    result.outcomes.push_back(outcome(contact, Outcome::Kind::settle));
}

worker::BatchResult erased(const std::vector<Job>& jobs) {
    worker::BatchResult result;
    for (const Job& job : jobs) add_erased(result, job.contact);
    return result;
}

using Ids = std::vector<ContactId>;

}  // namespace

TEST_CASE("Contacts come in their order, in batches of any size, over pages of any size") {
    auto connection = connect();
    List list(source_of({{1, 2, 3}, {}, {4}, {5, 6, 7}}));
    std::vector<std::size_t> sizes{2, 3, 10};
    Ids seen;
    for (const std::size_t size : sizes) {
        const auto jobs = list.take(connection, size);
        CHECK(jobs.size() <= size);
        for (const Job& job : jobs) {
            CHECK(job.origin == Origin::command);
            CHECK(job.pass == 0);
            seen.push_back(job.contact);
        }
        list.apply(connection, jobs, erased(jobs));
    }
    CHECK(seen == Ids{1, 2, 3, 4, 5, 6, 7});
    CHECK(list.take(connection, 10).empty());
    CHECK(list.totals().erased_in_all() == 7);
    CHECK(list.totals().exit_code() == ExitCode::done);
    CHECK(!list.totals().interrupted);
}

TEST_CASE("Who failed comes again until the attempts are over, and the others are through") {
    auto connection = connect();
    List list(source_of({{1, 2, 3}}));
    const auto jobs = list.take(connection, 10);
    worker::BatchResult result;
    add_erased(result, 1);
    result.outcomes.push_back(outcome(2, Outcome::Kind::wait, "conflict 1205"));
    result.outcomes.back().attempts = 1;
    result.outcomes.back().due_at = now() + Milliseconds{20};
    result.outcomes.push_back(outcome(3, Outcome::Kind::released));
    list.apply(connection, jobs, result);
    const auto first = list.take(connection, 10);
    CHECK(ids_of(first) == Ids{3});
    list.apply(connection, first, erased(first));
    const auto second = list.take(connection, 10);
    REQUIRE(ids_of(second) == Ids{2});
    CHECK(second.front().attempts == 1);
    worker::BatchResult given_up;
    given_up.outcomes.push_back(outcome(2, Outcome::Kind::park, "conflict 1205"));
    list.apply(connection, second, given_up);
    CHECK(list.take(connection, 10).empty());
    const MassTotals totals = list.totals();
    CHECK(totals.erased_in_all() == 2);
    REQUIRE(totals.failures.size() == 1);
    CHECK(totals.failures.front().contact == 2);
    CHECK(totals.failures.front().code == "conflict 1205");
    CHECK(totals.exit_code() == ExitCode::failed);
}

TEST_CASE("A missing right is not tried again, and a skipped contact is no failure") {
    auto connection = connect();
    List list(source_of({{1, 2}}));
    const auto jobs = list.take(connection, 10);
    worker::BatchResult result;
    result.outcomes.push_back(outcome(1, Outcome::Kind::wait, "privilege 1142"));
    erasure::Result held;
    held.contact = 2;
    held.verdict = erasure::Verdict::held;
    result.results.push_back(held);
    result.outcomes.push_back(outcome(2, Outcome::Kind::wait));
    list.apply(connection, jobs, result);
    CHECK(list.take(connection, 10).empty());
    CHECK(list.totals().failed == 1);
    CHECK(list.totals().skipped_in_all() == 1);
}

TEST_CASE("Who was refused together with everybody is tried again, and counts as nothing until then") {
    auto connection = connect();
    List list(source_of({{1, 2}}));
    const auto jobs = list.take(connection, 10);
    const std::string code = GENERATE_COPY(as<std::string>{}, "", "refused connection 1114");
    worker::BatchResult refused;
    for (const Job& job : jobs) {
        refused.outcomes.push_back(outcome(job.contact, Outcome::Kind::wait, code));
    }
    list.apply(connection, jobs, refused);
    CHECK(list.totals().failed == 0);
    CHECK(list.totals().skipped_in_all() == 0);
    const auto again = list.take(connection, 10);
    CHECK(ids_of(again) == Ids{1, 2});
    for (const Job& job : again) CHECK(job.attempts == 0);
    list.apply(connection, again, erased(again));
    CHECK(list.take(connection, 10).empty());
    CHECK(list.totals().erased_in_all() == 2);
}

TEST_CASE("What every contact fails at ends it, and so does a contact that is given back for ever") {
    auto connection = connect();
    Ids many;
    for (ContactId contact = 1; contact <= 1'000; ++contact) many.push_back(contact);
    List list(source_of({many}));
    std::size_t tried = 0;
    for (auto jobs = list.take(connection, 10); !jobs.empty(); jobs = list.take(connection, 10)) {
        tried += jobs.size();
        worker::BatchResult result;
        for (const Job& job : jobs) {
            result.outcomes.push_back(outcome(job.contact, Outcome::Kind::park, "permanent 1"));
        }
        list.apply(connection, jobs, result);
    }
    CHECK(tried == 50);
    CHECK(list.totals().ended_early == "50 contacts in a row failed");
    CHECK(list.totals().exit_code() == ExitCode::failed);

    List circle(source_of({{1}}));
    tried = 0;
    for (auto jobs = circle.take(connection, 10); !jobs.empty(); jobs = circle.take(connection, 10)) {
        ++tried;
        worker::BatchResult result;
        result.outcomes.push_back(outcome(1, Outcome::Kind::released));
        circle.apply(connection, jobs, result);
    }
    CHECK(tried == 51);
    CHECK(circle.totals().failures.front().code == "given back too often");
}

TEST_CASE("After an interruption nobody is handed out, and what was not tried counts as left") {
    auto connection = connect();
    List list(source_of({{1, 2, 3}}));
    const auto jobs = list.take(connection, 2);
    list.interrupt();
    CHECK(list.take(connection, 2).empty());
    list.apply(connection, jobs, {});  // stopped before it was begun
    CHECK(list.totals().interrupted);
    CHECK(list.totals().contacts() == 0);
    CHECK(list.totals().exit_code() == ExitCode::not_everything);

    List through(source_of({{1}}));
    const auto last = through.take(connection, 2);
    through.apply(connection, last, erased(last));
    CHECK(through.take(connection, 2).empty());
    through.interrupt();
    CHECK(!through.totals().interrupted);
    CHECK(through.totals().exit_code() == ExitCode::done);
}

TEST_CASE("A page that could not be read is asked for again") {
    auto connection = connect();
    int calls = 0;
    List list([&](database::Connection&) -> std::optional<std::vector<ContactId>> {
        if (++calls == 1) throw database::DatabaseError(1213, "40001", "leads: read", "");
        if (calls == 2) return Ids{1, 2};
        return std::nullopt;
    });
    CHECK_THROWS_AS(list.take(connection, 10), database::DatabaseError);
    const auto jobs = list.take(connection, 10);
    CHECK(ids_of(jobs) == Ids{1, 2});
    list.apply(connection, jobs, erased(jobs));
    CHECK(list.take(connection, 10).empty());
}

TEST_CASE("What goes wrong in the source for good ends the list, and the first reason stays") {
    auto connection = connect();
    List list([&](database::Connection&) -> std::optional<std::vector<ContactId>> {
        throw ConfigurationError("the ledger names no key", "Name one");
    });
    CHECK(list.take(connection, 10).empty());
    list.interrupt();
    CHECK(list.totals().ended_early == "the ledger names no key. Name one");
    CHECK_FALSE(list.totals().interrupted);
    CHECK(list.totals().exit_code() == ExitCode::failed);
}

TEST_CASE("Several workers share a list: each contact goes to one, and all of them end") {
    constexpr ContactId contacts = 2'000;
    ContactId next = 0;
    List list([&](database::Connection&) -> std::optional<std::vector<ContactId>> {
        if (next == contacts) return std::nullopt;
        Ids page;
        for (int i = 0; i < 20; ++i) page.push_back(++next);
        return page;
    });
    auto main_connection = connect();  // the process's first, before the threads' own
    std::atomic<std::uint64_t> sum{0};
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i) {
            workers.emplace_back([&] {
                const database::ThreadScope thread;
                auto connection = connect();
                std::uint64_t turn = 0;
                for (auto jobs = list.take(connection, 7); !jobs.empty(); jobs = list.take(connection, 7)) {
                    worker::BatchResult result;
                    for (const Job& job : jobs) {
                        if (++turn % 50 == 0) {
                            result.outcomes.push_back(outcome(job.contact, Outcome::Kind::released));
                        } else {
                            add_erased(result, job.contact);
                            sum += job.contact;
                        }
                    }
                    list.apply(connection, jobs, result);
                }
            });
        }
    }
    CHECK(list.totals().erased_in_all() == contacts);
    CHECK(sum == contacts * (contacts + 1) / 2);
}

namespace {

// A server that ends at its work, is away while it restarts, and takes connections again.
void restart(worker::Outage& outage) {
    outage.failed(worker::Outage::Kind::refused, "gone");
    while (!outage.may_work({}, 0)) continue;
    outage.failed(worker::Outage::Kind::unreachable, "cannot connect");
    outage.connected("a server");
}

}  // namespace

TEST_CASE("A server that restarts and ends at the same work again is given up in the end") {
    auto connection = connect();
    List list(source_of({{1, 2}}));
    command::Patience patience(list.itself());
    worker::Outage outage(patience);
    const auto jobs = list.take(connection, 1);
    for (int restarts = 0; restarts < command::Patience::failures_max / 2; ++restarts) restart(outage);
    CHECK(list.totals().ended_early.empty());
    SECTION("unless it has erased somebody meanwhile") {
        list.apply(connection, jobs, erased(jobs));
        for (int restarts = 0; restarts < command::Patience::failures_max / 2; ++restarts) restart(outage);
        CHECK(list.totals().ended_early.empty());
    }
    restart(outage);
    CHECK_FALSE(list.totals().ended_early.empty());
}

TEST_CASE("Workers that fail together cost a command's patience once, and what is permanent ends it") {
    List list(source_of({{1}}));
    command::Patience patience(list.itself());
    worker::Outage outage(patience);
    for (int worker = 0; worker < 100; ++worker) outage.failed(worker::Outage::Kind::unreachable, "gone");
    CHECK(list.totals().ended_early.empty());
    outage.failed(worker::Outage::Kind::refused, "no such user", true);
    CHECK(list.totals().ended_early == "no such user");
}
