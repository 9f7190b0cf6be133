// The sections of a report's document; inside the room only. Pure.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "paper/document.h"
#include "report/figures.h"
#include "words/numbers.h"
#include "words/words.h"

namespace gdprd::report {

// One language.
class Speaker {
  public:
    explicit Speaker(words::Language language) : language_(language) {}

    std::string say(words::Word word, std::initializer_list<std::string> parts = {}) const {
        return words::say(word, language_, parts);
    }
    std::string count(std::uint64_t number) const { return words::count_text(number, language_); }
    std::string time(Timestamp at) const { return words::time_text(at, language_); }
    std::string date(std::chrono::sys_days day) const { return words::date_text(day, language_); }
    std::string duration(Milliseconds duration) const { return words::duration_text(duration, language_); }
    std::string table(const std::string& name) const;
    words::Language language() const { return language_; }

  private:
    words::Language language_;
};

paper::Section period_section(const Figures& figures, const Speaker& speaker);
// The chart, what happened when by origin and by state, causes, limits.
std::vector<paper::Section> erasure_sections(const Figures& figures, const Speaker& speaker);
std::vector<paper::Section> time_sections(const Figures& figures, const Speaker& speaker);
// What is open, and why.
std::vector<paper::Section> open_sections(const Figures& figures, const Speaker& speaker);
paper::Section lost_section(const Figures& figures, const Speaker& speaker);
paper::Section return_section(const Figures& figures, const Speaker& speaker);
paper::Section undecided_section(const Figures& figures, const Speaker& speaker);
paper::Section lookup_section(const Figures& figures, const Speaker& speaker);
paper::Section server_section(const Figures& figures, const Speaker& speaker);

}  // namespace gdprd::report
