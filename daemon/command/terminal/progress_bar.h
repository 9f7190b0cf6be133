// A line on the terminal that tells how far a long command is: percentage, rate, time left. Written to
// standard error, over itself, and only when that is a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gdprd::command {

struct ProgressState {
    double part_done = 0;  // 0 to 1
    std::uint64_t count = 0;
    std::string unit;  // what is counted: "rows"
    std::string what;  // what it is at, e.g. a table
};

// "[=====>    ]  52%  1234567 rows  41000/s  1 min 20 s left  page_hits", at most `width` characters. Pure.
// There is no estimate of time before 2 s or 0.5 % are done.
std::string progress_line(const ProgressState& state, std::chrono::milliseconds elapsed, std::size_t width);

class ProgressBar {
  public:
    // `wanted`: false keeps it quiet in any case.
    explicit ProgressBar(bool wanted);
    ~ProgressBar();  // takes the line away
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // Draws at most ten times a second.
    void show(const ProgressState& state);
    void clear();

  private:
    using Clock = std::chrono::steady_clock;

    const bool shown_;
    const Clock::time_point begun_;
    Clock::time_point drawn_;
    bool on_screen_ = false;
};

}  // namespace gdprd::command
