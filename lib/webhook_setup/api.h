// Mautic's webhooks as its API tells and takes them: /api/hooks of Mautic 3 to 7, and /oauth/v2/token. Text
// in, text out: who carries it is not this file's concern. Pure.
//
// Sources: what Mautic 7.0.0 answers, and its WebhookApiController, CommonApiController and ApiSubscriber;
// the API's documentation of 3 to 6. A list may be an object by id, and a number may be a text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::webhook_setup {

struct ApiWebhook {
    std::uint64_t id = 0;
    std::string name;
    std::string url;
    std::optional<std::string> secret;  // nothing: this version does not show it
    bool published = false;
    std::vector<std::string> events;  // "mautic.lead_post_delete"

    bool tells(std::string_view event) const;
};

struct ApiWebhookPage {
    std::vector<ApiWebhook> webhooks;
    std::size_t total = 0;  // of all pages
};

// Nothing when the text is not what the API answers.
std::optional<ApiWebhookPage> read_webhook_page(std::string_view answer);
std::optional<ApiWebhook> read_webhook(std::string_view answer);  // to a request to make or change one
std::optional<std::string> read_access_token(std::string_view answer);

// What is to be changed of a webhook, or all of a new one.
struct ApiWebhookChange {
    std::optional<std::string> name;
    std::optional<std::string> url;
    std::optional<std::string> secret;
    std::vector<std::string> events;  // to be added; none is ever taken away
    bool publish = false;

    bool is_empty() const { return !name && !url && !secret && events.empty() && !publish; }
};

// Is it UTF-8, which alone can be in JSON as it is?
bool is_json_text(const std::string& text);

// For POST /api/hooks/new and PATCH /api/hooks/ID/edit. A PATCH leaves alone what is not in it.
std::string to_json(const ApiWebhookChange& change);

enum class ApiLogin { basic, oauth2 };

// Why the API refuses, in words that an administrator can act on. Of the answer only what Mautic says of the
// cause is repeated, and nothing of it when one of `secrets` is in it.
struct ApiRefusal {
    std::string text;
    std::string advice;
};
ApiRefusal explain_refusal(int status, std::string_view content_type, std::string_view answer, ApiLogin login,
                           const std::vector<std::string>& secrets);

}  // namespace gdprd::webhook_setup
