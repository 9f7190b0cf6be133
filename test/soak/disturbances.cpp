#include "soak/disturbances.h"

#include <csignal>
#include <iostream>
#include <sstream>

#include "base/clock.h"

namespace gdprd::soak {

namespace {

constexpr const char* disk_full = "disk full";
constexpr const char* broken_file = "SIGHUP with a broken file";

// What a daemon may call an error while this goes on. That the database is away is none.
constexpr std::pair<const char*, const char*> errors[] = {
    {disk_full, "could not store webhooks"},
    {disk_full, "cannot write to the queue; retrying"},
    {disk_full, "could not read jobs from the queue"},
    {disk_full, "erasing is paused: the circuit breaker's counter cannot be written"},
    {broken_file, "rejected the new configuration; keeping the old one"},
};

// An outage is noticed by some only when they try again.
constexpr std::chrono::seconds aftermath(5);

std::string five_digits(int number) {
    const std::string text = std::to_string(number);
    return std::string(5 - std::min<std::size_t>(5, text.size()), '0') + text;
}

}  // namespace

void Disturbances::note(const std::string& what, const std::string& begin) {
    const std::string end = format_utc(now() + aftermath);
    periods_.push_back({what, begin, end});
    world_.count(what);
    std::cout << time_text() << ' ' << what << std::endl;
}

void Disturbances::restart_daemon() {
    const std::string begin = time_text();
    const bool killed = world_.dice.chance(70);
    killed ? world_.here.kill() : world_.here.stop();
    day_.expect_silence(true);
    day_.tell();
    day_.expect_silence(false);
    world_.start();
    note(killed ? "SIGKILL of the daemon" : "SIGTERM to the daemon", begin);
}

void Disturbances::be_without_database(const std::function<void()>& meanwhile) {
    const std::string begin = time_text();
    world_.server.kill();
    for (std::uint64_t i = world_.dice.between(5, 30); i > 0; --i) day_.tell();
    meanwhile();
    world_.server.start();
    world_.mautic.connect_again();
    note("SIGKILL of the database server", begin);
}

void Disturbances::restart() {
    if (world_.dice.chance(80)) return restart_daemon();
    be_without_database([this] { restart_daemon(); });
}

void Disturbances::kill_connections() {
    const std::string begin = time_text();
    database::Rows rows =
        world_.server.select("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'mautic_gdprd'");
    while (rows.next()) {
        try {
            world_.server.execute("KILL " + rows.text(0));
        } catch (const database::DatabaseError&) {
            continue;  // it is gone by itself
        }
    }
    note("connections killed", begin);
}

void Disturbances::fill_disk() {
    if (!world_.disk.mounted())
        return world_.count("times the disk was not filled, because this is not root");
    const std::string begin = time_text();
    world_.disk.fill_but(0);
    day_.expect_silence(true);
    // Pages that the queue has free take some more.
    for (std::uint64_t i = world_.dice.between(20, 60); i > 0; --i) day_.step();
    world_.disk.make_room();
    world_.here.wait_until("/readyz is well after the disk was full",
                           [&] { return world_.here.status_of("/readyz") == 200; });
    day_.expect_silence(false);
    note(disk_full, begin);
}

// What changes is told in the log, and may not change who is erased how.
void Disturbances::reload() {
    auto& options = world_.here.config.options;
    options["worker.batch_max"] = std::to_string(world_.dice.between(1, 200));
    options["sweep.incremental"] = world_.dice.chance(50) ? "\"500ms\"" : "\"700ms\"";
    const std::string begin = time_text();
    world_.here.config.write();
    const std::int64_t before = world_.here.metric("config_reloads_total{result=\"ok\"}");
    world_.here.daemon->reload();
    world_.here.wait_until("the new file is read", [&] {
        return world_.here.metric("config_reloads_total{result=\"ok\"}") > before;
    });
    note("SIGHUP with a good file", begin);
}

void Disturbances::reload_broken() {
    const std::string begin = time_text();
    const std::string good = test::read_file(world_.here.directory / "mautic-gdprd.toml");
    world_.here.directory.write("mautic-gdprd.toml", good + world_.dice.letters(20) + " = [\n");
    const std::int64_t before = world_.here.metric("config_reloads_total{result=\"failed\"}");
    world_.here.daemon->reload();
    world_.here.wait_until("the broken file is refused", [&] {
        return world_.here.metric("config_reloads_total{result=\"failed\"}") > before;
    });
    world_.here.config.write();
    note(broken_file, begin);
}

// As logrotate does: by a new name, which the daemon goes on writing to, or as a copy.
void Disturbances::rotate_log() {
    const std::string begin = time_text();
    const auto old = world_.here.directory / ("log." + five_digits(++rotated_));
    if (world_.dice.chance(50)) {
        std::error_code was_moved_before;
        std::filesystem::rename(world_.log_file(), old, was_moved_before);
    } else if (std::filesystem::exists(world_.log_file())) {
        std::filesystem::copy_file(world_.log_file(), old);
        std::filesystem::resize_file(world_.log_file(), 0);
    }
    note("log rotated", begin);
}

// For a while, as somebody who corrects it and is corrected himself.
void Disturbances::set_clock_back() {
    const std::string begin = time_text();
    world_.set_clock(-static_cast<std::int64_t>(world_.dice.between(1, clock_back_at_most)));
    for (std::uint64_t i = world_.dice.between(20, 80); i > 0; --i) day_.step();
    world_.set_clock(0);
    note("clock set back", begin);
}

void Disturbances::disturb() {
    if (to_come_.empty()) {
        to_come_ = {&Disturbances::kill_database, &Disturbances::kill_connections, &Disturbances::fill_disk,
                    &Disturbances::reload,        &Disturbances::reload_broken,    &Disturbances::rotate_log,
                    &Disturbances::set_clock_back};
        world_.dice.shuffle(to_come_);
    }
    const auto next = to_come_.back();
    to_come_.pop_back();
    (this->*next)();
}

// "2026-03-01 12:34:56.789 error …"
bool Disturbances::is_explained(const std::string& line) const {
    const std::string time = line.substr(0, 23);
    for (const Period& period : periods_) {
        if (time < period.begin || time > period.end) continue;
        for (const auto& [what, message] : errors) {
            if (period.what == what && line.find(message) != std::string::npos) return true;
        }
    }
    return false;
}

std::vector<std::string> Disturbances::unexplained(const std::string& log) const {
    std::vector<std::string> lines;
    std::istringstream text(log);
    for (std::string line; std::getline(text, line);) {
        if (line.find(" error ") != 23 || is_explained(line)) continue;
        lines.push_back(line);
    }
    return lines;
}

}  // namespace gdprd::soak
