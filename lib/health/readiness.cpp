#include "health/readiness.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/names.h"

namespace gdprd::health {

namespace {

// Only this project's own errors are known to hold nothing personal; of others not a word is passed on.
Verdict ask(const std::function<Verdict()>& check) {
    try {
        return check();
    } catch (const Error& error) {
        return {false, describe(error)};
    } catch (...) {
        return {false, "could not be checked"};
    }
}

// ISO 8601, as programs expect it in JSON: "2026-03-01T12:34:56.789Z".
std::string iso_8601(Timestamp time) {
    std::string text = format_utc(time);
    std::replace(text.begin(), text.end(), ' ', 'T');
    return text + 'Z';
}

}  // namespace

constexpr auto component_names = make_names<Component>({{Component::database, "database"},
                                                        {Component::schema, "schema"},
                                                        {Component::queue, "queue"},
                                                        {Component::backlog, "backlog"},
                                                        {Component::policy, "policy"},
                                                        {Component::safety, "safety"}});

const char* name_of(Component component) { return component_names.of(component); }

Readiness::Readiness(Timestamp started) {
    for (State& state : states_) state.since = started;
}

void Readiness::set(Component component, bool ok, std::string detail, Timestamp at) {
    const std::scoped_lock lock(mutex_);
    State& state = state_of(component);
    if (state.verdict.ok != ok) state.since = at;
    state.verdict = {ok, std::move(detail)};
}

void Readiness::check(Component component, std::function<Verdict()> check) {
    state_of(component).check = std::move(check);
}

void Readiness::set_warnings(const std::string& source, std::vector<std::string> warnings) {
    const std::scoped_lock lock(mutex_);
    warnings_[source] = std::move(warnings);
}

void Readiness::set_database_server(std::string name) {
    const std::scoped_lock lock(mutex_);
    database_server_ = std::move(name);
}

// Without the lock: a check may block on a slow disk, and others go on reporting meanwhile.
void Readiness::ask_checks(Timestamp at) {
    for (std::size_t index = 0; index < components; ++index) {
        if (!states_[index].check) continue;
        Verdict verdict = ask(states_[index].check);
        set(static_cast<Component>(index), verdict.ok, std::move(verdict.detail), at);
    }
}

Readiness::Answer Readiness::answer(Timestamp at) {
    ask_checks(at);
    nlohmann::ordered_json parts;
    auto warnings = nlohmann::ordered_json::array();
    bool all = true;
    std::string server;
    {
        const std::scoped_lock lock(mutex_);
        for (std::size_t index = 0; index < components; ++index) {
            const State& state = states_[index];
            all = all && state.verdict.ok;
            parts[name_of(static_cast<Component>(index))] = {{"ready", state.verdict.ok},
                                                             {"detail", state.verdict.detail},
                                                             {"since", iso_8601(state.since)}};
        }
        server = database_server_;
        for (const auto& [source, sentences] : warnings_) {
            for (const std::string& sentence : sentences) warnings.push_back(source + ": " + sentence);
        }
    }
    const nlohmann::ordered_json document{{"ready", all},
                                          {"components", std::move(parts)},
                                          {"database_server", std::move(server)},
                                          {"warnings", std::move(warnings)}};
    // Bytes that are not UTF-8 are replaced: an answer must not fail because of a strange detail.
    return {all ? 200 : 503, document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

bool Readiness::ready() const {
    const std::scoped_lock lock(mutex_);
    return std::all_of(states_.begin(), states_.end(), [](const State& state) { return state.verdict.ok; });
}

}  // namespace gdprd::health
