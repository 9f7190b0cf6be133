#include "words/time_zone.h"

#include <unicode/timezone.h>

#include <cstdlib>

#include "base/error.h"
#include "words/numbers.h"

namespace gdprd::words {

struct TimeZone::Implementation {
    std::unique_ptr<const icu::TimeZone> zone;
};

TimeZone::TimeZone(const std::string& name) {
    std::unique_ptr<const icu::TimeZone> zone(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    // For a name that is none ICU has a zone, too, of which it says that it is unknown.
    if (!zone || *zone == icu::TimeZone::getUnknown()) {
        throw ConfigurationError("there is no time zone '" + name + "'",
                                 "Name one as IANA does: Europe/Budapest");
    }
    implementation_ = std::make_unique<const Implementation>(Implementation{std::move(zone)});
}

TimeZone::~TimeZone() = default;
TimeZone::TimeZone(TimeZone&&) noexcept = default;

std::chrono::minutes TimeZone::offset(Timestamp time) const {
    UErrorCode error = U_ZERO_ERROR;
    std::int32_t standard = 0;
    std::int32_t daylight = 0;
    implementation_->zone->getOffset(static_cast<UDate>(time.time_since_epoch().count()), 0, standard,
                                     daylight, error);
    return std::chrono::floor<std::chrono::minutes>(std::chrono::milliseconds(standard + daylight));
}

std::string TimeZone::name_at(Timestamp time) const {
    const auto minutes = offset(time).count();
    if (minutes == 0) return "UTC";
    const auto whole = std::abs(minutes);
    std::string name = minutes < 0 ? "UTC\u2212" : "UTC+";
    name += std::to_string(whole / 60);
    if (whole % 60 != 0) name += ':' + std::string(whole % 60 < 10 ? "0" : "") + std::to_string(whole % 60);
    return name;
}

Timestamp TimeZone::begin_of(std::chrono::sys_days day) const {
    const Timestamp there = day;
    // The offset at that moment, which is near the same moment of UTC; a change in between is met by asking
    // again.
    const Timestamp guess = there - offset(there);
    return there - offset(guess);
}

std::string time_text(Timestamp time, const TimeZone& zone, Language language) {
    const auto offset = zone.offset(time);
    std::string text = time_text(time + offset, language);
    if (offset.count() == 0) return text;
    const auto at = text.rfind("UTC");
    return text.replace(at, 3, zone.name_at(time));
}

}  // namespace gdprd::words
