#include "webhook/refusal_log.h"

#include <utility>

#include "base/log.h"
#include "base/names.h"

namespace gdprd::webhook {

constexpr auto refusal_names = make_names<Refusal>({{Refusal::signature_missing, "signature_missing"},
                                                    {Refusal::signature_wrong, "signature_wrong"},
                                                    {Refusal::no_secret_yet, "no_secret_yet"},
                                                    {Refusal::undecided, "undecided"},
                                                    {Refusal::not_a_webhook, "not_a_webhook"},
                                                    {Refusal::not_examined, "not_examined"},
                                                    {Refusal::not_stored, "not_stored"}});

const char* name_of(Refusal refusal) { return refusal_names.of(refusal); }

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
