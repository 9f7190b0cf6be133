// A Mautic as its API for webhooks looks from outside, after 7.0.0 and its WebhookApiController,
// CommonApiController and ApiSubscriber: settings that refuse, pages, permissions that are missing without a
// word.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "http/answer_server.h"

namespace gdprd::test {

class FakeMautic {
  public:
    struct Settings {
        std::string base;  // "/mautic", the sub-directory it is installed in
        bool api_enabled = true;
        bool basic_auth_enabled = true;
        bool may_see = true;  // the role's permissions
        bool may_publish = true;
        bool shows_secret = true;        // versions before 7 do not
        int page_max = 1000;             // of webhooks, whatever the request says
        bool keyed_by_id = true;         // as by 7.0; else a list
        std::optional<Reply> instead{};  // whatever is asked
    };

    static constexpr const char* user = "admin";
    static constexpr const char* password = "a Mautic password: \"\\%";
    static constexpr const char* client_id = "1_client";
    static constexpr const char* client_secret = "a client's secret & more";

    FakeMautic() : server_([this](const SeenRequest& request) { return answer(request); }) {}
    explicit FakeMautic(const Certificate& certificate)
        : server_([this](const SeenRequest& request) { return answer(request); }, certificate) {}

    std::string address() const;  // with the base, over plain HTTP
    std::uint16_t port() const { return server_.port(); }
    std::vector<SeenRequest> requests() const { return server_.requests(); }
    std::size_t count(const std::string& method) const;

    // Between two runs of a program only.
    Settings settings;
    std::map<int, nlohmann::json> webhooks;
    // Returns its id.
    int add(const std::string& url, const std::string& secret, bool published = true,
            std::vector<std::string> events = {"mautic.lead_channel_subscription_changed",
                                               "mautic.lead_post_delete"});

  private:
    Reply answer(const SeenRequest& request);
    Reply refusal_of_login(const SeenRequest& request) const;
    Reply list(const std::string& query) const;
    Reply store(const SeenRequest& request, std::optional<int> id);
    nlohmann::json shown(const nlohmann::json& webhook) const;

    int last_id_ = 0;
    AnswerServer server_;  // last: its thread uses the rest
};

}  // namespace gdprd::test
