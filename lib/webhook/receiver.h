// Turns webhook requests into stored jobs and status codes. The only place with status codes for webhooks.
//
//     204  authentic, and stored or nothing to do        401  missing or wrong signature
//     400  authentic, but not the JSON of a webhook      drop authentic, but it could not be stored
//
// Nothing of a body is ever logged, answered or kept.
#pragma once

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
    queued,           // at least one contact was stored
    nothing_to_do,    // authentic, no event that a trigger covers
    test,             // Mautic's "send test payload"
    unauthentic,      // 401
    malformed,        // 400
    not_stored,       // the queue refused: connection closed without an answer
};
const char* name_of(Receipt receipt);

// Replaced as a whole at a reload, so that a batch sees one consistent set.
struct ReceiverSettings {
    std::vector<std::string> secrets;  // never empty, none of them empty
    policy::Triggers triggers;
};

class Receiver {
  public:
    // Stores durably or throws; Queue::store.
    using Store = std::function<void(std::span<const queue::Arrival>)>;
    // Called once for each request after its receipt is known (for stored ones: after the commit).
    using Observe = std::function<void(Receipt, std::size_t events)>;

    Receiver(ReceiverSettings settings, Store store, Observe observe);
    ~Receiver();

    // The handler of the webhook's route: verifies and parses each request, stores all arrivals in one call, then
    // answers all of them. A malformed or unauthentic request does not disturb the others.
    void receive(std::span<http::Exchange* const> exchanges);

    // Any thread; takes effect with the next batch.
    void replace_settings(ReceiverSettings settings);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::webhook
