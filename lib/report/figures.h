// Everything a report says, apart from the words it is said with. Counts only: no name, no address, no hash,
// no number of a contact. The words are made of this alone (report/document.h), whatever shows them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "background/sightings.h"
#include "base/clock.h"
#include "base/names.h"
#include "database/server_logs.h"
#include "lookup/log.h"
#include "policy/holds.h"
#include "records/statistics.h"
#include "report/period.h"

namespace gdprd::report {

// Contacts that are on hold, by the rule that holds them when the report is made.
struct HeldByRule {
    policy::Hold::Kind kind = policy::Hold::Kind::tag;
    std::string name;        // as the configuration has it
    std::size_t number = 0;  // of the value of a field
    std::uint64_t contacts = 0;
};
struct HeldFigures {
    std::vector<HeldByRule> rules;
    std::uint64_t by_none = 0;  // of today's rules; the next look decides
    std::uint64_t gone = 0;     // not in Mautic any more
};

// Nobody has decided about it.
struct Undecided {
    enum class Leads { certainly, perhaps, nowhere };
    enum class Fate { left, partly_emptied, emptied };

    std::string name;  // "table" or "table.column"
    Leads leads = Leads::nowhere;
    Fate fate = Fate::left;
};
inline constexpr auto leads_names = make_names<Undecided::Leads>({{Undecided::Leads::certainly, "certainly"},
                                                                  {Undecided::Leads::perhaps, "perhaps"},
                                                                  {Undecided::Leads::nowhere, "nowhere"}});
inline constexpr auto fate_names =
    make_names<Undecided::Fate>({{Undecided::Fate::left, "left"},
                                 {Undecided::Fate::partly_emptied, "partly_emptied"},
                                 {Undecided::Fate::emptied, "emptied"}});

enum class LogState { read, missing, unreadable };
inline constexpr auto log_state_names = make_names<LogState>(
    {{LogState::read, "read"}, {LogState::missing, "missing"}, {LogState::unreadable, "unreadable"}});

struct LookupFigures {
    LogState state = LogState::missing;
    lookup::LookupCounts counts;  // where it was read
};

// What the server says of itself, as `check` reads it.
struct ServerFigures {
    std::string name;
    std::string refusal;  // why the rest is not known: "1227 (42000)"; "" when it is
    database::BinaryLog binary_log;
    std::vector<database::StatementLog> statement_logs;
    std::optional<std::uint64_t> replicas;  // nothing: the server does not tell this account
};

struct Figures {
    Timestamp made_at{};
    std::string program_version;
    Period period;
    std::optional<Timestamp> first_erasure;  // of the whole record

    // Of the period.
    std::vector<records::ErasureCount> erasures;
    records::LimitCounts limits;
    records::Times times;
    std::map<Origin, records::Times> times_of;  // of origins with an erasure
    records::MonthCounts months;
    std::vector<background::SightingCount> sightings;
    LookupFigures lookups;

    // When the report was made.
    std::map<ledger::Status, std::uint64_t> open;
    std::vector<records::LeftColumn> left_columns;
    std::uint64_t partial_without_column = 0;
    HeldFigures held;
    bool has_forgotten = false;
    std::vector<Undecided> undecided;  // by name
    ServerFigures server;

    std::uint64_t total() const;
    std::uint64_t of(Origin origin) const;
};

// What one day, month or year comes to.
struct Part {
    std::chrono::sys_days first{};
    std::array<std::uint64_t, 3> of_origin{};
    std::array<std::uint64_t, ledger::status_names.size()> of_status{};
    std::array<std::uint64_t, 4> of_reason{};
    std::uint64_t erasures = 0;

    void add(const records::ErasureCount& count);
};
// All of them, empty ones too, in their order. Pure.
std::vector<Part> parts_of(const Figures& figures, Grain grain);
// The whole period as one. Pure.
Part sum_of(const Figures& figures);

}  // namespace gdprd::report
