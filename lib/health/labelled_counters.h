// Counters of one family that differ in one label, whose values are known beforehand. Inside the room only.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/labels.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gdprd::health {

class LabelledCounters {
  public:
    // Makes a counter for each of `values` and one for "other", all at 0. `fixed` is added to each one's
    // labels.
    LabelledCounters(prometheus::Family<prometheus::Counter>& family, const std::string& label,
                     std::initializer_list<std::string_view> values, const prometheus::Labels& fixed = {});

    // The counter of `value`, or that of "other".
    prometheus::Counter& of(std::string_view value) const;

  private:
    std::vector<std::pair<std::string, prometheus::Counter*>> counters_;
    prometheus::Counter* other_;
};

}  // namespace gdprd::health
