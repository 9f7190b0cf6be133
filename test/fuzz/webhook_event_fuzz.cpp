// Whatever the bytes, parse_webhook() returns, keeps its limits, gives the same twice, and the same as the
// strict parser whenever that takes them.
#include "fuzz/target.h"
#include "webhook/event.h"

namespace gdprd::fuzz {

namespace {

using webhook::Event;
using webhook::ParsedWebhook;

bool same(const Event& a, const Event& b) {
    return a.kind == b.kind && a.contact == b.contact && a.channel == b.channel && a.status == b.status &&
           a.timestamp == b.timestamp;
}

void must_be_same(const ParsedWebhook& a, const ParsedWebhook& b) {
    must_hold(a.test_payload == b.test_payload, "both say whether it is a test payload");
    must_hold(a.events.size() == b.events.size(), "both find as many events");
    for (std::size_t i = 0; i < a.events.size(); ++i)
        must_hold(same(a.events[i], b.events[i]), "the same event");
}

void check_limits(const ParsedWebhook& parsed) {
    must_hold(parsed.events.size() <= 10'000, "not too many events");
    for (const Event& event : parsed.events) {
        must_hold(event.contact != ContactId{0}, "no contact has the number 0");
        must_hold(event.channel.size() <= 64 && event.status.size() <= 64 && event.timestamp.size() <= 40,
                  "texts are short");
        must_hold(event.kind == Event::Kind::subscription_changed ||
                      (event.channel.empty() && event.status.empty()),
                  "only a subscription has channel and status");
    }
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    const auto parsed = webhook::parse_webhook(input);
    const auto again = webhook::parse_webhook(input);
    const auto strict = webhook::parse_webhook_strictly(input);
    must_hold(parsed.has_value() == again.has_value(), "the same twice");
    must_hold(parsed.has_value() || !strict.has_value(), "nothing is refused that the strict parser takes");
    if (!parsed) return;
    check_limits(*parsed);
    must_be_same(*parsed, *again);
    if (strict) must_be_same(*parsed, *strict);
}

}  // namespace gdprd::fuzz
