#include "report/document.h"

#include <algorithm>

#include "certificate/document.h"
#include "report/sections.h"

namespace gdprd::report {

namespace {

using ledger::Status;
using paper::Section;
using words::Word;

// Held is nobody who was erased.
constexpr std::array erased_statuses{Status::complete, Status::settling, Status::partial, Status::superseded,
                                     Status::erasing};

Word head_of(Origin origin) {
    switch (origin) {
        case Origin::webhook:
            return Word::report_webhook;
        case Origin::sweep:
            return Word::report_sweep;
        case Origin::command:
            break;
    }
    return Word::report_command;
}

Word head_of(Status status) {
    switch (status) {
        case Status::complete:
            return Word::report_complete;
        case Status::settling:
            return Word::report_settling;
        case Status::partial:
            return Word::report_partial;
        case Status::superseded:
            return Word::report_superseded;
        case Status::erasing:
            return Word::report_erasing;
        case Status::held:
            break;
    }
    return Word::report_held;
}

Word head_of(Grain grain) {
    return grain == Grain::day     ? Word::report_day
           : grain == Grain::month ? Word::report_month
                                   : Word::report_year;
}

Word title_of(Grain grain) {
    return grain == Grain::day     ? Word::report_by_day
           : grain == Grain::month ? Word::report_by_month
                                   : Word::report_by_year;
}

std::string year_text(const Part& part) {
    return std::to_string(static_cast<int>(std::chrono::year_month_day(part.first).year()));
}

// In a row of a table.
std::string name_of(const Part& part, Grain grain, const Speaker& speaker) {
    const std::chrono::year_month_day date(part.first);
    if (grain == Grain::day) return speaker.date(part.first);
    if (grain == Grain::month) return words::month_text(date.year() / date.month(), speaker.language());
    return year_text(part);
}

// Below a bar: "2026-03-01", "2026-03", "2026".
std::string label_of(const Part& part, Grain grain) {
    constexpr std::size_t month_size = 7;
    if (grain == Grain::day) return day_text(part.first);
    return grain == Grain::month ? day_text(part.first).substr(0, month_size) : year_text(part);
}

paper::Chart chart_of(const std::vector<Part>& parts, Grain grain, const Speaker& speaker) {
    paper::Chart chart;
    chart.title = speaker.say(title_of(grain));
    chart.description = speaker.say(Word::report_chart_text);
    for (const auto& [origin, name] : origin_names) chart.series.push_back(speaker.say(head_of(origin)));
    std::uint64_t highest = 0;
    for (const Part& part : parts) {
        chart.bars.push_back({label_of(part, grain), {part.of_origin.begin(), part.of_origin.end()}});
        highest = std::max(highest, part.erasures);
    }
    for (const std::uint64_t tick : paper::round_ticks(highest)) {
        chart.ticks.push_back({tick, speaker.count(tick)});
    }
    return chart;
}

template <typename Keys, typename Count>
void add_table(Section& section, const Keys& keys, const std::vector<Part>& parts, const Part& sum,
               Grain grain, const Speaker& speaker, Count count_of) {
    section.cells = paper::Cells::numbers;
    section.has_total = true;
    paper::TableRow heads{speaker.say(head_of(grain))};
    for (const auto key : keys) heads.push_back(speaker.say(head_of(key)));
    heads.push_back(speaker.say(Word::report_total));
    section.table.push_back(heads);
    const auto add = [&](const std::string& name, const Part& part) {
        paper::TableRow row{name};
        for (const auto key : keys) row.push_back(speaker.count(count_of(part, key)));
        row.push_back(speaker.count(part.erasures));
        section.table.push_back(row);
    };
    for (const Part& part : parts) {
        if (part.erasures > 0) add(name_of(part, grain, speaker), part);
    }
    add(speaker.say(Word::report_total), sum);
}

Section causes(const Part& sum, const Speaker& speaker) {
    Section section;
    section.is_part = true;
    section.cells = paper::Cells::numbers;
    section.table.push_back({speaker.say(Word::report_cause), speaker.say(Word::report_erasures)});
    for (const auto reason :
         {policy::Reason::unsubscribed, policy::Reason::bounced, policy::Reason::manual}) {
        section.table.push_back({speaker.say(certificate::word_of(reason)),
                                 speaker.count(sum.of_reason.at(static_cast<std::size_t>(reason)))});
    }
    return section;
}

Section limits(const Figures& figures, const Speaker& speaker) {
    const records::LimitCounts& limits = figures.limits;
    Section section;
    section.is_part = true;
    section.cells = paper::Cells::numbers;
    section.table.push_back({speaker.say(Word::report_limits), speaker.say(Word::report_erasures)});
    const auto add = [&](Word word, std::uint64_t count) {
        section.table.push_back({speaker.say(word), speaker.count(count)});
    };
    add(Word::report_without_files, limits.without_files);
    add(Word::report_without_older_rows, limits.without_older_rows);
    add(Word::report_with_undecided, limits.with_undecided);
    if (limits.undecided_unrecorded > 0) add(Word::report_undecided_unrecorded, limits.undecided_unrecorded);
    return section;
}

}  // namespace

Section period_section(const Figures& figures, const Speaker& speaker) {
    const Period& period = figures.period;
    Section section;
    section.fields.push_back(
        {speaker.say(Word::report_period),
         speaker.say(Word::report_period_value,
                     {speaker.date(period.from), speaker.date(period.to), speaker.date(period.last_day())})});
    section.fields.push_back({speaker.say(Word::report_made_at), speaker.time(figures.made_at)});
    if (!period.is_over(figures.made_at)) section.notes.push_back(speaker.say(Word::report_not_over));
    if (!figures.first_erasure) {
        section.notes.push_back(speaker.say(Word::report_record_empty));
    } else if (*figures.first_erasure >= Timestamp(period.from)) {
        const auto day = std::chrono::floor<std::chrono::days>(*figures.first_erasure);
        section.notes.push_back(speaker.say(Word::report_record_begins, {speaker.date(day)}));
    }
    return section;
}

std::vector<Section> erasure_sections(const Figures& figures, const Speaker& speaker) {
    if (figures.total() == 0) return {};
    const Grain grain = grain_of(figures.period);
    const auto parts = parts_of(figures, grain);
    const Part sum = sum_of(figures);
    Section by_origin{speaker.say(Word::report_erasures)};
    by_origin.chart = chart_of(parts, grain, speaker);
    std::vector<Origin> origins;
    for (const auto& [origin, name] : origin_names) origins.push_back(origin);
    add_table(by_origin, origins, parts, sum, grain, speaker, [](const Part& part, Origin origin) {
        return part.of_origin.at(static_cast<std::size_t>(origin));
    });
    by_origin.notes = {speaker.say(Word::report_origins), speaker.say(Word::report_empty_left_out)};
    Section by_status{speaker.say(Word::report_by_status)};
    by_status.is_part = true;
    add_table(by_status, erased_statuses, parts, sum, grain, speaker, [](const Part& part, Status status) {
        return part.of_status.at(static_cast<std::size_t>(status));
    });
    return {by_origin, by_status, causes(sum, speaker), limits(figures, speaker)};
}

std::vector<Section> time_sections(const Figures& figures, const Speaker& speaker) {
    if (figures.total() == 0) return {};
    Section times{speaker.say(Word::report_times)};
    times.cells = paper::Cells::numbers;
    if (figures.times.measured == 0) {
        times.paragraphs.push_back(speaker.say(Word::report_nothing_measured));
    } else {
        std::vector<records::Times> columns{figures.times};
        paper::TableRow heads{"", speaker.say(Word::report_total)};
        for (const auto& [origin, of] : figures.times_of) {
            columns.push_back(of);
            heads.push_back(speaker.say(head_of(origin)));
        }
        const auto add = [&](Word label, auto text_of) {
            paper::TableRow row{speaker.say(label)};
            for (const records::Times& of : columns) row.push_back(text_of(of));
            times.table.push_back(row);
        };
        const auto duration = [&](const std::optional<Milliseconds>& time) {
            return time ? speaker.duration(*time) : std::string("\u2013");
        };
        times.table.push_back(heads);
        add(Word::report_measured, [&](const auto& of) { return speaker.count(of.measured); });
        add(Word::report_median, [&](const auto& of) { return duration(of.median); });
        add(Word::report_p95, [&](const auto& of) { return duration(of.percentile_95); });
        add(Word::report_longest, [&](const auto& of) { return duration(of.longest); });
    }
    if (figures.times.unmeasured > 0) {
        times.notes.push_back(
            speaker.say(Word::report_unmeasured, {speaker.count(figures.times.unmeasured)}));
    }
    if (figures.times.repeated > 0) {
        times.notes.push_back(speaker.say(Word::report_repeated, {speaker.count(figures.times.repeated)}));
    }
    times.notes.push_back(speaker.say(Word::report_how_measured));

    Section month;
    month.is_part = true;
    month.cells = paper::Cells::numbers;
    month.table.push_back({speaker.say(Word::report_month_title), speaker.say(Word::report_erasures)});
    const records::MonthCounts& months = figures.months;
    for (const auto& [word, count] : {std::pair(Word::report_month_within, months.within),
                                      std::pair(Word::report_month_depends, months.depends),
                                      std::pair(Word::report_month_exceeded, months.exceeded),
                                      std::pair(Word::report_month_unknown, months.unmeasured),
                                      std::pair(Word::report_month_repeated, months.repeated),
                                      std::pair(Word::report_month_not_asked, months.not_asked)}) {
        month.table.push_back({speaker.say(word), speaker.count(count)});
    }
    return {times, month};
}

paper::Document document_of(const Figures& figures, words::Language language) {
    const Speaker speaker(language);
    const std::uint64_t total = figures.total();
    paper::Document document;
    document.title = speaker.say(Word::report_title);
    document.subtitle = speaker.say(Word::report_basis);
    document.verdict = total == 0 ? speaker.say(Word::report_no_erasure)
                                  : speaker.say(Word::report_count, {speaker.count(total)});
    document.verdict_text = speaker.say(Word::report_how_counted);
    auto& sections = document.sections;
    const auto add = [&](const std::vector<Section>& more) {
        sections.insert(sections.end(), more.begin(), more.end());
    };
    sections.push_back(period_section(figures, speaker));
    add(erasure_sections(figures, speaker));
    add(time_sections(figures, speaker));
    add(open_sections(figures, speaker));
    sections.push_back(lost_section(figures, speaker));
    sections.push_back(return_section(figures, speaker));
    sections.push_back(undecided_section(figures, speaker));
    sections.push_back(lookup_section(figures, speaker));
    sections.push_back(server_section(figures, speaker));
    Section about{speaker.say(Word::report_about)};
    about.paragraphs = {speaker.say(Word::report_utc), speaker.say(Word::report_contents),
                        speaker.say(Word::report_not_signed),
                        speaker.say(Word::issued_with, {figures.program_version})};
    sections.push_back(about);
    document.footer = document.title + " \u2022 " + day_text(figures.period.from) + " \u2013 " +
                      day_text(figures.period.last_day());
    document.page_of = speaker.say(Word::page, {"{1}", "{2}"});
    document.language = words::language_names.of(language);
    return document;
}

}  // namespace gdprd::report
