// What a Mautic webhook says. The only place that knows Mautic's JSON (versions 3-7).
//
// The body is read with a SAX parser, and only event type, contact id, channel, status and timestamp are ever
// taken out of it: no other value is copied anywhere. Pure: no I/O, no exceptions for bad input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/contact_id.h"

namespace gdprd::webhook {

struct Event {
    enum class Kind {
        subscription_changed,  // mautic.lead_channel_subscription_changed
        deleted,               // mautic.lead_post_delete: also fires for the loser of a merge
        other,                 // any other event type, known to Mautic or not
    };
    Kind kind = Kind::other;
    std::optional<ContactId> contact;  // nothing for an item without one (a truncated stored payload, say)
    std::string channel;               // subscription_changed: "email", "sms", … at most 64 bytes
    std::string status;                // subscription_changed: new_status, "contactable", "bounced", …
    std::string timestamp;             // as sent, ISO 8601; at most 40 bytes
};

struct ParsedWebhook {
    std::vector<Event> events;
    bool test_payload = false;  // a top-level scalar "timestamp": Mautic 3-6's "send test payload"
};

// Nothing when the body is not JSON or not an object of arrays of objects (with the scalar `timestamp`
// allowed). Depth and the number of events are bounded (64 and 10,000).
//
// - PHP writes an empty object as []: a body [] is a webhook without events, an item [] an event without
//   a contact.
// - A contact's id is a positive integer or a string of digits, at `id` in a deleted event, at `contact.id`
//   in every other, nowhere else. Anything else there (null, negative, a fraction, more than 64 bits) is an
//   event without a contact.
// - Of a repeated key the last value counts; a repeated event type adds to the first.
// - A channel, status or timestamp that is too long or not a string counts as absent.
// - What lies deeper than the members of an item's objects (the values of a contact's fields, say) is
//   matched, not validated: its strings must end and its brackets must fit, but it need not be JSON. It
//   cannot change what is taken out, and it is most of the body.
std::optional<ParsedWebhook> parse_webhook(std::string_view body);

// The same, four to ten times as slow, with every byte validated: what parse_webhook() is tested against.
// Whatever this takes, parse_webhook() takes with the same result.
std::optional<ParsedWebhook> parse_webhook_strictly(std::string_view body);

}  // namespace gdprd::webhook
