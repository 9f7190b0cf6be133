#include "notify/judgement.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/backoff.h"
#include "base/text.h"

namespace gdprd::notify {

namespace {

using http::ClientFailure;

constexpr int gone = 410;
constexpr int too_many_requests = 429;
// Of 4xx, those that say nothing of the message itself: credentials, haste, a slow connection.
constexpr std::array about_the_receiver{401, 403, 407, 408, 410, 425, 429};
constexpr Milliseconds retry_after_max{24LL * 3'600'000};

std::string words_for(ClientFailure failure) {
    switch (failure) {
        case ClientFailure::name_unknown:
            return "name unknown";
        case ClientFailure::not_connected:
            return "not connected";
        case ClientFailure::tls:
            return "TLS refused";
        case ClientFailure::closed:
            return "closed without an answer";
        case ClientFailure::timed_out:
            return "timed out";
        case ClientFailure::not_http:
            return "not HTTP";
        case ClientFailure::too_large:
            return "answer too large";
        case ClientFailure::stopped:
            break;
    }
    return "stopped";
}

Milliseconds growing(std::uint64_t failures, const NotifyOptions& options, double random_fraction) {
    const auto count = std::min<std::uint64_t>(failures, std::numeric_limits<int>::max());
    return backoff(static_cast<int>(count), options.backoff_first, options.backoff_max, random_fraction);
}

bool rejects_the_message(const Attempt& attempt) {
    return attempt.status >= 400 && attempt.status < 500 && !attempt.retry_after &&
           std::find(about_the_receiver.begin(), about_the_receiver.end(), attempt.status) ==
               about_the_receiver.end();
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the only form that HTTP lets anybody write.
std::optional<Timestamp> parse_http_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr std::size_t length = 29;
    if (text.size() != length || !text.ends_with(" GMT")) return std::nullopt;
    const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
    if (month == months.end()) return std::nullopt;
    const auto number = std::to_string(month - months.begin() + 1);
    const std::string date = std::string(text.substr(12, 4)) + (number.size() < 2 ? "-0" : "-") + number +
                             '-' + std::string(text.substr(5, 2)) + ' ' + std::string(text.substr(17, 8));
    return parse_utc(date);
}

}  // namespace

Judgement judge(const Attempt& attempt, std::uint64_t failed_before, std::uint64_t failures_before,
                const NotifyOptions& options, double random_fraction) {
    Judgement judgement;
    if (attempt.status >= 200 && attempt.status < 300) {
        judgement.fate = Judgement::Fate::delivered;
        return judgement;
    }
    judgement.reason = attempt.status != 0   ? "status " + std::to_string(attempt.status)
                       : attempt.failed_here ? "failed here"
                                             : words_for(attempt.failure);
    judgement.pause = growing(failed_before + 1, options, random_fraction);
    if (!rejects_the_message(attempt)) {
        judgement.silence = growing(failures_before + 1, options, random_fraction);
    }
    if (attempt.status == gone) {
        judgement.fate = Judgement::Fate::parked;
        judgement.silence = options.backoff_max;
        return judgement;
    }
    if (attempt.retry_after) {
        judgement.pause = std::max(judgement.pause, *attempt.retry_after);
        judgement.silence = std::max(judgement.silence, *attempt.retry_after);
    }
    judgement.counts = attempt.status != too_many_requests;
    if (judgement.counts && failed_before + 1 >= options.attempts_max) {
        judgement.fate = Judgement::Fate::parked;
    }
    return judgement;
}

std::optional<Milliseconds> read_retry_after(std::string_view text, Timestamp at) {
    Milliseconds asked{0};
    if (const auto seconds = whole_number<std::uint32_t>(text)) {
        asked = std::chrono::seconds{*seconds};
    } else if (const auto until = parse_http_date(text)) {
        asked = *until - at;
    }
    if (asked <= Milliseconds{0}) return std::nullopt;
    return std::min(asked, retry_after_max);
}

}  // namespace gdprd::notify
