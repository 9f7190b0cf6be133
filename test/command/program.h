// Runs the real program as an operator does, and keeps what it answered.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fixture/mautic_database.h"
#include "system/installation.h"

namespace gdprd::test {

struct Answer {
    int exit_code = -1;
    std::string
        text;  // standard output and standard error; with --json standard output alone, unless it is empty
};

// `input` is its standard input.
Answer run(std::vector<std::string> arguments, std::string_view input = "",
           const DaemonProcess::Environment& environment = {});

// A Mautic with a configuration for it, on the server all these tests share.
class Site {
  public:
    // The schema is the project's own, or that of a version among the facts.
    explicit Site(const std::string& name, const std::string& version = "") : here(name, version) {}

    // Writes the configuration, then runs the command with it.
    Answer run(std::vector<std::string> arguments, std::string_view input = "");

    // An empty queue, as `serve` makes it.
    void make_queue();
    void make_ledger();
    std::filesystem::path config_file() const { return here.directory / "mautic-gdprd.toml"; }

    Installation here;
    MauticDatabase& mautic = here.mautic;
    std::map<std::string, std::string>& options = here.config.options;
};

// Every value that tells who the contact is, in a text: what must not be found in an answer.
bool names_person(const std::string& text, ContactId contact);

}  // namespace gdprd::test
