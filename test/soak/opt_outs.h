// Mautic's side of a day: people come, change, opt out, are held, merged and deleted, and webhooks tell of
// it, or something else arrives in their place.
#pragma once

#include <string>
#include <vector>

#include "soak/world.h"
#include "system/http_client.h"

namespace gdprd::soak {

class Day {
  public:
    explicit Day(World& world) : world_(world), client_(world.here.config.port) {}

    // One thing that happens, while the database is there.
    void step();
    // Webhooks only, about what is in the database already.
    void tell();
    void people_come(std::size_t count);
    void import(std::size_t count);
    // Answers may be missing: the daemon is down, or its disk is full.
    void expect_silence(bool may_be) { silence_ = may_be; }
    bool was_refused() const { return last_ == 0; }

  private:
    bool is_done_with(const Somebody& somebody);
    void opt_out_some();
    void write_late(Somebody& somebody);
    void hold_one();
    void release_one();
    void come_back();
    void merge_two();
    void delete_one();
    void write_on();
    void refuse_one();
    int post(const std::string& body, const std::string& secret);
    void announce(const std::vector<ContactId>& whom);

    World& world_;
    test::HttpClient client_;
    std::vector<std::string> sent_;  // for repetitions
    std::vector<ContactId> untold_;
    bool silence_ = false;
    int last_ = 204;
};

}  // namespace gdprd::soak
