#include "background/task.h"

#include <utility>

namespace gdprd::background {

bool PageBudget::next() {
    if (left_ == 0 || run_.stop.stop_requested()) return false;
    --left_;
    if (std::exchange(has_begun_, true)) run_.throttle.wait(run_.connection, run_.stop);
    return !run_.stop.stop_requested();
}

}  // namespace gdprd::background
