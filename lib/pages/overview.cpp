// Is it working, and what was done lately. Each number leads to the list behind it.
#include <map>
#include <memory>
#include <stop_token>

#include "certificate/document.h"
#include "certificate/month.h"
#include "desk/cut_connection.h"
#include "desk/latest.h"
#include "ledger/ledger.h"
#include "pages/day_chart.h"
#include "pages/erasure_parts.h"
#include "pages/pages.h"
#include "pages/troubles.h"
#include "records/statistics.h"
#include "report/period.h"
#include "words/numbers.h"

namespace gdprd::pages {

using desk::Answer;
using desk::Html;
using desk::Link;
using desk::Visit;
using ledger::Status;
using records::Statistics;
using words::Word;

namespace {

constexpr int days_shown = 30;
constexpr Milliseconds time_to_count{600'000};  // of a statement: nobody waits for it
constexpr std::chrono::seconds told_from{10};   // figures that are older say of when they are

struct Days {
    std::vector<DayCount> counts;
    std::uint64_t today = 0;
    std::uint64_t all = 0;
    records::Span span;
};

std::chrono::sys_days day_in(const words::TimeZone& zone, Timestamp at) {
    return std::chrono::floor<std::chrono::days>(at + zone.offset(at));
}

// Erasures by days of the reader, today the last one. Those of a day that is over are counted once.
class DayCounts {
  public:
    Days count(Statistics& statistics, const words::TimeZone& zone, Timestamp at) {
        const std::chrono::sys_days today = day_in(zone, at);
        const std::chrono::sys_days first = today - std::chrono::days(days_shown - 1);
        std::erase_if(closed_, [&](const auto& one) { return one.first < first; });
        add_since(first_unknown(first, today), statistics, zone, today);
        Days days;
        days.span = {zone.begin_of(first), zone.begin_of(today + std::chrono::days(1))};
        for (auto day = first; day <= today; day += std::chrono::days(1)) {
            days.counts.push_back({day, closed_.contains(day) ? closed_[day] : open_[day]});
            days.all += days.counts.back().erasures;
        }
        days.today = days.counts.back().erasures;
        return days;
    }

  private:
    // Yesterday's last ones may be written down today.
    static std::chrono::sys_days first_open(std::chrono::sys_days today) {
        return today - std::chrono::days(1);
    }
    std::chrono::sys_days first_unknown(std::chrono::sys_days first, std::chrono::sys_days today) const {
        while (first < first_open(today) && closed_.contains(first)) first += std::chrono::days(1);
        return first;
    }
    void add_since(std::chrono::sys_days first, Statistics& statistics, const words::TimeZone& zone,
                   std::chrono::sys_days today) {
        std::vector<Timestamp> ends;
        for (auto day = first; day <= today + std::chrono::days(1); day += std::chrono::days(1))
            ends.push_back(zone.begin_of(day));
        open_.clear();
        for (const std::uint64_t erasures : statistics.count_between(ends)) {
            (first < first_open(today) ? closed_ : open_)[first] = erasures;
            first += std::chrono::days(1);
        }
    }

    std::map<std::chrono::sys_days, std::uint64_t> closed_;
    std::map<std::chrono::sys_days, std::uint64_t> open_;
};

Link days_link(const Days& days, std::size_t first) {
    return Link("/register")
        .with("from", report::day_text(days.counts.at(first).day))
        .with("to", report::day_text(days.counts.back().day));
}

struct Figures {
    bool has_ledger = false;
    Days days;
    std::map<Status, std::uint64_t> standing;
};

// Counted by threads of their own, with connections of their own: a page waits a moment at most, whatever the
// database does, and shows what was counted last.
class RecentFigures {
  public:
    explicit RecentFigures(Services& services) : services_(services) {}

    desk::Latest<Figures>::Known figures(const words::TimeZone& zone) {
        return figures_.read([this, &zone](const std::stop_token& stop) { return count(zone, now(), stop); });
    }
    // Of the days of those figures. Where a month has a million erasures this takes minutes.
    desk::Latest<records::Times>::Known times(const records::Span& span) {
        return times_.read([this, span](const std::stop_token& stop) {
            const database::ThreadScope scope;
            const desk::CutConnection connection(services_.connections, stop, time_to_count);
            Statistics statistics(connection.get(), services_.ledger_database);
            return statistics.count(span, certificate::all_clocks()).times;
        });
    }

  private:
    Figures count(const words::TimeZone& zone, Timestamp at, const std::stop_token& stop) {
        const database::ThreadScope scope;
        const desk::CutConnection connection(services_.connections, stop, time_to_count);
        Figures figures;
        const auto format = ledger::Ledger(connection.get(), services_.ledger_database).format_found();
        figures.has_ledger = format.value_or(0) >= ledger::Ledger::format;
        if (!figures.has_ledger) return figures;
        Statistics statistics(connection.get(), services_.ledger_database);
        figures.days = days_.count(statistics, zone, at);
        figures.standing = statistics.open();
        figures.standing[Status::superseded] = statistics.count_current(Status::superseded);
        return figures;
    }

    Services& services_;
    DayCounts days_;  // of the thread that counts
    // Last: their threads end first.
    desk::Latest<Figures> figures_{"figures of the overview"};
    desk::Latest<records::Times> times_{"times of the overview", {.times_as_long = 20}};
};

// Nothing while they are new.
Html as_of(const Visit& visit, Timestamp counted, Timestamp at) {
    return at - counted < told_from ? Html() : paragraph(visit.say(Word::desk_as_of, {visit.time(counted)}));
}

Html being_counted(const Visit& visit) {
    return desk::notice(desk::Tone::attention, visit.say(Word::desk_being_counted),
                        visit.say(Word::desk_being_counted_text));
}

Html days_html(const Visit& visit, const Days& days) {
    desk::Facts facts;
    facts.add(visit.say(Word::desk_today),
              desk::linked(days_link(days, days.counts.size() - 1), count(visit, days.today)));
    facts.add(visit.say(Word::desk_thirty_days), desk::linked(days_link(days, 0), count(visit, days.all)));
    Html html = desk::heading(visit.say(Word::desk_recent));
    return html << facts.html() << chart_of(days.counts, visit);
}

Html times_html(const Visit& visit, const desk::Latest<records::Times>::Known& times, Timestamp at) {
    Html html = desk::heading(visit.say(Word::report_times));
    if (!times.value) return html << being_counted(visit);
    desk::Facts middles;
    for (const auto& [word, time] : {std::pair(Word::report_median, times.value->median),
                                     std::pair(Word::report_p95, times.value->percentile_95)}) {
        middles.add(visit.say(word), time ? words::duration_text(*time, visit.language)
                                          : visit.say(Word::report_month_unknown));
    }
    return html << middles.html() << as_of(visit, times.at, at);
}

Html standing(const std::map<Status, std::uint64_t>& standing, const Visit& visit) {
    const auto with = [&](Status status) {
        const auto found = standing.find(status);
        return found == standing.end() ? 0 : found->second;
    };
    const auto link = [](Status status) {
        if (status == Status::held) return Link("/holds");
        return Link("/register").with("status", name_of(status)).with("records", "current");
    };
    desk::Facts facts;
    for (const auto& [status, word] :
         {std::pair(Status::partial, Word::report_partial), std::pair(Status::erasing, Word::report_erasing),
          std::pair(Status::settling, Word::report_settling), std::pair(Status::held, Word::report_held),
          std::pair(Status::superseded, Word::report_superseded)}) {
        facts.add(visit.say(word), desk::linked(link(status), count(visit, with(status))));
    }
    Html html = desk::heading(visit.say(Word::desk_standing));
    return html << facts.html();
}

void add_figures(Answer& answer, RecentFigures& recent, const Visit& visit, Timestamp at) {
    constexpr unsigned refresh_seconds = 3;
    const auto known = recent.figures(*visit.zone);
    if (known.has_failed) {
        answer.body << desk::notice(desk::Tone::bad, visit.say(Word::desk_no_database),
                                    visit.say(Word::desk_no_database_text));
        if (!known.value) answer.status = 503;
    }
    if (!known.value) {
        if (known.has_failed) return;
        answer.body << being_counted(visit);
        answer.refresh_seconds = refresh_seconds;
        return;
    }
    if (!known.value->has_ledger) {
        answer.body << no_ledger(visit);
        return;
    }
    const auto times = recent.times(known.value->days.span);
    if (!times.value && !times.has_failed) answer.refresh_seconds = refresh_seconds;
    answer.body << as_of(visit, known.at, at) << days_html(visit, known.value->days)
                << times_html(visit, times, at) << standing(known.value->standing, visit);
}

Answer show_overview(Services& services, RecentFigures& recent, const Visit& visit) {
    const Timestamp at = now();
    const desk::DaemonStatus status = services.daemon.read();
    Answer answer = Answer::page(visit.say(Word::desk_overview), state_of(status, visit, at));
    add_figures(answer, recent, visit, at);
    answer.body << work_of(status, visit);
    return answer;
}

}  // namespace

desk::Page overview(Services& services) {
    desk::Page page;
    page.path = "/";
    page.name = Word::desk_overview;
    page.get = [&services, figures = std::make_shared<RecentFigures>(services)](const Visit& visit) {
        return show_overview(services, *figures, visit);
    };
    return page;
}

}  // namespace gdprd::pages
