#include "daemon/command/terminal/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace gdprd::command {

namespace {

constexpr std::size_t bar_characters = 24;
constexpr std::size_t default_width = 80;
constexpr std::chrono::milliseconds redraw_interval{100};
constexpr std::chrono::milliseconds estimate_after{2'000};
constexpr double estimate_from_part = 0.005;

std::string bar(double part) {
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(bar_characters));
    std::string text(filled, '=');
    if (filled < bar_characters) text += '>';
    text.resize(bar_characters, ' ');
    return '[' + text + ']';
}

std::string duration_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3'600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3'600) + " h " + std::to_string(whole % 3'600 / 60) + " min";
}

std::size_t terminal_width() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return default_width;
    return size.ws_col;
}

}  // namespace

std::string progress_line(const ProgressState& state, std::chrono::milliseconds elapsed, std::size_t width) {
    const double part = std::clamp(state.part_done, 0.0, 1.0);
    const double seconds = std::chrono::duration<double>(elapsed).count();
    const std::string percent = std::to_string(static_cast<int>(part * 100));
    std::string line = bar(part) + std::string(5 - percent.size(), ' ') + percent + "%  " +
                       std::to_string(state.count) + ' ' + state.unit;
    if (seconds > 0) {
        line += "  " +
                std::to_string(static_cast<std::uint64_t>(static_cast<double>(state.count) / seconds)) + "/s";
    }
    if (elapsed >= estimate_after && part >= estimate_from_part) {
        line += "  " + duration_text(seconds / part * (1 - part)) + " left";
    }
    line += "  " + state.what;
    return line.substr(0, width);
}

ProgressBar::ProgressBar(bool wanted)
    : shown_(wanted && ::isatty(STDERR_FILENO) == 1),
      begun_(Clock::now()),
      drawn_(begun_ - redraw_interval) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(const ProgressState& state) {
    const auto now = Clock::now();
    if (!shown_ || now - drawn_ < redraw_interval) return;
    drawn_ = now;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_);
    // One less than the width, or some terminals begin a new line.
    std::cerr << "\r\x1b[K" << progress_line(state, elapsed, terminal_width() - 1) << std::flush;
    on_screen_ = true;
}

void ProgressBar::clear() {
    if (on_screen_) std::cerr << "\r\x1b[K" << std::flush;
    on_screen_ = false;
}

}  // namespace gdprd::command
