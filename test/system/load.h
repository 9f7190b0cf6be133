// Senders that put the daemon under load as several Mautics would: each contact's webhook goes out once, over
// connections that are kept.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/contact_id.h"

namespace gdprd::test {

class HttpClient;

class Load {
  public:
    // What a sender does before each webhook, in its own thread; false: none is sent for this contact.
    using Visit = std::function<bool(ContactId)>;
    struct Options {
        std::size_t senders = 1;
        // What got no answer is sent again, as Mautic does that queues its events.
        bool resend = false;
        // Called once a sender, in its thread, where the result lives too.
        std::function<Visit()> make_visit;
    };

    // Starts at once. A request that could not be sent, because nobody listened, waits for server_is_up()
    // and is sent then. One that was sent and got no answer is not sent again: Mautic might not either.
    Load(std::uint16_t port, std::string secret, std::vector<ContactId> contacts, std::size_t senders);
    Load(std::uint16_t port, std::string secret, std::vector<ContactId> contacts, Options options);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    // After each start of the daemon.
    void server_is_up();

    std::size_t acknowledged() const { return acknowledged_count_; }
    // How often a request was sent again: the one before may have been stored.
    std::size_t resent() const { return resent_; }
    bool finished() const { return finished_senders_ == senders_.size(); }
    // Waits for the senders. Contacts whose webhook was answered with 204; the rest are in doubt.
    std::set<ContactId> acknowledged_contacts();
    // Answers other than 204, after the senders ended; there must be none.
    std::set<int> other_answers();

  private:
    void send_all();
    int deliver(HttpClient& client, const std::string& request);
    bool wait_for_server(int seen);
    void note(ContactId contact, int status);

    const std::uint16_t port_;
    const std::string secret_;
    const std::vector<ContactId> contacts_;
    const Options options_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> acknowledged_count_{0};
    std::atomic<std::size_t> finished_senders_{0};
    std::atomic<std::size_t> resent_{0};
    std::atomic<int> starts_{1};

    // Guarded by mutex_.
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
    std::set<ContactId> acknowledged_;
    std::set<int> other_answers_;

    std::vector<std::thread> senders_;
};

}  // namespace gdprd::test
