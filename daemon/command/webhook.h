// `mautic-gdprd webhook`: Mautic's webhook made through Mautic's API, and tried from where Mautic would be.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct WebhookCreateOptions {
    CommonOptions common;
    std::optional<std::string> mautic;  // its address; else site_url of the local.php in [mautic] directory
    std::optional<std::string> url;     // what Mautic is to post to; else [webhook] url
    std::optional<std::string> name;    // the webhook's; else a new one gets the program's
    bool oauth2 = false;                // the login is a client's id and secret
    std::optional<std::filesystem::path> login_file;  // else it is asked for at the terminal
    std::string ca_file;
    bool allow_plain_http = false;
};

// Makes the webhook, mends the one that posts to `url`, or finds that nothing is to be done. Others are left
// alone. not_everything when Mautic did not do all of it. Throws Error when Mautic cannot be reached or
// refuses, and ConfigurationError; nothing is changed then.
ExitCode webhook_create(const WebhookCreateOptions& options);

struct WebhookTestOptions {
    CommonOptions common;
    std::optional<std::string> url;  // else those of Mautic's webhooks to this daemon
    std::string ca_file;
};

// Posts a sample that names nobody, and says how far it came. not_everything when it did not arrive.
ExitCode webhook_test(const WebhookTestOptions& options);

}  // namespace gdprd::command
