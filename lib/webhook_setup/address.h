// Which of Mautic's webhooks post to this daemon? Their URLs say so. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::webhook_setup {

// Where this daemon is, as Mautic knows it.
struct WebhookTarget {
    std::string url;   // [webhook] url; "": any URL whose path ends in `path`
    std::string path;  // [listen] path
};

// Credentials, query and fragment of a URL, a slash at its end, the case of scheme and host and a port that
// goes without saying make no difference.
bool points_at(std::string_view webhook_url, const WebhookTarget& target);

// Whether Mautic 7 sends nothing to this numeric address unless it is listed in
// webhook_allowed_private_addresses (PrivateAddressChecker, 7.0).
bool is_private_address(const std::string& address);

// Scheme, host and port, to tell servers apart.
std::string server_of(std::string_view url);

}  // namespace gdprd::webhook_setup
