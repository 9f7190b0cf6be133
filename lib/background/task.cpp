#include "background/task.h"

namespace gdprd::background {

bool PageBudget::next() {
    if (has_begun_) return another();
    if (left_ == 0 || run_.stop.stop_requested()) return false;
    --left_;
    has_begun_ = true;
    return true;
}

bool PageBudget::another() {
    if (left_ == 0 || run_.stop.stop_requested()) return false;
    --left_;
    has_begun_ = true;
    run_.throttle.wait(run_.connection, run_.stop);
    return !run_.stop.stop_requested();
}

}  // namespace gdprd::background
