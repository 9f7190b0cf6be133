#include "queue/turn.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;

namespace {

std::vector<Candidate> contacts(ContactId from, ContactId to) {
    std::vector<Candidate> list;
    for (ContactId contact = from; contact <= to; ++contact) {
        list.push_back({contact, Timestamp(std::chrono::seconds(contact))});
    }
    return list;
}

std::vector<ContactId> chosen(Turn& turn, const std::vector<Candidate>& requests,
                              const std::vector<Candidate>& later, std::size_t max) {
    std::vector<ContactId> result;
    for (const Candidate& candidate : turn.choose(requests, later, max)) result.push_back(candidate.contact);
    return result;
}

using ids = std::vector<ContactId>;

}  // namespace

TEST_CASE("every fourth place is offered to a later pass") {
    Turn turn;
    CHECK(chosen(turn, contacts(1, 9), contacts(101, 109), 6) == ids{1, 2, 3, 101, 4, 5});
    CHECK(chosen(turn, contacts(6, 9), contacts(102, 109), 3) == ids{6, 102, 7});
}

TEST_CASE("places nobody wants go to the other kind") {
    Turn turn;
    CHECK(chosen(turn, {}, contacts(101, 103), 5) == ids{101, 102, 103});
    CHECK(chosen(turn, contacts(1, 5), {}, 4) == ids{1, 2, 3, 4});
    CHECK(chosen(turn, {}, {}, 4).empty());
    CHECK(chosen(turn, contacts(1, 5), contacts(101, 105), 0).empty());
}

TEST_CASE("requests and retries share one line") {
    const std::vector<Candidate> line = merged_by_time(contacts(2, 3), contacts(1, 4));
    ids order;
    for (const Candidate& candidate : line) order.push_back(candidate.contact);
    CHECK(order == ids{1, 2, 2, 3, 3, 4});
}
