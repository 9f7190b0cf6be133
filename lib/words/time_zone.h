// The time zone of the readers. Everything the program keeps is UTC; people read the clock of where they are.
// The rules of the zones are ICU's.
//
// Threads: any. Errors: ConfigurationError for a name that is none (IANA, "Europe/Budapest").
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "words/language.h"

namespace gdprd::words {

class TimeZone {
  public:
    explicit TimeZone(const std::string& name);
    ~TimeZone();
    TimeZone(TimeZone&&) noexcept;

    // Ahead of UTC at that time.
    std::chrono::minutes offset(Timestamp time) const;
    // "UTC+2", "UTC+5:30", "UTC"
    std::string name_at(Timestamp time) const;
    // The moment at which a day begins there.
    Timestamp begin_of(std::chrono::sys_days day) const;

  private:
    struct Implementation;
    std::unique_ptr<const Implementation> implementation_;
};

// "1 March 2026, 13:34:56 UTC+1"; whole seconds.
std::string time_text(Timestamp time, const TimeZone& zone, Language language);

}  // namespace gdprd::words
