// A receiver over a queue that only remembers, and can be told to refuse.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "webhook/receiver.h"
#include "webhook/signature.h"

namespace gdprd::test {

struct ReceiverFixture {
    ReceiverFixture()
        : receiver(
              {{secret}, {}}, [this](auto arrivals) { store(arrivals); },
              [this](webhook::Receipt receipt, std::size_t events) {
                  observed.emplace_back(receipt, events);
              }) {}

    // A request signed with `key`; receive() takes all requests made since the last one.
    http::Exchange& request(std::string body, const std::string& key = secret) {
        exchanges.push_back(std::make_unique<http::Exchange>());
        auto& exchange = *exchanges.back();
        exchange.request.signature = webhook::sign(body, key);
        exchange.request.body = std::move(body);
        exchange.request.remote = "192.0.2.7";
        return exchange;
    }

    void receive() {
        std::vector<http::Exchange*> batch;
        for (; received < exchanges.size(); ++received) batch.push_back(exchanges[received].get());
        receiver.receive(batch);
    }

    // One request alone.
    http::Response answer_to(std::string body, const std::string& key = secret) {
        auto& exchange = request(std::move(body), key);
        receive();
        return exchange.response;
    }

    std::vector<ContactId> stored_contacts() const {
        std::vector<ContactId> contacts;
        for (const auto& call : stored) {
            for (const auto& arrival : call) contacts.push_back(arrival.contact);
        }
        return contacts;
    }

    void store(std::span<const queue::Arrival> arrivals) {
        if (++store_calls == refused_call) throw Error("queue: disk full");
        stored.emplace_back(arrivals.begin(), arrivals.end());
    }

    static inline const std::string secret = "a secret of the tests";
    std::size_t refused_call = 0;  // the n-th call of store() throws; 0: none does
    std::size_t store_calls = 0;
    std::vector<std::vector<queue::Arrival>> stored;
    std::vector<std::pair<webhook::Receipt, std::size_t>> observed;
    std::vector<std::unique_ptr<http::Exchange>> exchanges;
    std::size_t received = 0;
    webhook::Receiver receiver;
};

// A webhook with one do-not-contact change.
inline std::string change_of(ContactId contact, std::string_view status = "unsubscribed",
                             std::string_view channel = "email") {
    return R"({"mautic.lead_channel_subscription_changed":[{"contact":{"id":)" + std::to_string(contact) +
           R"(,"fields":[]},"channel":")" + std::string(channel) +
           R"(","old_status":"contactable","new_status":")" + std::string(status) +
           R"(","timestamp":"2026-03-01T10:00:00+00:00"}]})";
}

}  // namespace gdprd::test
