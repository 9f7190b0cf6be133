#include "worker/outage_report.h"

#include <string_view>

#include "base/log.h"

namespace gdprd::worker {

namespace {

using health::Component;
using Kind = Outage::Kind;

Component component_of(Kind kind) { return kind == Kind::stale ? Component::schema : Component::database; }

const char* words_for(Kind kind) {
    switch (kind) {
        case Kind::unreachable:
            return "cannot connect to the database; retrying";
        case Kind::refused:
        case Kind::refused_all:
            return "erasing is paused: the database refuses changes; retrying";
        case Kind::stale:
            break;
    }
    return "erasing is paused: the tables still do not match the schema that was read; retrying";
}

}  // namespace

void OutageReport::connected(const std::string& server, bool lasts) {
    metrics_.database_server(server);
    readiness_.set_database_server(server);
    if (lasts) return;
    metrics_.database_up(true);
    readiness_.set(Component::database, true, {});
}

void OutageReport::failed(const Outage::Attempt& attempt) {
    const Component component = component_of(attempt.kind);
    if (attempt.before && component_of(*attempt.before) != component) {
        readiness_.set(component_of(*attempt.before), true, {});
    }
    if (component == Component::database) metrics_.database_up(false);
    readiness_.set(component, false, attempt.why);
    if (!attempt.before || words_for(*attempt.before) != std::string_view(words_for(attempt.kind))) {
        log::warning(words_for(attempt.kind), {{"why", attempt.why}});
    }
}

void OutageReport::ended(Kind kind) {
    log::info(kind == Kind::unreachable ? "connected to the database again" : "erasing resumes");
    metrics_.database_up(true);
    readiness_.set(component_of(kind), true, {});
}

}  // namespace gdprd::worker
