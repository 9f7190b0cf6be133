// `mautic-gdprd ledger forget | forget-key`: the end of hashes, by a person's word.
#pragma once

#include <optional>
#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "retention/forgetter.h"

namespace gdprd::command {

struct ForgetCommandOptions {
    CommonOptions common;
    std::optional<Milliseconds> older_than;  // nothing: [retention] hashes
    bool again = false;
    bool dry_run = false;
    bool yes = false;
};
ExitCode ledger_forget(const ForgetCommandOptions& options);

struct ForgetKeyOptions {
    CommonOptions common;
    std::string key;  // an id, or an algorithm without a key
    bool dry_run = false;
    bool yes = false;
};
ExitCode ledger_forget_key(const ForgetKeyOptions& options);

std::string forget_json(const retention::ForgetCounts& counts, const std::vector<std::string>& unreachable,
                        bool dry_run);

}  // namespace gdprd::command
