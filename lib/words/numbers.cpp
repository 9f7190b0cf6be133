#include "words/numbers.h"

#include <array>
#include <chrono>

namespace gdprd::words {

namespace {

constexpr std::array<std::array<const char*, 12>, 3> months{
    {{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December"},
     {"január", "február", "március", "április", "május", "június", "július", "augusztus", "szeptember",
      "október", "november", "december"},
     {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
      "November", "Dezember"}}};

// Between a number and its unit, so that no line ends there.
constexpr const char* no_break = "\u00a0";

struct Units {
    const char* day;
    const char* days;
    const char* hours;
    const char* minutes;
    const char* seconds;
    const char* less;
};
constexpr std::array<Units, 3> units{
    {{"day", "days", "h", "min", "s", "less than one second"},
     {"nap", "nap", "óra", "perc", "másodperc", "kevesebb mint egy másodperc"},
     {"Tag", "Tage", "Std.", "Min.", "Sek.", "weniger als eine Sekunde"}}};

std::size_t index_of(Language language) { return static_cast<std::size_t>(language); }

}  // namespace

std::string date_text(std::chrono::sys_days day, Language language) {
    const std::chrono::year_month_day date(day);
    const std::string month = month_text(date.year() / date.month(), language);
    const std::string day_of_month = std::to_string(static_cast<unsigned>(date.day()));
    if (language == Language::hu) return month + ' ' + day_of_month + '.';
    return day_of_month + (language == Language::de ? ". " : " ") + month;
}

std::string month_text(std::chrono::year_month month, Language language) {
    const std::string year = std::to_string(static_cast<int>(month.year()));
    const std::string name = months.at(index_of(language)).at(static_cast<unsigned>(month.month()) - 1);
    return language == Language::hu ? year + ". " + name : name + ' ' + year;
}

std::string time_text(Timestamp time, Language language) {
    const std::string date = date_text(std::chrono::floor<std::chrono::days>(time), language);
    const std::string clock = format_utc(time).substr(11, 8);
    switch (language) {
        case Language::hu:
            return date + ' ' + clock + no_break + "(UTC)";
        case Language::de:
            return date + ", " + clock + no_break + "Uhr (UTC)";
        case Language::en:
            break;
    }
    return date + ", " + clock + no_break + "UTC";
}

std::string duration_text(Milliseconds duration, Language language) {
    using namespace std::chrono;
    const Units& names = units.at(index_of(language));
    const auto whole = floor<seconds>(duration);
    const auto day_count = floor<days>(whole).count();
    std::string text;
    const auto add = [&](long long count, const char* unit) {
        if (count == 0) return;
        text += (text.empty() ? "" : " ") + std::to_string(count) + no_break + unit;
    };
    add(day_count, day_count == 1 ? names.day : names.days);
    add(duration_cast<hours>(whole % days(1)).count(), names.hours);
    add(duration_cast<minutes>(whole % hours(1)).count(), names.minutes);
    add((whole % minutes(1)).count(), names.seconds);
    return text.empty() ? names.less : text;
}

std::string count_text(std::uint64_t count, Language language) {
    std::string digits = std::to_string(count);
    // A number of four digits is written without a gap in Hungarian.
    if (language == Language::hu && digits.size() < 5) return digits;
    const char* separator = language == Language::en ? "," : language == Language::de ? "." : no_break;
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, separator);
    }
    return digits;
}

}  // namespace gdprd::words
