#include "worker/batch_size.h"

#include "support/catch.h"

using gdprd::Milliseconds;
using gdprd::worker::BatchSize;

namespace {

// Batches until nothing changes, in a database that needs `fixed` for a transaction and `each` for a contact.
std::size_t settled(BatchSize& size, double fixed, double each) {
    for (int batches = 0; batches < 50; ++batches) {
        const double taken = fixed + each * static_cast<double>(size.current());
        size.note(size.current(), Milliseconds(static_cast<std::int64_t>(taken)));
    }
    return size.current();
}

}  // namespace

TEST_CASE("batches grow to the largest that stays within the target") {
    BatchSize size(200, Milliseconds{250});
    CHECK(size.current() == 16);
    CHECK(settled(size, 5, 0.5) == 200);
    const std::size_t slow = settled(size, 20, 5);
    CHECK(20 + 5 * slow <= 250);
    CHECK(slow >= 20);
    CHECK(settled(size, 1'000, 50) == 1);
    CHECK(settled(size, 5, 0.5) == 200);
}

TEST_CASE("a batch never has more contacts than allowed, nor none") {
    BatchSize one(1, Milliseconds{250});
    CHECK(one.current() == 1);
    one.note(1, Milliseconds{0});
    CHECK(one.current() == 1);
    one.note(1, Milliseconds{60'000});
    CHECK(one.current() == 1);
    CHECK(BatchSize(0, Milliseconds{250}).current() == 1);
}

TEST_CASE("a small batch tells of a slow database, not of a fast one") {
    BatchSize size(200, Milliseconds{250});
    settled(size, 5, 0.5);
    size.note(1, Milliseconds{3});
    CHECK(size.current() == 200);
    size.note(0, Milliseconds{500});
    CHECK(size.current() == 200);
    size.note(2, Milliseconds{500});
    CHECK(size.current() == 1);
    size.note(1, Milliseconds{3});
    CHECK(size.current() == 2);
}
