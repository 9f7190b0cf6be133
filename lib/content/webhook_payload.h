// Whom a webhook that waits in Mautic's `webhook_queue` is about. Mautic writes one event a row: the contact
// as the member "contact" of {"contact": {"id": 7, …}, "timestamp": …}, or as "lead" of what the event is
// about, as in {"hit": {"lead": {"id": 7, …}}}; the event of a contact's deletion has the id beside a contact
// without one (Mautic 3-7, LeadBundle, EmailBundle, FormBundle, PageBundle, SmsBundle:
// EventListener/WebhookSubscriber.php).
//
// Pure; safe from any thread.
#pragma once

#include <set>
#include <string_view>

#include "base/contact_id.h"

namespace gdprd::content {

struct WebhookContacts {
    std::set<ContactId> named;  // empty for an event of a company, for example
    bool others = false;        // it is also about somebody whom it does not name
    // False for what is no JSON, or was cut off when it was stored: Mautic sends nothing of it. `named` is
    // then what its beginning tells.
    bool readable = true;
};

// `payload` is JSON, or JSON in a zlib stream.
WebhookContacts contacts_of_webhook(std::string_view payload);

}  // namespace gdprd::content
