// Turns webhook requests into stored jobs and status codes. The only place with status codes for webhooks.
//
//     204  authentic, and stored or nothing to do        401  missing or wrong signature
//     400  authentic, but not the JSON of a webhook      drop authentic, but it could not be stored
//
// While more secrets may come (they are read from Mautic's database, which is away, or was read just before)
// a signature that matches none is not called wrong: drop. Mautic 4-6 keeps a queued webhook then and deletes
// it on any answer.
//
// Nothing of a body is ever logged, answered or kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "http/server.h"
#include "policy/triggers.h"
#include "queue/job.h"

namespace gdprd::webhook {

// What became of a request; the label of the metric `received`. One comment a value.
enum class Receipt {
    queued,         // at least one contact was stored
    nothing_to_do,  // authentic, no event that a trigger covers
    test,           // Mautic's "send test payload"
    unauthentic,    // 401
    malformed,      // 400
    undecided,      // the secret it was signed with may be one of a moment ago: closed without an answer
    not_stored,     // the queue refused, or no secret is known yet: connection closed without an answer
};
const char* name_of(Receipt receipt);

// Replaced as a whole at a reload, so that a batch sees one consistent set.
struct ReceiverSettings {
    std::vector<std::string> secrets;  // none of them empty
    policy::Triggers triggers;
    bool secrets_complete = true;  // false: more may come, and there may be none yet
};

class Receiver {
  public:
    // Stores durably or throws; Queue::store.
    using Store = std::function<void(std::span<const queue::Arrival>)>;
    // Called once for each request after its receipt is known (for stored ones: after the commit).
    using Observe = std::function<void(Receipt, std::size_t events)>;

    // Throws ConfigurationError when a secret is empty, and when there is none and none can come.
    Receiver(ReceiverSettings settings, Store store, Observe observe);
    ~Receiver();
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    // Called by receive() with the contacts that Mautic told are gone, when there are any: deleted, or merged
    // into another one. Set it before the first request.
    using Deleted = std::function<void(std::span<const ContactId>)>;
    void when_deleted(Deleted deleted);

    // Called by receive(), once for all its requests whose signatures match no secret that is known: newer
    // ones may have come by replace_settings() when it returns, and the requests are looked at again. True:
    // whatever still matches none is wrong. False: that cannot be said now. Without it every signature that
    // matches none is wrong. Set it before the first request; it must not take long.
    using ReadSecrets = std::function<bool()>;
    void when_unmatched(ReadSecrets read_secrets);

    // The handler of the webhook's route: verifies and parses each request, stores all arrivals in one call,
    // then answers all of them. A malformed or unauthentic request does not disturb the others, and when the
    // queue refuses, requests that had nothing to store still get their 204. One call at a time. It throws
    // only when memory gives out; the route must have drop_on_exception set.
    void receive(std::span<http::Exchange* const> exchanges);

    // Any thread; takes effect with the next batch. Throws ConfigurationError like the constructor and keeps
    // the old settings then.
    void replace_settings(ReceiverSettings settings);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::webhook
