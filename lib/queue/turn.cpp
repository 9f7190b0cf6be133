#include "queue/turn.h"

#include <algorithm>
#include <iterator>

namespace gdprd::queue {

std::vector<Candidate> Turn::choose(const std::vector<Candidate>& requests,
                                    const std::vector<Candidate>& later_passes, std::size_t max) {
    std::vector<Candidate> chosen;
    auto request = requests.begin();
    auto later = later_passes.begin();
    while (chosen.size() < max && (request != requests.end() || later != later_passes.end())) {
        const bool offered_to_later = place_ == places_per_later_pass - 1;
        const bool later_taken =
            later != later_passes.end() && (offered_to_later || request == requests.end());
        chosen.push_back(later_taken ? *later++ : *request++);
        place_ = (place_ + 1) % places_per_later_pass;
    }
    return chosen;
}

std::vector<Candidate> merged_by_time(const std::vector<Candidate>& left,
                                      const std::vector<Candidate>& right) {
    std::vector<Candidate> both;
    both.reserve(left.size() + right.size());
    std::merge(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both),
               [](const Candidate& a, const Candidate& b) { return a.due_at < b.due_at; });
    return both;
}

}  // namespace gdprd::queue
