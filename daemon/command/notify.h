// `mautic-gdprd notify status | list | retry | discard | test`: the systems that are told of erasures, and
// what they have not been told yet, beside a running daemon too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "outbox/outbox.h"

namespace gdprd::command {

ExitCode notify_status(const CommonOptions& options);

struct NotifyListOptions {
    CommonOptions common;
    std::optional<outbox::DeliveryState> state;
    std::size_t limit = 100;
};
ExitCode notify_list(const NotifyListOptions& options);

struct NotifyRetryOptions {
    CommonOptions common;
    std::vector<ContactId> contacts;  // empty exactly when `all`
    bool all = false;
};
// not_everything when nothing of a named contact is parked.
ExitCode notify_retry(const NotifyRetryOptions& options);

struct NotifyDiscardOptions {
    CommonOptions common;
    std::string receiver;
};
// Of a receiver that the configuration does not have any more.
ExitCode notify_discard(const NotifyDiscardOptions& options);

struct NotifyTestOptions {
    CommonOptions common;
    std::optional<std::string> receiver;  // else all of them
};
// Posts a signed message that tells of nobody, and says how far it came. not_everything when a receiver does
// not take it.
ExitCode notify_test(const NotifyTestOptions& options);

}  // namespace gdprd::command
