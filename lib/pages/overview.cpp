// Is it working, and what was done lately. Each number leads to the list behind it.
#include <memory>
#include <mutex>

#include "certificate/document.h"
#include "certificate/month.h"
#include "pages/day_chart.h"
#include "pages/erasure_parts.h"
#include "pages/pages.h"
#include "pages/troubles.h"
#include "records/statistics.h"
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

struct Days {
    std::vector<DayCount> counts;
    std::uint64_t today = 0;
    std::uint64_t all = 0;
    records::Span span;
};

// Days of the reader, today the last one.
Days count_days(Statistics& statistics, const Visit& visit, Timestamp at) {
    const std::chrono::sys_days today = day_of(visit, at);
    const std::chrono::sys_days first = today - std::chrono::days(days_shown - 1);
    std::vector<Timestamp> ends;
    for (int i = 0; i <= days_shown; ++i) ends.push_back(visit.zone->begin_of(first + std::chrono::days(i)));
    const auto counts = statistics.count_between(ends);
    Days days;
    days.span = {ends.front(), ends.back()};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        days.counts.push_back({first + std::chrono::days(i), counts[i]});
        days.all += counts[i];
    }
    days.today = counts.back();
    return days;
}

Link days_link(const Days& days, std::size_t first) {
    return Link("/register")
        .with("from", day_text(days.counts.at(first).day))
        .with("to", day_text(days.counts.back().day));
}

struct Recent {
    Days days;
    records::Times times;
};

// Where a month has a million erasures, counting them takes seconds: then what was counted is kept for a
// while, so that pages take a small part of the server's time, and people who ask at once wait for one count.
class RecentFigures {
  public:
    std::shared_ptr<const Recent> read(Statistics& statistics, const Visit& visit, Timestamp at) {
        const std::lock_guard lock(mutex_);
        const auto begin = Clock::now();
        const std::chrono::sys_days today = day_of(visit, at);
        if (last_ && today == last_->days.counts.back().day && visit.zone == zone_ && begin < kept_until_)
            return last_;
        auto recent = std::make_shared<Recent>();
        recent->days = count_days(statistics, visit, at);
        recent->times = statistics.count(recent->days.span, certificate::all_clocks()).times;
        last_ = recent;
        zone_ = visit.zone;
        constexpr int times_as_long = 20;
        const auto end = Clock::now();
        kept_until_ = end + (end - begin) * times_as_long;
        return last_;
    }

  private:
    using Clock = std::chrono::steady_clock;
    std::mutex mutex_;
    std::shared_ptr<const Recent> last_;
    const words::TimeZone* zone_ = nullptr;
    Clock::time_point kept_until_{};
};

Html recent_html(const Visit& visit, const Recent& recent) {
    const Days& days = recent.days;
    desk::Facts facts;
    facts.add(visit.say(Word::desk_today),
              desk::linked(days_link(days, days.counts.size() - 1), count(visit, days.today)));
    facts.add(visit.say(Word::desk_thirty_days), desk::linked(days_link(days, 0), count(visit, days.all)));
    Html html = desk::heading(visit.say(Word::desk_recent));
    html << facts.html() << chart_of(days.counts, visit) << desk::heading(visit.say(Word::report_times));
    desk::Facts middles;
    for (const auto& [word, time] : {std::pair(Word::report_median, recent.times.median),
                                     std::pair(Word::report_p95, recent.times.percentile_95)}) {
        middles.add(visit.say(word), time ? words::duration_text(*time, visit.language)
                                          : visit.say(Word::report_month_unknown));
    }
    return html << middles.html();
}

Html standing(Statistics& statistics, const Visit& visit) {
    const auto open = statistics.open();
    const auto with = [&](Status status) {
        if (status == Status::superseded) return statistics.count_current(status);
        const auto found = open.find(status);
        return found == open.end() ? 0 : found->second;
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

Answer show_overview(Services& services, RecentFigures& figures, const Visit& visit) {
    const Timestamp at = now();
    const desk::DaemonStatus status = services.daemon.read();
    Html body = state_of(status, visit, at);
    if (is_there_no_ledger(services)) {
        body << no_ledger(visit);
    } else {
        Statistics statistics(services.connections.mine(), services.ledger_database);
        body << recent_html(visit, *figures.read(statistics, visit, at)) << standing(statistics, visit);
    }
    body << work_of(status, visit);
    return Answer::page(visit.say(Word::desk_overview), std::move(body));
}

}  // namespace

desk::Page overview(Services& services) {
    desk::Page page;
    page.path = "/";
    page.name = Word::desk_overview;
    page.get = [&services, figures = std::make_shared<RecentFigures>()](const Visit& visit) {
        return show_overview(services, *figures, visit);
    };
    return page;
}

}  // namespace gdprd::pages
