// What `check` found: one line a finding, with the way to mend it.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace gdprd::command {

struct CheckLine {
    enum class Kind { ok, warning, problem } kind = Kind::ok;
    std::string topic;   // "configuration", "grants", …
    std::string text;    // one sentence
    std::string advice;  // how to mend it; may be empty
};
const char* name_of(CheckLine::Kind kind);

// The advice about what is locked, by a dump or ALTER TABLE, say.
inline constexpr const char* check_again =
    "Run `mautic-gdprd check` again when the lock is gone; SHOW FULL PROCESSLIST shows who waits, and for "
    "what";

class CheckReport {
  public:
    void ok(const std::string& topic, const std::string& text);
    void warning(const std::string& topic, const std::string& text, const std::string& advice = {});
    void problem(const std::string& topic, const std::string& text, const std::string& advice = {});
    // One problem for every line of the error's text; the advice goes to the last.
    void problem(const std::string& topic, const std::exception& error);

    std::size_t count(CheckLine::Kind kind) const;
    const std::vector<CheckLine>& lines() const { return lines_; }

    void print() const;

  private:
    std::vector<CheckLine> lines_;
};

}  // namespace gdprd::command
