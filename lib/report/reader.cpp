#include "report/reader.h"

#include "base/error.h"
#include "certificate/month.h"
#include "report/held.h"
#include "report/undecided.h"

namespace gdprd::report {

using records::Statistics;

Figures FigureReader::read(const Period& period) {
    const records::Span span = period.span();
    Statistics statistics(connection_, rules_.ledger_database);
    Figures figures;
    figures.period = period;
    figures.first_erasure = statistics.first_erasure();
    records::PeriodCounts counts = statistics.count(span, certificate::all_clocks());
    figures.erasures = std::move(counts.erasures);
    figures.limits = counts.limits;
    figures.times = counts.times;
    figures.times_of = std::move(counts.times_of);
    figures.months = counts.months;
    figures.sightings = background::Sightings(connection_, rules_.ledger_database).count(span.from, span.to);
    figures.open = statistics.open();
    figures.left_columns = statistics.left_columns();
    figures.partial_without_column = statistics.partial_without_column();
    figures.held = held_figures(connection_, rules_);
    figures.has_forgotten = statistics.has_forgotten();
    figures.undecided = undecided_of(*rules_.plan);
    figures.lookups = read_lookups(period);
    figures.server = read_server();
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
