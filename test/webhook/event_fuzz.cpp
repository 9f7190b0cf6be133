// libFuzzer target: whatever the bytes, parse_webhook() returns, keeps its limits, gives the same twice, and
// the same as the strict parser whenever that takes them.
//     cmake … -DCMAKE_CXX_COMPILER=clang++ -DGDPRD_FUZZ=ON && webhook_event_fuzz CORPUS -max_len=65536
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "webhook/event.h"

namespace {

using gdprd::webhook::Event;
using gdprd::webhook::ParsedWebhook;

void must_hold(bool condition) {
    if (!condition) std::abort();
}

bool same(const Event& a, const Event& b) {
    return a.kind == b.kind && a.contact == b.contact && a.channel == b.channel && a.status == b.status &&
           a.timestamp == b.timestamp;
}

void must_be_same(const ParsedWebhook& a, const ParsedWebhook& b) {
    must_hold(a.test_payload == b.test_payload && a.events.size() == b.events.size());
    for (std::size_t i = 0; i < a.events.size(); ++i) must_hold(same(a.events[i], b.events[i]));
}

void check_limits(const ParsedWebhook& parsed) {
    must_hold(parsed.events.size() <= 10'000);
    for (const Event& event : parsed.events) {
        must_hold(event.contact != gdprd::ContactId{0});
        must_hold(event.channel.size() <= 64 && event.status.size() <= 64 && event.timestamp.size() <= 40);
        if (event.kind != Event::Kind::subscription_changed) {
            must_hold(event.channel.empty() && event.status.empty());
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto parsed = gdprd::webhook::parse_webhook(body);
    const auto again = gdprd::webhook::parse_webhook(body);
    const auto strict = gdprd::webhook::parse_webhook_strictly(body);
    must_hold(parsed.has_value() == again.has_value());
    must_hold(parsed.has_value() || !strict.has_value());
    if (!parsed) return 0;
    check_limits(*parsed);
    must_be_same(*parsed, *again);
    if (strict) must_be_same(*parsed, *strict);
    return 0;
}
