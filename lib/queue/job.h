// A contact waiting to be erased, and the states it goes through. The words are used in code, logs, docs and
// SQL.
//
//     store() ──► ready ──take()──► running ──apply()──► (gone: done, skipped)
//                   ▲                  │  ├────────────► settling ──due──► taken again
//                   │ redrive()        │  ├────────────► waiting  ──due──► taken again
//                   └── parked ◄───────┘──┘
//     At start every running job is ready again. A store() for a contact that has a job merges into it.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/names.h"
#include "base/origin.h"

namespace gdprd::queue {

enum class JobState {
    ready,     // to be done as soon as a worker is free
    waiting,   // a transient error, a grace period or a hold; ready again at due_at
    running,   // a worker has it
    settling,  // erased; a later pass is due at due_at
    parked,    // a permanent error or out of attempts; an operator must look
};
inline constexpr auto job_state_names = make_names<JobState>({{JobState::ready, "ready"},
                                                              {JobState::waiting, "waiting"},
                                                              {JobState::running, "running"},
                                                              {JobState::settling, "settling"},
                                                              {JobState::parked, "parked"}});
inline const char* name_of(JobState state) { return job_state_names.of(state); }

using gdprd::name_of;
using gdprd::Origin;

// A request to erase a contact, as it comes from a webhook, a sweep or the command line.
struct Arrival {
    ContactId contact = 0;
    Origin origin = Origin::webhook;
    Timestamp received_at{};
};

struct Job {
    ContactId contact = 0;
    JobState state = JobState::ready;
    Origin origin = Origin::webhook;
    Timestamp received_at{};       // the oldest request not yet carried out
    Timestamp due_at{};            // not to be taken before
    int attempts = 0;              // failed ones since the last success
    int pass = 0;                  // 0: the erasure itself; 1, 2, …: later passes
    std::int64_t revision = 0;     // counts requests; tells apply() whether one came while the job ran
    bool needs_admission = false;  // as taken: its erasure needs Queue::admit()
    std::string last_error;  // a short code such as "conflict 1213", never a text with data; "" for none
};

// What a worker says about a job it took.
struct Outcome {
    enum class Kind { finished, settle, wait, park, released } kind = Kind::finished;
    ContactId contact = 0;
    std::int64_t revision = 0;  // as taken
    Timestamp due_at{};         // settle, wait
    int attempts = 0;           // wait, park: the new count
    int pass = 0;               // settle: the pass that is due then
    std::string error;          // wait, park: the code
};
// finished: the job is removed.    settle: settling until due_at.    wait: waiting until due_at.
// park: parked.                    released: back to ready as it was (shutdown, no connection).
// Whatever the kind, except released: when a request came while the job ran (revision differs), a finished or
// settling job becomes ready again at pass 0 instead, so that no request is lost.

}  // namespace gdprd::queue
