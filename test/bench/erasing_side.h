// Contacts a second of one way to erase, in slices that take turns with those of others.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "bench/processor_time.h"
#include "bench/report.h"
#include "bench/samples.h"

namespace gdprd::bench {

class ErasingSide {
  public:
    ErasingSide(std::string name, const test::PrivateServer& server)
        : name_(std::move(name)), processor_(server) {}

    template <class Erase>
    void run(const std::vector<ContactId>& contacts, Erase erase) {
        processor_.begin();
        const auto start = std::chrono::steady_clock::now();
        erase(contacts);
        rates_.push_back(static_cast<double>(contacts.size()) / seconds_since(start));
        processor_.end();
        contacts_ += static_cast<double>(contacts.size());
    }

    const std::string& name() const { return name_; }
    double last_rate() const { return rates_.back(); }

    Figure rate() const { return {name_, rates_, "contacts/s"}; }
    Figure rate_against(const ErasingSide& baseline) const {
        return rate().against(baseline.name_, baseline.rates_);
    }
    // Of processors, which a busy machine changes less than a rate.
    void report_processor_time(Report& report) const {
        report.add({name_ + ", own processor time", own_us(), "us/contact"});
        report.add({name_ + ", the server's processor time", servers_us(), "us/contact"});
    }

  private:
    double own_us() const { return processor_.own_seconds() * 1e6 / contacts_; }
    double servers_us() const { return processor_.server_seconds() * 1e6 / contacts_; }

    std::string name_;
    ProcessorTime processor_;
    std::vector<double> rates_;
    double contacts_ = 0;
};

}  // namespace gdprd::bench
