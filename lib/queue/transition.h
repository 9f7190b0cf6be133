// The rules by which a job changes, without any I/O. The picture is in queue/job.h.
//
// A request is carried out when its job ran at pass 0 to the end. Four rules follow from that:
//  - a request that comes for a job that is still to run at pass 0 is carried out together with the older
//  one;
//  - a request that comes after pass 0 (the job settles, or a later pass is to be retried) makes the job
//  begin
//    again at pass 0, because a new opt-out after an erasure must be looked at;
//  - a request that comes while the job runs is kept beside it until the worker says how the run ended.
//  - a request that comes for a job in its grace period has the database asked again: it may speak of a
//    reason with a shorter period, or of none.
// A new request never shortens a back-off and never brings a parked job back: neither a contact that fails
// nor one that an operator must look at is tried more often because Mautic speaks of it more often.
#pragma once

#include <optional>

#include "queue/job.h"

namespace gdprd::queue {

// A job as the file keeps it.
struct StoredJob {
    Job job;
    std::optional<Arrival> next;  // the oldest request that came while the job ran
    bool let_through = false;     // the circuit breaker is not for this request: an operator said so
};

// What the circuit breaker counts and holds back; the column `braked` in format.cpp is the same in SQL.
bool needs_admission(const StoredJob& stored);

// The job that a request for a contact without a job makes.
StoredJob first_job(const Arrival& arrival);

// What a request does to the job the contact already has.
StoredJob merged(StoredJob stored, const Arrival& arrival);

// What a worker's outcome makes of a running job; nothing when the job is done. A job that is not running is
// returned as it is: the outcome was applied before.
std::optional<StoredJob> after(StoredJob stored, const Outcome& outcome);

// What the command `erase`, which has just erased the contact itself, leaves behind. A job that will run at
// pass 0 anyway is left alone: it settles by itself, and it may stand for a request the command did not see.
StoredJob settled_by_command(const std::optional<StoredJob>& stored, const Job& settling);

}  // namespace gdprd::queue
