// What the result of an erasure means for its job. Pure.
#pragma once

#include "erasure/eraser.h"
#include "queue/job.h"

namespace gdprd::worker {

queue::Outcome outcome(const queue::Job& job, queue::Outcome::Kind kind);

// The proof found nothing but messages on their way.
bool is_waiting(const erasure::Result& result);

}  // namespace gdprd::worker
