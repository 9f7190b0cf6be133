// Whatever the bytes: a message of a queue is read or given up, and what is read names somebody. In base64 it
// is the same.
#include "base/base64.h"
#include "content/queued_message.h"
#include "fuzz/target.h"

namespace gdprd::fuzz {

namespace {

bool are_same(const std::optional<std::vector<content::MailRecipient>>& one,
              const std::optional<std::vector<content::MailRecipient>>& other) {
    if (!one || !other) return !one && !other;
    if (one->size() != other->size()) return false;
    for (std::size_t i = 0; i < one->size(); ++i) {
        if ((*one)[i].address != (*other)[i].address || (*one)[i].contact != (*other)[i].contact)
            return false;
    }
    return true;
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    content::tells_of_mail(input);
    const auto recipients = content::recipients_of_mail(input);
    must_hold(!recipients || !recipients->empty(), "a mail has a recipient");
    if (input.ends_with('}')) return;
    const auto decoded = base64_decoded(input);
    if (decoded && decoded->ends_with('}')) {
        must_hold(are_same(recipients, content::recipients_of_mail(*decoded)), "base64 changes nothing");
    }
}

}  // namespace gdprd::fuzz
