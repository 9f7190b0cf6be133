// The rules of queue/transition.h, one row each.
#include "queue/transition.h"

#include <string>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;

namespace {

Timestamp second(int seconds) { return Timestamp(std::chrono::seconds(seconds)); }

StoredJob job_in(JobState state, int pass) {
    StoredJob stored;
    stored.job = {.contact = 7,
                  .state = state,
                  .origin = Origin::webhook,
                  .received_at = second(10),
                  .due_at = second(100),
                  .attempts = 3,
                  .pass = pass,
                  .revision = 5,
                  .last_error = "lost 2013"};
    return stored;
}

struct Expected {
    const char* name;
    JobState state;
    int pass;
    JobState state_after;
    int pass_after, received_after, due_after, attempts_after;
};

}  // namespace

TEST_CASE("a request merges into the job the contact has") {
    const Expected rows[] = {
        {"ready stays in line, at the older time", JobState::ready, 0, JobState::ready, 0, 10, 50, 3},
        {"a later pass handed back begins again", JobState::ready, 1, JobState::ready, 0, 50, 50, 3},
        {"a back-off is not shortened", JobState::waiting, 0, JobState::waiting, 0, 10, 100, 3},
        {"a back-off of a later pass turns to pass 0", JobState::waiting, 1, JobState::waiting, 0, 50, 100,
         3},
        {"a settling job begins again at once", JobState::settling, 1, JobState::ready, 0, 50, 50, 0},
        {"a parked job stays parked", JobState::parked, 0, JobState::parked, 0, 10, 100, 3},
        {"a parked later pass turns to pass 0", JobState::parked, 2, JobState::parked, 0, 50, 100, 3},
        {"a running job runs on", JobState::running, 1, JobState::running, 1, 10, 100, 3},
    };
    for (const Expected& row : rows) {
        INFO(row.name);
        StoredJob stored = job_in(row.state, row.pass);
        stored.let_through = true;
        const StoredJob after_merge = merged(stored, {7, Origin::sweep, second(50)});
        CHECK(after_merge.job.state == row.state_after);
        CHECK(after_merge.job.pass == row.pass_after);
        CHECK(after_merge.job.received_at == second(row.received_after));
        CHECK(after_merge.job.due_at == second(row.due_after));
        CHECK(after_merge.job.attempts == row.attempts_after);
        CHECK(after_merge.job.revision == 6);
        CHECK(after_merge.next.has_value() == (row.state == JobState::running));
        const bool new_request_counts = row.received_after == 50;
        CHECK(after_merge.job.origin == (new_request_counts ? Origin::sweep : Origin::webhook));
        CHECK(after_merge.let_through == !new_request_counts);
    }
}

TEST_CASE("a request in a grace period has the contact looked at at once") {
    StoredJob stored = job_in(JobState::waiting, 0);
    stored.job.last_error.clear();
    stored = merged(stored, {7, Origin::sweep, second(50)});
    CHECK(stored.job.state == JobState::ready);
    CHECK(stored.job.due_at == second(50));
    CHECK(stored.job.received_at == second(10));
    CHECK(stored.job.attempts == 3);
}

TEST_CASE("of several requests while a job runs the oldest counts") {
    StoredJob stored = merged(job_in(JobState::running, 0), {7, Origin::sweep, second(50)});
    stored = merged(stored, {7, Origin::command, second(40)});
    stored = merged(stored, {7, Origin::command, second(60)});
    CHECK(stored.next->received_at == second(40));
    CHECK(stored.job.revision == 8);
}

TEST_CASE("an outcome moves a running job") {
    struct Row {
        const char* name;
        Outcome::Kind kind;
        int pass;          // of the running job
        bool asked_again;  // while it ran, at second 50
        const char* state_after;
        int pass_after, received_after, due_after, attempts_after;
    };
    using Kind = Outcome::Kind;
    const Row rows[] = {
        {"finished", Kind::finished, 0, false, "none", 0, 0, 0, 0},
        {"finished, asked again", Kind::finished, 1, true, "ready", 0, 50, 50, 0},
        {"settle", Kind::settle, 0, false, "settling", 2, 10, 200, 0},
        {"settle, asked again", Kind::settle, 1, true, "ready", 0, 50, 50, 0},
        {"wait", Kind::wait, 1, false, "waiting", 1, 10, 200, 4},
        {"wait, asked again", Kind::wait, 0, true, "waiting", 0, 10, 200, 4},
        {"wait in a later pass, asked again", Kind::wait, 1, true, "waiting", 0, 50, 200, 4},
        {"park", Kind::park, 0, false, "parked", 0, 10, 100, 4},
        {"park in a later pass, asked again", Kind::park, 1, true, "parked", 0, 50, 100, 4},
        {"released", Kind::released, 1, false, "ready", 1, 10, 100, 3},
        {"released, asked again", Kind::released, 0, true, "ready", 0, 10, 100, 3},
        {"released in a later pass, asked again", Kind::released, 1, true, "ready", 0, 50, 100, 3},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        StoredJob running = job_in(JobState::running, row.pass);
        running.let_through = true;
        if (row.asked_again) running = merged(running, {7, Origin::sweep, second(50)});
        const Outcome outcome{row.kind, 7, 5, second(200), 4, 2, "conflict 1213"};
        const std::optional<StoredJob> result = after(running, outcome);
        if (!result) {
            CHECK(std::string(row.state_after) == "none");
            continue;
        }
        CHECK(std::string(name_of(result->job.state)) == row.state_after);
        CHECK(result->job.pass == row.pass_after);
        CHECK(result->job.received_at == second(row.received_after));
        CHECK(result->job.due_at == second(row.due_after));
        CHECK(result->job.attempts == row.attempts_after);
        CHECK_FALSE(result->next.has_value());
        const bool new_request_counts = row.received_after == 50;
        CHECK(result->let_through == !(new_request_counts || row.kind == Kind::settle));
    }
}

TEST_CASE("the circuit breaker is for the erasures that nobody asked for by hand") {
    for (const JobState state : {JobState::ready, JobState::waiting, JobState::running}) {
        StoredJob stored = job_in(state, 0);
        CHECK(needs_admission(stored));
        stored.job.origin = Origin::sweep;
        CHECK(needs_admission(stored));
        stored.job.origin = Origin::command;
        CHECK_FALSE(needs_admission(stored));
        CHECK_FALSE(needs_admission(job_in(state, 1)));
        stored = job_in(state, 0);
        stored.let_through = true;
        CHECK_FALSE(needs_admission(stored));
    }
}

TEST_CASE("the command that erased a contact leaves a later pass, except where pass 0 is still to run") {
    Job settling = job_in(JobState::settling, 1).job;
    settling.origin = Origin::command;
    CHECK(settled_by_command(std::nullopt, settling).job.state == JobState::settling);
    struct Row {
        JobState before, after;
    };
    const Row rows[] = {{JobState::ready, JobState::ready},
                        {JobState::waiting, JobState::waiting},
                        {JobState::running, JobState::running},
                        {JobState::settling, JobState::settling},
                        {JobState::parked, JobState::settling}};
    for (const Row& row : rows) {
        INFO(name_of(row.before));
        const StoredJob left = settled_by_command(job_in(row.before, 0), settling);
        CHECK(left.job.state == row.after);
        const bool replaced = row.after == JobState::settling;
        CHECK(left.job.origin == (replaced ? Origin::command : Origin::webhook));
    }
}
