// Bodies of webhooks as Mautic 5 sends them, about people who do not exist.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/contact_id.h"

namespace gdprd::test {

struct SubscriptionChange {
    ContactId contact = 0;
    std::string status = "unsubscribed";  // contactable, unsubscribed, bounced, manual
    std::string channel = "email";
    std::string timestamp = "2026-03-01T12:00:00+00:00";
};

// One "Contact Channel Subscription Change" with everything Mautic tells about the contact: some 6 KB.
// `size_min`: padded with custom fields up to at least that size, e.g. 10'000.
std::string webhook_body(const SubscriptionChange& change, std::size_t size_min = 0);

// Queue mode: several events in one POST.
std::string webhook_batch_body(const std::vector<SubscriptionChange>& changes);

// A contact was deleted, or merged into another: the id stands beside the contact, whose own is null.
std::string deletion_body(ContactId contact);

// Text as PHP's json_encode() writes it: ASCII only, with \/ and \u.
std::string json_text(std::string_view utf8);

}  // namespace gdprd::test
