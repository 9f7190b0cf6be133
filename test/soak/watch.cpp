#include "soak/watch.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace gdprd::soak {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;
// Memory may be a little more by what glibc keeps for later.
constexpr double growth = 1.3;
constexpr std::size_t resident_slack = 8 << 20;
// SQLite moves its log into the file when it has some pages, not before.
constexpr std::uintmax_t queue_slack = 4 << 20;
// A connection to the database or of a client may be on its way at the moment of a look.
constexpr std::size_t descriptors_slack = 4;

std::size_t entries_of(const std::filesystem::path& directory) {
    const std::filesystem::directory_iterator entries(directory);
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

std::uintmax_t bytes_of_queue(const std::filesystem::path& directory) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        std::error_code gone;
        const std::uintmax_t size = entry.file_size(gone);
        if (!gone && entry.path().filename().string().starts_with("queue.db")) bytes += size;
    }
    return bytes;
}

std::string jobs(const std::string& metrics) {
    std::string text;
    std::istringstream lines(metrics);
    for (std::string line; std::getline(lines, line);) {
        const std::string begin = "mautic_gdprd_queue_jobs{state=\"";
        if (!line.starts_with(begin)) continue;
        const std::size_t end = line.find("\"} ");
        text += ' ' + line.substr(begin.size(), end - begin.size()) + '=' + line.substr(end + 3);
    }
    return text;
}

template <class Figure>
auto most(const std::vector<Sample>& samples, double from, double to, Figure figure) {
    decltype(figure(samples.front())) value = 0;
    for (const Sample& sample : samples) {
        if (sample.at >= from && sample.at < to) value = std::max(value, figure(sample));
    }
    return value;
}

}  // namespace

void Watch::look(double at) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(3);
    const std::filesystem::path process = "/proc/" + std::to_string(world_.here.daemon->pid());
    Sample sample{at,
                  world_.here.daemon->pid(),
                  world_.here.daemon->resident_bytes(),
                  entries_of(process / "fd"),
                  entries_of(process / "task"),
                  bytes_of_queue(world_.here.config.queue_directory())};
    samples_.push_back(sample);
    std::printf("%s %3.0f%% resident=%.1fMiB descriptors=%zu threads=%zu queue=%juKiB%s\n",
                time_text().c_str(), 100 * at, static_cast<double>(sample.resident) / mebibyte,
                sample.descriptors, sample.threads, sample.queue_bytes / 1024,
                jobs(world_.here.page("/metrics")).c_str());
    std::fflush(stdout);
}

void Watch::judge() {
    constexpr double third = 1.0 / 3, end = 2;
    const auto grew = [&](const char* what, auto figure, double factor, auto slack) {
        const auto before = most(samples_, third, 2 * third, figure),
                   after = most(samples_, 2 * third, end, figure);
        std::printf("%s: at most %.1f in the second third, %.1f in the last\n", what,
                    static_cast<double>(before), static_cast<double>(after));
        world_.check(before > 0 && after > 0, std::string(what) + " was not watched");
        world_.check(
            static_cast<double>(after) <= static_cast<double>(before) * factor + static_cast<double>(slack),
            std::string(what) + " grew");
    };
    grew(
        "resident bytes", [](const Sample& s) { return s.resident; }, growth, resident_slack);
    grew(
        "bytes of the queue", [](const Sample& s) { return s.queue_bytes; }, growth, queue_slack);
    grew(
        "descriptors", [](const Sample& s) { return s.descriptors; }, 1, descriptors_slack);
    grew(
        "threads", [](const Sample& s) { return s.threads; }, 1, std::size_t{0});
    const auto pid = [](const Sample& s) { return s.process; };
    world_.check(most(samples_, third, end, pid) == samples_.back().process, "it was another process");
}

}  // namespace gdprd::soak
