// What an error means for whoever wants to go on.
#include "worker/failure.h"

#include "base/error.h"
#include "erasure/eraser.h"
#include "support/catch.h"

using namespace gdprd;
using worker::classify;
using worker::Failure;

namespace {

database::DatabaseError database_error(int code) { return {code, "HY000", "leads: update", ""}; }

}  // namespace

TEST_CASE("what passes by itself is tried again, over a new connection where the old one is of no use") {
    CHECK(classify(database_error(1205)) == Failure::retry);
    CHECK(classify(database_error(1054)) == Failure::retry);
    CHECK(classify(erasure::StaleSchema("leads: its columns have changed")) == Failure::retry);
    CHECK(classify(database_error(2013)) == Failure::lost);
    CHECK(classify(database_error(1290)) == Failure::lost);
    CHECK(classify(database_error(1142)) == Failure::permanent);
    CHECK(classify(database_error(1062)) == Failure::permanent);
    CHECK(classify(ConfigurationError("the policy does not fit")) == Failure::permanent);
    CHECK(classify(std::runtime_error("anything")) == Failure::permanent);
}

TEST_CASE("a text that is not ours is not repeated") {
    CHECK(worker::reason_of(Error("leads: no such table", "Create it")) == "leads: no such table. Create it");
    CHECK(worker::reason_of(std::runtime_error("ann@example.org")) == "internal error");
}
