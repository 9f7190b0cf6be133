// What Mautic itself does to its database all day: page views come in, contacts are saved, mails are opened.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "bench/large_mautic.h"
#include "bench/report.h"
#include "bench/threads.h"
#include "fixture/mautic_database.h"

namespace gdprd::bench {

// Times of several rounds, in milliseconds.
struct LoadTimes {
    std::vector<double> all;

    void add(const std::vector<double>& round) { all.insert(all.end(), round.begin(), round.end()); }
    void report(Report& to, const std::string& while_what, const LoadTimes* alone = nullptr) const;
};

class MauticLoad {
  public:
    static constexpr int per_second = 50;

    // On these contacts, one connection, every statement committed by itself.
    MauticLoad(const test::MauticDatabase& mautic, Range contacts);

    // One statement after the other at even distances, until told to stop. Returns how long each took, in
    // milliseconds, counted from when it was due: one that waits delays the next.
    std::vector<double> run(std::stop_token stop);

    // The same beside `work`, until that has ended.
    template <class Work>
    std::vector<double> during(Work work) {
        std::vector<double> times;
        Threads mautic;
        mautic.start([&](std::stop_token stop) { times = run(std::move(stop)); });
        work();
        mautic.stop();
        return times;
    }

  private:
    void page_hit(ContactId contact);
    void contact_save(ContactId contact);
    void mail_opened(ContactId contact);

    database::Connection connection_;
    Range contacts_;
    std::uint64_t turn_ = 0;
};

}  // namespace gdprd::bench
