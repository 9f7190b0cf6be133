#include "webhook/refusal_log.h"

#include <utility>

#include "base/log.h"

namespace gdprd::webhook {

const char* name_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::signature_missing:
            return "signature_missing";
        case Refusal::signature_wrong:
            return "signature_wrong";
        case Refusal::no_secret_yet:
            return "no_secret_yet";
        case Refusal::undecided:
            return "undecided";
        case Refusal::not_a_webhook:
            return "not_a_webhook";
        case Refusal::not_examined:
            return "not_examined";
        case Refusal::not_stored:
            return "not_stored";
    }
    return "";
}

void RefusalLog::write(Refusal refusal, std::string_view remote) {
    const auto held_back = admit(refusal, Clock::now());
    if (!held_back) return;
    log::warning("refused a webhook",
                 {{"reason", name_of(refusal)}, {"remote", remote}, {"unwritten_before", *held_back}});
}

void RefusalLog::write_queue_failure(std::string_view text) {
    const auto held_back = admit(queue_failure_, Clock::now());
    if (!held_back) return;
    log::error("could not store webhooks", {{"error", text}, {"unwritten_before", *held_back}});
}

std::optional<std::uint64_t> RefusalLog::admit(Refusal refusal, Clock::time_point time) {
    return admit(kinds_.at(static_cast<std::size_t>(refusal)), time);
}

std::optional<std::uint64_t> RefusalLog::admit(Kind& kind, Clock::time_point time) {
    if (kind.written_at && time - *kind.written_at < std::chrono::seconds{1}) {
        ++kind.held_back;
        return std::nullopt;
    }
    kind.written_at = time;
    return std::exchange(kind.held_back, 0);
}

}  // namespace gdprd::webhook
