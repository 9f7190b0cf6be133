// When something that is done again and again is due: "off", once a day at a time ("03:30", UTC), or with a
// pause between the beginnings ("12h"). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace gdprd {

class Schedule {
  public:
    // Never.
    Schedule() = default;
    // Nothing for anything else than the three forms; a pause is at least an hour.
    static std::optional<Schedule> parse(std::string_view text);

    bool is_off() const { return !daily_at_ && !pause_; }
    // `begun_at`: the last time it was begun. What never was is due at once with a pause, and at the next
    // time of day otherwise: a first start in the morning is no reason to do at once what belongs in the
    // night. `since`: from when on it was waited for.
    bool is_due(std::optional<Timestamp> begun_at, Timestamp since, Timestamp at) const;

    bool operator==(const Schedule&) const = default;

  private:
    std::optional<std::chrono::minutes> daily_at_;
    std::optional<Milliseconds> pause_;
};

}  // namespace gdprd
