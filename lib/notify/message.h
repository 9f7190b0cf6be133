// What a receiver is told. Pure.
#pragma once

#include <string>

#include "outbox/outbox.h"

namespace gdprd::notify {

// "msg_" and the id: the same in each attempt, by which a receiver recognises a repeat.
std::string message_id(const outbox::Notification& notification);

// The same in each attempt, too. {"type":"contact.erased","timestamp":…,"data":{"contact_id":…,"hash":…,
// "algorithm":…,"key_id":…,"former_hashes":[…],"opted_out_at":…,"erased_at":…}}: times as RFC 3339 has them,
// null for what there is not.
std::string message_body(const outbox::Notification& notification);

// Of a message that tells of nobody, to try the way.
std::string test_body(Timestamp at);

}  // namespace gdprd::notify
