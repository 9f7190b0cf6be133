// Mautic's API for webhooks, as an administrator of Mautic uses it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "http/client.h"
#include "webhook_setup/api.h"

namespace gdprd::command {

struct MauticLogin {
    webhook_setup::ApiLogin kind = webhook_setup::ApiLogin::basic;
    std::string name;    // of the user, or the client's id
    std::string secret;  // password, or the client's secret
};

// From a file of two lines, or from the terminal: neither name nor secret is ever on the command line. Throws
// ConfigurationError.
MauticLogin read_login(webhook_setup::ApiLogin kind, const std::optional<std::filesystem::path>& file);

// Its functions throw Error when Mautic cannot be reached, or does not answer as its API does; a redirect is
// refused, so that the login goes nowhere else. No text has the login in it.
class MauticApi {
  public:
    // `address` is what Mautic has in a browser: its site_url.
    MauticApi(Url address, MauticLogin login, http::ClientOptions client);

    // All of them, at most 10,000.
    std::vector<webhook_setup::ApiWebhook> webhooks();
    // As Mautic has it afterwards.
    webhook_setup::ApiWebhook create(const webhook_setup::ApiWebhookChange& change);
    webhook_setup::ApiWebhook change(std::uint64_t webhook, const webhook_setup::ApiWebhookChange& change);

  private:
    std::string authorization();
    std::string take_token();
    http::ClientAnswer send(const std::string& path, const std::string& query,
                            http::ClientRequest request) const;
    http::ClientAnswer send_json(const std::string& method, const std::string& path, const std::string& query,
                                 const std::string& body);
    webhook_setup::ApiWebhook changed(const std::string& method, const std::string& path,
                                      const webhook_setup::ApiWebhookChange& change);
    [[noreturn]] void refuse(const http::ClientAnswer& answer,
                             const std::vector<std::string>& more_secrets = {}) const;

    Url address_;
    MauticLogin login_;
    http::ClientOptions client_;
    std::string authorization_;  // "" until it is needed
};

}  // namespace gdprd::command
