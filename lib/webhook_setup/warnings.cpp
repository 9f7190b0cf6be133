#include "webhook_setup/warnings.h"

#include <algorithm>
#include <set>

#include "base/secret.h"
#include "base/text.h"

namespace gdprd::webhook_setup {

namespace {

using Kind = WebhookWarning::Kind;

constexpr const char* lost_events = "The sweep finds what is missed meanwhile";

std::string webhook_of(const Webhook& webhook) { return "Mautic's webhook " + std::to_string(webhook.id); }

std::string shown(const std::optional<Timestamp>& time) {
    constexpr std::size_t up_to_seconds = 19;
    return time ? format_utc(*time).substr(0, up_to_seconds) + " UTC" : "an unknown time";
}

std::string requests(std::size_t count) {
    return count == 1 ? "the last request" : "the last " + std::to_string(count) + " requests";
}

// "status 401, 502, no answer"
std::string statuses(const WebhookRequests& log) {
    std::vector<std::string> words;
    for (const std::string& code : log.status_codes) words.push_back(code.empty() ? "no answer" : code);
    return (log.status_codes.front().empty() ? "" : "status ") + join(words, ", ");
}

const std::string private_address_advice =
    "Mautic 7 sends nothing to a private address unless it is listed: add the host of the webhook's URL to "
    "webhook_allowed_private_addresses (Configuration > Webhook Settings)";

std::string advice_for(const std::string& status) {
    if (status.empty()) return "Does Mautic's server reach the daemon, and was it running?";
    if (status == "401") return "Compare the secret in Mautic with the daemon's";
    if (status == "404" || status == "405") return "Compare the webhook's URL with [listen] path";
    if (status == "413") return "Raise [limits] body_size_max";
    if (status == "502" || status == "503" || status == "504") {
        return "A proxy answered in the daemon's place: was it running, and does the proxy reach it?";
    }
    return "The webhook's log in Mautic shows what was answered";
}

// Whoever edited a webhook after its last failure may have mended it; the next request will tell.
bool is_failing(const Webhook& webhook) {
    const auto& log = webhook.requests;
    if (log.failed == 0) return false;
    return !log.last_failure || !webhook.edited_at || *webhook.edited_at <= *log.last_failure;
}

bool is_known(const std::string& secret, const std::vector<std::string>& known) {
    bool found = false;
    for (const std::string& one : known) found = same_secret(secret, one) || found;
    return found;
}

class Judgement {
  public:
    Judgement(const WebhookExpectations& expected, Timestamp now) : expected_(expected), now_(now) {}

    void add(Kind kind, const Webhook& webhook, const std::string& text, const std::string& advice) {
        warnings_.push_back({kind, webhook.id, webhook_of(webhook) + text, advice});
    }

    void nothing_points_here() {
        const std::string what = expected_.target.url.empty() ? "a URL that ends in " + expected_.target.path
                                                              : "the URL that [webhook] url names";
        warnings_.push_back(
            {Kind::none_points_here, 0, "no webhook of Mautic has " + what,
             "Make one by `mautic-gdprd webhook create`, or mend [webhook] url; until then only the "
             "sweep finds opt-outs"});
    }

    void several_servers(std::size_t count) {
        warnings_.push_back({Kind::several_servers, 0,
                             "webhooks of Mautic to " + std::to_string(count) + " different servers end in " +
                                 expected_.target.path,
                             "Set [webhook] url, or the secrets of other receivers are accepted here"});
    }

    void unpublished(const Webhook& webhook) {
        const auto& log = webhook.requests;
        const std::string why =
            log.failed > 0 ? " is not published: " + requests(log.failed) + " failed (" + statuses(log) +
                                 "), so Mautic switched it off, or somebody did"
                           : " is not published: Mautic switched it off after failures, or somebody did";
        add(Kind::unpublished, webhook, why,
            std::string(lost_events) + ". Publish it under Settings > Webhooks");
    }

    void not_subscribed(const Webhook& webhook) {
        add(Kind::not_subscribed, webhook,
            " is not subscribed to 'Contact Channel Subscription Change Event'",
            "Tick that event in it; nobody else tells the daemon of opt-outs");
    }

    void secret(const Webhook& webhook) {
        if (webhook.secret.empty()) {
            add(Kind::empty_secret, webhook,
                " has no secret: nobody could tell its requests from forged ones, so none is accepted",
                "Enter a long random secret in Mautic");
        } else if (!is_known(webhook.secret, expected_.secrets)) {
            add(Kind::unknown_secret, webhook,
                " has a secret that is none of this daemon's: every request is refused with 401 and lost",
                "Enter the same in Mautic and in the file that [webhook] secret_files names, or set "
                "[webhook] secret = \"from-database\"");
        }
    }

    void failing(const Webhook& webhook) {
        const auto& log = webhook.requests;
        std::string text = ": " + requests(log.failed) + " failed (" + statuses(log) + "), the latest at " +
                           shown(log.last_failure);
        if (log.last_success) {
            text += "; one was accepted at " + shown(log.last_success);
        } else {
            text += "; Mautic switches off a webhook whose last " +
                    std::to_string(WebhookRequests::rows_max) + " requests all failed";
        }
        add(Kind::failing, webhook, text,
            std::string(lost_events) + ". " +
                (log.private_address_refused ? private_address_advice
                                             : advice_for(log.status_codes.front())));
    }

    void unhealthy(const Webhook& webhook) {
        add(Kind::unhealthy, webhook,
            " has been marked unhealthy by Mautic since " + shown(webhook.unhealthy_since),
            "Its requests failed; the webhook's log in Mautic shows why");
    }

    void waiting(const Webhook& webhook) {
        if (webhook.waiting == 0 || !webhook.waiting_since) return;
        if (now_ - *webhook.waiting_since <= expected_.waiting_max) return;
        const bool more = webhook.waiting >= Webhook::waiting_max;
        const std::string count = (more ? "at least " : "") + std::to_string(webhook.waiting) +
                                  (webhook.waiting == 1 ? " event waits" : " events wait");
        add(Kind::piling_up, webhook,
            ": " + count + " in Mautic's queue, the oldest since " + shown(webhook.waiting_since),
            "Does its cron job mautic:webhooks:process run, and often enough?");
    }

    std::vector<WebhookWarning> take() { return std::move(warnings_); }

  private:
    const WebhookExpectations& expected_;
    const Timestamp now_;
    std::vector<WebhookWarning> warnings_;
};

bool works(const Webhook& webhook) { return webhook.published && webhook.tells_opt_outs; }

void judge_working(const Webhook& webhook, Judgement& judgement) {
    judgement.secret(webhook);
    if (is_failing(webhook)) judgement.failing(webhook);
    if (webhook.unhealthy_since) judgement.unhealthy(webhook);
    judgement.waiting(webhook);
}

void judge_idle(const Webhook& webhook, Judgement& judgement) {
    if (!webhook.published) judgement.unpublished(webhook);
    if (!webhook.tells_opt_outs) judgement.not_subscribed(webhook);
    judgement.secret(webhook);
}

}  // namespace

std::string describe(const WebhookWarning& warning) {
    return warning.advice.empty() ? warning.text : warning.text + ". " + warning.advice;
}

std::vector<WebhookWarning> judge(const std::vector<Webhook>& webhooks, const WebhookExpectations& expected,
                                  Timestamp now) {
    Judgement judgement(expected, now);
    if (webhooks.empty()) judgement.nothing_points_here();
    const bool one_works = std::any_of(webhooks.begin(), webhooks.end(), works);
    std::set<std::string> servers;
    for (const Webhook& webhook : webhooks) {
        servers.insert(webhook.server);
        if (works(webhook)) {
            judge_working(webhook, judgement);
        } else if (!one_works) {
            judge_idle(webhook, judgement);
        }
    }
    if (expected.secrets_from_database && servers.size() > 1) judgement.several_servers(servers.size());
    return judgement.take();
}

WebhookWarning cannot_be_read(const database::DatabaseError& error) {
    const bool refused = error.error_class() == database::ErrorClass::privilege;
    return {WebhookWarning::Kind::unreadable, 0,
            std::string("Mautic's tables of webhooks cannot be read: ") + error.what(),
            refused ? "Grant SELECT on Mautic's database, as `mautic-gdprd grants` says" : ""};
}

}  // namespace gdprd::webhook_setup
