#include "daemon/command/verify.h"

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "config/config.h"
#include "daemon/command/terminal/identity_input.h"
#include "daemon/command/terminal/progress_bar.h"
#include "daemon/command/terminal/text_table.h"
#include "daemon/signals.h"

namespace gdprd::command {

namespace {

using daemon::Signals;

// A chunk of a table without indexes on a busy server.
constexpr Milliseconds chunk_timeout{3'600'000};

std::string hits_text(std::uint64_t strong, std::uint64_t weak, std::string_view noun) {
    if (weak == 0) return counted(strong, noun);
    const std::string doubtful = counted(weak, noun) + " that could be somebody else";
    return strong == 0 ? doubtful : counted(strong, noun) + ", and " + doubtful;
}

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

void add_missing(TextTable& table, const std::vector<verify::NotSearched>& missing) {
    for (const auto& one : missing) table.add({one.what, one.why});
}

void print_findings(const VerifyAnswer& answer) {
    TextTable hits;
    for (const auto& hit : answer.database.hits) {
        hits.add({hit.database + '.' + hit.table + '.' + hit.column,
                  hits_text(hit.rows_strong, hit.rows_weak, "row")});
    }
    if (answer.logs) {
        for (const auto& hit : answer.logs->hits) {
            hits.add({hit.file, hits_text(hit.lines_strong, hit.lines_weak, "line")});
        }
    }
    std::cout << (hits.empty() ? "Nothing found.\n" : "Found in:\n");
    hits.print(std::cout, 2);
}

void print_what_is_missing(const VerifyAnswer& answer) {
    TextTable missing;
    add_missing(missing, answer.database.not_searched);
    if (answer.logs) add_missing(missing, answer.logs->not_searched);
    if (!missing.empty()) std::cout << "\nNot searched:\n";
    missing.print(std::cout, 2);
    if (answer.interrupted()) std::cout << "\nInterrupted: the rest was not searched.\n";
    if (!answer.database.failure.empty()) {
        std::cout << "\nEnded too early, the rest was not searched: " << answer.database.failure << '\n';
    }
}

void print_answer(const VerifyAnswer& answer) {
    print_findings(answer);
    print_what_is_missing(answer);
    std::cout << "\nSearched " << counted(answer.database.tables, "table") << ", "
              << counted(answer.database.rows, "row") << ", " << megabytes(answer.database.bytes);
    if (answer.logs) {
        std::cout << "; " << counted(answer.logs->files, "log file") << ", " << megabytes(answer.logs->bytes);
    }
    std::cout << ".\n";
}

bool is_asked_to_stop(Signals& signals) { return signals.wait(Milliseconds{0}) != Signals::Event::none; }

VerifyAnswer search(const config::Config& config, const matching::Identity& identity,
                    const VerifyOptions& options) {
    database::ConnectionOptions connection_options = config.database;
    connection_options.read_timeout = std::max(connection_options.read_timeout, chunk_timeout);
    database::Connection connection(connection_options);
    // From here on Ctrl-C waits for the end of the chunk being read.
    Signals signals;
    ProgressBar bar(!options.no_progress);
    VerifyAnswer answer;
    answer.logs_wanted = options.logs;
    verify::WholeSearch whole(connection, {config.database.database, config.ledger.database});
    answer.database = whole.run(identity, options.strong_only, [&](const verify::Progress& progress) {
        bar.show({progress.part_done, progress.rows_done, "rows", progress.table});
        return !is_asked_to_stop(signals);
    });
    if (!options.logs || answer.database.interrupted) return answer;
    answer.logs = verify::search_logs(
        config.mautic.directory, identity, options.strong_only,
        [&](const std::string& file, std::uint64_t bytes, std::uint64_t bytes_in_all) {
            const double part = static_cast<double>(bytes) / static_cast<double>(bytes_in_all);
            bar.show({part, bytes / 1'000'000, "MB", file});
            return !is_asked_to_stop(signals);
        });
    return answer;
}

}  // namespace

bool VerifyAnswer::found() const { return !database.hits.empty() || (logs && !logs->hits.empty()); }

bool VerifyAnswer::complete() const {
    if (interrupted() || !database.failure.empty() || !database.not_searched.empty()) return false;
    return !logs_wanted || (logs && logs->not_searched.empty());
}

bool VerifyAnswer::interrupted() const { return database.interrupted || (logs && logs->interrupted); }

ExitCode verify(const VerifyOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    if (options.logs && config.mautic.directory.empty()) {
        throw ConfigurationError("verify: --logs needs [mautic] directory, which is not set",
                                 "Set it to the directory that holds Mautic's index.php");
    }
    const matching::Identity identity = read_identity();
    if (options.strong_only && !identity.has_strong()) {
        throw ConfigurationError("verify: --strong-only, and each of the values could be somebody else's",
                                 "Add an address or a phone number, or leave --strong-only out");
    }
    const database::ThreadScope thread;
    const VerifyAnswer answer = search(config, identity, options);
    if (options.common.json) {
        std::cout << to_json(answer) << '\n';
    } else {
        print_answer(answer);
    }
    if (answer.interrupted() || !answer.database.failure.empty()) return ExitCode::failed;
    if (answer.found()) return ExitCode::not_everything;
    return answer.complete() ? ExitCode::done : ExitCode::failed;
}

}  // namespace gdprd::command
