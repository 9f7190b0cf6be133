#include "report/reader.h"

#include <algorithm>
#include <tuple>

#include "base/error.h"
#include "certificate/month.h"
#include "discovery/unknown.h"
#include "execution/hold_finder.h"
#include "execution/subject.h"
#include "plan/plan.h"

namespace gdprd::report {

namespace {

using ledger::Statistics;

Undecided undecided_of(const discovery::Unknown& unknown) {
    Undecided undecided;
    undecided.name = unknown.column.empty() ? unknown.real_table : unknown.real_table + '.' + unknown.column;
    if (unknown.leads_to_contacts) {
        undecided.leads = unknown.is_certain ? Undecided::Leads::certainly : Undecided::Leads::perhaps;
    }
    undecided.fate = unknown.emptied            ? Undecided::Fate::emptied
                     : unknown.remedies.empty() ? Undecided::Fate::left
                                                : Undecided::Fate::partly_emptied;
    return undecided;
}

std::vector<Undecided> undecided_of(const plan::Plan& plan) {
    std::vector<Undecided> all;
    for (const discovery::Unknown& unknown : plan.unknown) all.push_back(undecided_of(unknown));
    std::sort(all.begin(), all.end(),
              [](const Undecided& one, const Undecided& other) { return one.name < other.name; });
    return all;
}

}  // namespace

Figures FigureReader::read(const Period& period) {
    const ledger::Span span = period.span();
    Statistics statistics(connection_, rules_.ledger_database);
    Figures figures;
    figures.period = period;
    figures.first_erasure = statistics.first_erasure();
    ledger::PeriodCounts counts = statistics.count(span, certificate::all_clocks());
    figures.erasures = std::move(counts.erasures);
    figures.limits = counts.limits;
    figures.times = counts.times;
    figures.times_of = std::move(counts.times_of);
    figures.months = counts.months;
    figures.sightings = background::Sightings(connection_, rules_.ledger_database).count(span.from, span.to);
    figures.open = statistics.open();
    figures.left_columns = statistics.left_columns();
    figures.partial_without_column = statistics.partial_without_column();
    figures.held = read_held(statistics);
    figures.has_forgotten = statistics.has_forgotten();
    figures.undecided = undecided_of(*rules_.plan);
    figures.lookups = read_lookups(period);
    figures.server = read_server();
    return figures;
}

// As an erasure asks whether somebody is held, page by page, and without a lock.
HeldFigures FigureReader::read_held(Statistics& statistics) {
    constexpr std::size_t page = 500;
    HeldFigures figures;
    std::map<std::tuple<policy::Hold::Kind, std::string, std::size_t>, std::uint64_t> rules;
    execution::HoldFinder finder(connection_, *rules_.plan, rules_.holds, rules_.ledger_database);
    for (ContactId after = 0;;) {
        const auto contacts = statistics.held(after, page);
        if (contacts.empty()) break;
        after = contacts.back();
        const auto subjects = execution::read_subjects(connection_, *rules_.plan, rules_.hasher, contacts);
        mautic::FieldValues values;
        for (const auto& [contact, subject] : subjects) values.emplace(contact, &subject.values);
        const auto holds = finder.find(values);
        for (const auto& [contact, hold] : holds) {
            const std::size_t number = hold.kind == policy::Hold::Kind::field ? hold.number : 0;
            ++rules[{hold.kind, hold.name, number}];
        }
        figures.gone += contacts.size() - subjects.size();
        figures.by_none += subjects.size() - holds.size();
    }
    for (const auto& [rule, contacts] : rules) {
        figures.rules.push_back({std::get<0>(rule), std::get<1>(rule), std::get<2>(rule), contacts});
    }
    return figures;
}

LookupFigures FigureReader::read_lookups(const Period& period) try {
    lookup::LookupLog log(connection_, rules_.ledger_database);
    if (!log.exists()) return {};
    return {LogState::read, log.count(period.span().from, period.span().to)};
} catch (const ConfigurationError&) {  // the account may not read it
    return {LogState::unreadable, {}};
} catch (const database::DatabaseError& error) {
    if (error.error_class() != database::ErrorClass::privilege) throw;
    return {LogState::unreadable, {}};
}

ServerFigures FigureReader::read_server() {
    ServerFigures figures;
    figures.name = connection_.server_name();
    try {
        figures.binary_log = database::read_binary_log(connection_);
        figures.statement_logs = database::read_statement_logs(connection_);
        figures.replicas = database::count_replicas(connection_);
    } catch (const database::DatabaseError& error) {
        if (error.error_class() != database::ErrorClass::privilege) throw;
        figures.refusal = error.what();
    }
    return figures;
}

}  // namespace gdprd::report
