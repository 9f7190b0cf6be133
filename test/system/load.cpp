#include "system/load.h"

#include <stdexcept>

#include "system/http_client.h"
#include "system/webhook_body.h"

namespace gdprd::test {

namespace {

std::string request_for(ContactId contact, const std::string& secret) {
    SubscriptionChange change;
    change.contact = contact;
    const std::string body = webhook_body(change);
    return "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
           "Webhook-Signature: " +
           webhook_signature(body, secret) + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

// The status; 0 when the connection ended without a whole answer.
int answer_on(HttpClient& client) {
    try {
        const auto answer = client.read_answer();
        return answer ? answer->status : 0;
    } catch (const std::runtime_error&) {
        client.close();
        return 0;
    }
}

// False when nobody listens. A kept connection may have died with the process that was there before.
bool sent(HttpClient& client, const std::string& request) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (client.send_bytes(request)) return true;
        client.close();
    }
    return false;
}

}  // namespace

Load::Load(std::uint16_t port, std::string secret, std::vector<ContactId> contacts, std::size_t senders)
    : Load(port, std::move(secret), std::move(contacts), Options{senders, false, {}}) {}

Load::Load(std::uint16_t port, std::string secret, std::vector<ContactId> contacts, Options options)
    : port_(port), secret_(std::move(secret)), contacts_(std::move(contacts)), options_(std::move(options)) {
    senders_.reserve(options_.senders);
    for (std::size_t number = 0; number < options_.senders; ++number) {
        senders_.emplace_back([this] { send_all(); });
    }
}

Load::~Load() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    next_ = contacts_.size();
    changed_.notify_all();
    for (std::thread& sender : senders_) {
        if (sender.joinable()) sender.join();
    }
}

void Load::server_is_up() {
    {
        const std::lock_guard lock(mutex_);
        ++starts_;
    }
    changed_.notify_all();
}

void Load::send_all() {
    HttpClient client(port_);
    const Visit visit = options_.make_visit ? options_.make_visit() : [](ContactId) { return true; };
    for (std::size_t index = next_++; index < contacts_.size(); index = next_++) {
        if (!visit(contacts_[index])) continue;
        note(contacts_[index], deliver(client, request_for(contacts_[index], secret_)));
    }
    ++finished_senders_;
}

int Load::deliver(HttpClient& client, const std::string& request) {
    while (true) {
        const int seen = starts_;
        if (!sent(client, request)) {
            if (!wait_for_server(seen)) return 0;
            continue;
        }
        const int status = answer_on(client);
        if (status != 0 || !options_.resend) return status;
        ++resent_;
    }
}

// False when there is no use in waiting.
bool Load::wait_for_server(int seen) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || starts_ != seen; });
    return !stopped_;
}

void Load::note(ContactId contact, int status) {
    const std::lock_guard lock(mutex_);
    if (status == 204) {
        acknowledged_.insert(contact);
        ++acknowledged_count_;
    } else if (status != 0) {
        other_answers_.insert(status);
    }
}

std::set<ContactId> Load::acknowledged_contacts() {
    for (std::thread& sender : senders_) {
        if (sender.joinable()) sender.join();
    }
    return acknowledged_;
}

std::set<int> Load::other_answers() {
    const std::lock_guard lock(mutex_);
    return other_answers_;
}

}  // namespace gdprd::test
