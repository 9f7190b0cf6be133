// The error an operator reads: what is wrong, where, with which value, and what to do about it.
//
// Rule of the house: broken infrastructure and refused input throw; an answer that depends on data is a
// value. No message ever holds a contact's field value: names of options, tables, columns, codes and counts
// only.
#pragma once

#include <stdexcept>
#include <string>

namespace gdprd {

class Error : public std::runtime_error {
  public:
    // `message` is "where: what, offending value"; `advice` is what to do, one sentence, may be empty.
    explicit Error(const std::string& message, std::string advice = {})
        : std::runtime_error(message), advice_(std::move(advice)) {}

    const std::string& advice() const noexcept { return advice_; }

  private:
    std::string advice_;
};

// The configuration, the data map or a command line cannot be used as it stands. Exit code 2.
class ConfigurationError : public Error {
  public:
    using Error::Error;
};

// Message and advice on one line, for a log or a terminal.
std::string describe(const std::exception& error);

// The same of an Error; "not shown" of any other, because only our own promise that no personal data is in
// their text. For the log of what handles personal data.
std::string describe_ours(const std::exception& error);

}  // namespace gdprd
