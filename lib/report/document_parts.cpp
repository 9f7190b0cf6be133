// What is open, what came back, what nobody decided about, what others keep.
#include <algorithm>

#include "certificate/document.h"
#include "paper/readable.h"
#include "report/held.h"
#include "report/sections.h"
#include "report/undecided.h"
#include "words/table_words.h"

namespace gdprd::report {

using ledger::Status;
using paper::readable;
using paper::Section;
using words::Word;

namespace {

Section part_of_numbers(std::string heading) {
    Section section{std::move(heading)};
    section.is_part = true;
    section.cells = paper::Cells::numbers;
    return section;
}

Section left_section(const Figures& figures, const Speaker& speaker) {
    Section section = part_of_numbers(speaker.say(Word::report_left_why));
    section.paragraphs.push_back(speaker.say(Word::report_left_text));
    if (!figures.left_columns.empty()) {
        section.table.push_back({speaker.say(Word::column_of_table), speaker.say(Word::report_contacts),
                                 speaker.say(Word::cells)});
    }
    for (const records::LeftColumn& left : figures.left_columns) {
        section.table.push_back({speaker.table(left.table) + '.' + readable(left.column),
                                 speaker.count(left.contacts), speaker.count(left.cells)});
    }
    if (figures.partial_without_column > 0) {
        section.notes.push_back(
            speaker.say(Word::report_left_no_column, {speaker.count(figures.partial_without_column)}));
    }
    return section;
}

Section held_section(const HeldFigures& held, const Speaker& speaker) {
    Section section = part_of_numbers(speaker.say(Word::report_held_why));
    section.paragraphs.push_back(speaker.say(Word::report_held_text));
    section.table.push_back({speaker.say(Word::report_rule), speaker.say(Word::report_contacts)});
    for (const HeldByRule& rule : held.rules) {
        section.table.push_back({rule_text(rule, speaker.language()), speaker.count(rule.contacts)});
    }
    if (held.by_none > 0) {
        section.table.push_back({speaker.say(Word::report_held_by_none), speaker.count(held.by_none)});
    }
    if (held.gone > 0) {
        section.table.push_back({speaker.say(Word::report_held_gone), speaker.count(held.gone)});
    }
    return section;
}

// A file, "the table mysql.general_log", or both.
std::string place_text(std::string where, const Speaker& speaker) {
    const std::string table = "the table";
    if (const auto at = where.find(table); at != std::string::npos) {
        where.replace(at, table.size(), speaker.say(Word::report_log_table));
    }
    const std::string both = " and ";
    if (const auto at = where.find(both); at != std::string::npos) where.replace(at, both.size(), ", ");
    return readable(where);
}

void add_binary_log(Section& section, const database::BinaryLog& log, const Speaker& speaker) {
    if (!log.on) {
        section.fields.push_back({speaker.say(Word::report_binlog), speaker.say(Word::report_binlog_off)});
        return;
    }
    const std::string image =
        log.server_row_image == log.row_image
            ? log.row_image
            : speaker.say(Word::report_binlog_image_of_both, {log.server_row_image, log.row_image});
    section.fields.push_back(
        {speaker.say(Word::report_binlog), speaker.say(Word::report_binlog_on, {log.format, image})});
    section.fields.push_back({speaker.say(Word::report_binlog_kept),
                              log.kept_seconds == 0
                                  ? speaker.say(Word::report_kept_for_ever)
                                  : speaker.say(Word::report_kept_for,
                                                {speaker.duration(std::chrono::seconds(log.kept_seconds))})});
    section.notes.push_back(speaker.say(log.is_clear_of_erased_values() ? Word::report_binlog_minimal
                                                                        : Word::report_binlog_clear));
}

}  // namespace

std::string Speaker::table(const std::string& name) const {
    const std::string words = words::table_text(name, language_);
    return (words.empty() ? "" : words + '\n') + readable(name);
}

std::vector<Section> open_sections(const Figures& figures, const Speaker& speaker) {
    const auto count_of = [&](Status status) {
        const auto found = figures.open.find(status);
        return found == figures.open.end() ? 0 : found->second;
    };
    Section open{speaker.say(Word::report_open)};
    open.cells = paper::Cells::numbers;
    if (figures.open.empty()) {
        open.paragraphs.push_back(speaker.say(Word::report_nothing_open));
    } else {
        open.table.push_back({speaker.say(Word::status), speaker.say(Word::report_contacts)});
        for (const Status status : {Status::settling, Status::erasing, Status::partial, Status::held}) {
            open.table.push_back(
                {speaker.say(certificate::word_of(status)), speaker.count(count_of(status))});
        }
    }
    open.notes.push_back(speaker.say(Word::report_not_begun));
    std::vector<Section> sections{open};
    if (count_of(Status::partial) > 0) sections.push_back(left_section(figures, speaker));
    if (count_of(Status::held) > 0) sections.push_back(held_section(figures.held, speaker));
    return sections;
}

Section lost_section(const Figures& figures, const Speaker& speaker) {
    Section section{speaker.say(Word::report_lost)};
    section.fields.push_back(
        {speaker.say(Word::report_by_comparison), speaker.count(figures.of(Origin::sweep))});
    section.notes.push_back(speaker.say(Word::report_lost_text));
    return section;
}

Section return_section(const Figures& figures, const Speaker& speaker) {
    Section section{speaker.say(Word::report_returned)};
    section.cells = paper::Cells::numbers;
    if (figures.sightings.empty()) {
        section.paragraphs.push_back(speaker.say(Word::report_no_return));
    } else {
        section.table.push_back({speaker.say(Word::report_seen), speaker.say(Word::report_contacts)});
        for (const auto& count : figures.sightings) {
            section.table.push_back(
                {speaker.say(word_of(count.kind, count.outcome)), speaker.count(count.sightings)});
        }
    }
    section.notes.push_back(speaker.say(Word::report_return_limits));
    if (figures.has_forgotten) section.notes.push_back(speaker.say(Word::report_return_forgotten));
    return section;
}

Section undecided_section(const Figures& figures, const Speaker& speaker) {
    Section section{speaker.say(Word::report_undecided)};
    if (figures.undecided.empty()) {
        section.paragraphs.push_back(speaker.say(Word::report_all_decided));
        return section;
    }
    section.paragraphs.push_back(speaker.say(Word::report_undecided_text));
    section.table.push_back({speaker.say(Word::report_table), speaker.say(Word::report_leads)});
    for (const Undecided& undecided : figures.undecided) {
        section.table.push_back({readable(undecided.name), speaker.say(word_of(undecided))});
    }
    return section;
}

Section lookup_section(const Figures& figures, const Speaker& speaker) {
    Section section{speaker.say(Word::report_lookups)};
    if (figures.lookups.state != LogState::read) {
        section.paragraphs.push_back(speaker.say(
            figures.lookups.state == LogState::missing ? Word::report_no_log : Word::report_log_unreadable));
        return section;
    }
    const lookup::LookupCounts& counts = figures.lookups.counts;
    for (const auto& [word, count] : {std::pair(Word::report_lookups_all, counts.lookups),
                                      std::pair(Word::report_lookups_found, counts.found),
                                      std::pair(Word::report_lookups_history, counts.in_history),
                                      std::pair(Word::report_lookups_log, counts.in_log),
                                      std::pair(Word::report_lookups_no_case, counts.without_case),
                                      std::pair(Word::report_lookups_accounts, counts.accounts)}) {
        section.fields.push_back({speaker.say(word), speaker.count(count)});
    }
    return section;
}

Section server_section(const Figures& figures, const Speaker& speaker) {
    const ServerFigures& server = figures.server;
    Section section{speaker.say(Word::report_server)};
    section.fields.push_back({speaker.say(Word::report_server_name), readable(server.name)});
    if (!server.refusal.empty()) {
        section.notes.push_back(speaker.say(Word::report_server_unread, {readable(server.refusal)}));
    } else {
        add_binary_log(section, server.binary_log, speaker);
        std::string logs;
        for (const database::StatementLog& log : server.statement_logs) {
            logs += (logs.empty() ? "" : "\n") +
                    speaker.say(log.has_us ? Word::report_log_of_ours : Word::report_log_of_others,
                                {log.option, place_text(log.where, speaker)});
        }
        section.fields.push_back({speaker.say(Word::report_statement_logs),
                                  logs.empty() ? speaker.say(Word::report_logs_off) : logs});
        section.fields.push_back(
            {speaker.say(Word::report_replicas),
             server.replicas ? speaker.count(*server.replicas) : speaker.say(Word::report_replicas_hidden)});
    }
    section.notes.push_back(speaker.say(Word::report_below));
    return section;
}

}  // namespace gdprd::report
