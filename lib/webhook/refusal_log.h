// Log lines about refused requests, few enough that a flood of them cannot fill the journal.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gdprd::webhook {

enum class Refusal {
    signature_missing,  // no header "Webhook-Signature", or more than one
    signature_wrong,    // made with another secret, or for another body
    no_secret_yet,      // the secret it was made with may not have been read yet
    undecided,          // the secret it was made with may be one that could not be read again just now
    not_a_webhook,      // authentic, but not the JSON of a Mautic webhook
    not_examined,       // memory or OpenSSL gave out
    not_stored,         // the queue refused this and every other of the batch
};
const char* name_of(Refusal refusal);

// At most one line a second for each kind. Not thread-safe.
class RefusalLog {
  public:
    using Clock = std::chrono::steady_clock;

    // Writes a warning with the kind, the peer's address and how many of the kind went unwritten before it.
    void write(Refusal refusal, std::string_view remote);

    // The same for a failure of the queue, once a batch and as an error: `text` is what the queue said.
    void write_queue_failure(std::string_view text);

    // The rule itself: how many were held back since the last one that was let through; nothing when this one
    // is to be held back too.
    std::optional<std::uint64_t> admit(Refusal refusal, Clock::time_point time);

  private:
    struct Kind {
        std::optional<Clock::time_point> written_at;
        std::uint64_t held_back = 0;
    };
    static std::optional<std::uint64_t> admit(Kind& kind, Clock::time_point time);

    std::array<Kind, 7> kinds_;  // by Refusal
    Kind queue_failure_;
};

}  // namespace gdprd::webhook
