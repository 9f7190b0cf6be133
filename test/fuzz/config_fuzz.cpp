// Whatever the text: parse_config() takes it or throws ConfigurationError, tells the same twice, and no error
// shows what stands in a secret file.
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "base/error.h"
#include "config/config.h"
#include "fuzz/target.h"

namespace gdprd::fuzz {

namespace {

constexpr std::string_view secret_mark = "never-to-be-shown";

// The problem that is told, or nothing when the text is taken.
std::optional<std::string> problem_of(const std::string& text) {
    try {
        const config::Config config = config::parse_config(text, "fuzz.toml");
        must_hold(!config.webhook.secrets.empty(), "there is a secret");
        must_hold(config.webhook.secrets.size() == config.webhook.secret_files.size(), "one a file");
        must_hold(config.webhook.path.starts_with('/'), "the path is one");
        must_hold(config.worker.threads >= 1 && config.worker.threads <= 1024, "threads are in range");
        must_hold(config.health.backlog_age_max.count() > 0, "ages are positive");
        for (const std::string& warning : config.warnings)
            must_hold(!warning.empty(), "warnings say something");
        return std::nullopt;
    } catch (const ConfigurationError& error) {
        return describe(error);
    }
}

}  // namespace

// Three secret files stand where the configurations of the corpus look for them.
void prepare() {
    char directory[] = "/tmp/config_fuzz.XXXXXX";
    must_hold(mkdtemp(directory) != nullptr, "a directory of its own");
    for (const char* name : {"webhook-secret", "hash-key", "database-password"}) {
        std::ofstream(std::string(directory) + '/' + name) << secret_mark << "-0123456789abcdef\n";
    }
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
}

void check(std::string_view input) {
    if (input.size() > 16 * 1024) return;
    const std::string text(input);
    const auto problem = problem_of(text);
    must_hold(problem == problem_of(text), "the same is told twice");
    if (!problem) return;
    must_hold(problem->starts_with("fuzz.toml"), "the error names the file");
    must_hold(text.find(secret_mark) != std::string::npos || problem->find(secret_mark) == std::string::npos,
              "no secret is shown");
}

}  // namespace gdprd::fuzz
