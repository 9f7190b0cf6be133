// Reverse proxies as the documentation configures them: Debian's nginx and Caddy with the configuration out
// of docs/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

// The path of "nginx" or "caddy", fetched if need be. Where it cannot be had it says so and skips the test
// case.
std::filesystem::path proxy_program(const std::string& name);

// The block of code with `line` in it, of a page below docs/. Throws std::runtime_error when there is none.
std::string block_of_page(const std::string& page, const std::string& line);

using Replacements = std::vector<std::pair<std::string, std::string>>;

// Every occurrence. Throws std::runtime_error when one of the texts is not there: the page has changed.
std::string replaced(std::string text, const Replacements& replacements);

class Nginx {
  public:
    // `servers` stands inside of `http`, and one of them listens on `port`, where it takes connections once
    // this object is made.
    Nginx(const std::string& servers, std::uint16_t port);

    std::string error_log() const;

  private:
    TemporaryDirectory directory_;
    std::optional<ChildProcess> process_;
};

class Caddy {
  public:
    // `sites` as in a Caddyfile; one of them listens on `port`.
    Caddy(const std::string& sites, std::uint16_t port);

  private:
    TemporaryDirectory directory_;
    std::optional<ChildProcess> process_;
};

}  // namespace gdprd::test
