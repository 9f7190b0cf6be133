#include "daemon/command/notify.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/command/ledger.h"
#include "daemon/command/report/json_output.h"
#include "daemon/command/terminal/text_table.h"

namespace gdprd::command {

namespace {

using outbox::Notification;

// The ledger, for one command.
struct OpenOutbox {
    explicit OpenOutbox(const CommonOptions& options)
        : config(config::load_config(options.config_file)),
          connection(config.database),
          outbox((require_ledger(connection, config), connection), config.ledger.database) {}

    const config::Config config;
    const database::ThreadScope thread{};
    database::Connection connection;
    outbox::Outbox outbox;
};

const notify::Receiver* find_receiver(const config::Config& config, const std::string& name) {
    const auto& receivers = config.notify.receivers;
    const auto found = std::find_if(receivers.begin(), receivers.end(),
                                    [&](const notify::Receiver& one) { return one.name == name; });
    return found == receivers.end() ? nullptr : &*found;
}

}  // namespace

ExitCode notify_status(const CommonOptions& options) {
    OpenOutbox open(options);
    std::map<std::string, NotifyStatus> all;
    for (const notify::Receiver& receiver : open.config.notify.receivers) {
        all[receiver.name].url = receiver.url.place();
    }
    for (outbox::OutboxFigures& figures : open.outbox.figures()) {
        all[figures.receiver].figures = std::move(figures);
    }
    if (options.json) {
        std::cout << to_json(all) << '\n';
        return ExitCode::done;
    }
    if (all.empty()) {
        std::cout << "No receiver is configured; see [notify.urls].\n";
        return ExitCode::done;
    }
    TextTable table;
    table.add({"receiver", "waiting", "parked", "oldest erasure", "URL"});
    for (const auto& [name, status] : all) {
        table.add({name, std::to_string(status.figures.waiting), std::to_string(status.figures.parked),
                   status.figures.oldest ? shown_time(*status.figures.oldest) : "none",
                   status.url.empty() ? "not configured" : status.url});
    }
    table.print(std::cout);
    return ExitCode::done;
}

ExitCode notify_list(const NotifyListOptions& options) {
    OpenOutbox open(options.common);
    const auto found = open.outbox.list(options.state, options.limit);
    if (options.common.json) {
        std::cout << to_json(found) << '\n';
        return ExitCode::done;
    }
    if (found.empty()) {
        std::cout << "No notifications.\n";
        return ExitCode::done;
    }
    TextTable table;
    table.add({"contact", "receiver", "state", "erased", "due or delivered", "failed attempts", "id",
               "last error"});
    for (const Notification& one : found) {
        table.add({std::to_string(one.contact), one.receiver, name_of(one.state), shown_time(one.erased_at),
                   one.state == outbox::DeliveryState::parked ? "" : shown_time(one.due_at),
                   std::to_string(one.attempts), "msg_" + one.message, one.last_error});
    }
    table.print(std::cout);
    if (found.size() == options.limit) std::cout << "\nThere may be more; see --limit.\n";
    return ExitCode::done;
}

ExitCode notify_retry(const NotifyRetryOptions& options) {
    OpenOutbox open(options.common);
    std::set<ContactId> without;
    std::uint64_t retried = 0;
    if (options.all) retried = open.outbox.retry_all(now());
    for (const ContactId contact : std::set(options.contacts.begin(), options.contacts.end())) {
        const std::vector<ContactId> one{contact};
        const auto of_contact = open.outbox.retry(one, now());
        if (of_contact == 0) without.insert(contact);
        retried += of_contact;
    }
    std::cout << counted(retried, "notification is", "notifications are") << " due again.\n";
    if (without.empty()) return ExitCode::done;
    std::cout << counted(without.size(), "of the named contacts has", "of the named contacts have")
              << " no notification that is parked or waits for a later time.\n";
    return ExitCode::not_everything;
}

ExitCode notify_discard(const NotifyDiscardOptions& options) {
    OpenOutbox open(options.common);
    if (find_receiver(open.config, options.receiver) != nullptr) {
        throw ConfigurationError("notify discard: " + options.receiver + " is in [notify.urls]",
                                 "It would miss erasures. Take it out first, and restart the daemon");
    }
    const std::vector<std::string> known = open.outbox.receivers();
    if (std::find(known.begin(), known.end(), options.receiver) == known.end()) {
        throw ConfigurationError(
            "notify discard: there is no notification of a receiver " + options.receiver,
            known.empty() ? "There is none of any receiver" : "There are some of: " + join(known, ", "));
    }
    while (open.outbox.prune(options.receiver, now() - open.config.notify.keep) > 0) continue;
    std::cout << counted(open.outbox.discard(options.receiver), "notification was", "notifications were")
              << " discarded.\n";
    return ExitCode::done;
}

}  // namespace gdprd::command
