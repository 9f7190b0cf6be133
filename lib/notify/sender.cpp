#include "notify/sender.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>

#include "base/backoff.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/random.h"
#include "http/type_name.h"
#include "notify/delivery.h"
#include "notify/judgement.h"
#include "notify/message.h"
#include "outbox/outbox.h"

namespace gdprd::notify {

namespace {

using outbox::DeliveryState;
using outbox::Notification;
using Clock = std::chrono::steady_clock;

constexpr Milliseconds idle_look{1'000};
constexpr Milliseconds figures_period{5'000};
constexpr Milliseconds figures_retry{60'000};  // they may cost the time of a whole statement
constexpr Milliseconds prune_period{60'000};
constexpr Milliseconds warning_period{60'000};  // of a receiver that fails now and then
constexpr Milliseconds database_retry_first{1'000};
constexpr Milliseconds database_retry_max{60'000};
constexpr std::size_t batch_max = 20;
constexpr std::size_t claim_bytes = 8;
// Its statements are small, and whoever stops the daemon does not wait for a server that hangs.
constexpr Milliseconds statement_time{5'000};
constexpr Milliseconds lock_wait{2'000};
constexpr Milliseconds batch_time{10'000};

database::ConnectionOptions quick(database::ConnectionOptions options) {
    options.connect_timeout = std::min(options.connect_timeout, statement_time);
    options.read_timeout = std::min(options.read_timeout, statement_time);
    options.lock_wait_timeout = std::min(options.lock_wait_timeout, lock_wait);
    return options;
}

}  // namespace

class Sender::Loop {
  public:
    Loop(const Receiver& receiver, const NotifyOptions& options, const database::ConnectionOptions& database,
         std::string ledger_database, health::Metrics& metrics, Post post)
        : receiver_(receiver),
          options_(options),
          database_(quick(database)),
          ledger_database_(std::move(ledger_database)),
          metrics_(metrics),
          post_(std::move(post)),
          interval_(Milliseconds{60'000} / static_cast<std::int64_t>(options.per_minute_max)) {
        metrics_.notifications_unknown(receiver_.name);  // until the ledger could be read
    }

    void run(const std::stop_token& stop) {
        const database::ThreadScope thread;
        while (!stop.stop_requested()) {
            try {
                if (!connection_) connection_.emplace(database_);
                turn(stop);
                works();
                if (Clock::now() >= next_figures_) look_after();
            } catch (const std::exception& error) {
                connection_.reset();
                does_not_work(error);
                wait(stop, backoff(failures_, database_retry_first, database_retry_max, random_fraction()));
            }
        }
        connection_.reset();
    }

  private:
    // The workers tell what is wrong with the database; this only says what waits meanwhile.
    void does_not_work(const std::exception& error) {
        if (++failures_ != 2) return;  // a connection that was idle for long may be lost once
        metrics_.notifications_unknown(receiver_.name);
        log::warning("notifications wait; the ledger cannot be read or written",
                     {{"receiver", receiver_.name}, {"why", describe(error)}});
    }

    void works() {
        if (failures_ > 1) log::info("notifications are sent again", {{"receiver", receiver_.name}});
        failures_ = 0;
    }

    void turn(const std::stop_token& stop) {
        outbox::Outbox outbox(*connection_, ledger_database_);
        const auto silence = std::chrono::ceil<Milliseconds>(next_message_ - Clock::now());
        if (silence > idle_look) return wait(stop, idle_look);
        const std::string claim = random_hex(claim_bytes);
        const Timestamp at = now();
        const auto claimed = outbox.claim(receiver_.name, claim, at, at + lease(), batch_size());
        if (claimed.empty()) return wait(stop, idle_look);
        send_all(outbox, claimed, claim, stop);
    }

    // What is not sent by then somebody else may have: for the batch, and one message that takes its time.
    Milliseconds lease() const { return batch_time + 2 * exchange_limit(); }
    Milliseconds exchange_limit() const {
        const auto client = client_options(options_, {});
        return client.connect_timeout + client.timeout;
    }

    // As many as are sent in a short time; a receiver that does not take them gets one to try.
    std::size_t batch_size() const {
        if (refusals_ > 0) return 1;
        const auto in_time = batch_time / std::max(interval_, Milliseconds{1});
        return std::clamp<std::size_t>(static_cast<std::size_t>(in_time), 1, batch_max);
    }

    void send_all(outbox::Outbox& outbox, std::span<const Notification> claimed, const std::string& claim,
                  const std::stop_token& stop) {
        const auto end = Clock::now() + batch_time + exchange_limit();
        for (std::size_t i = 0; i < claimed.size(); ++i) {
            const auto pause = std::chrono::ceil<Milliseconds>(next_message_ - Clock::now());
            if (pause > Milliseconds{0}) wait(stop, pause);
            if (stop.stop_requested() || Clock::now() > end || !send(outbox, claimed[i], claim, stop)) {
                outbox.release(claimed.subspan(i), claim, now());
                return;
            }
        }
    }

    // False when the others are not to be tried now. A message that was tried is no longer claimed then,
    // unless the attempt was cut off.
    bool send(outbox::Outbox& outbox, const Notification& one, const std::string& claim,
              const std::stop_token& stop) {
        Attempt attempt;
        std::string why;
        try {
            const auto answer =
                post_(receiver_.url, signed_request(message_id(one), message_body(one), receiver_),
                      client_options(options_, stop));
            attempt.status = answer.status;
            attempt.retry_after = read_retry_after(answer.retry_after, now());
            why = "status " + std::to_string(answer.status);
        } catch (const http::ClientError& error) {
            if (error.failure() == http::ClientFailure::stopped) return false;
            attempt.failure = error.failure();
            why = error.what();
        } catch (const ConfigurationError& error) {  // the machine's certificate authorities
            attempt.failure = http::ClientFailure::tls;
            why = describe(error);
        } catch (const std::exception& error) {  // no memory, no thread: of this machine, and it may pass
            attempt.failed_here = true;
            const auto* const ours = dynamic_cast<const Error*>(&error);
            why = ours != nullptr ? describe(*ours) : http::type_name(error);
        }
        fault::point("notification-sent");
        const Judgement judgement = judge(attempt, one.attempts, refusals_, options_, random_fraction());
        if (judgement.fate == Judgement::Fate::delivered) {
            outbox.delivered(one, now());
            took(one);
            return true;
        }
        note_failure(outbox, one, judgement, claim);
        const bool only_this = judgement.silence == Milliseconds{0};
        next_message_ = Clock::now() + std::max(judgement.silence, interval_);
        metrics_.notification_failed(receiver_.name);
        if (!only_this) ++refusals_;
        tell_failure(one, judgement, why);
        return only_this;
    }

    static void note_failure(outbox::Outbox& outbox, Notification one, const Judgement& judgement,
                             const std::string& claim) {
        const bool parked = judgement.fate == Judgement::Fate::parked;
        one.state = parked ? DeliveryState::parked : DeliveryState::waiting;
        one.attempts += judgement.counts ? 1 : 0;
        one.due_at = now() + (parked ? Milliseconds{0} : judgement.pause);
        one.last_error = judgement.reason;
        outbox.failed(one, claim);
    }

    void took(const Notification& one) {
        next_message_ = Clock::now() + interval_;
        if (is_failure_logged_) {
            log::info("the receiver takes notifications again", {{"receiver", receiver_.name}});
        }
        is_failure_logged_ = false;
        refusals_ = 0;
        metrics_.notification_delivered(receiver_.name);
        log::debug("notification delivered", {{"receiver", receiver_.name}, {"contact", one.contact}});
    }

    void tell_failure(const Notification& one, const Judgement& judgement, const std::string& why) {
        if (judgement.fate == Judgement::Fate::parked) {
            log::error("notification parked: mend the cause, then `mautic-gdprd notify retry`",
                       {{"receiver", receiver_.name}, {"contact", one.contact}, {"why", why}});
        } else if (!is_failure_logged_ && Clock::now() >= next_warning_) {
            const bool only_this = judgement.silence == Milliseconds{0};
            log::warning(only_this ? "the receiver rejects a notification; it will be tried again"
                                   : "the receiver does not take a notification; it will be tried again",
                         {{"receiver", receiver_.name}, {"contact", one.contact}, {"why", why}});
            is_failure_logged_ = !only_this;
            next_warning_ = Clock::now() + warning_period;
        }
    }

    // After what is due was sent: whatever fails here keeps nobody from being told.
    void look_after() {
        next_figures_ = Clock::now() + figures_period;
        try {
            outbox::Outbox outbox(*connection_, ledger_database_);
            show_figures(outbox);
            if (Clock::now() >= next_prune_) prune(outbox);
            are_figures_known_ = true;
        } catch (const std::exception& error) {
            connection_.reset();
            next_figures_ = Clock::now() + figures_retry;
            metrics_.notifications_unknown(receiver_.name);
            if (are_figures_known_) {
                log::warning("notifications cannot be counted, or old ones not removed",
                             {{"receiver", receiver_.name}, {"why", describe(error)}});
            }
            are_figures_known_ = false;
        }
    }

    void show_figures(outbox::Outbox& outbox) {
        const outbox::OutboxFigures own = outbox.figures(receiver_.name);
        const Milliseconds age =
            own.oldest ? std::max(now() - *own.oldest, Milliseconds{0}) : Milliseconds{0};
        metrics_.notifications(receiver_.name, own.waiting, own.parked, age);
    }

    void prune(outbox::Outbox& outbox) {
        bool more = false;  // those of a receiver that is not configured any more, too
        for (const std::string& receiver : outbox.receivers()) {
            more |= outbox.prune(receiver, now() - options_.keep) > 0;
        }
        if (!more) next_prune_ = Clock::now() + prune_period;
    }

    // A stop ends it.
    void wait(const std::stop_token& stop, Milliseconds duration) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, duration, [] { return false; });
    }

    const Receiver receiver_;
    const NotifyOptions options_;
    const database::ConnectionOptions database_;
    const std::string ledger_database_;
    health::Metrics& metrics_;
    const Post post_;
    const Milliseconds interval_;  // between two messages
    std::mutex mutex_;
    std::condition_variable_any changed_;

    // Of the thread.
    std::optional<database::Connection> connection_;
    int failures_ = 0;                // of the database, since it last went well
    std::uint64_t refusals_ = 0;      // of the receiver, since it last took a message
    bool are_figures_known_ = true;   // or it is not said yet that they are not
    bool is_failure_logged_ = false;  // and not yet that it is over
    Clock::time_point next_warning_{};
    Clock::time_point next_message_{};
    Clock::time_point next_figures_{};
    Clock::time_point next_prune_{};
};

Sender::Sender(const Receiver& receiver, const NotifyOptions& options,
               const database::ConnectionOptions& database, std::string ledger_database,
               health::Metrics& metrics, Post post)
    : loop_(std::make_unique<Loop>(receiver, options, database, std::move(ledger_database), metrics,
                                   std::move(post))),
      thread_([this](const std::stop_token& stop) { loop_->run(stop); }) {}

Sender::~Sender() = default;

}  // namespace gdprd::notify
