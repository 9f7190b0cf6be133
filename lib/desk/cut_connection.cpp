#include "desk/cut_connection.h"

#include <exception>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/log.h"

namespace gdprd::desk {

namespace {

constexpr Milliseconds kill_timeout{5'000};

std::uint64_t id_of(database::Connection& connection) {
    database::Rows rows = connection.select("SELECT CONNECTION_ID()", {}, "desk: own connection");
    return rows.next() ? rows.number(0) : 0;
}

}  // namespace

// On a thread of its own: whose thread asks for the stop, and what connections that has, is not known.
CutConnection::CutConnection(const Connections& connections, const std::stop_token& stop,
                             Milliseconds read_timeout)
    : connections_(connections),
      connection_(connections.separate(read_timeout)),
      id_(id_of(*connection_)),
      cut_(stop, [this] { std::thread([this] { cut(); }).join(); }) {}

void CutConnection::cut() const {
    const database::ThreadScope scope;
    try {
        connections_.separate(kill_timeout)
            ->change("KILL " + std::to_string(id_), {}, "desk: cut off what was asked to stop");
    } catch (const std::exception& error) {
        log::warning("what the desk was asked to stop could not be cut off", {{"error", describe(error)}});
    }
}

}  // namespace gdprd::desk
