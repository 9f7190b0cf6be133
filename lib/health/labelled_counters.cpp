#include "health/labelled_counters.h"

namespace gdprd::health {

namespace {

prometheus::Counter& add(prometheus::Family<prometheus::Counter>& family, prometheus::Labels labels,
                         const std::string& label, std::string_view value) {
    labels[label] = std::string(value);
    return family.Add(labels);
}

}  // namespace

LabelledCounters::LabelledCounters(prometheus::Family<prometheus::Counter>& family, const std::string& label,
                                   std::initializer_list<std::string_view> values,
                                   const prometheus::Labels& fixed)
    : other_(&add(family, fixed, label, "other")) {
    for (const std::string_view value : values) {
        counters_.emplace_back(value, &add(family, fixed, label, value));
    }
}

// A handful of values: looking at each is as fast as anything.
prometheus::Counter& LabelledCounters::of(std::string_view value) const {
    for (const auto& [name, counter] : counters_) {
        if (name == value) return *counter;
    }
    return *other_;
}

}  // namespace gdprd::health
