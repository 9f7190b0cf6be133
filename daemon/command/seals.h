// `mautic-gdprd ledger seal | verify | seal-key`: signatures that show whether somebody changed the ledger.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "database/connection.h"
#include "seal/sealer.h"
#include "seal/verifier.h"

namespace gdprd::command {

struct LedgerSealOptions {
    CommonOptions common;
    bool accept = false;  // what somebody changed, too
};
// not_everything when rows are not what was sealed, and were not accepted.
ExitCode ledger_seal(const LedgerSealOptions& options);

struct LedgerVerifyOptions {
    CommonOptions common;
    std::vector<std::string> public_keys;
    std::vector<std::filesystem::path> copies;  // of the seals; besides [seal] file
};
// not_everything when something does not agree.
ExitCode ledger_verify(const LedgerVerifyOptions& options);

struct SealKeyOptions {
    std::filesystem::path config_file;
    std::optional<std::filesystem::path> file;  // else beside the configuration
};
// Makes the key where there is none, and prints its public half.
ExitCode ledger_seal_key(const SealKeyOptions& options);

inline constexpr const char* seal_key_name = "seal-key";

// A whole run. Throws ConfigurationError without a key.
seal::SealRun seal_now(database::Connection& connection, const config::Config& config, seal::SealKind kind);

// What a command brings into the ledger, and the daemon would not: it is sealed as imported where everything
// agreed before. The command does its work all the same: a ledger is brought back first, and sealed then.
class ImportSealing {
  public:
    // Seals what is there. `is_wanted`: false for a dry run.
    ImportSealing(database::Connection& connection, const config::Config& config, bool is_wanted);

    // Seals what came since. Returns what a person has to know; "" when nothing.
    std::string finish();

  private:
    template <typename Work>
    void attempt(Work work);

    database::Connection& connection_;
    const config::Config& config_;
    const bool is_wanted_;
    std::string obstacle_;
};

std::string seal_json(const seal::SealRun& run, bool accepted);
std::string verify_seals_json(const seal::SealReport& report);

// One finding in words: what it is about, and what is wrong.
struct FindingWords {
    std::string subject;
    std::string text;
};
FindingWords words_of(const seal::Found& found);

}  // namespace gdprd::command
