#include "queue/job.h"

namespace gdprd::queue {

const char* name_of(JobState state) {
    switch (state) {
        case JobState::ready:
            return "ready";
        case JobState::waiting:
            return "waiting";
        case JobState::running:
            return "running";
        case JobState::settling:
            return "settling";
        case JobState::parked:
            return "parked";
    }
    return "unknown";
}

}  // namespace gdprd::queue
