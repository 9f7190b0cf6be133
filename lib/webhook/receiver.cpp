#include "webhook/receiver.h"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/names.h"
#include "webhook/event.h"
#include "webhook/refusal_log.h"
#include "webhook/signature.h"

namespace gdprd::webhook {

namespace {

// `leads`.`id` may be unsigned, but no id that a database counted its way to is beyond this.
constexpr ContactId contact_max = INT64_MAX;

// What one request turned out to be.
struct Verdict {
    Receipt receipt = Receipt::not_stored;
    std::optional<Refusal> refusal;
    std::size_t events = 0;
    std::vector<ContactId> contacts;  // to be stored; may repeat
    std::vector<ContactId> deleted;   // Mautic says that they are gone
};

Verdict refused(Receipt receipt, Refusal refusal) { return {receipt, refusal, 0, {}, {}}; }

bool to_be_stored(const Event& event, const policy::Triggers& triggers) {
    if (event.kind != Event::Kind::subscription_changed) return false;
    if (!event.contact || *event.contact > contact_max) return false;
    const auto reason = policy::reason_from_name(event.status);
    return reason && triggers.covers(*reason, event.channel);
}

Verdict examine(const http::Request& request, const ReceiverSettings& settings) {
    if (request.signature.empty()) return refused(Receipt::unauthentic, Refusal::signature_missing);
    if (!verify(request.body, request.signature, settings.secrets)) {
        if (!settings.secrets_complete) return refused(Receipt::not_stored, Refusal::no_secret_yet);
        return refused(Receipt::unauthentic, Refusal::signature_wrong);
    }
    const auto webhook = parse_webhook(request.body);
    if (!webhook) return refused(Receipt::malformed, Refusal::not_a_webhook);

    Verdict verdict;
    verdict.events = webhook->events.size();
    if (webhook->test_payload) {
        verdict.receipt = Receipt::test;
        return verdict;
    }
    for (const Event& event : webhook->events) {
        if (to_be_stored(event, settings.triggers)) verdict.contacts.push_back(*event.contact);
        const bool is_id = event.contact && *event.contact <= contact_max;
        if (event.kind == Event::Kind::deleted && is_id) verdict.deleted.push_back(*event.contact);
    }
    verdict.receipt = verdict.contacts.empty() ? Receipt::nothing_to_do : Receipt::queued;
    return verdict;
}

// Memory giving out over one request must not take the others with it. The request is dropped: nothing is
// known about it, so there is no answer that would be true.
Verdict examine_or_drop(const http::Request& request, const ReceiverSettings& settings) noexcept {
    try {
        return examine(request, settings);
    } catch (const std::exception&) {
        return {Receipt::not_stored, Refusal::not_examined, 0, {}, {}};
    }
}

http::Response answer_to(Receipt receipt) {
    http::Response response;
    switch (receipt) {
        case Receipt::queued:
        case Receipt::nothing_to_do:
        case Receipt::test:
            response.status = 204;
            break;
        case Receipt::unauthentic:
            response.status = 401;
            break;
        case Receipt::malformed:
            response.status = 400;
            break;
        case Receipt::undecided:
        case Receipt::not_stored:
            response.drop = true;
            break;
    }
    return response;
}

std::vector<queue::Arrival> arrivals_of(const std::vector<Verdict>& verdicts) {
    std::vector<queue::Arrival> arrivals;
    std::unordered_set<ContactId> seen;
    const Timestamp received_at = now();
    for (const Verdict& verdict : verdicts) {
        for (ContactId contact : verdict.contacts) {
            if (seen.insert(contact).second) {
                arrivals.push_back({contact, queue::Origin::webhook, received_at});
            }
        }
    }
    return arrivals;
}

std::shared_ptr<const ReceiverSettings> checked(ReceiverSettings settings) {
    const std::string advice = "Give the secret that is entered in Mautic's webhook.";
    if (settings.secrets.empty() && settings.secrets_complete)
        throw ConfigurationError("webhook: no secret", advice);
    for (const std::string& secret : settings.secrets) {
        if (secret.empty()) throw ConfigurationError("webhook: an empty secret", advice);
    }
    return std::make_shared<const ReceiverSettings>(std::move(settings));
}

}  // namespace

constexpr auto receipt_names = make_names<Receipt>({{Receipt::queued, "queued"},
                                                    {Receipt::nothing_to_do, "nothing_to_do"},
                                                    {Receipt::test, "test"},
                                                    {Receipt::unauthentic, "unauthentic"},
                                                    {Receipt::malformed, "malformed"},
                                                    {Receipt::undecided, "undecided"},
                                                    {Receipt::not_stored, "not_stored"}});

const char* name_of(Receipt receipt) { return receipt_names.of(receipt); }

struct Receiver::Implementation {
    Implementation(ReceiverSettings first, Store s, Observe o)
        : store(std::move(s)), observe(std::move(o)), settings(checked(std::move(first))) {}

    std::shared_ptr<const ReceiverSettings> current_settings() {
        const std::lock_guard lock(settings_mutex);
        return settings;
    }

    std::vector<Verdict> examine_all(std::span<http::Exchange* const> exchanges);
    void examine_unmatched(std::span<http::Exchange* const> exchanges, std::vector<Verdict>& verdicts);
    void store_all(std::vector<Verdict>& verdicts);
    void answer_all(std::span<http::Exchange* const> exchanges, const std::vector<Verdict>& verdicts);

    // Constant after construction.
    const Store store;
    const Observe observe;
    Deleted deleted;           // constant from the first request on
    ReadSecrets read_secrets;  // the same

    std::mutex settings_mutex;
    std::shared_ptr<const ReceiverSettings> settings;  // guarded by settings_mutex

    // Used by the thread that calls receive().
    RefusalLog refusal_log;
};

std::vector<Verdict> Receiver::Implementation::examine_all(std::span<http::Exchange* const> exchanges) {
    const auto batch_settings = current_settings();
    std::vector<Verdict> verdicts;
    verdicts.reserve(exchanges.size());
    for (const http::Exchange* exchange : exchanges) {
        verdicts.push_back(examine_or_drop(exchange->request, *batch_settings));
    }
    return verdicts;
}

// Once for all of them: who posts rubbish must not have the database read for each.
void Receiver::Implementation::examine_unmatched(std::span<http::Exchange* const> exchanges,
                                                 std::vector<Verdict>& verdicts) {
    const auto is_unmatched = [](const Verdict& verdict) {
        return verdict.refusal == Refusal::signature_wrong;
    };
    if (!read_secrets || std::none_of(verdicts.begin(), verdicts.end(), is_unmatched)) return;
    const bool all_known = read_secrets();
    const auto settings_now = current_settings();
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        if (!is_unmatched(verdicts[i])) continue;
        verdicts[i] = examine_or_drop(exchanges[i]->request, *settings_now);
        if (!all_known && is_unmatched(verdicts[i])) {
            verdicts[i] = refused(Receipt::undecided, Refusal::undecided);
        }
    }
}

void Receiver::Implementation::store_all(std::vector<Verdict>& verdicts) {
    const auto arrivals = arrivals_of(verdicts);
    if (arrivals.empty()) return;
    try {
        store(arrivals);
    } catch (const std::exception& error) {
        refusal_log.write_queue_failure(describe(error));
        for (Verdict& verdict : verdicts) {
            if (verdict.receipt != Receipt::queued) continue;
            verdict.receipt = Receipt::not_stored;
            verdict.refusal = Refusal::not_stored;
        }
    }
}

void Receiver::Implementation::answer_all(std::span<http::Exchange* const> exchanges,
                                          const std::vector<Verdict>& verdicts) {
    std::vector<ContactId> gone;
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
        const Verdict& verdict = verdicts[i];
        exchanges[i]->response = answer_to(verdict.receipt);
        if (verdict.refusal) refusal_log.write(*verdict.refusal, exchanges[i]->request.remote);
        if (observe) observe(verdict.receipt, verdict.events);
        gone.insert(gone.end(), verdict.deleted.begin(), verdict.deleted.end());
    }
    if (deleted && !gone.empty()) deleted(gone);
}

Receiver::Receiver(ReceiverSettings settings, Store store, Observe observe)
    : implementation_(
          std::make_unique<Implementation>(std::move(settings), std::move(store), std::move(observe))) {}

Receiver::~Receiver() = default;

void Receiver::when_deleted(Deleted deleted) { implementation_->deleted = std::move(deleted); }

void Receiver::when_unmatched(ReadSecrets read_secrets) {
    implementation_->read_secrets = std::move(read_secrets);
}

void Receiver::receive(std::span<http::Exchange* const> exchanges) {
    auto verdicts = implementation_->examine_all(exchanges);
    implementation_->examine_unmatched(exchanges, verdicts);
    implementation_->store_all(verdicts);
    implementation_->answer_all(exchanges, verdicts);
}

void Receiver::replace_settings(ReceiverSettings settings) {
    auto replacement = checked(std::move(settings));
    const std::lock_guard lock(implementation_->settings_mutex);
    implementation_->settings.swap(replacement);
}

}  // namespace gdprd::webhook
